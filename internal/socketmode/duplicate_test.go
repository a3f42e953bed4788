package socketmode

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// countingHandler is a handler that answers how many envelopes it has seen.
func countingHandler(n *atomic.Int64, release <-chan struct{}) Handler {
	return func(context.Context, Envelope) (any, error) {
		mine := n.Add(1)
		if release != nil {
			<-release
		}
		return saying(fmt.Sprint(mine)), nil
	}
}

func nthAnswer(id string, n int) fakeAck { return fakeAck{id, fmt.Sprintf(`{"text":"%d"}`, n)} }

func TestDuplicateIsHandledOnceAndAnsweredAlike(t *testing.T) { // invariant 3
	first := func(c *fakeConn) { c.click("E1", "t1") }
	for name, d := range map[string]struct {
		again func(*fakeConn)
		id    string
	}{
		"same envelope":              {first, "E1"},
		"same trigger, new envelope": {func(c *fakeConn) { c.click("E2", "t1") }, "E2"},
		"same envelope, new trigger": {func(c *fakeConn) { c.click("E1", "t2") }, "E1"},
	} {
		for when, inFlight := range map[string]bool{"while in flight": true, "afterwards": false} {
			t.Run(name+" "+when, func(t *testing.T) {
				inWorld(t, func(t *testing.T, slack *fakeSlack) {
					var n atomic.Int64
					release := make(chan struct{})
					w := newWorld(t, slack, func(c *Config) {
						c.Connections = 2
						c.Handler = countingHandler(&n, release)
					}).start()
					time.Sleep(time.Minute)
					if !inFlight {
						close(release)
					}
					first(slack.conn(1))
					synctest.Wait()
					d.again(slack.conn(2))
					synctest.Wait()
					if inFlight {
						if got := slack.conn(2).got(); len(got) != 0 {
							t.Errorf("the duplicate was acked first: %v", got)
						}
						close(release)
						synctest.Wait()
					}
					if got := slack.conn(1).got(); !slices.Equal(got, []fakeAck{nthAnswer("E1", 1)}) {
						t.Errorf("acks of the first: %v", got)
					}
					if got := slack.conn(2).got(); !slices.Equal(got, []fakeAck{nthAnswer(d.id, 1)}) {
						t.Errorf("acks of the duplicate: %v", got)
					}
					if n.Load() != 1 || w.counted(duplicate) != 1 {
						t.Errorf("handled %d times, counts %v", n.Load(), w.counts)
					}
				})
			})
		}
	}
}

func TestRedeliveredEventIsHandledOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		c := slack.conn(1)
		for retry := range 4 {
			c.event(fmt.Sprint("E", retry), "Ev1", retry)
			synctest.Wait()
		}
		if want := []fakeAck{bareAck("E0"), bareAck("E1"), bareAck("E2"), bareAck("E3")}; !slices.Equal(c.got(), want) || len(w.handledIDs()) != 1 {
			t.Errorf("acks %v, handled %v", c.got(), w.handledIDs())
		}
	})
}

func TestDuplicateOfAnEventThatWasNotHandledIsNotAckedEither(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		elsewhere, _ := w.seen.begin([]string{"event:Ev1"}) // came on another connection
		c := slack.conn(1)
		c.event("E1", "Ev1", 0)
		synctest.Wait()
		w.seen.forget(elsewhere)
		synctest.Wait()
		if len(c.got()) != 0 {
			t.Errorf("acks %v", c.got())
		}
		c.event("E2", "Ev1", 1)
		synctest.Wait()
		if got := w.handledIDs(); !slices.Equal(got, []string{"E2"}) || len(c.got()) != 1 {
			t.Errorf("handled %v, acks %v", got, c.got())
		}
	})
}

func TestDuplicateOfAHandlerThatHangsIsGivenUp(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		release := make(chan struct{})
		w := startWorld(t, slack, func(c *Config) { c.Handler = hangingHandler(release) })
		slack.conn(1).command("E1")
		slack.conn(1).command("E1")
		time.Sleep(time.Minute)
		if w.counted(ackLost) != 1 {
			t.Errorf("counts %v", w.counts)
		}
		close(release)
		synctest.Wait()
		if got := slack.conn(1).got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) {
			t.Errorf("acks %v", got)
		}
	})
}

func TestDifferentEnvelopesAreNoDuplicates(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, nil)
		c := slack.conn(1)
		c.click("E1", "t1")
		c.click("E2", "t2")
		c.click("E3", "") // no trigger id is no trigger id in common
		c.click("E4", "")
		c.event("E5", "", 0)
		c.event("E6", "", 0)
		synctest.Wait()
		if len(w.handledIDs()) != 6 || len(c.got()) != 6 {
			t.Errorf("handled %v, acks %v", w.handledIDs(), c.got())
		}
	})
}

func TestDuplicatesAreKnownForTenMinutes(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		var n atomic.Int64
		startWorld(t, slack, func(c *Config) { c.Handler = countingHandler(&n, nil) })
		c := slack.conn(1)
		for _, wait := range []time.Duration{0, 9 * time.Minute, 2 * time.Minute} {
			time.Sleep(wait)
			c.command("E1")
			synctest.Wait()
		}
		if want := []fakeAck{nthAnswer("E1", 1), nthAnswer("E1", 1), nthAnswer("E1", 2)}; !slices.Equal(c.got(), want) {
			t.Errorf("acks %v", c.got())
		}
	})
}

func TestMemoryForDuplicatesIsBounded(t *testing.T) {
	limits := limits{answers: 100, bytes: 1000, remember: time.Hour}
	for name, payload := range map[string]json.RawMessage{
		"by number": nil,
		"by size":   json.RawMessage(`"` + fmt.Sprintf("%098d", 0) + `"`),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSeen(limits)
			busy, _ := s.begin([]string{"in flight"})
			for i := range 1000 {
				a, first := s.begin([]string{fmt.Sprint("envelope:", i), fmt.Sprint("trigger:", i)})
				if !first {
					t.Fatalf("%d is taken for a duplicate", i)
				}
				s.finish(a, payload)
			}
			want := limits.answers
			if payload != nil {
				want = limits.bytes / len(payload)
			}
			if len(s.old) != want || len(s.byKey) != 2*want+1 || s.bytes != want*len(payload) {
				t.Errorf("%d answers, %d keys, %d bytes", len(s.old), len(s.byKey), s.bytes)
			}
			if a, first := s.begin([]string{"in flight"}); first || a != busy {
				t.Error("an envelope in flight was forgotten")
			}
			if _, first := s.begin([]string{"trigger:999"}); first {
				t.Error("the newest was forgotten")
			}
		})
	}
}
