package bot

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestStopLetsHandlersFinishAndFlushesTheirAcks(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		h := startSocket(t, slack, func(c *SocketConfig) {
			c.Handler = func(ctx context.Context, _ Envelope) any {
				<-release
				if ctx.Err() != nil {
					t.Error("the handler's context ended with Run's")
				}
				return saying("done")
			}
		})
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		h.stop()
		synctest.Wait()
		if isClosed(h.ended) || c.gone.Load() {
			t.Fatal("stopped before the handler had finished")
		}
		close(release)
		synctest.Wait()
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || !c.leftPolitely() {
			t.Errorf("acks %v, left politely: %v", got, c.leftPolitely())
		}
		if !isClosed(h.ended) || h.err != nil || h.Connected() != 0 {
			t.Errorf("ended %v: %v, %d connections", isClosed(h.ended), h.err, h.Connected())
		}
	})
}

func TestStoppingTakesNoNewWork(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		h := startSocket(t, slack, func(c *SocketConfig) { c.Handler = hangingHandler(release) })
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		h.stop()
		synctest.Wait()
		c.command("E2")
		synctest.Wait()
		c.event("E3", "Ev3", 0)
		synctest.Wait()
		close(release)
		synctest.Wait()
		if want := []fakeAck{{"E2", `{"text":"busy"}`}, doneAck("E1")}; !slices.Equal(c.got(), want) {
			t.Errorf("acks %v", c.got())
		}
		if got := h.handledIDs(); !slices.Equal(got, []string{"E1"}) || h.err != nil {
			t.Errorf("handled %v, %v", got, h.err)
		}
	})
}

func TestStopReconnectsToDeliverAnEarnedAck(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		h := startSocket(t, slack, func(c *SocketConfig) { c.Handler = hangingHandler(release) })
		slack.conn(1).command("E1")
		synctest.Wait()
		h.stop()
		synctest.Wait()
		slack.conn(1).hangUp()
		close(release)
		<-h.ended
		if got := slack.conn(2).got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || h.err != nil {
			t.Errorf("acks %v, %v", got, h.err)
		}
	})
}

func TestStopIsBounded(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		ended := false
		slack.onConnect = func(c *fakeConn) {
			c.ws.SetCloseHandler(func(int, string) error { c.command("E2"); return nil })
			c.hello()
		}
		h := startSocket(t, slack, func(c *SocketConfig) {
			c.Handler = func(ctx context.Context, _ Envelope) any {
				<-release
				ended = ctx.Err() != nil
				return saying("done")
			}
		})
		slack.conn(1).command("E1")
		synctest.Wait()
		h.stop()
		time.Sleep(9 * time.Second)
		if !isClosed(h.ended) || !errors.Is(h.err, ErrHandlersUnfinished) {
			t.Errorf("ended %v: %v", isClosed(h.ended), h.err)
		}
		close(release)
		synctest.Wait()
		if !ended || h.counted(SocketAckLost) == 0 {
			t.Errorf("the handler's context ended: %v, counts %v", ended, h.counts)
		}
		if got := h.handledIDs(); !slices.Equal(got, []string{"E1"}) {
			t.Errorf("handled %v", got)
		}
	})
}

func TestStopIsBoundedWhenSlackDoesNotAnswer(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := startSocket(t, slack, nil)
		slack.conn(1).freeze()
		time.Sleep(4 * time.Second)
		h.stop()
		time.Sleep(4 * time.Second)
		if !isClosed(h.ended) || h.err != nil {
			t.Errorf("ended %v: %v", isClosed(h.ended), h.err)
		}
	})
}

func TestPermanentErrorStillFlushesAcks(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		h := startSocket(t, slack, func(c *SocketConfig) { c.Handler = hangingHandler(release) })
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		c.disconnect("link_disabled")
		synctest.Wait()
		close(release)
		<-h.ended
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) {
			t.Errorf("acks %v", got)
		}
		if se, ok := errors.AsType[*SocketError](h.err); !ok || se.Code != "link_disabled" {
			t.Errorf("Run: %v", h.err)
		}
	})
}

func TestRunsOnce(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := startSocket(t, slack, nil)
		h.stop()
		<-h.ended
		if err := h.Run(t.Context()); err == nil {
			t.Error("ran again")
		}
	})
}
