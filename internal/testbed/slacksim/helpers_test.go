package slacksim_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// begin starts a workspace with Joe, Ana and Maria, without rate limits, and more
// patient than Slack: a busy machine is not what is tried.
func begin(t *testing.T, change ...func(*slacksim.Options)) *slacksim.Server {
	t.Helper()
	o := slacksim.Options{Unlimited: true, AckTimeout: time.Minute, TriggerLife: time.Minute}
	for _, c := range change {
		c(&o)
	}
	s := slacksim.New(o)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	t.Cleanup(func() { conform(t, s) })
	for _, name := range []string{"joe", "ana", "maria"} {
		s.AddUser(slacksim.User{Name: name})
	}
	return s
}

// clock is a workspace's clock that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// set puts the clock into the workspace, at nine in the morning.
func (c *clock) set(o *slacksim.Options) {
	c.now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	o.Now = func() time.Time {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.now
	}
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// soon is the time that something may take on a busy machine.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// check is must for other goroutines.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// honest fails the test if the app did anything sloppy.
func honest(t *testing.T, s *slacksim.Server) {
	t.Helper()
	for _, f := range s.Findings() {
		t.Errorf("finding %s %s: %s", f.Kind, f.Method, f.Detail)
	}
}
