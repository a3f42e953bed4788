package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"olbot/internal/sqlstore"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

var update = flag.Bool("update", false, "write what the golden files should say")

// A stage is a Slack and a OneLogin on this machine, and the configuration that fits them.
type stage struct {
	t        *testing.T
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	channel  *slacksim.Conversation
	vars     map[string]string
}

func newStage(t *testing.T, o slacksim.Options) *stage {
	t.Helper()
	s := &stage{t: t, slack: slacksim.New(o), onelogin: oneloginsim.New(oneloginsim.Options{Seed: 1})}
	for _, start := range []func() error{s.slack.Start, s.onelogin.Start} {
		if err := start(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(s.slack.Close)
	t.Cleanup(s.onelogin.Close)
	s.channel = s.slack.AddChannel(slacksim.Channel{ID: "C0AUDIT", Name: "otp-audit", WithBot: true})
	s.vars = map[string]string{
		"SLACK_BOT_TOKEN": s.slack.BotToken(), "SLACK_APP_TOKEN": s.slack.AppToken(), "SLACK_API_URL": s.slack.URL(),
		"ONELOGIN_API_URL":   s.onelogin.URL(),
		"ONELOGIN_CLIENT_ID": s.onelogin.ClientID(), "ONELOGIN_CLIENT_SECRET": s.onelogin.ClientSecret(),
		"OLBOT_DATABASE_URL":  "sqlite:" + filepath.Join(t.TempDir(), "olbot.db"),
		"OLBOT_AUDIT_CHANNEL": "C0AUDIT", "OLBOT_REQUESTERS": "S0HELPDESK",
		"OLBOT_HTTP_ADDR": "127.0.0.1:0", "LOG_LEVEL": "error",
	}
	return s
}

// run runs olbot without patience for what may pass.
func (s *stage) run(args ...string) (code int, stdout, stderr string) {
	s.t.Helper()
	var out, err bytes.Buffer
	p := &program{environ: environ(s.vars), stdout: &out, stderr: &err, now: time.Now}
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute) // what should have ended by itself
	defer cancel()
	code = p.run(ctx, args)
	return code, out.String(), err.String()
}

// nobody is an address at which nothing answers. Its port is below those that the system gives out: nobody gets it meanwhile
// who does not ask for it.
func nobody(t *testing.T) string {
	t.Helper()
	for range 100 {
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10000+rand.IntN(20000))); err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("of a hundred ports none is free")
	return ""
}

// troubles keep olbot from starting. What it says then is all in testdata/startup.
var troubles = []struct {
	name    string
	options slacksim.Options
	make    func(*stage)
}{
	{name: "slack-token-invalid", make: func(s *stage) { s.vars["SLACK_BOT_TOKEN"] = "xoxb-1-wrong" }},
	{name: "slack-scope-missing",
		options: slacksim.Options{Scopes: slices.DeleteFunc(slacksim.DefaultScopes(), func(s string) bool { return s == "im:write" || s == "usergroups:read" })}},
	{name: "slack-scope-for-channel",
		options: slacksim.Options{Scopes: slices.DeleteFunc(slacksim.DefaultScopes(), func(s string) bool { return s == "channels:read" })}},
	{name: "slack-down", make: func(s *stage) { s.vars["SLACK_API_URL"] = "http://" + nobody(s.t) + "/api/" }},
	{name: "slack-5xx", make: func(s *stage) { s.slack.Fail(slacksim.Fault{Method: "bots.info", Status: 503}) }},
	{name: "slack-rate-limited", make: func(s *stage) { s.slack.Fail(slacksim.Fault{Method: "auth.test", Status: 429, RetryAfter: 30}) }},
	{name: "slack-is-something-else", make: func(s *stage) { s.vars["SLACK_API_URL"] = s.onelogin.URL() + "/" }},
	{name: "channel-unknown", make: func(s *stage) { s.vars["OLBOT_AUDIT_CHANNEL"] = "C0NOWHERE" }},
	{name: "channel-without-olbot", make: func(s *stage) { s.channel.KickBot() }},
	{name: "channel-archived", make: func(s *stage) { s.channel.Archive() }},
	{name: "channel-shared", make: func(s *stage) { s.channel.ShareOutside() }},
	{name: "channel-about-to-be-shared", make: func(s *stage) { s.channel.InviteOutside() }},
	{name: "onelogin-secret-wrong", make: func(s *stage) { s.vars["ONELOGIN_CLIENT_SECRET"] = "wrong" }},
	{name: "onelogin-down", make: func(s *stage) { s.onelogin.Down() }},
	{name: "onelogin-5xx", make: func(s *stage) { s.onelogin.FailAlways(oneloginsim.CallToken, oneloginsim.Unavailable()) }},
	{name: "onelogin-is-something-else", make: func(s *stage) { s.vars["ONELOGIN_API_URL"] = strings.TrimSuffix(s.slack.URL(), "/api/") }},
	{name: "both-refuse", make: func(s *stage) {
		s.vars["SLACK_BOT_TOKEN"] = "xoxb-1-wrong"
		s.vars["ONELOGIN_CLIENT_SECRET"] = "wrong"
	}},
	{name: "one-down-one-refuses", make: func(s *stage) {
		s.onelogin.Down()
		s.vars["SLACK_BOT_TOKEN"] = "xoxb-1-wrong"
	}},
	{name: "database-no-directory", make: func(s *stage) { s.vars["OLBOT_DATABASE_URL"] = "sqlite:nowhere/olbot.db" }},
	{name: "database-not-one", make: func(s *stage) {
		s.vars["OLBOT_DATABASE_URL"] = "sqlite:letter.txt"
		if err := os.WriteFile("letter.txt", []byte(strings.Repeat("Dear Joe, ", 1000)), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}},
	{name: "database-in-use", make: func(s *stage) {
		s.vars["OLBOT_DATABASE_URL"] = "sqlite:olbot.db"
		other, err := sqlstore.Open(s.t.Context(), sqlstore.Config{URL: "sqlite:olbot.db"})
		if err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(func() { _ = other.Close() })
	}},
	{name: "database-url-broken", make: func(s *stage) { s.vars["OLBOT_DATABASE_URL"] = "postgres://olbot:hunter2@db:port/olbot" }},
	{name: "database-down", make: func(s *stage) {
		s.vars["OLBOT_DATABASE_URL"] = "postgres://olbot:hunter2@" + nobody(s.t) + "/olbot?sslmode=disable"
	}},
	{name: "http-address-taken", make: func(s *stage) { s.vars["OLBOT_HTTP_ADDR"] = strings.Split(s.onelogin.URL(), "/")[2] }},
}

func TestAStartThatFailsSaysWhatToDo(t *testing.T) {
	golden, err := filepath.Abs("testdata/startup")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range troubles {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			s := newStage(t, tt.options)
			if tt.make != nil {
				tt.make(s)
			}
			code, stdout, stderr := s.run("run")
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
			s.keepsSecrets(stderr)
		})
	}
}

var requestID = regexp.MustCompile(`request id [0-9a-f]+`)

// steady replaces what differs from run to run: ports and OneLogin's request ids.
func steady(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\"();,", r) })
	for _, w := range words {
		w = strings.TrimRight(w, ":.")
		if host, port, err := net.SplitHostPort(w); err == nil && host == "127.0.0.1" && port != "" {
			text = strings.ReplaceAll(text, w, "127.0.0.1:PORT")
		}
	}
	return requestID.ReplaceAllString(text, "request id ID")
}

// keepsSecrets fails if a secret of the configuration is in the text.
func (s *stage) keepsSecrets(text string) {
	s.t.Helper()
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ONELOGIN_CLIENT_ID", "ONELOGIN_CLIENT_SECRET"} {
		if secret := s.vars[name]; len(secret) > 8 && strings.Contains(text, secret) {
			s.t.Errorf("%s is in the output:\n%s", name, text)
		}
	}
	if strings.Contains(text, "hunter2") {
		s.t.Errorf("the database's password is in the output:\n%s", text)
	}
}
