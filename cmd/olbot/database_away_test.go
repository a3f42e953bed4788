package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/slacksim"
	"olbot/internal/trailkey"
)

// A relay stands between olbot and a server, at an address that stays the same while the server is stopped and started.
type relay struct {
	t        *testing.T
	addr, to string

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

// start lets connections through.
func (r *relay) start() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.addr, r.listener = l.Addr().String(), l
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", r.to)
			if err != nil {
				from.Close()
				continue
			}
			r.mu.Lock()
			r.conns = append(r.conns, from, to)
			r.mu.Unlock()
			go func() { _, _ = io.Copy(to, from); to.Close() }()
			go func() { _, _ = io.Copy(from, to); from.Close() }()
		}
	}()
}

// stop ends them all, and takes no more.
func (r *relay) stop() {
	r.listener.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

// TestOlbotOutlivesAServerThatIsStoppedAndStarted: meanwhile it is not ready and takes nothing; afterwards it goes on by itself, with
// what it had begun.
func TestOlbotOutlivesAServerThatIsStoppedAndStarted(t *testing.T) {
	server := leftout.PostgreSQL.Need(t)
	database, _ := newSchema(t, server)
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{t: t, addr: "127.0.0.1:0", to: u.Host}
	r.start()
	t.Cleanup(r.stop)
	u.Host = r.addr

	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	joe, ana, maria := w.people()
	w.vars["OLBOT_DATABASE_URL"], w.vars["OLBOT_TRAIL_KEY"], w.vars["OLBOT_HTTP_ADDR"] = u.String(), trailkey.New(), nobody(t)
	b := w.start()
	answers := func(status int) func() bool {
		return func() bool { got, _ := b.page("/readyz"); return got == status }
	}
	b.wait("olbot is ready", answers(http.StatusOK))
	b.asks(joe, ana)
	b.wait("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })

	r.stop()
	b.wait("it is not ready", answers(http.StatusServiceUnavailable))
	if said := joe.Runs("/tempotp " + ana.Mention()).Words(); strings.Contains(said, "Your request is") {
		t.Errorf("a command that was not stored is answered with %q", said)
	}

	r.start()
	b.wait("it is ready again", answers(http.StatusOK))
	maria.Presses("Approve")
	b.wait("a code is made", func() bool { return len(w.onelogin.Codes()) == 1 })
	if code := b.ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
}
