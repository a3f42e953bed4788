package slacksim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/internal/testbed/slacksim"
)

// limitedServer is a workspace with Slack's rate limits and a clock that the test moves.
func limitedServer(t *testing.T) (s *slacksim.Server, pass func(time.Duration)) {
	t.Helper()
	var c clock
	s = begin(t, c.set, func(o *slacksim.Options) { o.Unlimited = false })
	return s, c.pass
}

func limitedFor(err error) time.Duration {
	if e, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return e.RetryAfter
	}
	return 0
}

func TestPostsOncePerSecondAndChannelAfterABurst(t *testing.T) {
	s, pass := limitedServer(t)
	for range 4 {
		if _, err := post(s); err != nil {
			t.Fatal(err)
		}
	}
	messages, err := post(s)
	if limitedFor(err) != time.Second || messages != 4 {
		t.Errorf("fifth message: %v, %d messages", err, messages)
	}
	api := client(s)
	if _, _, err := api.PostMessage(s.Person("ana").ID(), slack.MsgOptionText("x", false)); err != nil {
		t.Errorf("another channel: %v", err)
	}
	dm := s.Person("joe").BotDM().ID()
	if _, _, err := api.PostMessage(dm, slack.MsgOptionText("x", false)); limitedFor(err) == 0 {
		t.Errorf("the same channel by its id: %v", err)
	}
	pass(time.Second)
	if _, err := post(s); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestWithoutABurstEveryCallWaitsForTheOneBefore(t *testing.T) {
	var c clock
	s := begin(t, c.set, func(o *slacksim.Options) { o.Unlimited, o.NoBurst = false, true })
	api, ana := client(s), s.Person("ana").ID()
	for range 2 {
		if _, err := api.GetUserInfo(ana); err != nil {
			t.Fatal(err)
		}
		if _, err := api.GetUserInfo(ana); limitedFor(err) != time.Second {
			t.Fatalf("the next at once: %v", err)
		}
		c.pass(time.Second)
	}
}

func TestTiersAllowAMinutesWorth(t *testing.T) {
	s, pass := limitedServer(t)
	api := client(s)
	id := s.AddUserGroup("helpdesk")
	ask := func() error {
		_, err := api.GetUserGroupMembers(id)
		return err
	}
	for range 20 {
		must(t, ask())
	}
	if wait := limitedFor(ask()); wait != 3*time.Second {
		t.Errorf("Retry-After %v, want 3 s", wait)
	}
	if c := s.Calls("usergroups.users.list"); c[20].Status != 429 || c[20].Error != "ratelimited" {
		t.Errorf("record %+v", c[20])
	}
	if _, err := api.AuthTest(); err != nil {
		t.Errorf("another method: %v", err)
	}
	pass(3 * time.Second)
	must(t, ask())
}
