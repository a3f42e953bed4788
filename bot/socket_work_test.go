package bot

import (
	"context"
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
	return func(context.Context, Envelope) any { <-release; return saying("done") }
}

func TestReaderNeverWaitsForWork(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		h := startSocket(t, slack, func(c *SocketConfig) { c.Handler = hangingHandler(release) })
		c := slack.conn(1)
		for i := range 500 {
			c.command(fmt.Sprint("E", i))
		}
		_ = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(time.Second))
		time.Sleep(time.Minute)
		if _, pongs := c.pinged(); pongs != 1 || len(h.handledIDs()) != 500 || slack.opened() != 1 {
			t.Errorf("%d pongs, %d handled, %d opens", pongs, len(h.handledIDs()), slack.opened())
		}
		close(release)
		synctest.Wait()
		if n := len(c.got()); n != 500 {
			t.Errorf("%d acks", n)
		}
	})
}

func TestAboveTheBoundPeopleAreToldAndEventsComeAgain(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		h := newSocketHarness(t, slack, func(c *SocketConfig) { c.Handler = hangingHandler(release) })
		h.limits.inFlight = 2
		h.start()
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
		if h.counted(SocketBusy) != 3 {
			t.Errorf("counts %v", h.counts)
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
		if got := h.handledIDs(); len(got) != 3 || got[2] != "E5" {
			t.Errorf("handled %v", got)
		}
	})
}

func TestUnknownAndUndecodableEnvelopesAreAckedCountedAndLogged(t *testing.T) {
	for name, c := range map[string]struct {
		frame string
		ack   fakeAck
		count SocketCount
	}{
		"unknown type":       {`{"envelope_id":"E1","type":"telepathy","payload":"correct-horse"}`, bareAck("E1"), SocketUnknown},
		"type not a string":  {`{"envelope_id":"E1","type":["correct-horse"]}`, bareAck("E1"), SocketUnknown},
		"odd type":           {`{"envelope_id":"E1","type":"correct-horse"}`, bareAck("E1"), SocketUnknown},
		"payload a string":   {`{"envelope_id":"E1","type":"events_api","payload":"correct-horse"}`, bareAck("E1"), SocketUndecodable},
		"no payload":         {`{"envelope_id":"E1","type":"slash_commands"}`, fakeAck{"E1", `{"text":"broken"}`}, SocketUndecodable},
		"text a number":      {`{"envelope_id":"E1","type":"slash_commands","payload":{"text":4711}}`, fakeAck{"E1", `{"text":"broken"}`}, SocketUndecodable},
		"actions not a list": {`{"envelope_id":"E1","type":"interactive","payload":{"actions":"correct-horse"}}`, fakeAck{"E1", `{"text":"broken"}`}, SocketUndecodable},
		"user a list":        {`{"envelope_id":"E1","type":"slash_commands","payload":{"user_id":["correct-horse"]}}`, fakeAck{"E1", `{"text":"broken"}`}, SocketUndecodable},
		"no answer taken":    {`{"envelope_id":"E1","type":"slash_commands","payload":[],"accepts_response_payload":false}`, bareAck("E1"), SocketUndecodable},
	} {
		t.Run(name, func(t *testing.T) {
			inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
				h := startSocket(t, slack, nil)
				conn := slack.conn(1)
				conn.send(c.frame)
				synctest.Wait()
				if got := conn.got(); !slices.Equal(got, []fakeAck{c.ack}) || h.counted(c.count) != 1 || len(h.handledIDs()) != 0 {
					t.Errorf("acks %v, counts %v, handled %v", got, h.counts, h.handledIDs())
				}
				if h.logs.FilterFieldKey("envelope_id").FilterFieldKey("type").Len() == 0 {
					t.Error("nothing was logged")
				}
			})
		})
	}
}

func TestOddFieldsBesideThePayloadDoNotMatter(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := startSocket(t, slack, nil)
		slack.conn(1).send(`{"envelope_id":"E1","type":"slash_commands","retry_attempt":"none","retry_reason":7,` +
			`"accepts_response_payload":null,"payload":{"text":"help","new":{"a":[1]}}}`)
		synctest.Wait()
		if got := slack.conn(1).got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || len(h.handledIDs()) != 1 {
			t.Errorf("acks %v, handled %v", got, h.handledIDs())
		}
	})
}

func TestHelloDisconnectAndFramesWithoutAnIDAreNeverAcked(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := startSocket(t, slack, nil)
		c := slack.conn(1)
		c.send(`{"type":"hello","envelope_id":"E1","num_connections":1}`)
		c.send(`{"type":"slash_commands","payload":{}}`)
		c.send(`{"type":"disconnect","envelope_id":"E2","reason":"warning"}`)
		time.Sleep(time.Minute)
		if len(c.got()) != 0 || len(h.handledIDs()) != 0 || h.counted(SocketUnknown) != 1 {
			t.Errorf("acks %v, handled %v, counts %v", c.got(), h.handledIDs(), h.counts)
		}
	})
}

func TestFramesThatAreNotJSONAreSurvivedUpToTenInARow(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := startSocket(t, slack, nil)
		c := slack.conn(1)
		odd := []string{"", "correct-horse", "null", "[]", `"x"`, "{", `{"envelope_id":"E1"} {}`, "\xff", "7"}
		for range 2 {
			for _, frame := range odd {
				c.send(frame)
			}
			c.command(fmt.Sprint("E", h.counted(SocketBadFrame)))
			synctest.Wait()
		}
		if len(c.got()) != 2 || h.counted(SocketBadFrame) != 18 || c.gone.Load() {
			t.Fatalf("acks %v, counts %v, gone %v", c.got(), h.counts, c.gone.Load())
		}
		for range 10 {
			c.send("correct-horse")
		}
		time.Sleep(time.Minute)
		if !c.gone.Load() || h.Connected() != 1 || slack.opened() != 2 {
			t.Errorf("gone %v, %d connections after %d opens", c.gone.Load(), h.Connected(), slack.opened())
		}
	})
}

func TestFrameOverFourMiBEndsTheConnection(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := startSocket(t, slack, nil)
		c := slack.conn(1)
		filler := strings.Repeat("x", 4<<20-200)
		c.send(fmt.Sprintf(`{"envelope_id":"E1","type":"events_api","payload":{"text":"%s"}}`, filler))
		synctest.Wait()
		if got := c.got(); !slices.Equal(got, []fakeAck{bareAck("E1")}) {
			t.Errorf("acks %v", got)
		}
		_ = c.ws.WriteMessage(websocket.TextMessage, []byte(filler+strings.Repeat("x", 400)))
		time.Sleep(time.Minute)
		if !c.gone.Load() || h.Connected() != 1 || slack.opened() != 2 {
			t.Errorf("gone %v, %d connections after %d opens", c.gone.Load(), h.Connected(), slack.opened())
		}
	})
}

func TestEvenRefusalsAreBoundedAndCounted(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		h := newSocketHarness(t, slack, func(c *SocketConfig) {
			c.Handler = hangingHandler(release)
			c.Busy = func(Envelope) any { <-release; return saying("busy") }
		})
		h.limits.inFlight = 2
		h.start()
		synctest.Wait()
		c := slack.conn(1)
		for i := range 6 {
			c.command(fmt.Sprint("E", i))
		}
		synctest.Wait()
		if h.counted(SocketBusy) != 4 || h.counted(SocketShed) != 2 {
			t.Errorf("counts %v", h.counts)
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
