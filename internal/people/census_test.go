package people

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// crowded is a world whose users.info and users.lookupByEmail are used up.
func crowded(t *testing.T, so slacksim.Options) (*world, *slackapi.Pace) {
	w := newWorld(t, so, oneloginsim.Options{})
	pace := w.paced(0.01)
	for _, method := range []string{"users.info", "users.lookupByEmail"} {
		w.slack.Fail(slacksim.Fault{Method: method, Times: 1, Status: 429, RetryAfter: 600})
		go w.users.call(t.Context(), method, nil) // stays in the queue until the test ends
	}
	for pace.Wait("users.info", slackapi.Urgent, 1) < time.Minute || pace.Wait("users.lookupByEmail", slackapi.Urgent, 1) < time.Minute {
		time.Sleep(time.Millisecond)
	}
	t.Cleanup(pace.Stop)
	return w, pace
}

// When many wait, all are read together, and say the same as alone.
func TestWhenManyWaitPeopleAreReadTogether(t *testing.T) {
	w, _ := crowded(t, slacksim.Options{UsersPage: 2})
	people := map[string]slacksim.User{
		"ana": {}, "guest": {Guest: true}, "gone": {Deleted: true}, "robot": {Bot: true}, "invited": {Invited: true},
		"unconfirmed": {EmailUnconfirmed: true},
	}
	for name, u := range people {
		u.Name = name
		w.onelogin.AddUser(oneloginsim.User{Email: name + "@example.com"})
		w.slack.AddUser(u)
	}
	alone := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	for name, u := range people {
		u.Name, u.TeamID = name, alone.slack.TeamID()
		want := alone.profile(t, approvals.Ref{Slack: alone.slack.AddUser(u).ID()}).Slack
		got := w.profile(t, approvals.Ref{Slack: w.slack.Person(name).ID()}).Slack
		if got.Name != want.Name || got.Email != want.Email || got.Membership != want.Membership {
			t.Errorf("%s: together %+v, alone %+v", name, got, want)
		}
	}
	if p := w.profile(t, approvals.Ref{Email: "ana@example.com"}); p.Slack == nil || p.Slack.ID != w.slack.Person("ana").ID() {
		t.Errorf("by e-mail: %+v", p.Slack)
	}
	pages := len(w.slack.Calls("users.list"))
	if most := (len(people)+10)/2 + 1; pages < 3 || pages > most {
		t.Errorf("%d pages were read", pages)
	}
	for _, method := range []string{"users.info", "users.lookupByEmail"} {
		if n := len(w.slack.Calls(method)); n != 1 {
			t.Errorf("%s was called %d times beside the crowd's", method, n-1)
		}
	}
}

// What the census says may be a minute old, and no older (invariant 1).
func TestACensusIsAtMostAMinuteOld(t *testing.T) {
	w, _ := crowded(t, slacksim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	member := func() approvals.Membership {
		return w.profile(t, approvals.Ref{Slack: ana.ID()}).Slack.Membership
	}
	if m := member(); m != approvals.Member {
		t.Fatal(m)
	}
	ana.Becomes(func(u *slacksim.User) { u.Guest = true })
	w.clock.pass(59 * time.Second)
	if m := member(); m != approvals.Member {
		t.Errorf("within the minute: %s", m)
	}
	w.clock.pass(time.Second)
	if m := member(); m != approvals.Guest {
		t.Errorf("after the minute: %s", m)
	}
	if n := len(w.slack.Calls("users.list")); n != 2 {
		t.Errorf("%d readings", n)
	}
}

// A fresh check that has a census reserves no users.info.
func TestACheckWithACensusDoesNotWait(t *testing.T) {
	w, _ := crowded(t, slacksim.Options{})
	joe, ana, maria := w.slack.AddUser(slacksim.User{Name: "joe"}), w.slack.AddUser(slacksim.User{Name: "ana"}), w.slack.AddUser(slacksim.User{Name: "maria"})
	r := approvals.Request{Agent: approvals.Person{Slack: joe.ID()}, Owner: approvals.Person{Slack: ana.ID()}}
	r.DecidedBy.Slack = maria.ID()
	check, err := w.Reserve(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	id := w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	if p, err := check.Reread(t.Context(), approvals.Person{Slack: ana.ID(), OneLogin: id}); err != nil || p.Slack.ID != ana.ID() {
		t.Errorf("%+v, %v", p.Slack, err)
	}
}

// Who is alone does not read everybody; nor is that tried again and again where
// there are too many.
func TestEverybodyIsNotReadInVain(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	w.paced(1)
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	w.profile(t, approvals.Ref{Slack: ana.ID()})
	if n := len(w.slack.Calls("users.list")); n != 0 {
		t.Errorf("%d pages were read for one", n)
	}

	w, _ = crowded(t, slacksim.Options{UsersPage: 1})
	for i := range censusPages {
		w.slack.AddUser(slacksim.User{Name: fmt.Sprint("user", i)})
	}
	for range 3 {
		if c := w.together(t.Context(), "users.info", slackapi.Urgent, 1); c != nil {
			t.Errorf("a census of %d pages", c.pages)
		}
	}
	if n := len(w.slack.Calls("users.list")); n != censusPages {
		t.Errorf("%d pages were read, want %d, once", n, censusPages)
	}
}

// Which id a command comes under is told in an Enterprise organisation alone.
func TestIDsThatAreKnownWithoutAsking(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	if ids, all := w.KnownIDs("U1"); !slices.Equal(ids, []string{"U1"}) || !all {
		t.Errorf("%v, %t", ids, all)
	}
	w = newWorld(t, slacksim.Options{EnterpriseID: "E1"}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana", OtherID: "W0ANA"})
	w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	if _, all := w.KnownIDs("W0ANA"); all {
		t.Error("the other id is known before anybody asked for it")
	}
	w.profile(t, approvals.Ref{Slack: ana.ID()})
	for _, id := range []string{"W0ANA", ana.ID()} {
		if ids, all := w.KnownIDs(id); len(ids) != 2 || !all {
			t.Errorf("%s: %v, %t", id, ids, all)
		}
	}
}
