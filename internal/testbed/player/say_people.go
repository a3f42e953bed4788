package player

import (
	"context"
	"fmt"
	"strings"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// inEnterprise stands among the people of a story; ids then begin with U or W.
const inEnterprise = "the workspace is one of an Enterprise organisation"

// peopleSentences say who somebody is, before olbot starts or from then on.
func peopleSentences() []sentence {
	return []sentence{
		{form: inEnterprise, do: beforeTheStory}, // newStage has seen to it
		{form: "NAMES join[s]", do: joins},
		{form: "N more people join", do: morePeople},
		{form: "NAME joins with two ids", do: func(_ context.Context, s *stage, a args) error {
			s.joinAs(a[0], "W0"+strings.ToUpper(a[0]))
			return nil
		}},
		{form: "NAME joins OneLogin only", do: joinsOneLogin},
		{form: "NAME is called TEXT", do: isCalled},
		{form: "NAME is TEXT in Slack", do: isInSlack},
		{form: "NAME is TEXT in OneLogin", do: isInOneLogin},
		{form: "NAME is in OneLogin twice", do: isTwice},
		{form: "NAME is deleted from OneLogin", do: isDeleted},
		{form: "NAME's manager is NAME", do: hasManager},
		{form: "NAME manages NAMES", do: manages},
		{form: "NAME has no manager", do: account(func(u *oneloginsim.User, _ args) { u.ManagerUserID = 0 })},
		{form: "NAME has the OneLogin role N", do: account(func(u *oneloginsim.User, a args) {
			u.RoleIDs = append(u.RoleIDs, number(a[1]))
		})},
		{form: "NAME is in the OneLogin group N", do: account(func(u *oneloginsim.User, a args) { u.GroupID = number(a[1]) })},
		{form: "NAME's e-mail in OneLogin is TEXT", do: account(func(u *oneloginsim.User, a args) { u.Email = a[1] })},
		{form: "NAME's e-mail in Slack is TEXT", do: profile(func(u *slacksim.User, a args) { u.Email = a[1] })},
		{form: "NAME's DM is closed", do: profile(func(u *slacksim.User, _ args) { u.DMClosed = true })},
		{form: "NAME's DM is open", do: profile(func(u *slacksim.User, _ args) { u.DMClosed = false })},
		{form: "GROUP has N people", do: bigGroup},
		{form: "GROUP has nobody", do: func(_ context.Context, s *stage, a args) error { return s.group(a[0]) }},
		{form: "GROUP has NAMES", do: func(_ context.Context, s *stage, a args) error {
			return s.group(a[0], names(a[1])...)
		}},
	}
}

// number reads digits that a pattern has matched.
func number(digits string) int64 {
	var n int64
	fmt.Sscan(digits, &n)
	return n
}

// profile makes a sentence of a change in Slack.
func profile(change func(*slacksim.User, args)) func(context.Context, *stage, args) error {
	return func(_ context.Context, s *stage, a args) error {
		p, err := s.inSlack(a[0])
		if err == nil {
			p.Becomes(func(u *slacksim.User) { change(u, a) })
		}
		return err
	}
}

// account makes a sentence of a change in OneLogin.
func account(change func(*oneloginsim.User, args)) func(context.Context, *stage, args) error {
	return func(_ context.Context, s *stage, a args) error {
		who, err := s.somebody(a[0])
		if err != nil {
			return err
		}
		if who.onelogin == 0 {
			return fmt.Errorf("%s is not in OneLogin", a[0])
		}
		s.onelogin.UpdateUser(who.onelogin, func(u *oneloginsim.User) { change(u, a) })
		return nil
	}
}

// names splits "joe, bob and ana".
func names(list string) []string {
	return strings.Fields(strings.NewReplacer(",", " ", " and ", " ").Replace(list))
}

func joins(_ context.Context, s *stage, a args) error {
	for _, name := range names(a[0]) {
		s.join(name)
	}
	return nil
}

// morePeople are there and do nothing.
func morePeople(_ context.Context, s *stage, a args) error {
	for i := range number(a[0]) {
		s.join(fmt.Sprintf("colleague%d", i+1))
	}
	return nil
}

func joinsOneLogin(_ context.Context, s *stage, a args) error {
	id := s.onelogin.AddUser(oneloginsim.User{
		Email: a[0] + "@example.com", Username: a[0], FirstName: strings.ToUpper(a[0][:1]) + a[0][1:],
	})
	s.people[a[0]] = &actor{name: a[0], onelogin: id}
	return nil
}

func isInSlack(_ context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	kinds := map[string]func(*slacksim.User){
		"a guest":                 func(u *slacksim.User) { u.Guest = true },
		"a single-channel guest":  func(u *slacksim.User) { u.SingleChannelGuest = true },
		"a bot":                   func(u *slacksim.User) { u.Bot = true },
		"a workflow bot":          func(u *slacksim.User) { u.WorkflowBot = true },
		"deactivated":             func(u *slacksim.User) { u.Deleted = true },
		"invited":                 func(u *slacksim.User) { u.Invited = true },
		"unconfirmed":             func(u *slacksim.User) { u.EmailUnconfirmed = true },
		"a stranger":              func(u *slacksim.User) { u.Stranger, u.TeamID = true, "T0THERTEAM" },
		"of another organisation": func(u *slacksim.User) { u.TeamID = "T0THERTEAM" },
		"of another workspace of the organisation": func(u *slacksim.User) {
			u.TeamID, u.EnterpriseTeams = "T0THERTEAM", []string{"T0THERTEAM"}
		},
		"of another workspace too": func(u *slacksim.User) {
			u.TeamID, u.EnterpriseTeams = "T0THERTEAM", []string{"T0THERTEAM", u.TeamID}
		},
		"invisible":         func(u *slacksim.User) { u.Invisible = true },
		"without an e-mail": func(u *slacksim.User) { u.Email = "" },
		"an administrator":  func(u *slacksim.User) { u.Admin = true },
	}
	change, ok := kinds[a[1]]
	if !ok {
		return fmt.Errorf("nobody can be %s in Slack", a[1])
	}
	p.Becomes(change)
	return nil
}

func isInOneLogin(_ context.Context, s *stage, a args) error {
	who, err := s.somebody(a[0])
	if err != nil {
		return err
	}
	type standing struct{ status, state int }
	kinds := map[string]standing{
		"active": {oneloginsim.Active, oneloginsim.Approved}, "unactivated": {oneloginsim.Unactivated, oneloginsim.Approved},
		"suspended": {oneloginsim.Suspended, oneloginsim.Approved}, "locked": {oneloginsim.Locked, oneloginsim.Approved},
		"with an expired password":   {oneloginsim.PasswordExpired, oneloginsim.Approved},
		"awaiting a password reset":  {oneloginsim.AwaitingPasswordReset, oneloginsim.Approved},
		"with a pending password":    {oneloginsim.PasswordPending, oneloginsim.Approved},
		"without security questions": {oneloginsim.SecurityQuestionsRequired, oneloginsim.Approved},
		"unapproved":                 {oneloginsim.Active, oneloginsim.Unapproved},
		"rejected":                   {oneloginsim.Active, oneloginsim.Rejected},
		"unlicensed":                 {oneloginsim.Active, oneloginsim.Unlicensed},
		"of a status nobody knows":   {17, oneloginsim.Approved},
	}
	k, ok := kinds[a[1]]
	if !ok {
		return fmt.Errorf("nobody can be %s in OneLogin", a[1])
	}
	s.onelogin.UpdateUser(who.onelogin, func(u *oneloginsim.User) { u.Status, u.State = &k.status, &k.state })
	return nil
}

// isTwice adds another OneLogin user with the same e-mail address.
func isTwice(_ context.Context, s *stage, a args) error {
	who, err := s.somebody(a[0])
	if err != nil {
		return err
	}
	u, _ := s.onelogin.User(who.onelogin)
	u.ID, u.Username = 0, u.Username+"2"
	s.onelogin.AddUser(u)
	return nil
}

func isDeleted(_ context.Context, s *stage, a args) error {
	who, err := s.somebody(a[0])
	if err == nil {
		s.onelogin.RemoveUser(who.onelogin)
	}
	return err
}

// isCalled gives somebody another name, in Slack and in OneLogin.
func isCalled(_ context.Context, s *stage, a args) error {
	who, err := s.somebody(a[0])
	if err != nil {
		return err
	}
	name := unescape(a[1])
	if who.slack != nil {
		who.slack.Becomes(func(u *slacksim.User) { u.RealName = name })
	}
	if who.onelogin != 0 {
		s.onelogin.UpdateUser(who.onelogin, func(u *oneloginsim.User) { u.FirstName, u.LastName = name, "" })
	}
	return nil
}

func hasManager(ctx context.Context, s *stage, a args) error {
	return manages(ctx, s, args{a[1], a[0]})
}

func manages(_ context.Context, s *stage, a args) error {
	manager, err := s.somebody(a[0])
	if err != nil {
		return err
	}
	for _, name := range names(a[1]) {
		who, err := s.somebody(name)
		if err != nil {
			return err
		}
		s.onelogin.UpdateUser(who.onelogin, func(u *oneloginsim.User) { u.ManagerUserID = manager.onelogin })
	}
	return nil
}

// bigGroup makes a user group of that many members, who are members of Slack and OneLogin too.
func bigGroup(_ context.Context, s *stage, a args) error {
	var names []string
	for i := range number(a[1]) {
		name := a[0] + string(rune('a'+i))
		s.join(name)
		names = append(names, name)
	}
	return s.group(a[0], names...)
}
