package slacksim_test

import (
	"context"
	"testing"
	"time"

	"olbot/internal/slacksim"
)

// begin starts a workspace with Joe, Ana and Maria, without rate limits.
func begin(t *testing.T, change ...func(*slacksim.Options)) *slacksim.Server {
	t.Helper()
	o := slacksim.Options{Unlimited: true}
	for _, c := range change {
		c(&o)
	}
	s := slacksim.New(o)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for _, name := range []string{"joe", "ana", "maria"} {
		s.AddUser(slacksim.User{Name: name})
	}
	return s
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
