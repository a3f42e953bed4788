package people

import (
	"context"
	"errors"
	"fmt"
	"net/url"
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

// A census that fails is not tried again at once, by whoever comes next; one that
// was too slow or too large, for longer.
func TestACensusThatFailsIsNotReadAgainAtOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		fault slacksim.Fault
		brake time.Duration
	}{
		"refused": {slacksim.Fault{Error: "fatal_error"}, time.Minute},
		"no page": {slacksim.Fault{Status: 503}, time.Minute},
		"cut":     {slacksim.Fault{Cut: true}, time.Minute},
	} {
		w, _ := crowded(t, slacksim.Options{})
		tt.fault.Method = "users.list"
		w.slack.Fail(tt.fault)
		read := func(want int) {
			t.Helper()
			for range 6 {
				if c := w.together(t.Context(), "users.info", slackapi.Urgent, 1); c != nil {
					t.Errorf("%s: there is a census", name)
				}
			}
			if n := len(w.slack.Calls("users.list")); n != want {
				t.Errorf("%s: users.list was called %d times, want %d", name, n, want)
			}
		}
		read(1)
		w.clock.pass(tt.brake - 1)
		read(1)
		w.clock.pass(1)
		read(2)
	}
	late := &url.Error{Op: "Post", Err: context.DeadlineExceeded}
	for err, want := range map[error]time.Duration{
		errTooMany: time.Hour, errTooLarge: time.Hour, late: time.Hour,
		&slackapi.Error{Effect: slackapi.Deferred, Code: "ratelimited", Err: context.DeadlineExceeded}: time.Minute,
	} {
		if got := brakeAfter(err); got != want {
			t.Errorf("no census for %v after %v, want %v", got, err, want)
		}
	}
}

// An answer that is larger than is read is told from one that was cut on its way.
func TestAnAnswerThatIsTooLargeIsToldFromACut(t *testing.T) {
	d := slackSaying(t, `{"ok":true,"members":[{"id":"U1"}]}`)
	if _, err := d.users.post(t.Context(), "users.list", nil, 20); !errors.Is(err, errTooLarge) {
		t.Error(err)
	}
	d = slackSaying(t, `{"ok":true,"members":[{"id":"U1"`)
	if _, err := d.users.post(t.Context(), "users.list", nil, maxAnswer); err == nil || errors.Is(err, errTooLarge) {
		t.Error(err)
	}
}

// Calls that are reserved are made, however many others wait by then.
func TestReservedCallsReadNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	pace := w.paced(1)
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	id := w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	w.slack.Fail(slacksim.Fault{Method: "users.info", Times: 1, Status: 429, RetryAfter: 1})
	if _, err := w.users.info(t.Context(), ana.ID()); err != nil { // the pace is kept from now on
		t.Fatal(err)
	}
	check, err := w.Reserve(t.Context(), approvals.Request{Owner: approvals.Person{Slack: ana.ID()}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for range 15 {
		go pace.Reserve(ctx, slackapi.Urgent, slackapi.Count{Method: "users.info", Calls: 1})
	}
	for pace.Wait("users.info", slackapi.Urgent, 1) < 2*censusPause {
		time.Sleep(time.Millisecond)
	}
	if _, err = check.Reread(t.Context(), approvals.Person{Slack: ana.ID(), OneLogin: id}); err != nil {
		t.Error(err)
	}
	if n := len(w.slack.Calls("users.list")); n > 0 {
		t.Errorf("%d readings of everybody", n)
	}
}

// A check that still has to wait for its message reads nobody: it would be old by then.
func TestTheCensusOfACheckIsReadLast(t *testing.T) {
	w, _ := crowded(t, slacksim.Options{})
	w.slack.Fail(slacksim.Fault{Method: "chat.postEphemeral", Times: 1, Status: 429, RetryAfter: 600})
	if _, err := w.Directory.slack.PostEphemeralContext(t.Context(), "C1", "U1"); err == nil {
		t.Fatal("not refused")
	}
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := w.Reserve(ctx, approvals.Request{Owner: approvals.Person{Slack: "U1"}}); kind(err) == "none" {
		t.Error("it did not wait")
	}
	if n := len(w.slack.Calls("users.list")); n != 0 {
		t.Errorf("%d pages were read", n)
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

// That a user has no other id is true for an hour: the answer may have left it out.
func TestThatThereIsNoOtherIDIsForgotten(t *testing.T) {
	w := newWorld(t, slacksim.Options{EnterpriseID: "E1"}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana", OtherID: "W0ANA"})
	w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	w.slack.Distort(func(_ string, o map[string]any) { delete(o, "enterprise_user") })
	w.profile(t, approvals.Ref{Slack: ana.ID()})
	if ids, all := w.KnownIDs(ana.ID()); len(ids) != 1 || !all {
		t.Errorf("just looked up: %v, %t", ids, all)
	}
	w.clock.pass(time.Hour)
	if _, all := w.KnownIDs(ana.ID()); all {
		t.Error("there is no other id, an hour later")
	}
	w.slack.Distort(nil)
	w.profile(t, approvals.Ref{Slack: ana.ID()})
	w.slack.Distort(func(_ string, o map[string]any) { delete(o, "enterprise_user") })
	w.profile(t, approvals.Ref{Slack: ana.ID()})
	if ids, all := w.KnownIDs(ana.ID()); len(ids) != 2 || !all {
		t.Errorf("an answer that leaves it out takes it back: %v, %t", ids, all)
	}
}
