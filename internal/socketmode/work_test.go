package socketmode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// hangingHandler is a handler that works until release is closed.
func hangingHandler(release <-chan struct{}) Handler {
	return func(context.Context, Envelope) (any, error) { <-release; return saying("done"), nil }
}

func TestReaderNeverWaitsForWork(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		w := startWorld(t, slack, func(c *Config) { c.Handler = hangingHandler(release) })
		c := slack.conn(1)
		for i := range 500 {
			c.command(fmt.Sprint("E", i))
		}
		_ = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(time.Second))
		time.Sleep(time.Minute)
		if _, pongs := c.pinged(); pongs != 1 || len(w.handledIDs()) != 500 || slack.opened() != 1 {
			t.Errorf("%d pongs, %d handled, %d opens", pongs, len(w.handledIDs()), slack.opened())
		}
		close(release)
		synctest.Wait()
		if n := len(c.got()); n != 500 {
			t.Errorf("%d acks", n)
		}
	})
}

func TestAboveTheBoundPeopleAreToldAndEventsComeAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		w := newWorld(t, slack, func(c *Config) { c.Handler = hangingHandler(release) })
		w.limits.inFlight = 2
		w.start()
		synctest.Wait()
		c := slack.conn(1)
		c.command("E1")
		c.click("E2", "t2")
		synctest.Wait()
		c.command("E3")
		c.click("E4", "t4")
		synctest.Wait()
		c.event("E5", "Ev5", 0)
		synctest.Wait()
		got := c.got()
		slices.SortFunc(got, func(a, b fakeAck) int { return strings.Compare(a.ID, b.ID) })
		if want := []fakeAck{{"E3", `{"text":"busy"}`}, {"E4", `{"text":"busy"}`}}; !slices.Equal(got, want) {
			t.Errorf("acks %v", got)
		}
		if w.counted(busy) != 3 {
			t.Errorf("counts %v", w.counts)
		}
		close(release)
		synctest.Wait()
		c.command("E3") // was told that nothing happened: it must stay so
		synctest.Wait()
		c.event("E5", "Ev5", 1)
		synctest.Wait()
		if got := c.got()[4:]; !slices.Equal(got, []fakeAck{{"E3", `{"text":"busy"}`}, bareAck("E5")}) {
			t.Errorf("acks later %v", got)
		}
		if got := w.handledIDs(); len(got) != 3 || got[2] != "E5" {
			t.Errorf("handled %v", got)
		}
	})
}

func TestEnvelopesOfNoUseAreAckedCountedAndLogged(t *testing.T) {
	type payload struct { // what the handler reads
		Text    string
		UserID  string `json:"user_id"`
		Actions []any
	}
	broken := fakeAck{"E1", `{"text":"broken"}`}
	for name, c := range map[string]struct {
		frame string
		ack   fakeAck
		count Count
	}{
		"unknown type":       {`{"envelope_id":"E1","type":"telepathy","payload":"correct-horse"}`, bareAck("E1"), unknownType},
		"type not a string":  {`{"envelope_id":"E1","type":["correct-horse"]}`, bareAck("E1"), unknownType},
		"odd type":           {`{"envelope_id":"E1","type":"correct-horse"}`, bareAck("E1"), unknownType},
		"payload a string":   {`{"envelope_id":"E1","type":"events_api","payload":"correct-horse"}`, bareAck("E1"), undecodable},
		"no payload":         {`{"envelope_id":"E1","type":"slash_commands"}`, broken, undecodable},
		"payload null":       {`{"envelope_id":"E1","type":"slash_commands","payload":null}`, broken, undecodable},
		"text a number":      {`{"envelope_id":"E1","type":"slash_commands","payload":{"text":4711}}`, broken, undecodable},
		"actions not a list": {`{"envelope_id":"E1","type":"interactive","payload":{"actions":"correct-horse"}}`, broken, undecodable},
		"user a list":        {`{"envelope_id":"E1","type":"slash_commands","payload":{"user_id":["correct-horse"]}}`, broken, undecodable},
		"no answer taken":    {`{"envelope_id":"E1","type":"slash_commands","payload":[],"accepts_response_payload":false}`, bareAck("E1"), undecodable},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				w := startWorld(t, slack, func(cfg *Config) {
					cfg.Handler = func(_ context.Context, e Envelope) (any, error) {
						if !strings.HasPrefix(string(e.Payload), "{") || json.Unmarshal(e.Payload, new(payload)) != nil {
							return nil, errors.New("unreadable")
						}
						return saying("done"), nil
					}
				})
				conn := slack.conn(1)
				conn.send(c.frame)
				synctest.Wait()
				if got := conn.got(); !slices.Equal(got, []fakeAck{c.ack}) || w.counted(c.count) != 1 {
					t.Errorf("acks %v, counts %v", got, w.counts)
				}
				if c.count == unknownType && len(w.handledIDs()) != 0 {
					t.Errorf("handled %v", w.handledIDs())
				}
				if w.logs.FilterFieldKey("envelope_id").FilterFieldKey("type").Len() == 0 {
					t.Error("nothing was logged")
				}
			})
		})
	}
}

func TestOddFieldsBesideThePayloadDoNotMatter(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		slack.conn(1).send(`{"envelope_id":"E1","type":"slash_commands","retry_attempt":"none","retry_reason":7,` +
			`"accepts_response_payload":null,"payload":{"text":"help","new":{"a":[1]}}}`)
		synctest.Wait()
		if got := slack.conn(1).got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || len(w.handledIDs()) != 1 {
			t.Errorf("acks %v, handled %v", got, w.handledIDs())
		}
	})
}

func TestHelloDisconnectAndFramesWithoutAnIDAreNeverAcked(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		c := slack.conn(1)
		c.send(`{"type":"hello","envelope_id":"E1","num_connections":1}`)
		c.send(`{"type":"slash_commands","payload":{}}`)
		c.send(`{"type":"disconnect","envelope_id":"E2","reason":"warning"}`)
		time.Sleep(time.Minute)
		if len(c.got()) != 0 || len(w.handledIDs()) != 0 || w.counted(unknownType) != 1 {
			t.Errorf("acks %v, handled %v, counts %v", c.got(), w.handledIDs(), w.counts)
		}
	})
}

func TestFramesThatAreNotJSONAreSurvivedUpToTenInARow(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		c := slack.conn(1)
		odd := []string{"", "correct-horse", "null", "[]", `"x"`, "{", `{"envelope_id":"E1"} {}`, "\xff", "7"}
		for range 2 {
			for _, frame := range odd {
				c.send(frame)
			}
			c.command(fmt.Sprint("E", w.counted(badFrame)))
			synctest.Wait()
		}
		if len(c.got()) != 2 || w.counted(badFrame) != 18 || c.gone.Load() {
			t.Fatalf("acks %v, counts %v, gone %v", c.got(), w.counts, c.gone.Load())
		}
		for range 10 {
			c.send("correct-horse")
		}
		time.Sleep(time.Minute)
		if !c.gone.Load() || w.Connected() != 1 || slack.opened() != 2 {
			t.Errorf("gone %v, %d connections after %d opens", c.gone.Load(), w.Connected(), slack.opened())
		}
	})
}

func TestFrameOverFourMiBEndsTheConnection(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		c := slack.conn(1)
		filler := strings.Repeat("x", 4<<20-200)
		c.send(fmt.Sprintf(`{"envelope_id":"E1","type":"events_api","payload":{"text":"%s"}}`, filler))
		synctest.Wait()
		if got := c.got(); !slices.Equal(got, []fakeAck{bareAck("E1")}) {
			t.Errorf("acks %v", got)
		}
		_ = c.ws.WriteMessage(websocket.TextMessage, []byte(filler+strings.Repeat("x", 400)))
		time.Sleep(time.Minute)
		if !c.gone.Load() || w.Connected() != 1 || slack.opened() != 2 {
			t.Errorf("gone %v, %d connections after %d opens", c.gone.Load(), w.Connected(), slack.opened())
		}
	})
}

func TestEvenRefusalsAreBoundedAndCounted(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		w := newWorld(t, slack, func(c *Config) {
			c.Handler = hangingHandler(release)
			c.Busy = func(Envelope) any { <-release; return saying("busy") }
		})
		w.limits.inFlight = 2
		w.start()
		synctest.Wait()
		c := slack.conn(1)
		for i := range 6 {
			c.command(fmt.Sprint("E", i))
		}
		synctest.Wait()
		if w.counted(busy) != 4 || w.counted(shed) != 2 {
			t.Errorf("counts %v", w.counts)
		}
		close(release)
		synctest.Wait()
		if n := len(c.got()); n != 4 {
			t.Errorf("%d acks", n)
		}
		c.command("E5") // nothing was said about it: it may still happen
		synctest.Wait()
		if got := c.got()[4:]; !slices.Equal(got, []fakeAck{doneAck("E5")}) {
			t.Errorf("acks later %v", got)
		}
	})
}
