package monitor

import (
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"olbot/internal/slackapi"
)

func refusal(method, code string) slackapi.Answer {
	return slackapi.Answer{Method: method, Outcome: slackapi.CallRefused, Code: code}
}

func success(method string) slackapi.Answer {
	return slackapi.Answer{Method: method, Outcome: slackapi.CallOK}
}

// Slack takes a token of which it takes no call. Kind: a promise checked by another act.
func TestCallsThatSlackRefusesAreFoundOutAndHeal(t *testing.T) {
	const denied = "team_access_not_granted"
	for name, tt := range map[string]struct {
		seen []slackapi.Answer
		want string
	}{
		"nothing":                    {nil, ""},
		"one method":                 {[]slackapi.Answer{refusal("users.info", denied), refusal("users.info", denied)}, ""},
		"two methods":                {[]slackapi.Answer{refusal("users.info", denied), success("auth.test"), refusal("chat.postMessage", denied)}, denied},
		"what was asked for":         {[]slackapi.Answer{refusal("users.info", "user_not_found"), refusal("chat.postMessage", "channel_not_found")}, ""},
		"what auth.test says":        {[]slackapi.Answer{refusal("users.info", "invalid_auth"), refusal("chat.postMessage", "invalid_auth")}, ""},
		"scopes that are not needed": {[]slackapi.Answer{refusal("usergroups.users.list", "missing_scope"), refusal("conversations.info", "missing_scope")}, ""},
		"some calls alone": {[]slackapi.Answer{refusal("conversations.open", "ekm_access_denied"),
			refusal("chat.postMessage", "ekm_access_denied"), success("users.info")}, "ekm_access_denied"},
		"healed": {[]slackapi.Answer{refusal("users.info", denied), refusal("chat.postMessage", denied), success("chat.postMessage")}, ""},
		"healed once, and one method": {[]slackapi.Answer{refusal("users.info", denied), refusal("chat.postMessage", denied),
			success("chat.postMessage"), refusal("users.info", denied)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := NewCalls(zap.NewNop())
			for _, a := range tt.seen {
				c.Saw(a)
			}
			if c.Refused() != tt.want || (c.Check(t.Context()) == nil) != (tt.want == "") {
				t.Errorf("%q, want %q; the check says %v", c.Refused(), tt.want, c.Check(t.Context()))
			}
		})
	}
}

// While commands are refused nothing may be called any more that could succeed.
func TestRefusedCallsAreForgottenInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.InfoLevel)
		c := NewCalls(zap.New(core))
		for range 3 {
			c.Saw(refusal("users.info", "access_denied"))
			c.Saw(refusal("chat.postMessage", "access_denied"))
		}
		time.Sleep(refusedFor - time.Second)
		if err := c.Check(t.Context()); err == nil || err.Error() != "Slack takes olbot's token and refuses its calls: access_denied" {
			t.Errorf("the check says %v", err)
		}
		time.Sleep(time.Second)
		if c.Refused() != "" {
			t.Error("refused without a call")
		}
		if n := logs.Len(); n != 1 {
			t.Errorf("%d lines", n)
		}
	})
}
