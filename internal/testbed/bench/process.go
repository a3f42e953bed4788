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

// A process is a program under measurement.
type process struct {
	cmd    *exec.Cmd
	log    string // where its output went
	began  time.Time
	exited chan struct{}
}

// launch starts a program. It inherits nothing of the environment but the path.
func launch(dir string, env []string, argv ...string) (*process, error) {
	log, err := os.CreateTemp(dir, "log-")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p := &process{cmd: exec.Command(argv[0], argv[1:]...), log: log.Name(), exited: make(chan struct{})}
	p.cmd.Dir = dir
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}, env...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(argv[0]), err)
	}
	go func() {
		_ = p.cmd.Wait() // stop and said tell
		close(p.exited)
	}()
	return p, nil
}

// stop ends the program gently, and by force if that takes too long.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already
	select {
	case <-p.exited:
		return nil
	case <-time.After(15 * time.Second):
	}
	err := p.cmd.Process.Kill()
	<-p.exited
	return errors.Join(errors.New("the program did not stop in time"), err)
}

// connected waits until the program has a Socket Mode connection, and returns
// how long after its start the first one was there.
func (p *process) connected(ctx context.Context, w *world) (time.Duration, error) {
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
		return 0, fmt.Errorf("the program did not connect: %s", p.said())
	}
	return w.slack.Connections()[0].Opened.Sub(p.began), nil
}

// said is the end of what the program wrote.
func (p *process) said() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text[max(0, len(text)-2000):]))
}

// kib is a figure of /proc/<pid>/status: VmRSS, RssAnon, VmHWM.
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func (p *process) kib(name string) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return statusKiB(string(text), name)
}

// cpu is the processor time the program has taken so far.
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return statCPU(string(text))
}

// statCPU adds utime and stime, the 14th and 15th field, in the hundredths of a
// second that Linux counts in for programs. The second field, the name in
// brackets, may hold anything.
func statCPU(stat string) (time.Duration, error) {
	var ticks time.Duration
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, errors.New("the processor time is not told")
	}
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0, err
		}
		ticks += time.Duration(n)
	}
	return ticks * 10 * time.Millisecond, nil
}

func statusKiB(status, name string) (int, error) {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			return strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
		}
	}
	return 0, fmt.Errorf("%s is not told", name)
}
