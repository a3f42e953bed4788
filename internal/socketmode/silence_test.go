package socketmode

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestASlowSlackDoesNotCostOneConnectionAfterAnother: pongs that take longer than 5 s are frequent
// (https://github.com/slackapi/bolt-js/issues/2496), and Slack was seen to ping every 10 s. Kind: a limit from our own
// interval, not the peer's.
func TestASlowSlackDoesNotCostOneConnectionAfterAnother(t *testing.T) {
	for name, slow := range map[string]func(*fakeConn){
		"pongs take 8 s": func(c *fakeConn) { c.delayPongs(8 * time.Second) },
		"it pings every 10 s and answers no ping": func(c *fakeConn) {
			c.silence()
			go func() {
				for !c.gone.Load() {
					time.Sleep(10 * time.Second)
					c.pingNow()
				}
			}()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				slack.onConnect = func(c *fakeConn) { slow(c); c.hello() }
				w := startWorld(t, slack, nil)
				time.Sleep(time.Hour)
				if slack.opened() > 2 || w.Connected() != 1 || w.counted(dropped) != 0 {
					t.Errorf("%d opens, %d connections, counts %v", slack.opened(), w.Connected(), w.counts)
				}
				for _, c := range slack.all()[:slack.opened()-1] {
					if !c.leftPolitely() {
						t.Errorf("connection %d was ended without a close frame", c.number)
					}
				}
				w.stop()
				<-w.ended
				slack.hangUp()
				time.Sleep(time.Minute)
			})
		})
	}
}

// TestASuspectThatIsHeardOfIsKept: its successor was not open yet.
func TestASuspectThatIsHeardOfIsKept(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onConnect = func(c *fakeConn) {
			if c.number == 1 {
				c.hello()
			}
		}
		w := startWorld(t, slack, nil)
		c := slack.conn(1)
		c.silence()
		time.Sleep(12 * time.Second)
		if slack.opened() != 2 || w.Connected() != 1 {
			t.Fatalf("after 12 s of silence: %d opens, %d connections", slack.opened(), w.Connected())
		}
		c.setMute(false)
		c.command("E1")
		synctest.Wait()
		_ = slack.conn(2).ws.WriteMessage(1, []byte(`{"type":"hello"}`)) // too late
		time.Sleep(10 * time.Minute)
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || c.gone.Load() {
			t.Errorf("acks %v, gone: %v", got, c.gone.Load())
		}
		if slack.opened() != 2 || w.Connected() != 1 || !slack.conn(2).leftPolitely() {
			t.Errorf("later: %d opens, %d connections; the successor was left politely: %v", slack.opened(), w.Connected(), slack.conn(2).leftPolitely())
		}
	})
}

// TestASuspectStaysWhileNoSuccessorCanBeOpened, and is as good as before when it is heard of.
func TestASuspectStaysWhileNoSuccessorCanBeOpened(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onOpen = opensFailAfter(1, `{"ok":false,"error":"internal_error"}`)
		w := startWorld(t, slack, nil)
		c := slack.conn(1)
		c.silence()
		time.Sleep(25 * time.Second)
		c.setMute(false)
		c.command("E1")
		time.Sleep(time.Minute)
		tries := slack.opened()
		time.Sleep(time.Hour)
		if got := c.got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) || w.Connected() != 1 || slack.opened() != tries {
			t.Errorf("acks %v, %d connections, %d opens and then %d", got, w.Connected(), tries, slack.opened())
		}
	})
}

// TestASuspectIsReadUntilItIsGivenUp: it may be slow and no more than that.
func TestASuspectIsReadUntilItIsGivenUp(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		slack.onConnect = func(c *fakeConn) {
			if c.number == 1 {
				c.silence()
				c.ws.SetCloseHandler(func(int, string) error {
					time.Sleep(10 * time.Second)
					c.command("late")
					time.Sleep(10 * time.Minute)
					return nil
				})
			}
			c.hello()
		}
		w := startWorld(t, slack, nil)
		time.Sleep(21 * time.Second)
		if got := slack.conn(2).got(); !slices.Equal(got, []fakeAck{doneAck("late")}) || w.Connected() != 1 {
			t.Errorf("acks on the successor %v, %d connections", got, w.Connected())
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		var goodbye, ended bool
		w.locked(func() { goodbye, ended = w.goodbye[1] })
		if !ended || goodbye {
			t.Errorf("after 50 s: ended %v, with a goodbye %v", ended, goodbye)
		}
		w.stop()
		<-w.ended
		time.Sleep(11 * time.Minute)
	})
}

// TestEachConnectionIsToldFromOpenToEnd, and whether Slack may go on counting it.
func TestEachConnectionIsToldFromOpenToEnd(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		for i, end := range []func(*fakeConn){(*fakeConn).close, (*fakeConn).hangUp, func(*fakeConn) { w.Recheck() }, func(*fakeConn) { w.stop() }} {
			time.Sleep(time.Minute)
			end(slack.conn(i + 1))
		}
		<-w.ended
		for connection, want := range map[int64]bool{1: true, 2: false, 3: true, 4: true} {
			if got, ended := w.goodbye[connection]; !ended || got != want {
				t.Errorf("connection %d ended %v, with a goodbye %v", connection, ended, got)
			}
		}
		if !slices.Equal(w.began, []int64{1, 2, 3, 4}) {
			t.Errorf("opened %v", w.began)
		}
	})
}

// TestAGoodbyeIsWhatSlackDidAfterOurs, however late. Kind: a limit from our own interval, not the peer's: each recheck
// made a ghost of a connection that Slack had ended, and the ghosts hid somebody else's.
func TestAGoodbyeIsWhatSlackDidAfterOurs(t *testing.T) {
	for name, tt := range map[string]struct {
		answer  func(c *fakeConn) // Slack's, to a close frame
		goodbye bool
	}{
		"a close frame, late":            {func(c *fakeConn) { time.Sleep(10 * time.Second); c.close() }, true},
		"the end, without a close frame": {func(*fakeConn) {}, true},
		"neither, until we end it":       {func(*fakeConn) { time.Sleep(10 * time.Minute) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				slack.onConnect = func(c *fakeConn) {
					if c.number == 1 {
						c.ws.SetCloseHandler(func(int, string) error { tt.answer(c); return nil })
					}
					c.hello()
				}
				w := startWorld(t, slack, nil)
				w.Recheck()
				time.Sleep(time.Minute)
				synctest.Wait()
				var goodbye, ended bool
				w.locked(func() { goodbye, ended = w.goodbye[1] })
				if !ended || goodbye != tt.goodbye || w.Connected() != 1 {
					t.Errorf("ended %v, with a goodbye %v, want %v; %d connections", ended, goodbye, tt.goodbye, w.Connected())
				}
				w.stop()
				<-w.ended
				time.Sleep(10 * time.Minute)
			})
		})
	}
}
