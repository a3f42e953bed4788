package socketmode

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAckCarriesWhatTheHandlerReturned(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		answers := map[string]any{
			"E1": map[string]string{"text": "<@U1> & Ana"},
			"E2": nil,
			"E3": saying("events take none"),
			"E4": make(chan int), // has no JSON
		}
		w := startWorld(t, slack, func(c *Config) {
			c.Handler = func(_ context.Context, e Envelope) (any, error) { return answers[e.ID], nil }
		})
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		c.click("E2", "t2")
		synctest.Wait()
		c.event("E3", "Ev3", 0)
		synctest.Wait()
		c.click("E4", "t4")
		synctest.Wait()
		want := []fakeAck{{"E1", `{"text":"<@U1> & Ana"}`}, bareAck("E2"), bareAck("E3"), bareAck("E4")}
		if got := c.got(); !slices.Equal(got, want) {
			t.Errorf("acks %v", got)
		}
		if n := w.logs.FilterMessageSnippet("answer was left out").Len(); n != 2 {
			t.Errorf("%d answers logged as left out", n)
		}
	})
}

func TestNothingIsAckedBeforeTheHandlerReturns(t *testing.T) { // invariant 2
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		committed := make(chan struct{})
		startWorld(t, slack, func(c *Config) {
			c.Handler = hangingHandler(committed)
		})
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		if got := c.got(); len(got) != 0 {
			t.Errorf("acks before the commit: %v", got)
		}
		close(committed)
		synctest.Wait()
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) {
			t.Errorf("acks after the commit: %v", got)
		}
	})
}

func TestHandlersContextEndsJustBeforeSlackGivesUp(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		start := time.Now()
		w := startWorld(t, slack, func(c *Config) {
			c.Handler = func(ctx context.Context, _ Envelope) (any, error) {
				<-ctx.Done()
				if used := time.Since(start); used < 2500*time.Millisecond || used >= 3*time.Second {
					t.Errorf("the context ended after %v", used)
				}
				return saying("done"), nil
			}
		})
		c := slack.conn(1)
		c.command("E1")
		time.Sleep(3 * time.Second)
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || w.counted(ackLate) != 0 {
			t.Errorf("acks %v, counts %v", got, w.counts)
		}
	})
}

func TestLateAckIsWrittenAllTheSame(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, func(c *Config) {
			c.Handler = func(context.Context, Envelope) (any, error) { time.Sleep(time.Minute); return saying("done"), nil }
		})
		c := slack.conn(1)
		c.command("E1")
		time.Sleep(2 * time.Minute)
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || w.counted(ackLate) != 1 {
			t.Errorf("acks %v, counts %v", got, w.counts)
		}
	})
}

func TestAckGoesOutOnAnotherConnectionWhenItsOwnIsGone(t *testing.T) {
	for name, end := range map[string]func(*fakeConn){"closed": (*fakeConn).close, "cut": (*fakeConn).hangUp} {
		for how, connections := range map[string]int{"another is live": 2, "a successor must be opened": 1} {
			t.Run(name+", "+how, func(t *testing.T) {
				inWorld(t, func(t *testing.T, slack *fakeSlack) {
					release := make(chan struct{})
					slack.onConnect = func(c *fakeConn) {
						if c.number > connections {
							time.Sleep(time.Second) // no successor for a while
						}
						c.hello()
					}
					w := newWorld(t, slack, func(c *Config) {
						c.Connections = connections
						c.Handler = hangingHandler(release)
					}).start()
					time.Sleep(time.Minute)
					slack.conn(1).command("E1")
					synctest.Wait()
					end(slack.conn(1))
					synctest.Wait()
					close(release)
					time.Sleep(2 * time.Second)
					if got := allFakeAcks(slack); !slices.Equal(got, []fakeAck{doneAck("E1")}) {
						t.Errorf("acks: %v", got)
					}
					if len(slack.conn(1).got()) != 0 || w.counted(ackMoved) != 1 || w.counted(ackLost) != 0 {
						t.Errorf("acks on its own: %v, counts %v", slack.conn(1).got(), w.counts)
					}
				})
			})
		}
	}
}

func TestAckThatCannotBeWrittenIsGivenUpAndCounted(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onOpen = opensFailAfter(1, `{"ok":false,"error":"internal_error"}`)
		release := make(chan struct{})
		w := startWorld(t, slack, func(c *Config) {
			c.Handler = hangingHandler(release)
		})
		slack.conn(1).command("E1")
		synctest.Wait()
		slack.conn(1).hangUp()
		close(release)
		time.Sleep(3 * time.Second)
		if w.counted(ackLost) != 0 {
			t.Error("given up although Slack still waits")
		}
		time.Sleep(time.Minute)
		if w.counted(ackLost) != 1 {
			t.Errorf("counts %v", w.counts)
		}
	})
}

func TestPayloadTooLargeForAnAckIsLeftOutAndLogged(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		long := strings.Repeat(fakeSecret, 20<<10/len(fakeSecret)+1)
		w := startWorld(t, slack, func(c *Config) {
			c.Handler = func(context.Context, Envelope) (any, error) { return saying(long), nil }
		})
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		if got := c.got(); !slices.Equal(got, []fakeAck{bareAck("E1")}) || w.counted(ackTooLarge) != 1 {
			t.Errorf("acks %.100v, counts %v", got, w.counts)
		}
		if w.logs.FilterMessageSnippet("too large").Len() != 1 {
			t.Error("nothing was logged")
		}
	})
}

func TestWrittenAcksAreReportedByKind(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		var mu sync.Mutex
		var kinds []string
		startWorld(t, slack, func(c *Config) {
			c.Handler = func(context.Context, Envelope) (any, error) { time.Sleep(time.Second); return nil, nil }
			c.Hooks.Acked = func(kind string, took time.Duration) {
				mu.Lock()
				defer mu.Unlock()
				kinds = append(kinds, fmt.Sprint(kind, " ", took))
			}
		})
		c := slack.conn(1)
		c.send(`{"envelope_id":"E1","type":"telepathy"}`)
		c.command("E2")
		time.Sleep(2 * time.Second)
		c.click("E3", "t3")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if want := []string{"other 0s", "slash_commands 1s", "interactive 1s"}; !slices.Equal(kinds, want) {
			t.Errorf("acks %v", kinds)
		}
	})
}

func TestAckIsOneUnfragmentedFrame(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		long := strings.Repeat("<&>", 6_500)
		slack.onConnect = func(c *fakeConn) {
			c.hello()
			c.command("E1")
			r := bufio.NewReader(c.ws.NetConn())
			head, data := readRawFrame(t, r)
			if head != 0x81 { // the last fragment (and so the only one) of a text
				t.Errorf("frame begins with %#x", head)
			}
			var got struct{ Payload map[string]string }
			if err := json.Unmarshal(data, &got); err != nil || got.Payload["text"] != long {
				t.Errorf("a frame of %d bytes: %v", len(data), err)
			}
		}
		startWorld(t, slack, func(c *Config) {
			c.Handler = func(context.Context, Envelope) (any, error) { return saying(long), nil }
		})
	})
}

// readRawFrame reads one masked frame of 126 to 65535 bytes (RFC 6455, section 5.2).
func readRawFrame(t *testing.T, r io.Reader) (head byte, data []byte) {
	var h struct {
		Head, Length byte
		Extended     uint16
		Mask         [4]byte
	}
	if err := binary.Read(r, binary.BigEndian, &h); err != nil || h.Length != 0x80|126 {
		t.Errorf("frame header %+v: %v", h, err)
	}
	data = make([]byte, h.Extended)
	if _, err := io.ReadFull(r, data); err != nil {
		t.Error(err)
	}
	for i := range data {
		data[i] ^= h.Mask[i%4]
	}
	return h.Head, data
}
