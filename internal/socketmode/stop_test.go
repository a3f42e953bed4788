package socketmode

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestStopLetsHandlersFinishAndFlushesTheirAcks(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		w := startWorld(t, slack, func(c *Config) {
			c.Handler = func(ctx context.Context, _ Envelope) (any, error) {
				<-release
				if ctx.Err() != nil {
					t.Error("the handler's context ended with Run's")
				}
				return saying("done"), nil
			}
		})
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		w.stop()
		synctest.Wait()
		if isClosed(w.ended) || c.gone.Load() {
			t.Fatal("stopped before the handler had finished")
		}
		close(release)
		synctest.Wait()
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || !c.leftPolitely() {
			t.Errorf("acks %v, left politely: %v", got, c.leftPolitely())
		}
		if !isClosed(w.ended) || w.err != nil || w.Connected() != 0 {
			t.Errorf("ended %v: %v, %d connections", isClosed(w.ended), w.err, w.Connected())
		}
	})
}

func TestStoppingTakesNoNewWork(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		w := startWorld(t, slack, func(c *Config) { c.Handler = hangingHandler(release) })
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		w.stop()
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
		if got := w.handledIDs(); !slices.Equal(got, []string{"E1"}) || w.err != nil {
			t.Errorf("handled %v, %v", got, w.err)
		}
	})
}

func TestStopReconnectsToDeliverAnEarnedAck(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		w := startWorld(t, slack, func(c *Config) { c.Handler = hangingHandler(release) })
		slack.conn(1).command("E1")
		synctest.Wait()
		w.stop()
		synctest.Wait()
		slack.conn(1).hangUp()
		close(release)
		<-w.ended
		if got := slack.conn(2).got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || w.err != nil {
			t.Errorf("acks %v, %v", got, w.err)
		}
	})
}

func TestStopIsBounded(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		ended := false
		slack.onConnect = func(c *fakeConn) {
			c.ws.SetCloseHandler(func(int, string) error { c.command("E2"); return nil })
			c.hello()
		}
		w := startWorld(t, slack, func(c *Config) {
			c.Handler = func(ctx context.Context, _ Envelope) (any, error) {
				<-release
				ended = ctx.Err() != nil
				return saying("done"), nil
			}
		})
		slack.conn(1).command("E1")
		synctest.Wait()
		w.stop()
		time.Sleep(9 * time.Second)
		if !isClosed(w.ended) || !errors.Is(w.err, ErrUnfinished) {
			t.Errorf("ended %v: %v", isClosed(w.ended), w.err)
		}
		close(release)
		synctest.Wait()
		if !ended || w.counted(ackLost) == 0 {
			t.Errorf("the handler's context ended: %v, counts %v", ended, w.counts)
		}
		if got := w.handledIDs(); !slices.Equal(got, []string{"E1"}) {
			t.Errorf("handled %v", got)
		}
	})
}

func TestStopIsBoundedWhenSlackDoesNotAnswer(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		slack.conn(1).freeze()
		time.Sleep(4 * time.Second)
		w.stop()
		time.Sleep(4 * time.Second)
		if !isClosed(w.ended) || w.err != nil {
			t.Errorf("ended %v: %v", isClosed(w.ended), w.err)
		}
	})
}

func TestPermanentErrorStillFlushesAcks(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		w := startWorld(t, slack, func(c *Config) { c.Handler = hangingHandler(release) })
		c := slack.conn(1)
		c.command("E1")
		synctest.Wait()
		c.disconnect("link_disabled")
		synctest.Wait()
		close(release)
		<-w.ended
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) {
			t.Errorf("acks %v", got)
		}
		if se, ok := errors.AsType[*Error](w.err); !ok || se.Code != "link_disabled" {
			t.Errorf("Run: %v", w.err)
		}
	})
}

func TestRunsOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		w.stop()
		<-w.ended
		if err := w.Run(t.Context()); err == nil {
			t.Error("ran again")
		}
	})
}
