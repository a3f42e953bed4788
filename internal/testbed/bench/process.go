package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A process is a bot that runs.
type process struct {
	cmd     *exec.Cmd
	output  string // the file that holds it
	started time.Time
	exited  chan struct{}
}

// serve calls do while a bot is connected.
func (b *bench) serve(ctx context.Context, w *world, prog program, do func(*process) error) error {
	p, err := b.startProgram(prog)
	if err != nil {
		return err
	}
	if err = p.waitConnected(ctx, w); err == nil {
		err = do(p)
	}
	if err != nil {
		err = fmt.Errorf("%w; its output ends with: %s", err, p.outputEnd())
	}
	gone := func() bool { return len(w.slack.Connections()) == 0 }
	return errors.Join(err, p.stop(), w.slack.Wait(ctx, gone))
}

// startProgram starts a bot. It inherits nothing of the environment but the path.
func (b *bench) startProgram(prog program) (*process, error) {
	output, err := os.CreateTemp(b.dir, "output-")
	if err != nil {
		return nil, err
	}
	defer output.Close()
	p := &process{cmd: exec.Command(prog.argv[0], prog.argv[1:]...), output: output.Name(), exited: make(chan struct{})}
	p.cmd.Dir = b.dir
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir}, prog.env...)
	p.cmd.Stdout, p.cmd.Stderr = output, output
	p.started = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(prog.argv[0]), err)
	}
	go func() {
		_ = p.cmd.Wait() // why it ended stands in its output
		close(p.exited)
	}()
	return p, nil
}

// stop ends the bot gently, and by force if that takes too long.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already
	select {
	case <-p.exited:
		return nil
	case <-time.After(15 * time.Second):
	}
	err := p.cmd.Process.Kill()
	<-p.exited
	return errors.Join(errors.New("the bot did not stop in time"), err)
}

// waitConnected waits for the bot's first Socket Mode connection.
func (p *process) waitConnected(ctx context.Context, w *world) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	go func() {
		select {
		case <-p.exited:
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := w.slack.Wait(ctx, func() bool { return len(w.slack.Connections()) > 0 }); err != nil {
		return fmt.Errorf("wait for a connection: %w", err)
	}
	return nil
}

// startTime is how long the bot took to connect. It must be connected.
func (p *process) startTime(w *world) time.Duration {
	return w.slack.Connections()[0].Opened.Sub(p.started)
}

// outputEnd is the end of what the bot wrote.
func (p *process) outputEnd() string {
	text, err := os.ReadFile(p.output)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text[max(0, len(text)-2000):]))
}

// memory is a figure of /proc/<pid>/status in KiB: VmRSS (now) or VmHWM (the most so far).
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func (p *process) memory(name string) (kib int, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return statusKiB(string(text), name)
}

func statusKiB(status, name string) (int, error) {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			return strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
		}
	}
	return 0, fmt.Errorf("%s is missing", name)
}
