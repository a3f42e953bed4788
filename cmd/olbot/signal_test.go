package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// process starts the program as an operator does, and waits until Slack can reach it.
func (w *world) process(binary string) *exec.Cmd {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), binary, "run")
	cmd.Env, cmd.Dir = environ(w.vars), w.t.TempDir()
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.until("olbot is connected", func() bool { return len(w.slack.Connections()) > 0 })
	return cmd
}

// endsBySignals is about the program that binary is: the first signal lets what
// is under way come to an end, the second one does not.
func endsBySignals(t *testing.T, binary string) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			cmd := newWorld(t, slacksim.Options{}).process(binary)
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("olbot ended with %v", err)
			}
		})
	}
	t.Run("it outlives SIGHUP and the reader of its log", func(t *testing.T) { outlives(t, binary) })
	t.Run("it reads its settings again at SIGHUP", func(t *testing.T) { rereads(t, binary) })
	t.Run("twice", func(t *testing.T) {
		w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
		joe, ana, maria := w.people()
		w.onelogin.FailAlways(oneloginsim.CallMFAToken, oneloginsim.Hang())
		cmd := w.process(binary)
		joe.Runs("/tempotp " + ana.Mention())
		w.until("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })
		maria.Presses("Approve")
		w.until("OneLogin is asked", func() bool { return w.onelogin.Count(oneloginsim.CallMFAToken) == 1 })
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		w.until("olbot stops", func() bool { return len(w.slack.Connections()) == 0 })
		over := make(chan struct{})
		go func() { defer close(over); _ = cmd.Wait() }()
		for ended := false; !ended; { // olbot lets go of signals a moment after it began to stop
			_ = cmd.Process.Signal(syscall.SIGTERM)
			select {
			case <-over:
				ended = true
			case <-time.After(10 * time.Millisecond):
			}
		}
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
			t.Errorf("the second signal was waited out: %v", cmd.ProcessState)
		}
	})
}

func outlives(t *testing.T, binary string) {
	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	joe, ana, maria := w.people()
	w.vars["LOG_LEVEL"] = "info"
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "run")
	cmd.Env, cmd.Dir, cmd.Stderr = environ(w.vars), t.TempDir(), writer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	said := func(what string) {
		t.Helper()
		for lines := bufio.NewScanner(reader); lines.Scan(); {
			if strings.Contains(lines.Text(), what) {
				return
			}
		}
		t.Fatalf("the log ends without %q", what)
	}
	said("olbot takes commands")
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	said("SIGHUP: the settings are as they were")
	reader.Close() // and the trail is logged line by line
	joe.Runs("/tempotp " + ana.Mention())
	w.until("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("olbot ended with %v", err)
	}
}
