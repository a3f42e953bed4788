package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// Ready while every call is refused: the sockets live on when the token is revoked.
// What is wrong is said by /readyz, by a metric and to whoever asks, and heals by itself.
// Kind: a promise checked by another act than the one it is about.
func TestRefusedCredentialsAreSaidAndHeal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		refuse, restore func(*world)
		line, check     string // of /readyz, of olbot_ready
		answer, code    string // to the agent, in the trail
	}{
		"Slack": {
			func(w *world) { w.slack.RevokeBotToken() }, func(w *world) { w.slack.RestoreBotToken() },
			"Slack refuses olbot's credentials: token_revoked", "slack", "Slack refuses olbot's credentials (“token_revoked”)", "slack_refuses",
		},
		"OneLogin": {
			func(w *world) { w.onelogin.DisableCredentials() }, func(w *world) { w.onelogin.EnableCredentials() },
			"OneLogin refuses olbot's credentials: ", "onelogin", "OneLogin refuses olbot's credentials (", "onelogin_refuses",
		},
		"Slack, all but auth.test": {
			func(w *world) {
				for _, method := range []string{"users.info", "users.list", "conversations.open", "chat.postMessage", "chat.update"} {
					w.slack.Fail(slacksim.Fault{Method: method, Error: "team_access_not_granted"})
				}
			}, func(w *world) { w.slack.ClearFaults() },
			"Slack takes olbot's token and refuses its calls: team_access_not_granted", "slack",
			"Slack refuses olbot's credentials (“team_access_not_granted”)", "slack_refuses",
		},
		"OneLogin, for the address": {
			func(w *world) { w.onelogin.FailAlways(oneloginsim.AnyCall, oneloginsim.AddressRefused()) },
			func(w *world) { w.onelogin.ClearFaults() },
			"OneLogin does not let olbot's machine in", "onelogin", "OneLogin does not let olbot's machine in", "onelogin_forbids",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
			w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
			joe, ana, _ := w.people()
			b := w.start()
			ready := func(code int, line string) func() bool {
				return func() bool { c, text := b.page("/readyz"); return c == code && strings.HasPrefix(text, line) }
			}
			metric := func(line string) func() bool {
				return func() bool { _, text := b.page("/metrics"); return strings.Contains(text, "\n"+line+"\n") }
			}
			b.wait("olbot is ready", ready(http.StatusOK, "ok"))
			tt.refuse(w)
			b.asks(joe, ana) // nobody knows yet: the calls that follow find it out
			b.wait("/readyz says what is wrong", ready(http.StatusServiceUnavailable, tt.line))
			b.wait("a metric says so", metric(`olbot_ready{check="`+tt.check+`"} 0`))
			a := joe.Runs("/tempotp " + ana.Mention())
			if !strings.Contains(a.Words(), tt.answer) || !strings.Contains(a.Words(), "Tell whoever runs olbot") {
				t.Errorf("Joe reads %q", a.Words())
			}
			tt.restore(w)
			b.wait("olbot is ready again", ready(http.StatusOK, "ok"))
			b.wait("the metric says so", metric(`olbot_ready{check="`+tt.check+`"} 1`))
			b.wait("requests are taken again", func() bool {
				return strings.Contains(joe.Runs("/tempotp "+ana.Mention()).Words(), "Looking") // after the first has ended
			})
			_, trail, _ := w.run("audit", "export")
			if !strings.Contains(trail, `"code":"`+tt.code+`"`) {
				t.Errorf("the refused command does not stand in the trail:\n%s", trail)
			}
		})
	}
}

// A promise is checked by the act: conversations.open works without the Messages tab,
// and no message arrives.
func TestAMessagesTabThatIsOffMakesOlbotUnready(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	joe, ana, maria := w.people()
	b := w.start()
	ready := func() bool { code, _ := b.page("/readyz"); return code == http.StatusOK }
	b.wait("olbot is ready", ready)
	w.slack.SetMessagesTab(false)
	b.asks(joe, ana)
	b.wait("/readyz says what is wrong", func() bool {
		_, text := b.page("/readyz")
		return text == "messages_tab_disabled: Slack takes no direct messages from olbot\n"
	})
	w.slack.SetMessagesTab(true)
	maria.Runs("/tempotp " + joe.Mention()) // whoever asks next gets a message, if only to hear that they may not ask
	b.wait("olbot is ready again", ready)
}
