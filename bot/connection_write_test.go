package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A slowConn is a network that takes a piece when it is let, or fails.
type slowConn struct {
	net.Conn
	pieces atomic.Int64
	let    chan error // what comes of the next piece; nil: all are taken at once
}

func (c *slowConn) Write(p []byte) (int, error) {
	if c.let != nil {
		if err := <-c.let; err != nil {
			return 0, err
		}
	}
	c.pieces.Add(1)
	return c.Conn.Write(p)
}

// slowly lets h connect over slowConns, in order.
func slowly(h *socketHarness) *[]*slowConn {
	var all []*slowConn
	reach := h.reach
	h.reach = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := reach(ctx, network, addr)
		all = append(all, &slowConn{Conn: conn})
		return all[len(all)-1], err
	}
	return &all
}

func TestAcksThatWaitGoOutInOnePiece(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := newSocketHarness(t, slack, nil)
		lines := slowly(h)
		h.start()
		synctest.Wait()
		line := (*lines)[0]
		line.let = make(chan error)
		before := line.pieces.Load()
		for i := range 40 {
			slack.conn(1).command(fmt.Sprint("E", i))
			synctest.Wait()
		}
		line.let <- nil
		line.let <- nil
		synctest.Wait()
		if n := len(slack.conn(1).got()); n != 40 || line.pieces.Load()-before != 2 {
			t.Errorf("%d acks in %d pieces; want the first alone and the others together", n, line.pieces.Load()-before)
		}
		close(line.let)
	})
}

func TestAcksWhosePieceFailedGoOutElsewhere(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := newSocketHarness(t, slack, func(c *SocketConfig) { c.Connections = 2 })
		lines := slowly(h)
		h.start()
		time.Sleep(time.Second)
		synctest.Wait()
		line := (*lines)[0]
		line.let = make(chan error)
		var sent []string
		for i := range 5 {
			sent = append(sent, fmt.Sprint("E", i))
			slack.conn(1).command(sent[i])
			synctest.Wait()
		}
		line.let <- nil
		line.let <- errors.New("cut")
		close(line.let)
		synctest.Wait()
		if got := slack.conn(1).got(); !slices.Equal(got, []fakeAck{doneAck("E0")}) {
			t.Errorf("acks before the failure: %v", got)
		}
		got := slack.conn(2).got()
		slices.SortFunc(got, func(a, b fakeAck) int { return strings.Compare(a.ID, b.ID) })
		if want := []fakeAck{doneAck("E1"), doneAck("E2"), doneAck("E3"), doneAck("E4")}; !slices.Equal(got, want) {
			t.Errorf("acks on the other connection: %v", got)
		}
		if h.counted(SocketAckMoved) != 4 || h.counted(SocketAckLost) != 0 {
			t.Errorf("counts %v", h.counts)
		}
	})
}

// TestABatchKnowsWhatWasTaken: frames before our close frame have reached Slack and are not sent
// again elsewhere, those behind it have not.
func TestABatchKnowsWhatWasTaken(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := startSocket(t, slack, nil)
		c := h.roster.all()[0]
		c.timing.goodbye = time.Minute
		early, late := &frameBatch{done: make(chan struct{}), frames: [][]byte{[]byte(`{"envelope_id":"E1"}`)}},
			&frameBatch{done: make(chan struct{}), frames: [][]byte{[]byte(`{"envelope_id":"E2"}`)}}
		if err := c.send(early); err != nil || early.taken != 1 {
			t.Errorf("%d taken before the close frame: %v", early.taken, err)
		}
		c.leave()
		if err := c.send(late); err == nil || late.taken != 0 || late.err == nil {
			t.Errorf("%d taken after the close frame: %v", late.taken, err)
		}
		if err := c.write([]byte(`{"envelope_id":"E3"}`)); err == nil {
			t.Error("written on a connection that was left")
		}
		synctest.Wait()
		if got := slack.conn(1).got(); !slices.Equal(got, []fakeAck{bareAck("E1")}) {
			t.Errorf("acks %v", got)
		}
	})
}

func TestAGatheringConnHoldsNoMoreThanItMay(t *testing.T) {
	ours, theirs := net.Pipe()
	read := make(chan int)
	go func() {
		n, buf := 0, make([]byte, 3*maxHeld)
		for {
			m, err := theirs.Read(buf)
			if n += m; err != nil {
				read <- n
				return
			}
		}
	}()
	slow := &slowConn{Conn: ours}
	c := newGatheringConn(slow)
	write := func(size int) {
		if n, err := c.Write(make([]byte, size)); n != size || err != nil {
			t.Errorf("wrote %d of %d: %v", n, size, err)
		}
	}
	c.hold()
	for range 3 {
		write(maxHeld/2 - 1)
	}
	if len(c.held) > maxHeld || slow.pieces.Load() != 1 {
		t.Errorf("%d bytes held, %d pieces", len(c.held), slow.pieces.Load())
	}
	if err := c.flush(); err != nil || slow.pieces.Load() != 2 {
		t.Errorf("%d pieces after the flush: %v", slow.pieces.Load(), err)
	}
	write(1) // not held any more
	_ = ours.Close()
	if n := <-read; n != 3*(maxHeld/2-1)+1 {
		t.Errorf("%d bytes arrived", n)
	}
}

// TestABatchThatFailedInTheMiddleHasNotBeenTaken: more acks than a gatheringConn holds, and the network
// fails when the first of them go out to make room.
func TestABatchThatFailedInTheMiddleHasNotBeenTaken(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := newSocketHarness(t, slack, nil)
		lines := slowly(h)
		h.start()
		synctest.Wait()
		line := (*lines)[0]
		line.let = make(chan error, 1)
		line.let <- errors.New("cut")
		close(line.let)
		b := &frameBatch{done: make(chan struct{})}
		for range 5 {
			b.frames = append(b.frames, make([]byte, maxHeld/3))
		}
		c, before := h.roster.all()[0], line.pieces.Load()
		if err := c.send(b); err == nil || b.err == nil || b.taken != 0 {
			t.Errorf("%d frames count as taken: %v", b.taken, b.err)
		}
		if _, err := c.line.Write([]byte("goodbye")); err == nil || line.pieces.Load() != before {
			t.Errorf("written behind what was lost: %v", err)
		}
	})
}
