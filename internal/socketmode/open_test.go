package socketmode

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// opensFailAfter answers the first n opens with a URL and the others with body.
func opensFailAfter(n int, body string) func(int, http.ResponseWriter) bool {
	return func(i int, w http.ResponseWriter) bool {
		if i > n {
			_, _ = w.Write([]byte(body))
		}
		return i > n
	}
}

func TestPassingErrorsOfOpenAreTriedAgain(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"internal_error":  answering(200, `{"ok":false,"error":"internal_error"}`),
		"unheard of":      answering(200, `{"ok":false,"error":"moon_phase"}`),
		"no error code":   answering(200, `{"ok":false}`),
		"no URL":          answering(200, `{"ok":true}`),
		"plain ws":        answering(200, `{"ok":true,"url":"ws://wss.example.com/link?ticket=`+fakeTicket+`"}`),
		"not a WebSocket": answering(200, `{"ok":true,"url":"https://example.com/link?ticket=`+fakeTicket+`"}`),
		"odd URL":         answering(200, `{"ok":true,"url":"wss://[/link?ticket=`+fakeTicket+`"}`),
		"no JSON":         answering(200, `<html>`+fakeSecret),
		"server error":    answering(503, `{"ok":false,"error":"invalid_auth"}`),
		"rate limit":      answering(429, ``),
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(302)
		},
		"cut":               func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"hangs":             func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"hangs in the body": func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush(); <-r.Context().Done() },
		"quotes the token":  answering(200, `{"ok":false,"error":"bad `+fakeToken+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				slack.onOpen = func(n int, w http.ResponseWriter) bool {
					if n <= 3 {
						answer(w, new(http.Request).WithContext(t.Context()))
					}
					return n <= 3
				}
				w := startWorld(t, slack, nil)
				time.Sleep(time.Minute)
				if slack.opened() != 4 || w.Connected() != 1 || w.counted(openFailed) != 3 {
					t.Errorf("%d opens, %d connections, counts %v", slack.opened(), w.Connected(), w.counts)
				}
			})
		})
	}
}

func answering(status int, s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(s))
	}
}

func TestRetryAfterIsReadHoweverItIsWritten(t *testing.T) {
	for written, want := range map[string]time.Duration{
		"7": 7 * time.Second, "1.5": 2 * time.Second, "0.2": time.Second, "86400": time.Minute, "99999999999999999999": time.Minute, "1e999": time.Minute,
		"0": 0, "-1": 0, "": 0, "soon": 0, "NaN": 0, "Mon, 30 Nov 2026 12:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {written}}); got != want {
			t.Errorf("%q is read as %v, want %v", written, got, want)
		}
	}
}

func TestRetryAfterIsHonouredByAllConnections(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onOpen = func(n int, w http.ResponseWriter) bool {
			if n == 1 {
				w.Header().Set("Retry-After", "120")
				w.WriteHeader(http.StatusTooManyRequests)
			}
			return n == 1
		}
		w := newWorld(t, slack, func(c *Config) { c.Connections = 3 })
		w.timing.stagger = time.Second
		w.start()
		time.Sleep(119 * time.Second)
		if n := slack.opened(); n > 3 { // the other two had their turns already
			t.Errorf("%d opens before the pause was over", n)
		}
		before := slack.opened()
		time.Sleep(30 * time.Second)
		if slack.opened() == before || w.Connected() != 3 {
			t.Errorf("%d opens, %d connections after the pause", slack.opened(), w.Connected())
		}
	})
}

func TestFailingOpensBackOff(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onOpen = opensFailAfter(0, `{"ok":false,"error":"internal_error"}`)
		startWorld(t, slack, nil)
		time.Sleep(time.Hour)
		// 15 s on average, never above 30 s.
		if n := slack.opened(); n < 120 || n > 500 {
			t.Errorf("%d opens in an hour", n)
		}
	})
}

func TestBeingKickedAfterConnectingBacksOff(t *testing.T) {
	for name, kick := range map[string]func(*fakeConn){
		"closed":              (*fakeConn).close,
		"cut":                 (*fakeConn).hangUp,
		"refresh_requested":   func(c *fakeConn) { c.disconnect("refresh_requested"); c.close() },
		"too_many_websockets": func(c *fakeConn) { c.disconnect("too_many_websockets") },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				slack.onConnect = func(c *fakeConn) { c.hello(); go kick(c) }
				startWorld(t, slack, nil)
				time.Sleep(time.Hour)
				if n := slack.opened(); n < 120 || n > 500 {
					t.Errorf("%d opens in an hour", n)
				}
			})
		})
	}
}

func TestTooManyWebsocketsBacksOffAndSaysWhatItMeans(t *testing.T) {
	for name, hello := range map[string]bool{"after hello": true, "instead of hello": false} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				slack.onConnect = func(c *fakeConn) {
					if c.number > 1 && !slack.conn(c.number-1).leftPolitely() {
						t.Errorf("connection %d was opened before the one before it was left", c.number)
					}
					if hello || c.number > 3 {
						c.hello()
					}
					if c.number <= 3 {
						c.disconnect("too_many_websockets")
					}
				}
				w := startWorld(t, slack, nil)
				time.Sleep(time.Minute)
				if w.Connected() != 1 || slack.opened() != 4 || w.counted(tooMany) != 3 {
					t.Errorf("%d connections after %d opens, counts %v", w.Connected(), slack.opened(), w.counts)
				}
				if w.logs.FilterMessageSnippet("more than 10 Socket Mode connections").Len() != 3 {
					t.Errorf("the log does not say what it means")
				}
			})
		})
	}
}

func TestStopDoesNotWaitForAHangingOpenOrHandshake(t *testing.T) {
	for name, prepare := range map[string]func(*fakeSlack){
		"open": func(s *fakeSlack) {
			s.onOpen = func(int, http.ResponseWriter) bool { <-s.t.Context().Done(); return true }
		},
		"handshake": func(s *fakeSlack) {
			s.onLink = func(int, http.ResponseWriter) bool { <-s.t.Context().Done(); return true }
		},
		"hello": func(s *fakeSlack) { s.onConnect = func(*fakeConn) {} },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				prepare(slack)
				w := startWorld(t, slack, nil)
				w.stop()
				synctest.Wait()
				if !isClosed(w.ended) || w.err != nil {
					t.Errorf("ended %v, %v", isClosed(w.ended), w.err)
				}
			})
		})
	}
}

func TestConnectionsThatDoNotComeAboutAreTriedAgain(t *testing.T) {
	for name, prepare := range map[string]func(*fakeSlack){
		"handshake refused": func(s *fakeSlack) {
			s.onLink = func(n int, w http.ResponseWriter) bool {
				if n <= 3 {
					w.Header().Set("Retry-After", "7")
					w.WriteHeader(http.StatusTooManyRequests)
				}
				return n <= 3
			}
		},
		"handshake hangs": func(s *fakeSlack) {
			s.onLink = func(n int, _ http.ResponseWriter) bool {
				if n <= 3 {
					<-s.t.Context().Done()
				}
				return n <= 3
			}
		},
		"no hello": func(s *fakeSlack) {
			s.onConnect = func(c *fakeConn) {
				if c.number > 3 {
					c.hello()
				}
			}
		},
		"closed instead of hello": func(s *fakeSlack) {
			s.onConnect = func(c *fakeConn) {
				if c.number > 3 {
					c.hello()
				} else {
					c.close()
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				prepare(slack)
				w := startWorld(t, slack, nil)
				time.Sleep(time.Minute)
				if slack.opened() != 4 || w.Connected() != 1 || w.counted(openFailed) != 3 {
					t.Errorf("%d opens, %d connections, counts %v", slack.opened(), w.Connected(), w.counts)
				}
			})
		})
	}
}

func TestATryOpensNoConnection(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := newWorld(t, slack, nil)
		if err := w.Try(t.Context()); err != nil || slack.opened() != 1 || len(slack.all()) != 0 {
			t.Errorf("%v, %d opens, %d connections", err, slack.opened(), len(slack.all()))
		}
		slack.onOpen = opensFailAfter(0, `{"ok":false,"error":"not_allowed_token_type"}`)
		if _, ok := errors.AsType[*Error](w.Try(t.Context())); !ok {
			t.Error("a token of the wrong kind has not ended as one")
		}
		slack.onOpen = opensFailAfter(0, `{"ok":false,"error":"internal_error"}`)
		err := w.Try(t.Context())
		if _, ok := errors.AsType[*Error](err); err == nil || ok {
			t.Errorf("what may pass ended with %v", err)
		}
	})
}
