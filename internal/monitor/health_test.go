package monitor

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

func well(context.Context) error { return nil }

func ill(what string) Check {
	return func(context.Context) error { return errors.New(what) }
}

func healthOf(t *testing.T, alive, ready []Check) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(NewServer(alive, ready, NewMetrics("v1.2.3").Handler(zap.NewNop()), zap.NewNop()).Handler)
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, server *httptest.Server, path string) (int, string) {
	t.Helper()
	resp, err := server.Client().Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestHealthAndReadinessAreTwoThings(t *testing.T) {
	server := healthOf(t, []Check{well}, []Check{well, ill("not connected to Slack"), ill("no feed")})
	if code, body := get(t, server, "/healthz"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz answers %d %q", code, body)
	}
	if code, body := get(t, server, "/readyz"); code != http.StatusServiceUnavailable || body != "not connected to Slack\nno feed\n" {
		t.Errorf("/readyz answers %d %q", code, body)
	}
	if code, _ := get(t, server, "/"); code != http.StatusNotFound {
		t.Errorf("/ answers %d", code)
	}
}

// claims answers Claim as told; nothing else of it is called.
type claims struct {
	approvals.Store
	err error
}

func (c *claims) Claim(context.Context, []approvals.JobKind, int, time.Time, time.Duration) ([]approvals.Job, error) {
	return nil, c.err
}

func TestWorkersThatStopAskingAreNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		database := &claims{}
		store := Watch(database, NewMetrics(""), time.Now)
		ask := func(kind approvals.JobKind) {
			_, _ = store.Claim(t.Context(), []approvals.JobKind{kind}, 1, time.Now(), time.Second)
		}
		if store.Working(t.Context()) == nil {
			t.Error("healthy before it has begun")
		}
		ask(approvals.JobIssue)
		ask(approvals.JobShow)
		if err := store.Working(t.Context()); err != nil {
			t.Error(err)
		}
		database.err = errors.New("no connection")
		time.Sleep(stuckAfter)
		ask(approvals.JobIssue)
		ask(approvals.JobShow)
		if err := store.Working(t.Context()); err != nil {
			t.Errorf("a database that is away makes the process ill: %v", err)
		}
		time.Sleep(stuckAfter + time.Second)
		ask(approvals.JobIssue)
		if err := store.Working(t.Context()); err == nil || err.Error() != "workers have stopped asking for work: show" {
			t.Errorf("one kind of worker has stopped and health says %v", err)
		}
	})
}
