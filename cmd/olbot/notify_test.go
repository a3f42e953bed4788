package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"olbot/internal/testbed/slacksim"
)

// A systemd is the end of the socket at which systemd listens.
type systemd struct {
	t    *testing.T
	conn *net.UnixConn
}

func newSystemd(t *testing.T) systemd {
	t.Helper()
	dir, err := os.MkdirTemp("", "olbot") // t.TempDir's names may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(dir, "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return systemd{t, conn}
}

func (s systemd) socket() string { return s.conn.LocalAddr().String() }

// hears returns the next message.
func (s systemd) hears() string {
	s.t.Helper()
	_ = s.conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	message := make([]byte, 4096)
	n, err := s.conn.Read(message)
	if err != nil {
		s.t.Fatalf("systemd hears nothing: %v", err)
	}
	return string(message[:n])
}

// hearsAtLast skips messages until one begins with the words.
func (s systemd) hearsAtLast(words string) {
	s.t.Helper()
	for range 1000 {
		if strings.HasPrefix(s.hears(), words) {
			return
		}
	}
	s.t.Errorf("systemd never hears %q", words)
}

func TestSystemdHearsWhatBecomesOfOlbot(t *testing.T) {
	w, s := newWorld(t, slacksim.Options{}), newSystemd(t)
	w.vars["NOTIFY_SOCKET"], w.vars["WATCHDOG_USEC"] = s.socket(), fmt.Sprint(time.Second.Microseconds())
	b := w.start()
	if got := s.hears(); !strings.HasPrefix(got, "READY=1\n") {
		t.Errorf("the first message is %q", got)
	}
	s.hearsAtLast("WATCHDOG=1\nSTATUS=takes commands")
	b.stop()
	s.hearsAtLast("STOPPING=1\n")
	if code := <-b.code; code != exitDone {
		t.Errorf("exit code %d", code)
	}
}

func TestSystemdIsNotToldOfAnOlbotThatCannotWork(t *testing.T) {
	w, s := newWorld(t, slacksim.Options{}), newSystemd(t)
	w.vars["NOTIFY_SOCKET"], w.vars["SLACK_BOT_TOKEN"] = s.socket(), "xoxb-wrong"
	if code, _, _ := w.run("run"); code != exitConfig {
		t.Fatalf("exit code %d", code)
	}
	_ = s.conn.SetReadDeadline(time.Now()) // what was sent before the end would be here
	if n, err := s.conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("systemd heard %d bytes", n)
	}
}

// An olbot that is stuck gives no sign of life, so that systemd ends it; its status says why.
func TestTheSignOfLifeIsWhatHealthzSays(t *testing.T) {
	s := newSystemd(t)
	m := newManager([]string{"NOTIFY_SOCKET=" + s.socket(), "WATCHDOG_USEC=3000", fmt.Sprintf("WATCHDOG_PID=%d", os.Getpid())}, zap.NewNop())
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		m.attend(ctx, nil, func(context.Context) []string { return []string{"the writer is stuck", "so are workers"} })
	}()
	for _, want := range []string{"READY=1\nSTATUS=connects to Slack", "STATUS=the writer is stuck; so are workers", "STATUS=the writer is stuck; so are workers"} {
		if got := s.hears(); got != want {
			t.Errorf("systemd hears %q, want %q", got, want)
		}
	}
	stop()
	<-over
}

func TestNobodyIsToldWhoDoesNotListen(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	newManager(nil, zap.NewNop()).attend(stopped, nil, nil)
	newManager([]string{"NOTIFY_SOCKET=" + filepath.Join(t.TempDir(), "gone")}, zap.NewNop()).attend(stopped, nil, nil)
	for _, environ := range [][]string{{"WATCHDOG_USEC=soon"}, {"WATCHDOG_USEC=-1"}, {"WATCHDOG_USEC=1000000", "WATCHDOG_PID=1"}} {
		if m := newManager(environ, zap.NewNop()); m.every != 0 {
			t.Errorf("%q: a sign of life every %v", environ, m.every)
		}
	}
}
