package sqlstore_test

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// A cut is what a proxy does to a connection when it sees the text.
type cut int

const (
	cutBefore cut = iota + 1 // the text never arrives
	cutAfter                 // the text arrives, the answer does not
	silence                  // the text arrives, no answer comes, the connection stays
)

// A proxy stands between the store and PostgreSQL and can be told to fail.
type proxy struct {
	server string
	mu     sync.Mutex
	text   []byte
	how    cut
	cuts   int
	away   bool // takes no connection any more
	dials  int
	conns  []net.Conn
}

// throughProxy returns the URL of the database through a proxy.
func throughProxy(t *testing.T, database string) (string, *proxy) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{server: u.Host}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() { l.Close(); conns.Wait() })
	u.Host = l.Addr().String()
	return u.String(), p
}

// next makes the proxy fail once, at the next message with the text.
func (p *proxy) next(how cut, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.how, p.text = how, []byte(text)
}

// goAway ends all that goes through it.
func (p *proxy) goAway() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away, p.dials = true, 0
	for _, c := range p.conns {
		c.Close()
	}
}

// admit notes a connection, and says whether it may stay.
func (p *proxy) admit(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dials++
	p.conns = append(p.conns, c)
	return !p.away
}

func (p *proxy) dialled() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dials
}

func (p *proxy) failures() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts
}

// due says what to do about a message, and forgets it.
func (p *proxy) due(message []byte) cut {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.how == 0 || !bytes.Contains(message, p.text) {
		return 0
	}
	how := p.how
	p.how = 0
	p.cuts++
	return how
}

// serve carries one connection.
func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	if !p.admit(client) {
		return
	}
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	var muted atomic.Bool
	answered := make(chan struct{}, 1)
	var back sync.WaitGroup
	back.Go(func() {
		defer client.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if err != nil {
				return
			}
			if muted.Load() {
				answered <- struct{}{}
				continue
			}
			client.Write(buf[:n])
		}
	})
	defer back.Wait()
	defer server.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		how := p.due(buf[:n])
		if how == cutBefore {
			return
		}
		if how != 0 {
			muted.Store(true)
		}
		server.Write(buf[:n])
		if how == cutAfter {
			<-answered
			return
		}
	}
}
