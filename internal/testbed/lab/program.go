package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// build builds olbot into dir and returns its path.
func build(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "olbot")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", path, "olbot/cmd/olbot").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build olbot: %w\n%s", err, out)
	}
	return path, nil
}

// A program is olbot as it is installed: a binary and an environment.
type program struct {
	path string
	dir  string // working directory, without an .env
	env  []string
}

// call runs a command of olbot to its end and returns what it printed.
func (p program) call(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, p.path, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("olbot %v: %w: %s", args, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}

// A replica is one olbot run, started again whenever it is killed.
type replica struct {
	program program
	log     *os.File

	mu    sync.Mutex
	cmd   *exec.Cmd
	over  chan struct{} // closed when cmd has ended
	told  bool          // cmd was killed, or told to stop
	exits []exit        // how it ended without being told to
}

// An exit is the end of a process that nobody told to end.
type exit struct {
	how         string
	began, at   time.Time
	neverWorked bool // it was a start that failed
}

func newReplica(p program, n int) (*replica, error) {
	log, err := os.OpenFile(filepath.Join(p.dir, fmt.Sprintf("olbot-%d.log", n)), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &replica{program: p, log: log}, nil
}

// start starts a process. It does not wait until that works.
func (r *replica) start() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.launch()
}

func (r *replica) launch() error {
	cmd := exec.Command(r.program.path, "run")
	cmd.Dir, cmd.Env = r.program.dir, r.program.env
	cmd.Stdout, cmd.Stderr = r.log, r.log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start olbot: %w", err)
	}
	began, log := time.Now(), r.logged()
	over := make(chan struct{})
	r.cmd, r.over, r.told = cmd, over, false
	go func() {
		_ = cmd.Wait()
		r.mu.Lock()
		defer r.mu.Unlock()
		close(over)
		if !r.told && r.cmd == cmd {
			r.exits = append(r.exits, exit{cmd.ProcessState.String(), began, time.Now(), !r.worked(log)})
			time.AfterFunc(revival, r.revive)
		}
	}()
	return nil
}

// revival is how long whoever runs olbot in earnest waits before it is started again.
const revival = time.Second

// logged is how long the log is.
func (r *replica) logged() int64 {
	info, err := r.log.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// worked says whether the process that logs from there on got to its work: a start checks
// Slack and OneLogin first.
func (r *replica) worked(from int64) bool {
	log, err := os.ReadFile(r.log.Name())
	return err != nil || bytes.Contains(log[min(from, int64(len(log))):], []byte(`"olbot starts"`))
}

// revive starts a replica that ended by itself, as whoever runs it in earnest would.
func (r *replica) revive() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.told && r.ended() {
		_ = r.launch()
	}
}

func (r *replica) ended() bool {
	select {
	case <-r.over:
		return true
	default:
		return false
	}
}

// kill is kill -9. It returns when the process is gone.
func (r *replica) kill() {
	r.mu.Lock()
	r.told = true
	over := r.over
	_ = r.cmd.Process.Kill()
	r.mu.Unlock()
	<-over
}

// stop asks the process to stop, as SIGTERM does, and says how it ended.
func (r *replica) stop() error {
	r.mu.Lock()
	r.told = true
	over, cmd := r.over, r.cmd
	_ = cmd.Process.Signal(syscall.SIGTERM)
	r.mu.Unlock()
	select {
	case <-over:
	case <-time.After(15 * time.Second):
		_ = cmd.Process.Kill()
		<-over
		return errors.New("olbot did not stop within 15 s of SIGTERM")
	}
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("olbot ended with exit code %d after SIGTERM", code)
	}
	return nil
}

// ownExits is how the replica ended without being told to.
func (r *replica) ownExits() []exit {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.exits)
}
