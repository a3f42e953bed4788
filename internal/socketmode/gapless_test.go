package socketmode

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

func TestSuccessorHasSaidHelloBeforeTheOldConnectionIsLeft(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested", "something_new"} {
		t.Run(reason, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				slack.onConnect = func(c *fakeConn) {
					if c.number == 1 {
						c.hello()
					}
				}
				w := startWorld(t, slack, nil)
				old := slack.conn(1)
				time.Sleep(time.Hour)
				old.disconnect(reason)
				synctest.Wait()
				next := slack.conn(2) // dialled, but without a hello so far

				var want []fakeAck
				for i := range 5 {
					id := fmt.Sprintf("E%d", i)
					old.command(id)
					synctest.Wait()
					want = append(want, doneAck(id))
					if i == 2 {
						next.hello()
						synctest.Wait()
					}
				}
				if got := old.got(); !slices.Equal(got, want) {
					t.Errorf("acks on the old connection: %v", got)
				}
				if old.gone.Load() {
					t.Error("the old connection was left")
				}
				old.close()
				synctest.Wait()
				next.command("E9")
				synctest.Wait()
				if got := next.got(); !slices.Equal(got, []fakeAck{doneAck("E9")}) {
					t.Errorf("acks on the new connection: %v", got)
				}
				if w.Connected() != 1 || slack.opened() != 2 || w.counted(dropped) != 0 {
					t.Errorf("%d connections after %d opens, counts %v", w.Connected(), slack.opened(), w.counts)
				}
			})
		})
	}
}

func TestYoungConnectionThatIsWarnedHasASuccessorBeforeItIsClosed(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		var over atomic.Bool
		slack.onConnect = func(c *fakeConn) {
			c.hello()
			go func() {
				time.Sleep(400 * time.Millisecond)
				if over.Load() {
					return
				}
				c.disconnect("warning")
				time.Sleep(1500 * time.Millisecond)
				c.close()
			}()
		}
		w := startWorld(t, slack, nil)
		gaps := 0
		for range 600 {
			time.Sleep(100 * time.Millisecond)
			if w.Connected() == 0 {
				gaps++
			}
		}
		over.Store(true)
		time.Sleep(2 * time.Second)
		if n := slack.opened(); gaps > 0 || n < 60 || n > 240 || w.counted(dropped) != 0 {
			t.Errorf("without a connection %d times of 600, after %d opens; counts %v", gaps, n, w.counts)
		}
	})
}

func TestOldConnectionStaysWhileNoSuccessorCanBeOpened(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onOpen = opensFailAfter(1, `{"ok":false,"error":"internal_error"}`)
		w := startWorld(t, slack, nil)
		time.Sleep(time.Hour)
		old := slack.conn(1)
		old.disconnect("warning")
		time.Sleep(10 * time.Minute)
		old.command("E1")
		synctest.Wait()
		if got := old.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || w.Connected() != 1 {
			t.Errorf("acks %v, %d connections", got, w.Connected())
		}
	})
}

func TestOldConnectionIsDrainedForABoundedTime(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		// Slack has an envelope on its way when our close frame arrives.
		slack.onConnect = func(c *fakeConn) {
			c.ws.SetCloseHandler(func(int, string) error {
				c.command("late")
				time.Sleep(900 * time.Millisecond)
				return nil
			})
			c.hello()
		}
		w := startWorld(t, slack, nil)
		old := slack.conn(1)
		time.Sleep(time.Hour)
		old.disconnect("refresh_requested")
		time.Sleep(29 * time.Second)
		if old.gone.Load() || w.Connected() != 2 {
			t.Errorf("after 29 s the old connection is gone, or not counted: %d", w.Connected())
		}
		time.Sleep(1500 * time.Millisecond)
		if got := slack.conn(2).got(); !slices.Equal(got, []fakeAck{doneAck("late")}) || w.Connected() != 1 {
			t.Errorf("after 30 s: acks on the new connection %v, %d connections", got, w.Connected())
		}
		time.Sleep(time.Second)
		if !old.leftPolitely() {
			t.Error("the old connection is still there")
		}
	})
}

func TestRecheckReplacesAConnectionAndBringsANewHello(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onConnect = func(c *fakeConn) { c.helloFrom("A1", 2+c.number) }
		w := startWorld(t, slack, nil)
		time.Sleep(time.Minute)
		w.Recheck()
		w.Recheck() // one is enough
		synctest.Wait()
		want := []Hello{{1, 3, 5*time.Hour + time.Minute}, {2, 4, 5*time.Hour + time.Minute}}
		if !slices.Equal(w.hellos, want) {
			t.Errorf("hellos %v", w.hellos)
		}
		if !slack.conn(1).leftPolitely() || w.Connected() != 1 {
			t.Errorf("the old connection was not left: %d", w.Connected())
		}
	})
}

func TestConnectionsAreOpenedOneAfterAnother(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, func(c *Config) { c.Connections = 10 })
		if !isClosed(w.Ready()) || slack.opened() != 1 {
			t.Errorf("at first: ready %v, %d opens", isClosed(w.Ready()), slack.opened())
		}
		time.Sleep(time.Minute)
		if w.Connected() != 10 || slack.opened() != 10 {
			t.Errorf("later: %d connections after %d opens", w.Connected(), slack.opened())
		}
	})
}

func TestWhatSlackSaysAtOnceCountsInItsOrder(t *testing.T) {
	s := New(Config{})
	c := &connection{hearing: newHearing(s.tolerance), ready: make(chan struct{}), replace: make(chan struct{}), done: make(chan struct{})}
	c.noteHello()
	c.requestSuccessor("link_disabled")
	close(c.done)
	for range 100 { // select picks at random
		if err := s.awaitHello(t.Context(), c); err != nil {
			t.Fatalf("hello was missed: %v", err)
		}
		if _, err := s.awaitEnd(t.Context(), c); err == nil {
			t.Fatal("the reason was missed")
		}
	}
}

func TestAckThatMeetsOurCloseFrameDoesNotCutOffWhatSlackStillSends(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onConnect = func(c *fakeConn) {
			c.ws.SetCloseHandler(func(int, string) error {
				time.Sleep(500 * time.Millisecond)
				c.command("late")
				return nil
			})
			c.hello()
		}
		release := make(chan struct{})
		w := startWorld(t, slack, func(c *Config) { c.Handler = hangingHandler(release) })
		slack.conn(1).command("E1")
		synctest.Wait()
		// The close frame overtakes an ack that the writer has already taken.
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = w.roster.all()[0].ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
		close(release)
		time.Sleep(time.Minute)
		got := slack.conn(2).got()
		if len(got) != 2 || !slices.Contains(got, doneAck("E1")) || !slices.Contains(got, doneAck("late")) {
			t.Errorf("acks on the successor: %v", got)
		}
	})
}
