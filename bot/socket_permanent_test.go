package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPermanentErrorsOfOpenEndRun(t *testing.T) {
	for _, code := range []string{
		"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope",
		"not_allowed_token_type", "forbidden_team", "user_removed_from_team", "team_disabled", "link_disabled",
	} {
		for when, n := range map[string]int{"at start": 0, "later": 1} {
			t.Run(code+" "+when, func(t *testing.T) {
				inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
					slack.onOpen = opensFailAfter(n, `{"ok":false,"error":"`+code+`"}`)
					h := startSocket(t, slack, nil)
					if n > 0 {
						slack.conn(1).close()
						time.Sleep(time.Minute)
					}
					<-h.ended
					se, ok := errors.AsType[*SocketError](h.err)
					if !ok || se.Code != code || se.Message == "" || slack.opened() != n+1 {
						t.Errorf("after %d opens: %v", slack.opened(), h.err)
					}
				})
			})
		}
	}
}

func TestLinkDisabledEndsRun(t *testing.T) {
	for name, hello := range map[string]bool{"after hello": true, "instead of hello": false} {
		t.Run(name, func(t *testing.T) {
			inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
				slack.onConnect = func(c *fakeConn) {
					if hello {
						c.hello()
					}
					c.disconnect("link_disabled")
				}
				h := newSocketHarness(t, slack, nil).start()
				<-h.ended
				if se, ok := errors.AsType[*SocketError](h.err); !ok || se.Code != "link_disabled" || slack.opened() != 1 {
					t.Errorf("after %d opens: %v", slack.opened(), h.err)
				}
			})
		})
	}
}

func TestAnotherAppEndsRunBeforeAnythingIsHandled(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		slack.onConnect = func(c *fakeConn) {
			c.helloFrom("A2", 1)
			_ = c.ws.WriteMessage(1, []byte(`{"envelope_id":"E1","type":"slash_commands","payload":{}}`))
		}
		h := newSocketHarness(t, slack, nil).start()
		<-h.ended
		se, ok := errors.AsType[*SocketError](h.err)
		if !ok || se.Code != "app_mismatch" || !strings.Contains(se.Message, "A2") || !strings.Contains(se.Message, "A1") {
			t.Errorf("Run: %v", h.err)
		}
		if len(h.handledIDs()) != 0 || isClosed(h.Ready()) {
			t.Errorf("handled %v, ready %v", h.handledIDs(), isClosed(h.Ready()))
		}
	})
}

func TestImpossibleConfigurationsAreRefused(t *testing.T) {
	for name, tweak := range map[string]func(*SocketConfig){
		"no token":         func(c *SocketConfig) { c.AppToken = "" },
		"no handler":       func(c *SocketConfig) { c.Handler = nil },
		"no connection":    func(c *SocketConfig) { c.Connections = 0 },
		"eleven":           func(c *SocketConfig) { c.Connections = 11 },
		"token in clear":   func(c *SocketConfig) { c.APIURL = "http://slack.example.com/api/" },
		"no scheme":        func(c *SocketConfig) { c.APIURL = "slack.com/api/" },
		"host in disguise": func(c *SocketConfig) { c.APIURL = "http://localhost.example.com/api/" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := SocketConfig{AppToken: fakeToken, Connections: 1, Handler: func(context.Context, Envelope) any { return nil }}
			tweak(&cfg)
			err := NewSocket(cfg).Run(t.Context())
			if err == nil || strings.Contains(err.Error(), fakeToken) {
				t.Errorf("Run: %v", err)
			}
		})
	}
}
