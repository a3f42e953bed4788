package socketmode

import (
	"crypto/tls"
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestDeadPathIsFoundWithinTenSeconds(t *testing.T) {
	for name, kill := range map[string]func(*fakeConn){
		"pings are not answered": (*fakeConn).silence,
		"nothing is read":        (*fakeConn).freeze,
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				w := startWorld(t, slack, nil)
				time.Sleep(time.Minute)
				if slack.opened() != 1 {
					t.Fatalf("%d opens for a connection that is well", slack.opened())
				}
				kill(slack.conn(1))
				time.Sleep(10 * time.Second)
				if slack.opened() != 2 || w.Connected() != 1 {
					t.Errorf("%d opens, %d connections", slack.opened(), w.Connected())
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
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		startWorld(t, slack, nil)
		c := slack.conn(1)
		c.silence()
		for range 10 {
			time.Sleep(5 * time.Second)
			c.pingNow()
		}
		synctest.Wait()
		if _, pongs := c.pinged(); slack.opened() != 1 || pongs != 10 {
			t.Errorf("%d opens, %d pongs", slack.opened(), pongs)
		}
	})
}

// TestAcksStuckInADeadPathStillReachSlackInTime: the first waits for the network, the others for the first.
func TestAcksStuckInADeadPathStillReachSlackInTime(t *testing.T) {
	srv := httptest.NewTLSServer(nil) // for its certificate
	srv.Close()
	cert := srv.TLS.Certificates[0]
	cert.Leaf = srv.Certificate()
	for name, certs := range map[string][]tls.Certificate{"plain": nil, "TLS": {cert}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				slack := newPipedSlack(t, certs...)
				w := newWorld(t, slack, func(c *Config) { c.Connections = 2 }).start()
				time.Sleep(time.Minute)
				slack.conn(2).freeze()
				synctest.Wait()
				time.Sleep(3 * time.Second) // a ping has gone out: nothing more is read
				for i := range 20 {
					slack.conn(2).command(fmt.Sprint("E", i))
				}
				time.Sleep(3 * time.Second)
				synctest.Wait()
				if n := len(allFakeAcks(slack)); n != 20 || w.counted(ackMoved) != 20 || w.counted(ackLate) != 0 {
					t.Errorf("%d acks, counts %v", n, w.counts)
				}
			})
		})
	}
}
