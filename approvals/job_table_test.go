package approvals

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
	"time"

	"go.uber.org/zap"
)

// TestEveryKindOfJobHasAPoolAndAWorker: a kind that no pool claims is never worked.
func TestEveryKindOfJobHasAPoolAndAWorker(t *testing.T) {
	declared := jobKindConstants(t)
	if len(declared) == 0 {
		t.Fatal("job.go declares no JobKind")
	}
	for _, kind := range declared {
		if n := len(slices.DeleteFunc(JobKinds(), func(k JobKind) bool { return k != kind })); n != 1 {
			t.Errorf("%s is in %d pools, want one", kind, n)
		}
	}
	for _, p := range jobTable(0) {
		if p.size < 1 {
			t.Errorf("the pool of %v works no jobs", p.kinds)
		}
		for kind, work := range p.workers {
			if work == nil || !slices.Contains(declared, kind) {
				t.Errorf("%s has no worker, or is no constant of job.go", kind)
			}
		}
	}
}

// jobKindConstants reads the constants of type JobKind from job.go.
func jobKindConstants(t *testing.T) (kinds []JobKind) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "job.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != "JobKind" {
			t.Errorf("%s in job.go has another type", spec.Names[0])
			return true
		}
		kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, JobKind(kind))
		return true
	})
	return kinds
}

// A changeStore takes what a transition makes, and nothing else.
type changeStore struct{ Store }

func (changeStore) Update(_ context.Context, _ ID, _ []string, fn func(View, Request) (Change, error)) (Request, error) {
	c, err := fn(nil, Request{})
	return c.Request, err
}

func (changeStore) Enqueue(context.Context, ...Job) error { return nil }

func TestAnUnknownKindOfJobCannotBeEnqueued(t *testing.T) {
	s := NewService(Ports{Store: changeStore{}}, Policy{}, 0, zap.NewNop(), time.Now)
	for kind, ok := range map[JobKind]bool{JobShow: true, "shwo": false, "": false} {
		j := Job{Kind: kind, Request: "OTP-0000-0001"}
		if err := s.enqueue(t.Context(), j); (err == nil) != ok {
			t.Errorf("enqueue %q: %v", kind, err)
		}
		_, err := s.update(t.Context(), j.Request, nil, func(View, Request) (Change, error) { return Change{Jobs: []Job{j}}, nil })
		if (err == nil) != ok {
			t.Errorf("a change with a job %q: %v", kind, err)
		}
		if err := s.runWorker(t.Context(), Job{Kind: "shwo"}); err == nil {
			t.Error("an unknown kind was worked")
		}
	}
}
