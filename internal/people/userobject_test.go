package people

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// The fields of a user that are read, in two sorts.
var (
	decidingFields = []string{
		"id", "team_id", "profile.email", "enterprise_user.id", "enterprise_user.enterprise_id", "enterprise_user.teams",
		"deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_connector_bot", "is_workflow_bot", "is_stranger", "is_invited_user",
		"is_email_confirmed", "profile", "enterprise_user",
	}
	informingFields = []string{"name", "real_name", "profile.display_name", "profile.real_name"}
)

var oddValues = []string{`[]`, `{}`, `null`, `""`, `0`, `"x"`, `[7]`, `{"id":[]}`}

// userRecords are user objects as the simulator makes them.
func userRecords(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	s := slacksim.New(slacksim.Options{Unlimited: true, TeamID: "T1", EnterpriseID: "E1"})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	calls := newUserCalls(newSlack(s.URL(), s.BotToken()))
	for name, u := range map[string]slacksim.User{
		"member": {Name: "ana"}, "guest": {Name: "gus", Guest: true}, "stranger": {Name: "stan", Stranger: true}, "bot": {Name: "bot", Bot: true},
		"unconfirmed": {Name: "uma", EmailUnconfirmed: true}, "invited": {Name: "ian", Invited: true}, "deactivated": {Name: "dan", Deleted: true},
	} {
		s.Distort(func(_ string, o map[string]any) { all[name] = maps.Clone(o) })
		if _, err := calls.info(t.Context(), s.AddUser(u).ID()); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func readRecord(t *testing.T, record map[string]any) (user, error) {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"ok": true, "user": record})
	if err != nil {
		t.Fatal(err)
	}
	var answer object
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	return readUser(answer)
}

// withField is the record with another value in one field.
func withField(record map[string]any, path, value string) map[string]any {
	changed := maps.Clone(record)
	if outer, inner, nested := strings.Cut(path, "."); nested {
		object, _ := record[outer].(map[string]any)
		object = maps.Clone(object)
		if object == nil {
			object = map[string]any{}
		}
		object[inner] = json.RawMessage(value)
		changed[outer] = object
	} else {
		changed[path] = json.RawMessage(value)
	}
	return changed
}

// TestNoFieldOfAUserThatIsNotReadMatters. Kind: strict decoding of a stranger's growing document.
func TestNoFieldOfAUserThatIsNotReadMatters(t *testing.T) {
	for name, record := range userRecords(t) {
		want, err := readRecord(t, record)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		paths := []string{"something_new", "profile.something_new", "enterprise_user.something_new"}
		for key, v := range record {
			paths = append(paths, key)
			for inner := range asObject(v) {
				paths = append(paths, key+"."+inner)
			}
		}
		for _, path := range paths {
			if slices.Contains(decidingFields, path) || slices.Contains(informingFields, path) || path == "enterprise_user.something_new" && record["enterprise_user"] == nil {
				continue
			}
			for _, odd := range oddValues {
				if got, err := readRecord(t, withField(record, path, odd)); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%s with %s as %s: %+v, %v, want %+v", name, path, odd, got, err, want)
				}
			}
		}
	}
}

func asObject(v any) map[string]any { o, _ := v.(map[string]any); return o }

// TestAnOddFieldThatDecidesLetsNobodyIn: what cannot be read is not known (invariant 8).
func TestAnOddFieldThatDecidesLetsNobodyIn(t *testing.T) {
	ours := Workspace{TeamID: "T1", EnterpriseID: "E1"}
	for name, record := range userRecords(t) {
		for _, path := range decidingFields {
			for _, odd := range oddValues {
				u, err := readRecord(t, withField(record, path, odd))
				if err != nil || u.ID == "" || name == "member" {
					continue
				}
				if is := u.membership(ours); is == approvals.Member {
					t.Errorf("%s with %s as %s is a member", name, path, odd)
				}
			}
		}
		for _, flag := range []string{"deleted", "is_bot", "is_restricted", "is_ultra_restricted"} {
			for _, odd := range oddValues {
				if u, err := readRecord(t, withField(record, flag, odd)); err == nil {
					t.Errorf("%s with %s as %s is read: %+v", name, flag, odd, u)
				}
			}
		}
	}
}

// TestAnOddNameIsNoReasonToRefuse anybody, nor is the empty object of an organisation that PHP writes as [].
func TestAnOddNameIsNoReasonToRefuse(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	w.slack.Distort(func(what string, o map[string]any) {
		slacksim.OddFields(what, o)
		o["real_name"], o["name"] = 7, []any{}
	})
	for _, who := range []approvals.Ref{{Slack: ana.ID()}, {Email: "ana@example.com"}} {
		p, err := w.Profile(t.Context(), who)
		if err != nil || p.Slack == nil || p.Slack.Membership != approvals.Member || p.Slack.Name != "ana" {
			t.Errorf("%+v: %+v, %v", who, p.Slack, err)
		}
	}
}

// TestAnOddUserIsAnAnswer: Slack did answer, and asking again brings the same. Nobody is told to wait for it.
func TestAnOddUserIsAnAnswer(t *testing.T) {
	d := slackSaying(t, `{"ok":true,"user":{"id":"U1","team_id":"T1","deleted":"no","profile":{"email":"ana@example.com"}}}`)
	for _, who := range []approvals.Ref{{Slack: "U1"}, {OneLogin: 7}} {
		if _, err := d.Profile(t.Context(), who); kind(err) != "unreliable" || !strings.Contains(err.Error(), "deleted") {
			t.Errorf("%+v: %s (%v)", who, kind(err), err)
		} else {
			discreet(t, err)
		}
	}
}
