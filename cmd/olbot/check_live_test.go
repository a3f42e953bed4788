package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"olbot/bot/payload"
	"olbot/internal/socketmode"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// foundLive is what olbot check --live has to say more. It is in testdata/check too.
var foundLive = []struct {
	name    string
	options slacksim.Options
	make    func(*world)
	presses bool // somebody presses the button
}{
	{name: "live-fine", make: func(w *world) {
		joe, sam, sue := w.employs("joe"), w.employs("sam"), w.employs("sue")
		w.vars["OLBOT_REQUESTERS"], w.vars["OLBOT_SECURITY_CONTACTS"] = joe.ID(), sam.ID()+","+sue.ID()
		admin := w.onelogin.AddUser(oneloginsim.User{Email: "admin@example.com"})
		w.vars["OLBOT_PROTECTED"] = fmt.Sprint(admin) + ",admin@example.com,role:7"
	}, presses: true},
	{name: "live-no-press"},
	{name: "live-no-post", make: func(w *world) { w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Error: "restricted_action"}) }},
	{name: "live-post-in-doubt", make: func(w *world) { w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Status: 503}) }},
	{name: "live-people-odd", make: func(w *world) {
		guest := w.slack.AddUser(slacksim.User{Name: "guest", RealName: "Gus Guest", Email: "guest@example.com", Guest: true})
		gone := w.slack.AddUser(slacksim.User{Name: "gone", RealName: "Gil Gone", Email: "gone@example.com", Deleted: true})
		alone := w.slack.AddUser(slacksim.User{Name: "alone", RealName: "Al One", Email: "alone@example.com"})
		locked := w.slack.AddUser(slacksim.User{Name: "locked", RealName: "Lou Locked", Email: "locked@example.com"})
		w.onelogin.AddUser(oneloginsim.User{Email: "locked@example.com", FirstName: "Lou", Status: new(oneloginsim.Locked)})
		w.vars["OLBOT_REQUESTERS"] = w.employs("joe").ID() + "," + alone.ID() + ",U0GHOST"
		w.vars["OLBOT_APPROVERS"] = "manager," + locked.ID() + "," + guest.ID()
		w.vars["OLBOT_SECURITY_CONTACTS"] = gone.ID() + "," + guest.ID()
		w.vars["OLBOT_PROTECTED"] = "424242,nobody@example.com"
	}},
	{name: "live-another-app", options: slacksim.Options{HelloAppID: "A0ANOTHER"}},
	{name: "live-not-while-something-is-wrong", make: func(w *world) { w.channel.Archive() }},
	{name: "live-onelogin-does-not-answer", make: func(w *world) {
		w.vars["OLBOT_REQUESTERS"], w.vars["OLBOT_PROTECTED"] = w.employs("joe").ID(), "7"
		w.onelogin.FailAlways(oneloginsim.CallFindUsers, oneloginsim.Unavailable())
		w.onelogin.FailAlways(oneloginsim.CallGetUser, oneloginsim.Unavailable())
	}},
}

// employs adds somebody to Slack and OneLogin.
func (w *world) employs(name string) *slacksim.Person {
	email := name + "@work.example.com"
	w.onelogin.AddUser(oneloginsim.User{Email: email, FirstName: name})
	return w.slack.AddUser(slacksim.User{Name: name + ".work", Email: email})
}

func TestALiveCheckLooksAtPeopleAndConnections(t *testing.T) {
	golden, err := filepath.Abs("testdata/check")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range foundLive {
		t.Run(tt.name, func(t *testing.T) {
			w := newCheckWorld(t, tt.options)
			if tt.make != nil {
				tt.make(w)
			}
			w.pressTime = time.Millisecond
			if tt.presses {
				w.pressTime = time.Minute
				go w.pressesInChannel()
			}
			code, stdout := w.check(0, "--live")
			compare(t, filepath.Join(golden, tt.name+".golden"), fmt.Sprintf("exit code %d\n%s", code, steady(stdout)))
			w.wasLeftAlone("users.info", "users.lookupByEmail", "chat.postMessage", "chat.update")
			for _, m := range w.channel.Messages() {
				if strings.Contains(m.Text, "press the button") || !strings.Contains(m.Text, "olbot was checked") {
					t.Errorf("in the audit channel stands %q", m.Text)
				}
			}
			for _, c := range w.slack.Calls("chat.postMessage") {
				if c.Args["channel"] != "C0AUDIT" {
					t.Errorf("posted to %v", c.Args["channel"])
				}
			}
		})
	}
}

// pressesInChannel has somebody press the button, once it is there.
func (w *world) pressesInChannel() {
	pat := w.slack.AddUser(slacksim.User{Name: "pat"})
	w.channel.Invite(pat)
	if w.slack.Wait(w.t.Context(), func() bool { _, there := pat.Finds("It works"); return there }) == nil {
		pat.Presses("It works")
	}
}

// TestALiveCheckTellsOursFromOthers: connections of the olbot on the same database are known there.
func TestALiveCheckTellsOursFromOthers(t *testing.T) {
	w := newCheckWorld(t, slacksim.Options{})
	says := func(want string) {
		t.Helper()
		var stdout string
		w.until("the check says "+want, func() bool { _, stdout = w.check(0, "--live"); return strings.Contains(stdout, want) }, func() string { return stdout })
	}
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	b := w.start()
	b.wait("both are connected", func() bool { return len(w.slack.Connections()) == 2 })
	says("ok       connections    Slack connects, as it does an olbot on this database\n")
	w.vars["OLBOT_DATABASE_URL"], w.vars["OLBOT_HTTP_ADDR"] = "sqlite:another.db", ""
	says("warning  connections    " + foreignAdvice + " (2 connections)\n")
}

// compare compares what olbot says with a golden file.
func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if said, err := os.ReadFile(path); err != nil || string(said) != got {
		t.Errorf("%s is not what olbot says (%v); go test ./cmd/olbot -update writes it:\n%s", path, err, got)
	}
}

// TestAButtonThatACheckHasLeftIsAnswered by the olbot that runs then.
func TestAButtonThatACheckHasLeftIsAnswered(t *testing.T) {
	w := newCheckWorld(t, slacksim.Options{AckTimeout: time.Minute})
	w.pressTime = time.Millisecond
	w.slack.Fail(slacksim.Fault{Method: "chat.update", Status: 503})
	w.check(0, "--live")
	b := w.start()
	pat := w.slack.AddUser(slacksim.User{Name: "pat"})
	w.channel.Invite(pat)
	pat.Presses("It works")
	b.wait("the press is answered", func() bool { _, found := pat.Finds("olbot was checked: presses reach it"); return found })
}

// TestAVisitTakesNothingFromAnybody: a command is asked for again, and what it leaves without an ack Slack calls failed.
func TestAVisitTakesNothingFromAnybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &visit{presses: make(chan payload.Interaction, 1)}
		handle := func(kind, body string) (answer any, took time.Duration) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			began := time.Now()
			answer, err := v.handle(ctx, socketmode.Envelope{Type: kind, Payload: []byte(body)})
			if err != nil {
				t.Error(err)
			}
			return answer, time.Since(began)
		}
		if answer, took := handle(socketmode.Command, `{}`); answer == nil || took > 0 {
			t.Errorf("a command: %v after %v", answer, took)
		}
		press := func(action string) string {
			return `{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"` + action + `","value":"-"}]}`
		}
		if _, took := handle(socketmode.Interaction, press("approve")); took == 0 || len(v.presses) > 0 {
			t.Errorf("another button: acked after %v, %d presses", took, len(v.presses))
		}
		for range 2 {
			if _, took := handle(socketmode.Interaction, press("check")); took > 0 || len(v.presses) != 1 {
				t.Errorf("its own: acked after %v, %d presses", took, len(v.presses))
			}
		}
	})
}
