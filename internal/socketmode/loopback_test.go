package socketmode

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// eventually waits for a state that others bring about.
func eventually(t *testing.T, what string, ok func() bool) {
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
	w := newWorld(t, slack, func(c *Config) { c.Connections = 2 })
	w.timing.steady = 0 // so that it may refresh without a pause
	w.timing.stagger = time.Millisecond
	w.start()
	<-w.Ready()
	eventually(t, "two connections", func() bool { return w.Connected() == 2 })

	want := map[fakeAck]bool{}
	for round := range 10 {
		old := slack.all()[round*2:]
		for i, c := range old {
			c.disconnect([]string{"warning", "refresh_requested"}[i%2])
		}
		eventually(t, "successors", func() bool { return w.Connected() == 4 })
		for i, c := range slack.all()[round*2:] {
			id := fmt.Sprintf("R%d-%d", round, i)
			c.command(id)
			want[doneAck(id)] = true
		}
		eventually(t, "acks", func() bool { return len(allFakeAcks(slack)) == len(want) })
		old[0].close()
		old[1].hangUp()
		eventually(t, "the old connections to go", func() bool { return w.Connected() == 2 })
	}
	for _, ack := range allFakeAcks(slack) {
		if !want[ack] {
			t.Errorf("ack %v", ack)
		}
	}
	w.stop()
	<-w.ended
	if w.err != nil || slack.opened() != 22 {
		t.Errorf("%d opens, %v", slack.opened(), w.err)
	}
	for _, c := range slack.all()[20:] {
		eventually(t, "a close frame", c.leftPolitely)
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
