//go:build !mutation

// Mutation testing leaves this file out: most of its time is Slack's pace.

package people

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// paced lets the world's calls to Slack keep the pace of a Slack that is so many times faster.
func (w *world) paced(times float64) *slackapi.Pace {
	pace := slackapi.NewPace(times)
	client := slackapi.NewPaced(pace, w.slack.URL(), w.slack.BotToken(), "")
	w.Directory = NewDirectory(Slack{
		Client: client, URL: w.slack.URL(), Token: w.slack.BotToken(), Pace: pace,
	}, w.Directory.onelogin, w.Directory.ours, zap.NewNop(), w.clock.now)
	return pace
}

// The whole fresh check waits at once: when its calls are reserved, none of them
// waits for those of others.
func TestAReservationIsOfAllTheCallsOfACheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	pace := w.paced(0.01) // what is not reserved passes only after this test
	var all []approvals.Person
	for _, name := range []string{"joe", "ana", "maria"} {
		id := w.onelogin.AddUser(oneloginsim.User{Email: name + "@example.com"})
		all = append(all, approvals.Person{Slack: w.slack.AddUser(slacksim.User{Name: name, Email: name + "@example.com"}).ID(), OneLogin: id})
	}
	r := approvals.Request{Agent: all[0], Owner: all[1], Auto: true}
	r.DecidedBy.Person = all[2]
	for _, method := range []string{"users.info", "users.getPresence", "chat.postEphemeral"} {
		w.slack.Fail(slacksim.Fault{Method: method, Times: 1, Status: 429, RetryAfter: 1})
	}
	if _, err := w.Reread(t.Context(), all[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Active(t.Context(), all[0].Slack); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Directory.slack.PostEphemeralContext(t.Context(), all[0].Slack, all[0].Slack); err == nil {
		t.Fatal("not refused")
	}
	for range all {
		pace.GiveBack("users.info")
	}
	pace.GiveBack("users.getPresence")
	check, err := w.Reserve(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if wait := pace.Delay(t.Context(), "chat.postEphemeral", slackapi.Urgent, "another", time.Time{}); wait == 0 {
		t.Error("a code would be made that cannot be shown")
	}
	for _, p := range all {
		if _, err := check.Reread(t.Context(), p); err != nil {
			t.Error(err)
		}
	}
	if there, err := check.Active(t.Context(), r.Agent.Slack); err != nil || !there {
		t.Errorf("there %v, %v", there, err)
	}
	over, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	_, err = w.Reserve(over, r)
	if temporary, ok := errors.AsType[*approvals.TemporaryError](err); !ok || !temporary.NotYet || temporary.After <= 0 {
		t.Errorf("a reservation that was not made: %+v", err)
	}
	before := len(w.slack.Calls())
	_, err = w.Active(over, all[0].Slack)
	if temporary, ok := errors.AsType[*approvals.TemporaryError](err); !ok || !temporary.NotYet {
		t.Errorf("a look-up that had to wait: %+v", err)
	}
	if len(w.slack.Calls()) != before {
		t.Error("it was made all the same")
	}
}

// What Slack refuses for its number is no failure to whoever asked: it takes longer.
func TestALookUpThatSlackThrottlesIsMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	w.paced(1)
	joe := w.slack.AddUser(slacksim.User{Name: "joe", Email: "joe@example.com"})
	for _, method := range []string{"users.info", "users.getPresence"} {
		w.slack.Fail(slacksim.Fault{Method: method, Times: 1, Status: 429, RetryAfter: 1})
	}
	if p, err := w.Profile(t.Context(), approvals.Ref{Slack: joe.ID()}); err != nil || p.Slack == nil {
		t.Errorf("%+v, %v", p, err)
	}
	if there, err := w.Active(t.Context(), joe.ID()); err != nil || !there {
		t.Errorf("there %v, %v", there, err)
	}
	if n := len(w.slack.Calls()); n != 4 {
		t.Errorf("%d calls, want each twice", n)
	}
}

// A wait that makes no sense, such as a time of day, keeps nobody from being looked
// up for years. Kind: a number that means something else.
func TestASenselessWaitHoldsNoLookUps(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	pace := w.paced(1)
	w.slack.Fail(slacksim.Fault{Method: "users.info", Times: 1, Status: 429, RetryAfter: 1_796_040_000})
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	_, err := w.Profile(ctx, approvals.Ref{Slack: "U1"})
	if wait := pace.Wait("users.info", slackapi.Urgent, 1); wait > 2*time.Minute {
		t.Errorf("every look-up waits for %v, after %v", wait, err)
	}
}
