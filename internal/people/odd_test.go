package people

import (
	"encoding/json"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

func TestWhatSlackDoesNotSayCountsAgainstSomebody(t *testing.T) {
	for name, tt := range map[string]struct {
		change map[string]any // nil: left out
		want   approvals.Membership
	}{
		"as documented, without is_email_confirmed": {nil, approvals.Member},
		"e-mail confirmed":                          {map[string]any{"is_email_confirmed": true}, approvals.Member},
		"e-mail not confirmed":                      {map[string]any{"is_email_confirmed": false}, approvals.Unconfirmed},
		"none of the flags":                         {map[string]any{"deleted": nil, "is_bot": nil, "is_restricted": nil, "is_ultra_restricted": nil}, approvals.External},
		"not all of the flags":                      {map[string]any{"is_bot": nil, "is_ultra_restricted": nil}, approvals.Member},
		"a guest without the rest":                  {map[string]any{"deleted": nil, "is_bot": nil, "is_restricted": true, "is_ultra_restricted": nil}, approvals.Guest},
		"no team_id":                                {map[string]any{"team_id": nil}, approvals.External},
		"is_stranger in our workspace":              {map[string]any{"is_stranger": true}, approvals.External},
		"only is_ultra_restricted":                  {map[string]any{"is_ultra_restricted": true}, approvals.Guest},
		"deactivated, and nothing else":             {map[string]any{"deleted": true, "is_bot": nil, "is_restricted": nil, "is_ultra_restricted": nil}, approvals.Deactivated},
		"deactivated bot":                           {map[string]any{"deleted": true, "is_bot": true}, approvals.Bot},
		"bot, and nothing else":                     {map[string]any{"deleted": nil, "is_bot": true, "is_restricted": nil}, approvals.Bot},
		"organisation that we are not in":           {map[string]any{"team_id": "T2", "enterprise_user": map[string]any{"teams": []string{"T1"}}}, approvals.External},
	} {
		t.Run(name, func(t *testing.T) {
			// The sample of https://docs.slack.dev/reference/methods/users.info, shortened.
			record := map[string]any{
				"id": "U1", "team_id": "T1", "name": "ana", "deleted": false, "real_name": "Ana Silva",
				"profile": map[string]any{"real_name": "Ana Silva", "email": "ana@example.com"}, "is_admin": true,
				"is_restricted": false, "is_ultra_restricted": false, "is_bot": false, "is_app_user": false,
			}
			for key, value := range tt.change {
				record[key] = value
				if value == nil {
					delete(record, key)
				}
			}
			raw, err := json.Marshal(map[string]any{"ok": true, "user": record})
			if err != nil {
				t.Fatal(err)
			}
			p, err := slackSaying(t, string(raw)).Profile(t.Context(), approvals.Ref{Slack: "U1"})
			if err != nil || p.Slack == nil || p.Slack.Membership != tt.want || p.Slack.Name != "Ana Silva" {
				t.Errorf("Slack = %+v, %v, want %s", p.Slack, err, tt.want)
			}
		})
	}
}

func TestWithoutAWorkspaceNobodyBelongs(t *testing.T) {
	no := false
	u := user{ID: "U1", Deleted: &no, IsBot: &no, IsRestricted: &no, IsUltraRestricted: &no}
	u.Enterprise.Teams = []string{""}
	if got := u.membership(Workspace{}); got != approvals.External {
		t.Errorf("standing = %s", got)
	}
}

func TestAnswersThatCannotBeReliedOnAreErrors(t *testing.T) {
	const flags = `"team_id":"T1","deleted":false,"is_bot":false,"is_restricted":false,"is_ultra_restricted":false`
	bySlack, byEmail := approvals.Ref{Slack: "U1"}, approvals.Ref{Email: "ana@example.com"}
	for name, tt := range map[string]struct {
		who    approvals.Ref
		answer string
		want   string
	}{
		"ok:false and no error":    {bySlack, `{"ok":false}`, "temporary"},
		"no user":                  {bySlack, `{"ok":true}`, "unreliable"},
		"no JSON":                  {bySlack, `<html>ana@example.com</html>`, "temporary"},
		"cut":                      {bySlack, `{"ok":true,"user":{"id":"U1",`, "temporary"},
		"too much":                 {bySlack, `{"ok":true,"x":"` + strings.Repeat("x", maxAnswer) + `"}`, "temporary"},
		"a flag that is none":      {bySlack, `{"ok":true,"user":{"id":"U1",` + flags + `,"is_stranger":"ana@example.com"}}`, "unreliable"},
		"another user":             {bySlack, `{"ok":true,"user":{"id":"U2",` + flags + `}}`, "unreliable"},
		"another of Enterprise":    {bySlack, `{"ok":true,"user":{"id":"U2",` + flags + `,"enterprise_user":{"id":"W2"}}}`, "unreliable"},
		"no user by address":       {byEmail, `{"ok":true}`, "unreliable"},
		"another address":          {byEmail, `{"ok":true,"user":{"id":"U1",` + flags + `,"profile":{"email":"joe@example.com"}}}`, "unreliable"},
		"an account of no address": {byEmail, `{"ok":true,"user":{"id":"U1",` + flags + `}}`, "unreliable"},
		"nobody named":             {approvals.Ref{}, `{"ok":true}`, "other"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := slackSaying(t, tt.answer).Profile(t.Context(), tt.who)
			if kind(err) != tt.want || p.Slack != nil || p.OneLogin != nil {
				t.Errorf("profile = %+v, error %s (%v), want %s", p, kind(err), err, tt.want)
			}
			discreet(t, err)
		})
	}
}

func TestSeveralOneLoginUsersAreAmbiguous(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	w.onelogin.AddUser(oneloginsim.User{Email: "Ana@example.com"})
	for _, who := range []approvals.Ref{{Slack: ana.ID()}, {Email: "ana@example.com"}} {
		p, err := w.Profile(t.Context(), who)
		if kind(err) != "ambiguous" || p != (approvals.Profile{}) {
			t.Errorf("%+v: %+v, %v", who, p, err)
		}
		discreet(t, err)
	}
}

func TestWhatIsNotSaidIsNotNone(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	id := w.onelogin.AddUser(oneloginsim.User{})
	unknown := func(u *approvals.User) [3]bool { return [3]bool{u.RolesUnknown, u.GroupUnknown, u.ManagerUnknown} }
	if u := w.profile(t, approvals.Ref{OneLogin: id}).OneLogin; u == nil || len(u.Roles) != 0 || u.Group != 0 || u.Manager != 0 || unknown(u) != [3]bool{} {
		t.Fatalf("a user without roles, group and manager: %+v", u)
	}
	for field, want := range map[string][3]bool{
		"role_ids": {true, false, false}, "group_id": {false, true, false}, "manager_user_id": {false, false, true},
	} {
		w.onelogin.FailNext(oneloginsim.CallGetUser, oneloginsim.Without(field))
		if u := w.profile(t, approvals.Ref{OneLogin: id}).OneLogin; unknown(u) != want || u.Group != 0 || u.Manager != 0 {
			t.Errorf("without %s: %+v", field, u)
		}
	}
}

func TestAgainReadsByTheStoredIds(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana", Email: "ana@example.com"})
	id := w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	who := w.profile(t, approvals.Ref{Slack: ana.ID()}).Person()
	ana.Becomes(func(u *slacksim.User) { u.Email = "ana.new@example.com" })
	p, err := w.Reread(t.Context(), who)
	if err != nil || p.Slack.Email != "ana.new@example.com" || p.OneLogin.ID != id || p.OneLogin.Email != "ana@example.com" {
		t.Errorf("%+v, %+v, %v", p.Slack, p.OneLogin, err)
	}
	ana.Becomes(func(u *slacksim.User) { u.Deleted = true })
	w.onelogin.RemoveUser(id)
	p, err = w.Reread(t.Context(), who)
	if err != nil || p.Slack.Membership != approvals.Deactivated || p.OneLogin != nil {
		t.Errorf("%+v, %+v, %v", p.Slack, p.OneLogin, err)
	}
	w.slack.Fail(slacksim.Fault{Method: "users.info", Times: 1, Status: 500})
	if _, err := w.Reread(t.Context(), who); kind(err) != "temporary" {
		t.Errorf("a failed check: %v", err)
	}
	if p, err := w.Reread(t.Context(), approvals.Person{OneLogin: who.OneLogin}); err != nil || p.Slack != nil {
		t.Errorf("not in Slack: %+v, %v", p.Slack, err)
	}
}
