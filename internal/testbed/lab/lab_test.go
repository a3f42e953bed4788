package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"olbot/internal/testbed/leftout"
)

// olbot is built once for all tests of this package.
var olbot struct {
	once sync.Once
	path string
	err  error
}

func olbotFor(t *testing.T) string {
	t.Helper()
	olbot.once.Do(func() {
		var dir string
		if dir, olbot.err = os.MkdirTemp("", "olbot-lab-"); olbot.err == nil {
			olbot.path, olbot.err = build(t.Context(), dir)
		}
	})
	if olbot.err != nil {
		t.Fatal(olbot.err)
	}
	return olbot.path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if olbot.path != "" {
		_ = os.RemoveAll(filepath.Dir(olbot.path))
	}
	os.Exit(code)
}

// short is a run of the laboratory that fits into a test.
func short(t *testing.T) config {
	return config{
		flows: 20, parallel: 20, seed: uint64(rand.Uint32()) + 1, database: "sqlite", replicas: 1,
		kill: span{200 * time.Millisecond, time.Second}, trouble: true, bother: 20 * time.Second, settle: 90 * time.Second,
		program: olbotFor(t), dir: t.TempDir(), progress: t.Output(),
	}
}

// reconciles runs the laboratory and asserts that no record contradicts another (invariants 2, 3, 4 and 6).
func reconciles(t *testing.T, c config) {
	t.Helper()
	r, err := work(t.Context(), c)
	if err != nil {
		t.Fatalf("seed %d: %v", c.seed, err)
	}
	r.print(t.Output())
	for _, f := range r.findings {
		t.Errorf("seed %d: %s: %s", c.seed, f.verdict, f.text)
	}
	if r.kills == 0 || r.acked == 0 || r.codes == 0 {
		t.Errorf("seed %d: %d kills, %d commands acked and %d codes made: that proves nothing", c.seed, r.kills, r.acked, r.codes)
	}
	if t.Failed() {
		for n := range c.replicas {
			log, _ := os.ReadFile(filepath.Join(c.dir, fmt.Sprintf("olbot-%d.log", n+1)))
			t.Logf("the end of the log of olbot %d:\n%s", n+1, log[max(0, len(log)-20_000):])
		}
	}
}

func TestNothingIsLostOrDoubledOnSQLite(t *testing.T) {
	leftout.UnlessLong(t)
	t.Parallel()
	reconciles(t, short(t))
}

func TestNothingIsLostOrDoubledByTwoReplicasOnPostgreSQL(t *testing.T) {
	leftout.UnlessLong(t)
	server := leftout.PostgreSQL.Need(t)
	t.Parallel()
	c := short(t)
	c.database, c.replicas = server, 2
	reconciles(t, c)
}
