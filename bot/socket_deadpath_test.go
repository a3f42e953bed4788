package bot

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

func TestDeadPathIsFoundWithinTenSeconds(t *testing.T) {
	for name, kill := range map[string]func(*fakeConn){
		"pings are not answered": (*fakeConn).silence,
		"nothing is read":        (*fakeConn).freeze,
	} {
		t.Run(name, func(t *testing.T) {
			inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
				h := startSocket(t, slack, nil)
				time.Sleep(time.Minute)
				if slack.opened() != 1 {
					t.Fatalf("%d opens for a connection that is well", slack.opened())
				}
				kill(slack.conn(1))
				time.Sleep(10 * time.Second)
				if slack.opened() != 2 || h.Connected() != 1 {
					t.Errorf("%d opens, %d connections", slack.opened(), h.Connected())
				}
				slack.conn(2).command("E1")
				synctest.Wait()
				if got := slack.conn(2).got(); !slices.Equal(got, []fakeAck{doneAck("E1")}) {
					t.Errorf("acks %v", got)
				}
			})
		})
	}
}

func TestAnyTrafficKeepsAConnectionAlive(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		startSocket(t, slack, nil)
		c := slack.conn(1)
		c.silence()
		for range 10 {
			time.Sleep(5 * time.Second)
			_ = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(time.Second))
		}
		synctest.Wait()
		if _, pongs := c.pinged(); slack.opened() != 1 || pongs != 10 {
			t.Errorf("%d opens, %d pongs", slack.opened(), pongs)
		}
	})
}

func TestAckStuckInADeadPathStillReachesSlackInTime(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := newSocketHarness(t, slack, func(c *SocketConfig) { c.Connections = 2 }).start()
		time.Sleep(time.Minute)
		slack.conn(2).freeze()
		synctest.Wait()
		time.Sleep(3 * time.Second) // a ping has gone out: nothing more is read
		slack.conn(2).command("E1")
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if got := allFakeAcks(slack); !slices.Equal(got, []fakeAck{doneAck("E1")}) || h.counted(SocketAckLate) != 0 {
			t.Errorf("acks %v, counts %v", got, h.counts)
		}
	})
}
