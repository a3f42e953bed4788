package bot

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// socketEventually waits for a state that others bring about.
func socketEventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestOverRealSocketsNothingIsLostWhileConnectionsAreRefreshed(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	slack := newFakeSlack(t)
	h := newSocketHarness(t, slack, func(c *SocketConfig) { c.Connections = 2 })
	h.timing.steady = 0 // so that it may refresh without a pause
	h.timing.stagger = time.Millisecond
	h.start()
	<-h.Ready()
	socketEventually(t, "two connections", func() bool { return h.Connected() == 2 })

	want := map[fakeAck]bool{}
	for round := range 10 {
		old := slack.all()[round*2:]
		for i, c := range old {
			c.disconnect([]string{"warning", "refresh_requested"}[i%2])
		}
		socketEventually(t, "successors", func() bool { return h.Connected() == 4 })
		for i, c := range slack.all()[round*2:] {
			id := fmt.Sprintf("R%d-%d", round, i)
			c.command(id)
			want[doneAck(id)] = true
		}
		socketEventually(t, "acks", func() bool { return len(allFakeAcks(slack)) == len(want) })
		old[0].close()
		old[1].hangUp()
		socketEventually(t, "the old connections to go", func() bool { return h.Connected() == 2 })
	}
	for _, ack := range allFakeAcks(slack) {
		if !want[ack] {
			t.Errorf("ack %v", ack)
		}
	}
	h.stop()
	<-h.ended
	if h.err != nil || slack.opened() != 22 {
		t.Errorf("%d opens, %v", slack.opened(), h.err)
	}
	for _, c := range slack.all()[20:] {
		socketEventually(t, "a close frame", c.leftPolitely)
	}
	http.DefaultClient.CloseIdleConnections()
	slack.stop()
	for range 50 { // goleak gives up after 0.4 s
		if goleak.Find(ignore) == nil {
			break
		}
	}
	goleak.VerifyNone(t, ignore)
}

func allFakeAcks(slack *fakeSlack) (acks []fakeAck) {
	for _, c := range slack.all() {
		acks = slices.Concat(acks, c.got())
	}
	return acks
}
