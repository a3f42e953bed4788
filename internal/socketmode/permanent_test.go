package socketmode

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
				inWorld(t, func(t *testing.T, slack *fakeSlack) {
					slack.onOpen = opensFailAfter(n, `{"ok":false,"error":"`+code+`"}`)
					w := startWorld(t, slack, nil)
					if n > 0 {
						slack.conn(1).close()
						time.Sleep(time.Minute)
					}
					<-w.ended
					se, ok := errors.AsType[*Error](w.err)
					if !ok || se.Code != code || se.Message == "" || slack.opened() != n+1 {
						t.Errorf("after %d opens: %v", slack.opened(), w.err)
					}
				})
			})
		}
	}
}

func TestLinkDisabledEndsRun(t *testing.T) {
	for name, hello := range map[string]bool{"after hello": true, "instead of hello": false} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				slack.onConnect = func(c *fakeConn) {
					if hello {
						c.hello()
					}
					c.disconnect("link_disabled")
				}
				w := newWorld(t, slack, nil).start()
				<-w.ended
				if se, ok := errors.AsType[*Error](w.err); !ok || se.Code != "link_disabled" || slack.opened() != 1 {
					t.Errorf("after %d opens: %v", slack.opened(), w.err)
				}
			})
		})
	}
}

func TestAnotherAppEndsRunBeforeAnythingIsHandled(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onConnect = func(c *fakeConn) {
			c.helloFrom("A2", 1)
			_ = c.ws.WriteMessage(1, []byte(`{"envelope_id":"E1","type":"slash_commands","payload":{}}`))
		}
		w := newWorld(t, slack, nil).start()
		<-w.ended
		se, ok := errors.AsType[*Error](w.err)
		if !ok || se.Code != "app_mismatch" || !strings.Contains(se.Message, "A2") || !strings.Contains(se.Message, "A1") {
			t.Errorf("Run: %v", w.err)
		}
		if len(w.handledIDs()) != 0 || isClosed(w.Ready()) {
			t.Errorf("handled %v, ready %v", w.handledIDs(), isClosed(w.Ready()))
		}
	})
}

func TestImpossibleConfigurationsAreRefused(t *testing.T) {
	for name, tweak := range map[string]func(*Config){
		"no token":         func(c *Config) { c.AppToken = "" },
		"no handler":       func(c *Config) { c.Handler = nil },
		"no connection":    func(c *Config) { c.Connections = 0 },
		"eleven":           func(c *Config) { c.Connections = 11 },
		"token in clear":   func(c *Config) { c.APIURL = "http://slack.example.com/api/" },
		"no scheme":        func(c *Config) { c.APIURL = "slack.com/api/" },
		"host in disguise": func(c *Config) { c.APIURL = "http://localhost.example.com/api/" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := Config{AppToken: fakeToken, Connections: 1, Handler: func(context.Context, Envelope) (any, error) { return nil, nil }}
			tweak(&cfg)
			err := New(cfg).Run(t.Context())
			if err == nil || strings.Contains(err.Error(), fakeToken) {
				t.Errorf("Run: %v", err)
			}
		})
	}
}
