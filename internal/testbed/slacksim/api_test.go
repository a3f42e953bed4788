package slacksim_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"olbot/internal/testbed/slacksim"
)

func TestRefusesWrongTokens(t *testing.T) {
	s := begin(t)
	for _, c := range []struct{ token, method, want string }{
		{"", "auth.test", "not_authed"},
		{"xoxb-wrong", "auth.test", "invalid_auth"},
		{s.AppToken(), "users.info", "not_allowed_token_type"},
		{s.BotToken(), "apps.connections.open", "not_allowed_token_type"},
		{s.BotToken(), "apps.manifest.validate", "not_allowed_token_type"},
		{s.BotToken(), "chat.shout", "unknown_method"},
	} {
		refuses(t, callWith(t, s, c.token, c.method, url.Values{"user": {"U1"}}), c.want)
	}
}

// A revoked bot token says nothing about the app-level token, nor does it end a socket.
func TestTheBotTokenCanBeRevoked(t *testing.T) {
	s := begin(t)
	s.RevokeBotToken()
	for _, method := range []string{"auth.test", "users.info", "chat.postMessage"} {
		refuses(t, callWith(t, s, s.BotToken(), method, url.Values{"user": {"U1"}}), "token_revoked")
	}
	grants(t, callWith(t, s, s.AppToken(), "apps.connections.open", nil))
	s.RestoreBotToken()
	grants(t, callWith(t, s, s.BotToken(), "auth.test", nil))
}

func TestTakesTokenFromHeaderOrBody(t *testing.T) {
	s := begin(t)
	grants(t, callWith(t, s, s.BotToken(), "auth.test", nil))
	out := grants(t, callWith(t, s, "", "auth.test", url.Values{"token": {s.BotToken()}}))
	if out["team_id"] != s.TeamID() || out["user_id"] != s.BotUserID() || out["bot_id"] == "" {
		t.Errorf("auth.test %v", out)
	}
	refuses(t, callWith(t, s, "", "apps.connections.open", url.Values{"token": {s.AppToken()}}), "invalid_auth")
	honest(t, s)
}

func TestTokenInQueryIsNoToken(t *testing.T) {
	s := begin(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"auth.test?token="+s.BotToken(), nil)
	must(t, err)
	refuses(t, do(t, req, http.StatusOK), "not_authed")
	if len(s.Findings(slacksim.FindingTokenPlace)) != 1 {
		t.Errorf("findings %v", s.Findings())
	}
	for _, c := range s.Calls() {
		if strings.Contains(strings.Join(slices.Collect(values(c.Args)), " "), s.BotToken()) {
			t.Error("the record of the call has the token")
		}
	}
}

func values(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

func TestRefusesMissingScope(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.Scopes = []string{"commands", "users:read"} })
	out := call(t, s, "chat.postMessage", url.Values{"channel": {"C1"}, "text": {"x"}})
	refuses(t, out, "missing_scope")
	if out["needed"] != "chat:write" || out["provided"] != "commands,users:read" {
		t.Errorf("needed %v, provided %v", out["needed"], out["provided"])
	}
}

func TestScopeFollowsTheKindOfChannel(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.Scopes = []string{"channels:read"} })
	private := s.AddChannel(slacksim.Channel{Name: "secrets", Private: true, WithBot: true})
	grants(t, call(t, s, "conversations.info", url.Values{"channel": {s.General().ID()}}))
	out := call(t, s, "conversations.info", url.Values{"channel": {private.ID()}})
	refuses(t, out, "missing_scope")
	if out["needed"] != "groups:read" {
		t.Errorf("needed %v", out["needed"])
	}
}

func TestFindsUnknownArguments(t *testing.T) {
	s := begin(t)
	grants(t, call(t, s, "users.info", url.Values{"user": {s.Person("joe").ID()}, "usr": {"x"}}))
	if f := s.Findings(slacksim.FindingUnknownArg); len(f) != 1 || f[0].Detail != "usr" {
		t.Errorf("findings %v", f)
	}
}

func TestTakesJSONWhereSlackDoes(t *testing.T) {
	s := begin(t)
	post := func(method, body string) map[string]any {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+method, strings.NewReader(body))
		must(t, err)
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		req.Header.Set("Authorization", "Bearer "+s.BotToken())
		return do(t, req, http.StatusOK)
	}
	room := s.AddChannel(slacksim.Channel{Name: "audit", WithBot: true})
	grants(t, post("chat.postMessage", `{"channel":"`+room.ID()+`","text":"hello","unfurl_links":false,"blocks":[{"type":"divider"}]}`))
	honest(t, s)
	refuses(t, post("users.info", `{"user":"`+s.Person("joe").ID()+`"}`), "user_not_found")
	if len(s.Findings(slacksim.FindingJSON)) != 1 {
		t.Errorf("findings %v", s.Findings())
	}
	refuses(t, post("chat.postMessage", `{"channel":`), "invalid_json")
}

func TestMissingArgumentIsNamed(t *testing.T) {
	s := begin(t)
	out := call(t, s, "chat.update", url.Values{"channel": {"C1"}, "text": {"x"}})
	refuses(t, out, "invalid_arguments")
	messages := out["response_metadata"].(map[string]any)["messages"].([]any)
	if len(messages) != 1 || !strings.Contains(messages[0].(string), "ts") {
		t.Errorf("messages %v", messages)
	}
}

func TestStartsOnLoopbackOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "localhost:0"} {
		s := slacksim.New(slacksim.Options{Addr: addr})
		if err := s.Start(); err == nil {
			s.Close()
			t.Errorf("listens on %s", addr)
		}
	}
}
