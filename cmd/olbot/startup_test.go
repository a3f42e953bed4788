package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"olbot/internal/sqlstore"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

var update = flag.Bool("update", false, "write what the golden files should say")

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
