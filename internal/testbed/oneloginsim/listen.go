package oneloginsim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"syscall"
	"time"
)

// ErrNotLoopback says that the simulator was asked to serve an address other machines can reach.
var ErrNotLoopback = errors.New("the simulator serves loopback addresses only, such as 127.0.0.1:0")

// errDown ends the context of every call that came in before Down.
var errDown = errors.New("the simulator is down")

// Start listens on Options.Addr and serves until Close. An address that is not a loopback one is ErrNotLoopback.
func (s *Server) Start() error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed || s.addr != "" {
		return errors.New("start OneLogin simulator: it was started before")
	}
	addr := s.options.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("start OneLogin simulator: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("start OneLogin simulator on %q: %w", addr, ErrNotLoopback)
	}
	return s.listen(addr)
}

// listen starts an http.Server on addr. The caller holds s.life.
func (s *Server) listen(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("start OneLogin simulator: %w", err)
	}
	ctx, stop := context.WithCancelCause(context.Background())
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          log.New(io.Discard, "", 0), // connections cut on purpose
	}
	s.addr, s.http, s.stop = l.Addr().String(), srv, stop
	s.serving.Go(func() { _ = srv.Serve(l) })
	return nil
}

// URL is the base URL, such as http://127.0.0.1:40417, the same over Down and Up; empty before Start.
func (s *Server) URL() string {
	s.life.Lock()
	defer s.life.Unlock()
	if s.addr == "" {
		return ""
	}
	return "http://" + s.addr
}

// Down closes the port and every connection, as when the process is gone: connecting is refused. A client that kept a
// connection may send its next call into it before it notices; such a call is not received, but looks to the client as if
// it might have been. A call already being served still takes effect, its answer is lost. Nothing is forgotten.
func (s *Server) Down() {
	s.life.Lock()
	defer s.life.Unlock()
	s.hangUp()
}

// hangUp closes port and connections. The caller holds s.life.
func (s *Server) hangUp() {
	if s.http == nil {
		return
	}
	s.stop(errDown) // before Close, which misses a connection accepted at this very moment
	_ = s.http.Close()
	s.http = nil
}

// Up listens on the same port again after Down. It waits up to 5 s for the port, should somebody else hold it.
func (s *Server) Up() error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed || s.addr == "" {
		return errors.New("bring OneLogin simulator up: it is not running")
	}
	if s.http != nil {
		return nil
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(5 * time.Second); ; <-tick.C {
		err := s.listen(s.addr)
		if !errors.Is(err, syscall.EADDRINUSE) || time.Now().After(deadline) {
			return err
		}
	}
}

// Close stops the server, ends hanging calls by cutting their connections, and waits until no call is being served. It
// may be called more than once.
func (s *Server) Close() {
	s.life.Lock()
	if !s.closed {
		s.closed = true
		s.hangUp()
		close(s.closing)
	}
	s.life.Unlock()
	s.inflight.Wait()
	s.serving.Wait()
}

// enter counts a call in; false says that the server is closed.
func (s *Server) enter() bool {
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed {
		return false
	}
	s.inflight.Add(1)
	return true
}

// reachable says whether the call came in on an address that other machines can reach.
func reachable(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false // no network: a handler called directly
	}
	tcp, ok := local.(*net.TCPAddr)
	return ok && !tcp.IP.IsLoopback()
}
