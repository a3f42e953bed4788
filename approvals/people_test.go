package approvals

import "testing"

// fine is a profile that may play every role.
func fine(p Person) Profile {
	return Profile{
		Slack:    &Account{ID: p.Slack, Name: "nick", Email: p.Email, Membership: Member},
		OneLogin: &User{ID: p.OneLogin, Name: p.Name, Email: p.Email, Status: 1, State: 1},
	}
}

// TestWhoMayBeWho has a case for every cell of the table of who may be agent,
// approver and owner (invariants 1 and 8).
func TestWhoMayBeWho(t *testing.T) {
	slack := func(s Membership) func(*Profile) { return func(p *Profile) { p.Slack.Membership = s } }
	status := func(status, state int) func(*Profile) {
		return func(p *Profile) { p.OneLogin.Status, p.OneLogin.State = status, state }
	}
	everywhere := func(c RefusalCode) [3]RefusalCode { return [3]RefusalCode{c, c, c} }
	tests := []struct {
		name string
		make func(*Profile)
		want [3]RefusalCode // agent, approver, owner; "": may
	}{
		{"full member", func(*Profile) {}, everywhere("")},
		{"guest", slack(Guest), [3]RefusalCode{IsGuest, IsGuest, ""}},
		{"bot", slack(Bot), everywhere(IsBot)},
		{"deactivated", slack(Deactivated), everywhere(IsDeactivated)},
		{"invited", slack(Invited), everywhere(IsInvited)},
		{"e-mail unconfirmed", slack(Unconfirmed), everywhere(IsUnconfirmed)},
		{"of another workspace", slack(External), everywhere(IsExternal)},
		{"of unknown standing", slack("odd"), everywhere(IsExternal)},
		{"of no standing", slack(""), everywhere(IsExternal)},
		{"not in Slack", func(p *Profile) { p.Slack = nil }, [3]RefusalCode{NotInSlack, NotInSlack, ""}},
		{"no e-mail in Slack", func(p *Profile) { p.Slack.Email, p.OneLogin = "", nil }, everywhere(NoEmail)},
		{"not in OneLogin", func(p *Profile) { p.OneLogin = nil }, everywhere(NotInOneLogin)},
		{"in neither", func(p *Profile) { *p = Profile{} }, [3]RefusalCode{NotInSlack, NotInOneLogin, NotInOneLogin}},
		{"OneLogin without an id", func(p *Profile) { p.OneLogin.ID = 0 }, everywhere(NotInOneLogin)},
		{"locked", status(3, 1), everywhere(IsLocked)},
		{"unactivated", status(0, 1), everywhere(IsInactive)},
		{"suspended", status(2, 1), everywhere(IsInactive)},
		{"password expired", status(4, 1), everywhere(IsInactive)},
		{"of an unknown status", status(6, 1), everywhere(IsInactive)},
		{"unapproved", status(1, 0), everywhere(IsInactive)},
		{"rejected", status(1, 2), everywhere(IsInactive)},
		{"unlicensed", status(1, 3), everywhere(IsInactive)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i, role := range []Role{Agent, Approver, Owner} {
				p := fine(joe)
				tt.make(&p)
				var why *Refusal
				switch role {
				case Agent:
					why = mayBeAgent(joe, p, true, ana)
				case Approver:
					why = mayApprove(principal("manager"), Ref{OneLogin: 1}, p, false, Person{OneLogin: 9}, ana)
				case Owner:
					why = rules.mayBeOwner(Ref{Slack: joe.Slack}, p)
				}
				checkRefusal(t, why, tt.want[i], role)
			}
		})
	}
}

func checkRefusal(t *testing.T, why *Refusal, want RefusalCode, role Role) {
	t.Helper()
	switch {
	case want == "" && why == nil:
	case why == nil:
		t.Errorf("%s: may, want %q", role, want)
	case why.Code != want || why.Role != role:
		t.Errorf("%s: %v, want %q", role, why, want)
	}
}

// TestThreePeople: agent, owner and approver are three different persons (invariant 1).
func TestThreePeople(t *testing.T) {
	as := func(p Person, change func(*Profile)) Profile {
		f := fine(p)
		change(&f)
		return f
	}
	twins := map[string]func(*Profile){
		"the same Slack id":     func(p *Profile) { p.Slack.ID = ana.Slack },
		"the same org id":       func(p *Profile) { p.Slack.OrgID = ana.Slack },
		"the same OneLogin id":  func(p *Profile) { p.OneLogin.ID = ana.OneLogin },
		"the same e-mail":       func(p *Profile) { p.OneLogin.Email = ana.Email },
		"the same e-mail, caps": func(p *Profile) { p.OneLogin.Email = "ANA@Example.COM" },
	}
	for name, change := range twins {
		t.Run(name, func(t *testing.T) {
			checkRefusal(t, mayBeAgent(joe, as(joe, change), true, ana), SamePerson, Agent)
			checkRefusal(t, mayApprove(principal("manager"), Ref{OneLogin: 3}, as(maria, change), false, joe, ana), SamePerson, Approver)
			checkRefusal(t, mayApprove(principal("manager"), Ref{OneLogin: 3}, as(maria, change), false, ana, joe), SamePerson, Approver)
		})
	}
	w := ana
	w.Slack, w.SlackOrg, w.OneLogin, w.Email = "U0OTHER", ana.Slack, 77, "other@example.com"
	if !w.Same(ana) || !ana.Same(w) {
		t.Error("the W and U ids of one user count as two people")
	}
	if (Person{Email: "\u212Aim@example.com"}).Same(Person{Email: "kim@example.com"}) {
		t.Error("the Kelvin sign passes for a k")
	}
	if (Person{}).Same(Person{}) || joe.Same(ana) {
		t.Error("different people, or nobody twice, count as the same")
	}
}

func TestListsDecide(t *testing.T) {
	checkRefusal(t, mayBeAgent(joe, fine(joe), false, ana), NotARequester, Agent)
	checkRefusal(t, mayApprove(principal("U0BOSS"), Ref{Slack: "U0BOSS"}, fine(maria), true, joe, ana), IsRequester, Approver)
	checkRefusal(t, mayApprove(principal("U0BOSS"), Ref{Slack: "U0BOSS"}, fine(maria), false, joe, ana), "", Approver)
	checkRefusal(t, mayApprove(principal("manager"), Ref{OneLogin: 3}, fine(maria), true, joe, ana), "", Approver)
	if why := mayApprove(principal("U0BOSS"), Ref{Slack: "U0BOSS"}, fine(maria), true, joe, ana); why.Link.ID != "U0BOSS" {
		t.Errorf("the refusal does not name the link: %+v", why)
	}
}

func TestProtectedAccountsGetNoCode(t *testing.T) {
	tests := map[string]struct {
		list Protected
		want RefusalCode
	}{
		"nobody":          {Protected{}, ""},
		"user":            {Protected{Users: []int64{2}}, IsProtected},
		"another user":    {Protected{Users: []int64{3}}, ""},
		"role":            {Protected{Roles: []int64{5, 71}}, IsProtected},
		"another role":    {Protected{Roles: []int64{5}}, ""},
		"group":           {Protected{Groups: []int64{80}}, IsProtected},
		"another group":   {Protected{Groups: []int64{81}}, ""},
		"e-mail":          {Protected{Emails: []string{"ANA@example.com"}}, IsProtected},
		"another e-mail":  {Protected{Emails: []string{"ann@example.com"}}, ""},
		"an empty e-mail": {Protected{Emails: []string{""}}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := fine(ana)
			p.OneLogin.Roles, p.OneLogin.Group = []int64{70, 71}, 80
			checkRefusal(t, Policy{Protected: tt.list}.mayBeOwner(Ref{}, p), tt.want, Owner)
		})
	}
	p := fine(ana)
	checkRefusal(t, Policy{Protected: Protected{Groups: []int64{0}}}.mayBeOwner(Ref{}, p), "", Owner)
}

func TestAFreshLookMustFindTheSamePeople(t *testing.T) {
	checkRefusal(t, same(Owner, ana, fine(ana)), "", Owner)
	other := fine(ana)
	other.OneLogin.ID = 4711
	checkRefusal(t, same(Owner, ana, other), Changed, Owner)
	other = fine(ana)
	other.Slack.ID = "U0OTHER"
	checkRefusal(t, same(Owner, ana, other), Changed, Owner)
	gone := fine(ana)
	gone.Slack = nil
	checkRefusal(t, same(Owner, ana, gone), Changed, Owner)
	other = fine(ana)
	other.Slack.Email = "somebody@example.com"
	checkRefusal(t, same(Owner, ana, other), Changed, Owner)
	noSlack := ana
	noSlack.Slack = ""
	checkRefusal(t, same(Owner, noSlack, fine(ana)), "", Owner)
}

func TestAProfileKeepsWhatCardsSay(t *testing.T) {
	p := fine(ana)
	p.Slack.OrgID = "W0ANA"
	want := ana
	want.SlackOrg, want.SlackName = "W0ANA", "nick"
	if got := p.Person(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	p.Slack.Membership = Guest
	if !p.Person().Guest {
		t.Error("a guest is not kept as one")
	}
	if got := (Profile{OneLogin: p.OneLogin}).Person(); got.Slack != "" || got.Email != ana.Email {
		t.Errorf("not in Slack: %+v", got)
	}
}

func TestACodeIsBeingMadeWhileItMayBe(t *testing.T) {
	r := at(Approved)
	r.Wanted = 1
	if !r.Making(r.ClaimUntil.Add(-1)) || r.Making(r.ClaimUntil) {
		t.Error("a wanted code is being made until the claim window ends, and no longer")
	}
	if issuing := at(Issuing); !issuing.Making(issuing.ClaimUntil) {
		t.Error("an attempt that runs is not over with the claim window")
	}
}
