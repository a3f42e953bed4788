package slacksim_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/internal/testbed/slacksim"
)

// post posts to Joe through slack-go and returns how many messages he has afterwards.
func post(s *slacksim.Server) (messages int, err error) {
	_, _, err = client(s).PostMessage(s.Person("joe").ID(), slack.MsgOptionText("hello", false))
	return len(s.Person("joe").DM()), err
}

func TestFaultsAsSlackGoSeesThem(t *testing.T) {
	status := func(code int) func(error) bool {
		return func(err error) bool {
			e, ok := errors.AsType[slack.StatusCodeError](err)
			return ok && e.Code == code
		}
	}
	code := func(want string) func(error) bool {
		return func(err error) bool {
			e, ok := errors.AsType[slack.SlackErrorResponse](err)
			return ok && e.Err == want
		}
	}
	limited := func(err error) bool {
		e, ok := errors.AsType[*slack.RateLimitedError](err)
		return ok && e.RetryAfter == 7*time.Second
	}
	for name, c := range map[string]struct {
		fault    slacksim.Fault
		is       func(error) bool
		messages int
	}{
		"429 with Retry-After":    {slacksim.Fault{Status: 429, RetryAfter: 7}, limited, 0},
		"429, as proxies say it":  {slacksim.Fault{Status: 429, RetryAfter: 1.5}, func(err error) bool { return err != nil && strings.Contains(err.Error(), "1.5") }, 0},
		"429 without Retry-After": {slacksim.Fault{Status: 429}, status(429), 0},
		"503":                     {slacksim.Fault{Status: 503}, status(503), 0},
		"500 after the effect":    {slacksim.Fault{Status: 500, After: true}, status(500), 1},
		"fatal_error":             {slacksim.Fault{Error: "fatal_error"}, code("fatal_error"), 0},
		"internal_error, posted":  {slacksim.Fault{Error: "internal_error", After: true}, code("internal_error"), 1},
		"ok:false and no error":   {slacksim.Fault{NoError: true}, func(err error) bool { return err == nil }, 0},
		"odd echoes":              {slacksim.Fault{Alter: slacksim.OddEchoes}, func(err error) bool { return err != nil }, 1},
		"ok alone":                {slacksim.Fault{Alter: slacksim.OKAlone}, func(err error) bool { return err == nil }, 1},
		"cut before":              {slacksim.Fault{Cut: true}, func(err error) bool { return err != nil }, 0},
		"cut after":               {slacksim.Fault{Cut: true, After: true}, func(err error) bool { return err != nil }, 1},
		"late, but fine":          {slacksim.Fault{Latency: time.Millisecond}, func(err error) bool { return err == nil }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			c.fault.Method, c.fault.Times = "chat.postMessage", 1
			s.Fail(c.fault)
			messages, err := post(s)
			if !c.is(err) || messages != c.messages {
				t.Errorf("error %v, %d messages, want %d", err, messages, c.messages)
			}
			if _, err := post(s); err != nil {
				t.Errorf("the call after the fault: %v", err)
			}
		})
	}
}

func TestFaultPicksItsCalls(t *testing.T) {
	s := begin(t)
	s.Fail(slacksim.Fault{
		Method: "chat.postMessage", Skip: 1, Times: 1, Error: "fatal_error",
		Match: func(args map[string]string) bool { return args["text"] == "hello" },
	})
	var results []bool
	for range 3 {
		_, err := post(s)
		results = append(results, err == nil)
	}
	if !results[0] || results[1] || !results[2] {
		t.Errorf("successes %v, want the second call alone to fail", results)
	}
	calls := s.Calls("chat.postMessage")
	if len(calls) != 3 || calls[0].Fault || !calls[1].Fault || calls[1].Error != "fatal_error" {
		t.Errorf("calls %+v", calls)
	}
	if _, err := client(s).AuthTest(); err != nil {
		t.Errorf("another method: %v", err)
	}
}

func TestHangingCallEndsWithClearFaults(t *testing.T) {
	s := begin(t)
	s.Fail(slacksim.Fault{Method: "auth.test", Hang: true})
	failed := make(chan error)
	go func() {
		_, err := client(s).AuthTest()
		failed <- err
	}()
	must(t, s.Wait(soon(t), func() bool { return len(s.Calls("auth.test")) == 1 }))
	select {
	case err := <-failed:
		t.Fatalf("it does not hang: %v", err)
	default:
	}
	s.ClearFaults()
	if err := <-failed; err == nil {
		t.Error("a hanging call was answered")
	}
	if _, err := client(s).AuthTest(); err != nil {
		t.Error(err)
	}
}

func TestFaultsOfResponseURLAndOpen(t *testing.T) {
	s := begin(t)
	hook := commandHook(t, s, connect(t, s), nil)
	s.Fail(slacksim.Fault{Method: "response_url", Status: 500, Times: 1})
	if status := respond(t, hook, map[string]any{"text": "x"}); status != http.StatusInternalServerError {
		t.Errorf("status %d, want 500", status)
	}
	if s.Person("joe").Sees("x") {
		t.Error("the message was shown")
	}
	s.Fail(slacksim.Fault{Method: "apps.connections.open", Error: "forbidden_team"})
	refuses(t, callWith(t, s, s.AppToken(), "apps.connections.open", nil), "forbidden_team")
}

func TestOneFaultEndsAlone(t *testing.T) {
	s := begin(t)
	end := s.Fail(slacksim.Fault{Method: "chat.postMessage", Error: "internal_error"})
	s.Fail(slacksim.Fault{Method: "chat.postMessage", Error: "fatal_error"})
	if _, err := post(s); err == nil || err.Error() != "internal_error" {
		t.Errorf("before the end: %v", err)
	}
	end()
	if _, err := post(s); err == nil || err.Error() != "fatal_error" {
		t.Errorf("the other fault: %v", err)
	}
	end()
	s.ClearFaults()
	end()
	if _, err := post(s); err != nil {
		t.Error(err)
	}
}
