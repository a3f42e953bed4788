package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/internal/sqlstore"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
	"olbot/internal/trailkey"
)

var update = flag.Bool("update", false, "write what the golden files should say")

// troubles keep olbot from starting. What it says then is all in testdata/startup.
var troubles = []struct {
	name    string
	options slacksim.Options
	make    func(*world)
}{
	{name: "slack-token-invalid", make: func(w *world) { w.vars["SLACK_BOT_TOKEN"] = "xoxb-1-wrong" }},
	{name: "slack-scope-missing",
		options: slacksim.Options{Scopes: slices.DeleteFunc(slacksim.DefaultScopes(), func(s string) bool { return s == "im:write" || s == "usergroups:read" })}},
	{name: "slack-scope-for-channel",
		options: slacksim.Options{Scopes: slices.DeleteFunc(slacksim.DefaultScopes(), func(s string) bool { return s == "channels:read" })}},
	{name: "slack-down", make: func(w *world) { w.vars["SLACK_API_URL"] = "http://" + nobody(w.t) + "/api/" }},
	{name: "slack-5xx", make: func(w *world) { w.slack.Fail(slacksim.Fault{Method: "bots.info", Status: 503}) }},
	{name: "slack-rate-limited", make: func(w *world) { w.slack.Fail(slacksim.Fault{Method: "auth.test", Status: 429, RetryAfter: 30}) }},
	{name: "slack-is-something-else", make: func(w *world) { w.vars["SLACK_API_URL"] = w.onelogin.URL() + "/" }},
	{name: "channel-unknown", make: func(w *world) { w.vars["OLBOT_AUDIT_CHANNEL"] = "C0NOWHERE" }},
	{name: "channel-without-olbot", make: func(w *world) { w.channel.KickBot() }},
	{name: "channel-archived", make: func(w *world) { w.channel.Archive() }},
	{name: "channel-shared", make: func(w *world) { w.channel.ShareOutside() }},
	{name: "channel-about-to-be-shared", make: func(w *world) { w.channel.InviteOutside() }},
	{name: "contacts-group-unknown", make: func(w *world) { w.vars["OLBOT_SECURITY_CONTACTS"] = "S0NOWHERE" }},
	{name: "contacts-group-needs-its-scope",
		options: slacksim.Options{Scopes: slices.DeleteFunc(slacksim.DefaultScopes(), func(s string) bool { return s == "usergroups:read" })},
		make:    func(w *world) { w.vars["OLBOT_REQUESTERS"], w.vars["OLBOT_SECURITY_CONTACTS"] = "U0JOE", "S0SECURITY" }},
	{name: "slack-wrong-in-several-ways", make: func(w *world) {
		w.channel.Archive()
		w.vars["OLBOT_SECURITY_CONTACTS"] = "S0NOWHERE"
	}},
	{name: "contacts-user-unknown", make: func(w *world) { w.vars["OLBOT_SECURITY_CONTACTS"] = "U0GHOST98,U0GHOST99" }},
	{name: "protected-account-unknown", make: func(w *world) { w.vars["OLBOT_PROTECTED"] = "424242,role:7,nobody@example.com" }},
	{name: "onelogin-secret-wrong", make: func(w *world) { w.vars["ONELOGIN_CLIENT_SECRET"] = "wrong" }},
	{name: "onelogin-scope", make: func(w *world) { w.onelogin.FailAlways(oneloginsim.CallRateLimit, oneloginsim.InsufficientPermission()) }},
	{name: "onelogin-address-refused", make: func(w *world) { w.onelogin.FailAlways(oneloginsim.CallToken, oneloginsim.AddressRefused()) }},
	{name: "onelogin-down", make: func(w *world) { w.onelogin.Down() }},
	{name: "onelogin-5xx", make: func(w *world) { w.onelogin.FailAlways(oneloginsim.CallToken, oneloginsim.Unavailable()) }},
	{name: "onelogin-is-something-else", make: func(w *world) { w.vars["ONELOGIN_API_URL"] = strings.TrimSuffix(w.slack.URL(), "/api/") }},
	{name: "slack-unknown-authority", make: func(w *world) { w.vars["SLACK_API_URL"] = unknownServer(w) + "/api/" }},
	{name: "onelogin-unknown-authority", make: func(w *world) { w.vars["ONELOGIN_API_URL"] = unknownServer(w) }},
	{name: "both-refuse", make: func(w *world) {
		w.vars["SLACK_BOT_TOKEN"] = "xoxb-1-wrong"
		w.vars["ONELOGIN_CLIENT_SECRET"] = "wrong"
	}},
	{name: "one-down-one-refuses", make: func(w *world) {
		w.onelogin.Down()
		w.vars["SLACK_BOT_TOKEN"] = "xoxb-1-wrong"
	}},
	{name: "database-no-directory", make: func(w *world) { w.vars["OLBOT_DATABASE_URL"] = "sqlite:nowhere/olbot.db" }},
	{name: "database-not-one", make: func(w *world) {
		w.vars["OLBOT_DATABASE_URL"] = "sqlite:letter.txt"
		if err := os.WriteFile("letter.txt", []byte(strings.Repeat("Dear Joe, ", 1000)), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}},
	{name: "database-in-use", make: func(w *world) {
		w.vars["OLBOT_DATABASE_URL"] = "sqlite:olbot.db"
		other, err := sqlstore.Open(w.t.Context(), sqlstore.Config{URL: "sqlite:olbot.db"})
		if err != nil {
			w.t.Fatal(err)
		}
		w.t.Cleanup(func() { _ = other.Close() })
	}},
	{name: "database-url-broken", make: func(w *world) {
		w.vars["OLBOT_DATABASE_URL"] = "postgres://olbot:hunter2@db:port/olbot"
		w.vars["OLBOT_TRAIL_KEY"] = trailkey.New()
	}},
	{name: "database-down", make: func(w *world) {
		w.vars["OLBOT_DATABASE_URL"] = "postgres://olbot:hunter2@" + nobody(w.t) + "/olbot?sslmode=disable"
		w.vars["OLBOT_TRAIL_KEY"] = trailkey.New()
	}},
	{name: "trail-key-not-set", make: func(w *world) { w.vars["OLBOT_DATABASE_URL"] = "postgres://olbot:hunter2@db.example.com/olbot" }},
	{name: "trail-key-no-key", make: func(w *world) { w.vars["OLBOT_TRAIL_KEY"] = "hunter2" }},
	{name: "trail-key-lost", make: func(w *world) {
		storeAnEvent(w)
		if err := os.Remove("olbot.db.key"); err != nil {
			w.t.Fatal(err)
		}
	}},
	{name: "trail-key-wrong", make: func(w *world) {
		storeAnEvent(w)
		w.vars["OLBOT_TRAIL_KEY"] = strings.Repeat("0f", 32)
	}},
	{name: "trail-key-for-all-to-read", make: func(w *world) {
		storeAnEvent(w)
		if err := os.Chmod("olbot.db.key", 0o644); err != nil {
			w.t.Fatal(err)
		}
	}},
	{name: "http-address-taken", make: func(w *world) { w.vars["OLBOT_HTTP_ADDR"] = strings.Split(w.onelogin.URL(), "/")[2] }},
}

// unknownServer is a server whose certificate nobody here trusts.
func unknownServer(w *world) string {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	w.t.Cleanup(s.Close)
	return s.URL
}

// storeAnEvent stores one, with a known key in the file beside the database.
func storeAnEvent(w *world) {
	w.t.Helper()
	w.vars["OLBOT_DATABASE_URL"] = "sqlite:olbot.db"
	if err := os.WriteFile("olbot.db.key", []byte(strings.Repeat("7e57", 16)), 0o600); err != nil {
		w.t.Fatal(err)
	}
	s, err := sqlstore.Open(w.t.Context(), sqlstore.Config{URL: "sqlite:olbot.db"})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := errors.Join(s.Record(w.t.Context(), nil, approvals.Event{Kind: approvals.EventFeedLost}), s.Close()); err != nil {
		w.t.Fatal(err)
	}
}

func TestAStartThatFailsSaysWhatToDo(t *testing.T) {
	golden, err := filepath.Abs("testdata/startup")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range troubles {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			w := newWorld(t, tt.options)
			if tt.make != nil {
				tt.make(w)
			}
			code, stdout, stderr := w.run("run")
			if code == exitDone || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			path, want := filepath.Join(golden, tt.name+".golden"), fmt.Sprintf("exit code %d\n%s", code, steady(stderr))
			if *update {
				if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if said, err := os.ReadFile(path); err != nil || string(said) != want {
				t.Errorf("%s is not what olbot says (%v); go test ./cmd/olbot -update writes it:\n%s", path, err, want)
			}
			w.keepsSecrets(stderr)
		})
	}
}

var requestID = regexp.MustCompile(`request id [0-9a-f]+`)

// steady replaces what differs from run to run: ports, OneLogin's request ids, and how a system says that
// nobody listens any more.
func steady(text string) string {
	text = strings.ReplaceAll(text, "connect: connection reset by peer", "connect: connection refused")
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\"();,", r) })
	for _, w := range words {
		w = strings.TrimRight(w, ":.")
		if host, port, err := net.SplitHostPort(w); err == nil && host == "127.0.0.1" && port != "" {
			text = strings.ReplaceAll(text, w, "127.0.0.1:PORT")
		}
	}
	return requestID.ReplaceAllString(text, "request id ID")
}
