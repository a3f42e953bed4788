package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"olbot/internal/config"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// From the command to the code, at the chattiest level, through a graceful stop:
// neither a secret nor the code is ever written (invariant 5).
func TestRunKeepsSecretsAtEveryLevel(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "console"} {
		t.Run(format, func(t *testing.T) {
			w := newWorld(t, slacksim.Options{AckTimeout: time.Minute}) // a slow machine is not what is tried here
			joe, ana, maria := w.people()
			w.vars["LOG_LEVEL"], w.vars["LOG_FORMAT"] = "debug", format
			b := w.start()
			code := b.issues(joe, ana, maria)
			if exit := b.ends(); exit != exitDone {
				t.Errorf("exit code %d", exit)
			}
			w.keepsSecrets(b.log.String())
			if strings.Contains(b.log.String(), code) || strings.Contains(b.log.String(), "ticket") || b.out.Len() > 0 {
				t.Errorf("the code, a ticket or something on stdout:\n%s%s", b.log.String(), b.out.String())
			}
			w.until("no connection is left open", func() bool { return len(w.slack.Connections()) == 0 })
		})
	}
}

func TestRunAnswersAboutItsHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	b := w.start()
	b.wait("olbot is ready", func() bool { code, _ := b.page("/readyz"); return code == http.StatusOK })
	w.channel.KickBot()
	if a := w.slack.AddUser(slacksim.User{Name: "eve"}).Runs("/tempotp #1"); !a.OK() { // something to tell in the feed
		t.Fatalf("the command was answered with %v", a)
	}
	b.wait("the lost feed is noticed", func() bool { code, _ := b.page("/readyz"); return code == http.StatusServiceUnavailable })
	if code, _, stderr := w.run("healthcheck"); code != exitDone {
		t.Errorf("healthcheck: exit code %d: %s", code, stderr)
	}
	w.slack.Disconnect(slacksim.LinkDisabled)
	if code := <-b.code; code != exitConfig {
		t.Errorf("Socket Mode is switched off: exit code %d", code)
	}
	if !strings.Contains(b.log.String(), "\nolbot: Socket Mode cannot work (link_disabled): ") {
		t.Errorf("olbot said\n%s", b.log.String())
	}
}

// Slack gives each payload to any one connection of the app. Another program is told of, and ends nothing.
func TestRunMindsWhoElseIsConnected(t *testing.T) {
	w := newWorld(t, slacksim.Options{})
	w.start()
	w.until("one olbot is connected", func() bool { return len(w.slack.Connections()) == 2 })
	w.vars["OLBOT_DATABASE_URL"] = "sqlite:" + filepath.Join(t.TempDir(), "another.db")
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	other := w.start()
	other.wait("the other one is seen", func() bool {
		_, text := other.page("/metrics")
		return strings.Contains(text, "\nolbot_socket_foreign_connections 2\n")
	})
	if code := other.ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
}

// TestRunCreditsItsOwnGhosts: Slack goes on counting connections that ended without a close frame, for hours
// (https://github.com/slackapi/python-slack-sdk/issues/1940), over restarts. Kind: a count that somebody else keeps, and
// keeps late, taken as proof.
func TestRunCreditsItsOwnGhosts(t *testing.T) {
	w := newWorld(t, slacksim.Options{GhostLife: time.Hour})
	w.vars["LOG_LEVEL"] = "debug"
	both := func(b *started, app int) {
		t.Helper()
		b.wait(fmt.Sprintf("Slack counts %d connections", app), func() bool {
			return strings.Contains(b.log.String(), fmt.Sprintf(`"msg":"connections of the Slack app","app":%d,`, app))
		})
		for line := range strings.Lines(b.log.String()) {
			if strings.Contains(line, `"msg":"connections of the Slack app"`) && !strings.Contains(line, `"foreign":0`) {
				t.Errorf("olbot takes its own connections for foreign ones: %s", line)
			}
		}
	}
	b := w.start()
	both(b, 2)
	w.slack.Cut()
	both(b, 4)
	w.slack.Freeze() // so that nobody hears goodbye, as after a crash
	if code := b.ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
	both(w.start(), 6)
}

func TestRunRefusesTheConnectionsOfAnotherApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{HelloAppID: "A0ANOTHER"})
	code, _, stderr := w.run("run")
	if code != exitConfig || !strings.Contains(stderr, "\nolbot: Socket Mode cannot work (app_mismatch): ") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestRunRefusesAWrongAppToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{})
	w.vars["SLACK_APP_TOKEN"] = "xapp-1-wrong"
	code, stdout, stderr := w.run("run")
	if code != exitConfig || stdout != "" || !strings.Contains(stderr, "olbot: Socket Mode cannot work (invalid_auth): Slack does not accept SLACK_APP_TOKEN") {
		t.Errorf("exit code %d, stdout %q, stderr %s", code, stdout, stderr)
	}
	w.keepsSecrets(stderr)
}

// What the rules were is known before anything is decided by them.
func TestChangedSettingsAreInTheTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{})
	w.start().ends()
	w.vars["OLBOT_MAX_VALIDITY"] = "2h"
	w.start().ends()
	_, stdout, _ := w.run("audit", "export")
	type event struct {
		Number, Schema, Count int
		Kind, Version         string
		Quiet                 bool
		Settings              []struct{ Name, Old, New string }
	}
	var all []event
	for line := range strings.Lines(stdout) {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("the trail is %q: %v", stdout, err)
		}
		all = append(all, e)
	}
	if len(all) != 5 || all[1].Kind != "shut_down" || !all[1].Quiet || all[1].Version == "" || all[4].Kind != "shut_down" {
		t.Fatalf("the trail is %+v", all)
	}
	all = slices.Delete(all, 1, 2)
	if all[0].Kind != "started" || all[0].Quiet || all[2].Kind != "started" || !all[2].Quiet || all[2].Count != 1 ||
		all[2].Version == "" || all[2].Schema == 0 || len(all[2].Settings) < 10 {
		t.Fatalf("the trail is %+v", all)
	}
	if got := fmt.Sprint(all[1]); got != "{3 0 0 settings_changed  false [{OLBOT_MAX_VALIDITY 1h 2h}]}" {
		t.Errorf("the change is told as %s", got)
	}
}

// Not every server that speaks OneLogin's protocol offers the call that the credentials are tried with.
func TestRunNeedsNoRateLimitCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{})
	w.onelogin.FailAlways(oneloginsim.CallRateLimit, oneloginsim.NotFound())
	if code := w.start().ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
}

// Kind: knowledge applied in one place only. OneLogin refuses good credentials now and then, at the start too.
func TestAStartOutlivesARefusalInPassing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{})
	w.onelogin.FailNext(oneloginsim.CallToken, oneloginsim.Unauthorized())
	w.onelogin.FailNext(oneloginsim.CallRateLimit, oneloginsim.Unauthorized())
	if code := w.start().ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
}

// A signal while olbot still waits for Slack is no failure.
func TestAStopBeforeTheStartIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{})
	w.slack.Fail(slacksim.Fault{Method: "auth.test", Hang: true})
	ctx, stop := context.WithCancelCause(t.Context())
	code := make(chan int, 1)
	var log lockedBuffer
	p := &program{environ: environ(w.vars), stdout: &log, stderr: &log, now: time.Now, patience: time.Minute}
	go func() { code <- p.run(ctx, []string{"run"}) }()
	if err := w.slack.Wait(t.Context(), func() bool { return len(w.slack.Calls()) > 0 }); err != nil {
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
		err := limitStop(ctx, stopTime, func() error { <-release; return nil })
		if took := time.Since(began) - time.Hour; !errors.Is(err, errUnfinished) || took >= 10*time.Second {
			t.Errorf("ended with %v, %v after it was told to", err, took)
		}
	})
}

// TestTheStartSaysWhereSettingsCameFrom, and what is unwise, and no value.
func TestTheStartSaysWhereSettingsCameFrom(t *testing.T) {
	w := newWorld(t, slacksim.Options{})
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	for path, text := range map[string]string{token: w.vars["SLACK_BOT_TOKEN"], filepath.Join(dir, ".env"): "OLBOT_REQUIRE_REASON=true\nOLBOT_APPROVAL_TIMEOUT=17m\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	delete(w.vars, "SLACK_BOT_TOKEN")
	w.vars["SLACK_BOT_TOKEN_FILE"], w.vars["LOG_LEVEL"], w.vars["LOG_FORMAT"] = token, "info", "json"
	c, err := config.Load(environ(w.vars), dir)
	if err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	sayConfiguration(c, newLogger(c, &log))
	for _, want := range []string{
		`"file":".env","settings":["OLBOT_APPROVAL_TIMEOUT","OLBOT_REQUIRE_REASON"]`, `"file":"` + token + `","settings":["SLACK_BOT_TOKEN"]`, "OLBOT_PROTECTED is empty",
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "17m") || strings.Contains(log.String(), w.slack.BotToken()) {
		t.Errorf("a value is in the log:\n%s", log.String())
	}
}
