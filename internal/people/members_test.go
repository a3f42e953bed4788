package people

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"go.uber.org/zap"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

func TestMembersAreAtMostAMinuteOld(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	joe, maria := w.slack.AddUser(slacksim.User{Name: "joe"}), w.slack.AddUser(slacksim.User{Name: "maria"})
	helpdesk, empty := w.slack.AddUserGroup("helpdesk", joe), w.slack.AddUserGroup("empty")
	expect := func(group string, asked int, want ...string) {
		t.Helper()
		got, err := w.Members(t.Context(), group, time.Minute)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Members = %q, %v, want %q", got, err, want)
		}
		if n := len(w.slack.Calls("usergroups.users.list")); n != asked {
			t.Errorf("Slack was asked %d times, want %d", n, asked)
		}
		clear(got) // a copy
	}
	expect(helpdesk, 1, joe.ID())
	w.slack.SetUserGroup(helpdesk, joe, maria)
	w.clock.pass(time.Minute - 1)
	expect(helpdesk, 1, joe.ID())
	w.clock.pass(1)
	expect(helpdesk, 2, joe.ID(), maria.ID())
	expect(empty, 3)
	expect(empty, 3)
	w.slack.DisableUserGroup(helpdesk)
	w.clock.pass(time.Minute)
	expect(helpdesk, 4)
	expect("S404", 5)
}

func TestErrorsOfGroupsAreNotKept(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	joe := w.slack.AddUser(slacksim.User{Name: "joe"})
	helpdesk := w.slack.AddUserGroup("helpdesk", joe)
	w.slack.Fail(slacksim.Fault{Method: "usergroups.users.list", Times: 1, Status: 503})
	if _, err := w.Members(t.Context(), helpdesk, time.Minute); kind(err) != "temporary" {
		t.Errorf("err = %v", err)
	}
	if got, err := w.Members(t.Context(), helpdesk, time.Minute); err != nil || !slices.Equal(got, []string{joe.ID()}) {
		t.Errorf("Members = %q, %v", got, err)
	}
}

func TestAnAnswerWithoutMembersIsNotAnEmptyGroup(t *testing.T) {
	for _, answer := range []string{`{"ok":false}`, `{"ok":true}`, `{"ok":true,"users":null}`} {
		d := slackSaying(t, answer)
		if got, err := d.Members(t.Context(), "S1", time.Minute); kind(err) != "temporary" || got != nil {
			t.Errorf("%s: %q, %v", answer, got, err)
		}
	}
}

// gate is a Slack that answers when it is let.
type gate struct {
	open  chan struct{}
	calls int
}

func (g *gate) RoundTrip(*http.Request) (*http.Response, error) {
	g.calls++
	<-g.open
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"ok":true,"users":["U1"]}`))}, nil
}

func TestOneQuestionServesAllWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{open: make(chan struct{})}
		client := slack.New("xoxb-1", slack.OptionHTTPClient(&http.Client{Transport: g}))
		d := NewDirectory(Slack{Client: client}, nil, Workspace{TeamID: "T1"}, zap.NewNop(), time.Now)
		first, giveUp := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		waiting.Go(func() {
			if _, err := d.Members(first, "S1", time.Minute); !errors.Is(err, context.Canceled) {
				t.Errorf("the one who gave up: %v", err)
			}
		})
		synctest.Wait()
		for range 5 {
			waiting.Go(func() {
				if got, err := d.Members(t.Context(), "S1", time.Minute); err != nil || !slices.Equal(got, []string{"U1"}) {
					t.Errorf("Members = %q, %v", got, err)
				}
			})
		}
		synctest.Wait()
		giveUp()
		synctest.Wait()
		close(g.open)
		waiting.Wait()
		if g.calls != 1 {
			t.Errorf("Slack was asked %d times", g.calls)
		}
	})
}

func TestWhoGaveUpBeforeAskingAsksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{open: make(chan struct{})}
		close(g.open)
		client := slack.New("xoxb-1", slack.OptionHTTPClient(&http.Client{Transport: g}))
		d := NewDirectory(Slack{Client: client}, nil, Workspace{TeamID: "T1"}, zap.NewNop(), time.Now)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := d.Members(gone, "S1", time.Minute); !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v", err)
		}
		synctest.Wait()
		if g.calls != 0 {
			t.Errorf("Slack was asked %d times", g.calls)
		}
	})
}
