package main

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"
)

// A manager is the service manager that started olbot, if it is one that wants to be told how
// olbot does: systemd, in the words of sd_notify(3).
type manager struct {
	socket string        // that it listens at; empty: nobody wants to be told
	every  time.Duration // how often it expects a sign of life; 0: not at all
	log    *zap.Logger
}

func newManager(environ []string, log *zap.Logger) manager {
	m := manager{log: log}
	own := true // the watchdog's settings may be another process's
	for _, entry := range environ {
		switch name, value, _ := strings.Cut(entry, "="); name {
		case "NOTIFY_SOCKET":
			m.socket = value
		case "WATCHDOG_USEC":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil && n > 0 {
				m.every = time.Duration(n) * time.Microsecond
			}
		case "WATCHDOG_PID":
			own = value == strconv.Itoa(os.Getpid())
		}
	}
	if !own {
		m.every = 0
	}
	return m
}

// attend tells the manager how olbot does until ctx ends: that it works, when Slack can reach it,
// and as often as it expects it that /healthz has nothing to say. It ends an olbot that keeps quiet.
func (m manager) attend(ctx context.Context, connected <-chan struct{}, ill func(context.Context) []string) {
	if m.socket == "" {
		return
	}
	status := "connects to Slack"
	m.tell("READY=1", "STATUS="+status)
	var due <-chan time.Time
	if m.every > 0 {
		ticker := time.NewTicker(max(m.every/3, 1)) // one may get lost
		defer ticker.Stop()
		due = ticker.C
	}
	for {
		select {
		case <-connected:
			connected, status = nil, "takes commands"
			m.tell("STATUS=" + status)
		case <-due:
			if wrong := ill(ctx); len(wrong) == 0 {
				m.tell("WATCHDOG=1", "STATUS="+status)
			} else {
				m.tell("STATUS=" + strings.Join(wrong, "; "))
			}
		case <-ctx.Done():
			if errors.Is(context.Cause(ctx), errReload) {
				m.tell("RELOADING=1", "STATUS=begins anew with other settings") // until the next READY=1
			} else {
				m.tell("STOPPING=1", "STATUS=brings to an end what is under way")
			}
			return
		}
	}
}

// tell sends one message of these lines. The manager may be gone or slow: olbot goes on without it.
func (m manager) tell(lines ...string) {
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: m.socket, Net: "unixgram"}) // @name is an abstract one
	if err == nil {
		defer conn.Close()
		_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
		_, err = conn.Write([]byte(strings.Join(lines, "\n")))
	}
	if err != nil {
		m.log.Warn("the service manager cannot be told how olbot does", zap.String("message", lines[0]), zap.Error(err))
	}
}
