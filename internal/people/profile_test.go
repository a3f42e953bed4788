package people

import (
	"cmp"
	"slices"
	"testing"

	"olbot/approvals"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

func TestAPersonIsJoinedFromBothSidesHoweverNamed(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{CaseSensitive: true})
	maria := w.onelogin.AddUser(oneloginsim.User{Email: "maria@example.com"})
	id := w.onelogin.AddUser(oneloginsim.User{
		Email: "ana@example.com", FirstName: "Ana", LastName: "Silva", ManagerUserID: maria, GroupID: 3, RoleIDs: []int64{5, 8},
	})
	ana := w.slack.AddUser(slacksim.User{Name: "ana", RealName: "Ana S.", Email: "Ana@Example.com"})
	want := approvals.User{
		ID: id, Name: "Ana Silva", Email: "ana@example.com", Status: 1, State: 1, Manager: maria, Roles: []int64{5, 8}, Group: 3,
	}
	for _, who := range []approvals.Ref{{Slack: ana.ID()}, {Email: "ana@example.com"}, {Email: "ANA@example.com"}, {OneLogin: id}} {
		p := w.profile(t, who)
		if p.Slack == nil || *p.Slack != (approvals.Account{ID: ana.ID(), Name: "ana", Email: "Ana@Example.com", Membership: approvals.Member}) {
			t.Errorf("%+v: Slack = %+v", who, p.Slack)
		}
		got := p.OneLogin
		if got == nil || !slices.Equal(got.Roles, want.Roles) {
			t.Fatalf("%+v: OneLogin = %+v", who, got)
		}
		got.Roles = want.Roles
		if got.ID != want.ID || got.Name != want.Name || got.Email != want.Email || got.Status != want.Status ||
			got.State != want.State || got.Manager != want.Manager || got.Group != want.Group {
			t.Errorf("%+v: OneLogin = %+v, want %+v", who, *got, want)
		}
	}
}

// Each row of the table of who may be who, as Slack tells it.
func TestStandingsAreReadFromSlack(t *testing.T) {
	const org, other = "E1", "E2"
	for name, tt := range map[string]struct {
		user     slacksim.User
		want     approvals.Membership
		onelogin bool // whether OneLogin is asked
	}{
		"full member":                {slacksim.User{}, approvals.Member, true},
		"administrator":              {slacksim.User{Admin: true}, approvals.Member, true},
		"somebody who uses the app":  {slacksim.User{AppUser: true}, approvals.Member, true},
		"member with a W id":         {slacksim.User{ID: "W12345"}, approvals.Member, true},
		"member by the organisation": {slacksim.User{TeamID: "T2", EnterpriseID: org, EnterpriseTeams: []string{"T2", "T1"}}, approvals.Member, true},
		"of our organisation only":   {slacksim.User{TeamID: "T2", EnterpriseID: org, EnterpriseTeams: []string{"T2"}}, approvals.External, false},
		"of another organisation":    {slacksim.User{TeamID: "T2", EnterpriseID: other, EnterpriseTeams: []string{"T2"}}, approvals.External, false},
		"other, who names our team":  {slacksim.User{TeamID: "T2", EnterpriseID: other, EnterpriseTeams: []string{"T1"}}, approvals.External, false},
		"of another workspace":       {slacksim.User{TeamID: "T2"}, approvals.External, false},
		"stranger":                   {slacksim.User{TeamID: "T2", Stranger: true}, approvals.External, false},
		"guest":                      {slacksim.User{Guest: true}, approvals.Guest, true},
		"single-channel guest":       {slacksim.User{SingleChannelGuest: true}, approvals.Guest, true},
		"guest of another workspace": {slacksim.User{TeamID: "T2", Guest: true}, approvals.External, false},
		"bot":                        {slacksim.User{Bot: true, Email: "bot@example.com"}, approvals.Bot, false},
		"connector":                  {slacksim.User{ConnectorBot: true}, approvals.Bot, false},
		"workflow":                   {slacksim.User{WorkflowBot: true}, approvals.Bot, false},
		"Slackbot":                   {slacksim.User{ID: "USLACKBOT"}, approvals.Bot, false},
		"Slack itself":               {slacksim.User{ID: "USLACK"}, approvals.Bot, false},
		"deactivated":                {slacksim.User{Deleted: true}, approvals.Deactivated, false},
		"deactivated, once invited":  {slacksim.User{Deleted: true, Invited: true}, approvals.Deactivated, false},
		"invited":                    {slacksim.User{Invited: true}, approvals.Invited, false},
		"invited guest":              {slacksim.User{Invited: true, Guest: true}, approvals.Invited, false},
		"e-mail unconfirmed":         {slacksim.User{EmailUnconfirmed: true}, approvals.Unconfirmed, false},
		"guest with e-mail not so":   {slacksim.User{EmailUnconfirmed: true, Guest: true}, approvals.Unconfirmed, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slacksim.Options{TeamID: "T1", EnterpriseID: org}, oneloginsim.Options{})
			tt.user.Name, tt.user.Email = "ana", cmp.Or(tt.user.Email, "ana@example.com")
			ana := w.slack.AddUser(tt.user)
			id := w.onelogin.AddUser(oneloginsim.User{Email: tt.user.Email})
			p := w.profile(t, approvals.Ref{Slack: ana.ID()})
			if p.Slack == nil || p.Slack.Membership != tt.want {
				t.Fatalf("Slack = %+v, want %s", p.Slack, tt.want)
			}
			if asked := w.onelogin.Count(oneloginsim.CallFindUsers) > 0; asked != tt.onelogin || asked != (p.OneLogin != nil && p.OneLogin.ID == id) {
				t.Errorf("OneLogin asked: %t, answer %+v", asked, p.OneLogin)
			}
		})
	}
}

func TestOneUserMayHaveAnIDOfTheWorkspaceAndOneOfTheOrganisation(t *testing.T) {
	w := newWorld(t, slacksim.Options{EnterpriseID: "E1"}, oneloginsim.Options{})
	for _, u := range []slacksim.User{{ID: "U1", OtherID: "W1", Name: "ana"}, {ID: "W2", OtherID: "U2", Name: "maria"}} {
		w.slack.AddUser(u)
		for _, id := range []string{u.ID, u.OtherID} {
			p := w.profile(t, approvals.Ref{Slack: id})
			if who := p.Person(); !who.HasSlack(id) || !who.HasSlack(u.ID) || p.Slack.Membership != approvals.Member {
				t.Errorf("asked for %s: %+v", id, p.Slack)
			}
		}
	}
	if ana := w.profile(t, approvals.Ref{Slack: "U1"}); ana.Slack.OrgID != "W1" {
		t.Errorf("the organisation's id is %q, want W1", ana.Slack.OrgID)
	}
}

func TestNobodyIsAnAnswer(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	hidden := w.slack.AddUser(slacksim.User{Name: "hidden", Invisible: true})
	alone := w.slack.AddUser(slacksim.User{Name: "alone"})
	bare := w.onelogin.AddUser(oneloginsim.User{Username: "bare"})
	w.slack.AddUser(slacksim.User{Name: "gone", Deleted: true})
	onlyOneLogin := w.onelogin.AddUser(oneloginsim.User{Email: "gone@example.com"})
	for name, tt := range map[string]struct {
		who             approvals.Ref
		slack, onelogin bool
	}{
		"no such Slack user":                 {approvals.Ref{Slack: "U404"}, false, false},
		"a Slack user olbot may not see":     {approvals.Ref{Slack: hidden.ID()}, false, false},
		"no OneLogin user with the address":  {approvals.Ref{Slack: alone.ID()}, true, false},
		"no such address":                    {approvals.Ref{Email: "nobody@example.com"}, false, false},
		"no such OneLogin id":                {approvals.Ref{OneLogin: 404}, false, false},
		"a OneLogin user without an address": {approvals.Ref{OneLogin: bare}, false, true},
		"deactivated in Slack":               {approvals.Ref{OneLogin: onlyOneLogin}, false, true},
		"deactivated in Slack, by address":   {approvals.Ref{Email: "gone@example.com"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := w.profile(t, tt.who)
			if (p.Slack != nil) != tt.slack || (p.OneLogin != nil) != tt.onelogin {
				t.Errorf("profile = %+v %+v", p.Slack, p.OneLogin)
			}
		})
	}
	if n := len(w.slack.Calls("users.lookupByEmail")); n != 2 {
		t.Errorf("Slack was asked for %d addresses, want 2", n)
	}
}

// Whoever waits for a card should not wait for one directory after the other.
func TestByAddressBothSidesAreReadAtOnce(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	id := w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	w.onelogin.FailNext(oneloginsim.CallGetUser, oneloginsim.Hang())
	got := make(chan approvals.Profile, 1)
	go func() {
		p, err := w.Profile(t.Context(), approvals.Ref{Email: "Ana@example.com"})
		if err != nil {
			t.Error(err)
		}
		got <- p
	}()
	if err := w.onelogin.Await(t.Context(), func() bool { return w.onelogin.Count(oneloginsim.CallGetUser) == 1 }); err != nil {
		t.Fatal(err)
	}
	if err := w.slack.Wait(t.Context(), func() bool { return len(w.slack.Calls("users.lookupByEmail")) == 1 }); err != nil {
		t.Fatal(err)
	}
	w.onelogin.Release()
	if p := <-got; p.Slack == nil || p.Slack.ID != ana.ID() || p.OneLogin == nil || p.OneLogin.ID != id {
		t.Errorf("%+v %+v", p.Slack, p.OneLogin)
	}
}

func TestNoAddressFromSlackMeansNoQuestionToOneLogin(t *testing.T) {
	w := newWorld(t, slacksim.Options{Scopes: []string{"users:read"}}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	p := w.profile(t, approvals.Ref{Slack: ana.ID()})
	if p.Slack == nil || p.Slack.Email != "" || p.OneLogin != nil || w.onelogin.Count(oneloginsim.AnyCall) != 0 {
		t.Errorf("profile = %+v %+v", p.Slack, p.OneLogin)
	}
}

func TestStatusesOfOneLoginAreHandedOver(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	for _, status := range []int{0, 1, 2, 3, 4, 5, 7, 8} {
		for _, state := range []int{0, 1, 2, 3} {
			id := w.onelogin.AddUser(oneloginsim.User{Status: new(status), State: new(state)})
			u := w.profile(t, approvals.Ref{OneLogin: id}).OneLogin
			if u.Status != status || u.State != state {
				t.Errorf("status %d, state %d came as %d, %d", status, state, u.Status, u.State)
			}
		}
	}
	id := w.onelogin.AddUser(oneloginsim.User{})
	w.onelogin.FailNext(oneloginsim.CallGetUser, oneloginsim.Without("status", "state"))
	if u := w.profile(t, approvals.Ref{OneLogin: id}).OneLogin; u.Active() {
		t.Errorf("a user without a status passes for active: %+v", u)
	}
}

func TestManagersAreReadInEveryForm(t *testing.T) {
	for form, want := range map[oneloginsim.ManagerForm]int64{
		oneloginsim.ManagerNumber: 404, oneloginsim.ManagerString: 404, oneloginsim.ManagerNull: 0,
	} {
		w := newWorld(t, slacksim.Options{}, oneloginsim.Options{ManagerAs: form})
		id := w.onelogin.AddUser(oneloginsim.User{ManagerUserID: 404})
		ana := w.profile(t, approvals.Ref{OneLogin: id}).OneLogin
		if ana.Manager != want {
			t.Errorf("form %d: manager %d, want %d", form, ana.Manager, want)
		}
		if want != 0 {
			if p := w.profile(t, approvals.Ref{OneLogin: ana.Manager}); p.Slack != nil || p.OneLogin != nil {
				t.Errorf("a manager who is gone: %+v", p)
			}
		}
	}
}
