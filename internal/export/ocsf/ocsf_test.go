package ocsf

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
)

// The schema's classes and objects, as testdata/schema.json retypes them.
type schema struct {
	Classes map[string]map[string]attribute
	Objects map[string]struct {
		AtLeastOne []string `json:"at_least_one"`
		Attributes map[string]attribute
	}
}

type attribute struct {
	Type     string
	Array    bool
	Required bool
	Profile  string
	Enum     []int
}

func readSchema(t *testing.T) (s schema) {
	t.Helper()
	raw, err := os.ReadFile("testdata/schema.json")
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate lists what the schema does not allow about an event.
func (s schema) validate(line []byte) (faults []string) {
	var e map[string]any
	if err := json.Unmarshal(line, &e); err != nil {
		return []string{err.Error()}
	}
	number := func(name string) int { n, _ := e[name].(float64); return int(n) }
	attributes, ok := s.Classes[strconv.Itoa(number("class_uid"))]
	if !ok {
		return []string{fmt.Sprintf("no class %v", e["class_uid"])}
	}
	if number("category_uid") != number("class_uid")/1000 || number("type_uid") != number("class_uid")*100+number("activity_id") {
		faults = append(faults, "category_uid or type_uid does not follow from class_uid and activity_id")
	}
	var profiles []any
	if m, ok := e["metadata"].(map[string]any); ok {
		profiles, _ = m["profiles"].([]any)
	}
	return append(faults, s.validateObject("event", e, attributes, profiles)...)
}

func (s schema) validateObject(path string, o map[string]any, attributes map[string]attribute, profiles []any) (faults []string) {
	fault := func(name, what string) { faults = append(faults, path+"."+name+" "+what) }
	for name, a := range attributes {
		if _, there := o[name]; a.Required && !there {
			fault(name, "is missing")
		}
	}
	for name, value := range o {
		a, known := attributes[name]
		switch {
		case !known:
			fault(name, "is no attribute")
			continue
		case a.Profile != "" && !slices.Contains(profiles, any(a.Profile)):
			fault(name, "needs the profile "+a.Profile)
		}
		values, isArray := value.([]any)
		if isArray != (a.Array && a.Type != "any") {
			fault(name, "is or is not an array")
		}
		if !isArray {
			values = []any{value}
		}
		for _, v := range values {
			faults = append(faults, s.validateValue(path+"."+name, v, a, profiles)...)
		}
	}
	return faults
}

func (s schema) validateValue(path string, v any, a attribute, profiles []any) []string {
	wrong := []string{fmt.Sprintf("%s is %v, want %s", path, v, a.Type)}
	switch a.Type {
	case "any":
		return nil
	case "string":
		if text, ok := v.(string); !ok || text == "" {
			return wrong
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return wrong
		}
	case "integer":
		n, ok := v.(float64)
		if !ok || n != float64(int64(n)) {
			return wrong
		}
		if len(a.Enum) > 0 && !slices.Contains(a.Enum, int(n)) {
			return []string{fmt.Sprintf("%s is %v, which is none of %v", path, v, a.Enum)}
		}
	default:
		o, ok := v.(map[string]any)
		if !ok {
			return wrong
		}
		if a.Type == "object" {
			return nil
		}
		of, known := s.Objects[a.Type]
		if !known {
			return []string{path + " is of an unknown type " + a.Type}
		}
		faults := s.validateObject(path, o, of.Attributes, profiles)
		if len(of.AtLeastOne) > 0 && !slices.ContainsFunc(of.AtLeastOne, func(name string) bool { return o[name] != nil }) {
			faults = append(faults, fmt.Sprintf("%s has none of %v", path, of.AtLeastOne))
		}
		return faults
	}
	return nil
}

// allKinds are the constants of type EventKind, as the source has them.
func allKinds(t *testing.T) (all []approvals.EventKind) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../../approvals/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "EventKind" {
			kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, approvals.EventKind(kind))
		}
		return true
	})
	if len(all) < 40 {
		t.Fatalf("only %d kinds were found", len(all))
	}
	return all
}

var (
	joe = approvals.Person{Slack: "U0JOE", OneLogin: 1, Name: "Joe Fisher", Email: "joe@example.com"}
	ana = approvals.Person{OneLogin: 2, Name: "Ana Silva", Email: "ana@example.com"}
	at  = time.Date(2026, 11, 30, 14, 2, 7, 123456789, time.UTC)
)

// examples are events of a kind: with all that they can carry, and with as little as possible.
func examples(k approvals.EventKind) []approvals.Event {
	full := approvals.Event{
		Number: 7, At: at, Kind: k, Hash: strings.Repeat("0a", 32), Request: "OTP-7F3K-9QXM", State: approvals.Pending, Actor: joe, Agent: joe, Owner: ana,
		Asked: approvals.Ref{Slack: "U0ANA"}, Approvers: []approvals.AskedPerson{{Person: joe}}, Validity: 5 * time.Minute, Reusable: true, Reason: "lost \u2028 her <phone>",
		Denial: approvals.Denial{Choice: approvals.Suspicious}, Count: 3, Attempt: 1, Until: at, Grant: &approvals.Grant{Device: "4711"}, Refusal: &approvals.Refusal{Code: approvals.NotYours, Role: approvals.Owner},
		Revocation: approvals.Revocation{Outcome: approvals.RevocationRefused}, Settings: []approvals.Setting{{Name: "OLBOT_MAX_VALIDITY", Old: "1h", New: "2h"}}, Version: "0.1.0", Schema: 1,
	}
	owned := approvals.Event{Number: 1, At: at, Kind: k, Owner: approvals.Person{OneLogin: 2}}
	operated := approvals.Event{Number: 2, At: at, Kind: k, Owner: approvals.Person{Slack: "U0ANA"}, Actor: approvals.Person{Operator: "root"}}
	return []approvals.Event{full, owned, operated}
}

func TestEveryKindOfEventFitsTheSchema(t *testing.T) {
	s := readSchema(t)
	all := allKinds(t)
	for _, k := range all {
		for i, e := range examples(k) {
			line, err := Line(e, "0.1.0")
			if err != nil {
				t.Error(err)
				continue
			}
			for _, fault := range s.validate(line) {
				t.Errorf("%s, example %d: %s\n%s", k, i, fault, line)
			}
		}
	}
	for k := range maps.Keys(kinds) {
		if !slices.Contains(all, k) {
			t.Errorf("the table has %s, which is no kind of event", k)
		}
	}
}

func TestTheSchemaIsAJudge(t *testing.T) {
	s := readSchema(t)
	line, err := Line(examples(approvals.EventApproved)[0], "0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"severity_id":1`, `"severity_id":17`}, {`"type_uid":300410`, `"type_uid":300411`}, {`"time":`, `"times":`}, {`"severity_id":1,`, ``},
		{`"profiles":["security_control"]`, `"profiles":[]`}, {`"name":"Joe Fisher"`, `"name":7`}, {`"class_uid":3004`, `"class_uid":3005`},
	} {
		wrong := strings.Replace(string(line), change[0], change[1], 1)
		if wrong == string(line) {
			t.Errorf("%s is not in %s", change[0], line)
		} else if len(s.validate([]byte(wrong))) == 0 {
			t.Errorf("the schema takes %s for %s", change[1], change[0])
		}
	}
}

// TestALineSaysWhatTheEventSays, and no more.
func TestALineSaysWhatTheEventSays(t *testing.T) {
	line, err := Line(examples(approvals.EventDenied)[0], "0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Class    int   `json:"class_uid"`
		Alert    bool  `json:"is_alert"`
		Time     int64 `json:"time"`
		Metadata struct {
			UID         string `json:"uid"`
			Correlation string `json:"correlation_uid"`
			Code        string `json:"event_code"`
		}
		Unmapped map[string]any
	}
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	if got.Class != detectionFinding || !got.Alert || got.Time != at.UnixMilli() ||
		got.Metadata.UID != "7" || got.Metadata.Correlation != "OTP-7F3K-9QXM" || got.Metadata.Code != "denied" {
		t.Errorf("a suspicious request is told as %s", line)
	}
	if got.Unmapped["reason"] != "lost \u2028 her <phone>" || got.Unmapped["hash"] == "" || got.Unmapped["kind"] != nil {
		t.Errorf("what has no place is %v", got.Unmapped)
	}
	calm := examples(approvals.EventDenied)[0]
	calm.Denial.Choice = approvals.CouldNotReach
	if line, err = Line(calm, "0.1.0"); err != nil || !strings.Contains(string(line), `"class_uid":3004`) || !strings.Contains(string(line), `"disposition_id":25`) {
		t.Errorf("a plain denial is told as %s: %v", line, err)
	}
	if _, err := Line(approvals.Event{Kind: "nonsense"}, "0.1.0"); err == nil {
		t.Error("a kind that nobody knows has a line")
	}
}
