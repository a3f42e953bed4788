package page

import (
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// stopPatience is how long olbot may take to stop; it promises ten seconds.
const stopPatience = 12 * time.Second

// errRunning says that olbot was to be started and runs already.
var errRunning = errors.New("olbot runs already")

// A process is olbot running, or not.
type process struct {
	command func() *exec.Cmd
	told    func() // called after each change; must not ask for the state

	mu     sync.Mutex
	cmd    *exec.Cmd     // nil: it was never started
	done   chan struct{} // closed when cmd has ended
	ended  bool
	killed bool // by kill
	closed bool // stop was called: it does not start again
}

// start starts olbot, unless it runs.
func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.cmd != nil && !p.ended {
		return errRunning
	}
	cmd := p.command()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start olbot: %w", err)
	}
	done := make(chan struct{})
	p.cmd, p.done, p.ended, p.killed = cmd, done, false, false
	go func() {
		_ = cmd.Wait() // how it ended is in cmd.ProcessState
		p.mu.Lock()
		p.ended = true
		p.mu.Unlock()
		close(done)
		p.told()
	}()
	p.told()
	return nil
}

// kill is kill -9, between any two instructions. It returns when olbot is gone.
func (p *process) kill() {
	p.mu.Lock()
	cmd, done := p.cmd, p.done
	if cmd == nil || p.ended {
		p.mu.Unlock()
		return
	}
	p.killed = true
	_ = cmd.Process.Kill() // it may have ended this instant
	p.mu.Unlock()
	<-done
}

// stop asks olbot to end, and makes it if it does not in time. It is not started again.
func (p *process) stop() error {
	p.mu.Lock()
	p.closed = true
	cmd, done, ended := p.cmd, p.done, p.ended
	p.mu.Unlock()
	if cmd == nil || ended {
		return nil
	}
	if cmd.Process.Signal(syscall.SIGTERM) != nil { // there is no such signal on Windows
		_ = cmd.Process.Kill()
	}
	select {
	case <-done:
		return nil
	case <-time.After(stopPatience):
		p.kill()
		return errors.New("olbot did not stop in time and was killed")
	}
}

// state says how olbot is, in a word for the browser, and how it ended if it did by itself.
func (p *process) state() (word, how string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !p.ended:
		return "running", ""
	case p.killed:
		return "killed", ""
	}
	return "ended", p.cmd.ProcessState.String()
}
