package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A started is olbot run, in the background.
type started struct {
	stage *stage
	log   lockedBuffer
	out   bytes.Buffer
	stop  context.CancelFunc
	code  chan int
}

// start starts olbot and waits until Slack can reach it.
func (s *stage) start() *started { s.t.Helper(); return s.startAt(1) }

// startAt is start for a Slack whose limits are so many times the documented ones.
func (s *stage) startAt(tempo float64) *started {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	b := &started{stage: s, stop: stop, code: make(chan int, 1)}
	p := &program{
		environ: environ(s.vars), stdout: &b.out, stderr: &b.log, now: time.Now,
		slackPace: tempo, slackPatience: time.Minute, stopTime: time.Minute,
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		b.code <- p.run(ctx, []string{"run"})
	}()
	s.t.Cleanup(func() {
		stop()
		<-over // it may still have a file open in a directory that is about to be removed
	})
	b.wait("olbot is connected", func() bool { return len(s.slack.Connections()) > 0 })
	return b
}

// wait waits until something is so.
func (b *started) wait(what string, so func() bool) {
	b.stage.t.Helper()
	b.stage.until(what, so, b.log.String)
}

// until waits until something is so; if it does not become so, context says more.
func (s *stage) until(what string, so func() bool, context ...func() string) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().Before(deadline) {
			continue
		}
		for _, more := range context {
			what += "\n" + more()
		}
		s.t.Fatalf("it did not become so: %s", what)
	}
}

// ends stops olbot and returns its exit code.
func (b *started) ends() int {
	b.stop()
	return <-b.code
}

// people are Joe of the helpdesk, Ana, and Maria, her manager.
func (s *stage) people() (joe, ana, maria *slacksim.Person) {
	for name, p := range map[string]**slacksim.Person{"joe": &joe, "ana": &ana, "maria": &maria} {
		*p = s.slack.AddUser(slacksim.User{Name: name, RealName: strings.ToUpper(name[:1]) + name[1:], Email: name + "@example.com"})
	}
	boss := s.onelogin.AddUser(oneloginsim.User{Email: "maria@example.com", FirstName: "Maria"})
	s.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com", FirstName: "Ana", ManagerUserID: boss})
	s.onelogin.AddUser(oneloginsim.User{Email: "joe@example.com", FirstName: "Joe"})
	s.vars["OLBOT_REQUESTERS"] = joe.ID()
	return joe, ana, maria
}

// From the command to the code, at the chattiest level, through a graceful stop:
// neither a secret nor the code is ever written (invariant 5).
func TestRunKeepsSecretsAtEveryLevel(t *testing.T) {
	for _, format := range []string{"json", "console"} {
		t.Run(format, func(t *testing.T) {
			s := newStage(t, slacksim.Options{AckTimeout: time.Minute}) // a slow machine is not what is tried here
			joe, ana, maria := s.people()
			s.vars["LOG_LEVEL"], s.vars["LOG_FORMAT"] = "debug", format
			b := s.start()
			if a := joe.Runs("/tempotp " + ana.Mention() + " 300 reusable lost her phone"); !a.OK() {
				t.Fatalf("the command was answered with %v", a)
			}
			b.wait("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })
			if a := maria.Presses("Approve"); !a.OK() {
				t.Fatalf("the press was answered with %v", a)
			}
			b.wait("a code is made", func() bool { return len(s.onelogin.Codes()) == 1 })
			code := s.onelogin.Codes()[0].Value
			b.wait("Joe has the code", func() bool { _, ok := joe.Finds(code); return ok })
			if exit := b.ends(); exit != exitDone {
				t.Errorf("exit code %d", exit)
			}
			s.keepsSecrets(b.log.String())
			if strings.Contains(b.log.String(), code) || strings.Contains(b.log.String(), "ticket") || b.out.Len() > 0 {
				t.Errorf("the code, a ticket or something on stdout:\n%s%s", b.log.String(), b.out.String())
			}
			s.until("no connection is left open", func() bool { return len(s.slack.Connections()) == 0 })
		})
	}
}

func TestRunAnswersAboutItsHealth(t *testing.T) {
	s := newStage(t, slacksim.Options{AckTimeout: time.Minute})
	s.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	b := s.start()
	ask := func(path string) int {
		resp, err := http.Get("http://" + s.vars["OLBOT_HTTP_ADDR"] + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	b.wait("olbot is ready", func() bool { return ask("/readyz") == http.StatusOK })
	s.channel.KickBot()
	if a := s.slack.AddUser(slacksim.User{Name: "eve"}).Runs("/tempotp #1"); !a.OK() { // something to tell in the feed
		t.Fatalf("the command was answered with %v", a)
	}
	b.wait("the lost feed is noticed", func() bool { return ask("/readyz") == http.StatusServiceUnavailable })
	if code, _, stderr := s.run("healthcheck"); code != exitDone {
		t.Errorf("healthcheck: exit code %d: %s", code, stderr)
	}
	s.slack.Disconnect(slacksim.LinkDisabled)
	if code := <-b.code; code != exitConfig {
		t.Errorf("Socket Mode is switched off: exit code %d", code)
	}
	if !strings.Contains(b.log.String(), "\nolbot: Socket Mode cannot work (link_disabled): ") {
		t.Errorf("olbot said\n%s", b.log.String())
	}
}

// Slack gives each payload to any one connection of the app.
func TestRunMindsWhoElseIsConnected(t *testing.T) {
	s := newStage(t, slacksim.Options{})
	s.start()
	s.vars["OLBOT_DATABASE_URL"] = "sqlite:" + filepath.Join(t.TempDir(), "another.db")
	s.vars["LOG_LEVEL"] = "warn"
	other := s.start()
	other.wait("the other one is seen", func() bool {
		return strings.Contains(other.log.String(), "the Slack app has connections that are not ours")
	})
}

func TestRunRefusesTheConnectionsOfAnotherApp(t *testing.T) {
	s := newStage(t, slacksim.Options{HelloAppID: "A0ANOTHER"})
	code, _, stderr := s.run("run")
	if code != exitConfig || !strings.Contains(stderr, "\nolbot: Socket Mode cannot work (app_mismatch): ") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestRunRefusesAWrongAppToken(t *testing.T) {
	s := newStage(t, slacksim.Options{})
	s.vars["SLACK_APP_TOKEN"] = "xapp-1-wrong"
	code, stdout, stderr := s.run("run")
	if code != exitConfig || stdout != "" || !strings.Contains(stderr, "olbot: Socket Mode cannot work (invalid_auth): Slack does not accept SLACK_APP_TOKEN") {
		t.Errorf("exit code %d, stdout %q, stderr %s", code, stdout, stderr)
	}
	s.keepsSecrets(stderr)
}

// What the rules were is known before anything is decided by them.
func TestChangedSettingsAreInTheTrail(t *testing.T) {
	s := newStage(t, slacksim.Options{})
	s.start().ends()
	s.vars["OLBOT_MAX_VALIDITY"] = "2h"
	s.start().ends()
	_, stdout, _ := s.run("audit", "export")
	var event struct {
		Number   int
		Kind     string
		Settings []struct{ Name, Old, New string }
	}
	if err := json.Unmarshal([]byte(stdout), &event); err != nil {
		t.Fatalf("the trail is %q: %v", stdout, err)
	}
	if got := fmt.Sprint(event); got != "{1 settings_changed [{OLBOT_MAX_VALIDITY 1h 2h}]}" {
		t.Errorf("the trail begins with %s", got)
	}
}

// Not every server that speaks OneLogin's protocol offers the call that the credentials are tried with.
func TestRunNeedsNoRateLimitCall(t *testing.T) {
	s := newStage(t, slacksim.Options{})
	s.onelogin.FailAlways(oneloginsim.CallRateLimit, oneloginsim.NotFound())
	if code := s.start().ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
}

// A signal while olbot still waits for Slack is no failure.
func TestAStopBeforeTheStartIsDone(t *testing.T) {
	s := newStage(t, slacksim.Options{})
	s.slack.Fail(slacksim.Fault{Method: "auth.test", Hang: true})
	ctx, stop := context.WithCancelCause(t.Context())
	code := make(chan int, 1)
	var log lockedBuffer
	p := &program{environ: environ(s.vars), stdout: &log, stderr: &log, now: time.Now, patience: time.Minute}
	go func() { code <- p.run(ctx, []string{"run"}) }()
	if err := s.slack.Wait(t.Context(), func() bool { return len(s.slack.Calls()) > 0 }); err != nil {
		t.Fatal(err)
	}
	stop(errors.New("terminated"))
	if got := <-code; got != exitDone || log.String() != "" {
		t.Errorf("exit code %d: %s", got, log.String())
	}
}

// Whoever stops programs kills them after 10 s.
func TestAStopTakesNoLongerThanItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		release := make(chan struct{})
		defer close(release)
		time.AfterFunc(time.Hour, stop)
		began := time.Now()
		err := inTime(ctx, stopTime, func() error { <-release; return nil })
		if took := time.Since(began) - time.Hour; !errors.Is(err, errUnfinished) || took >= 10*time.Second {
			t.Errorf("ended with %v, %v after it was told to", err, took)
		}
	})
}
