package main

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/slacksim"
	"olbot/internal/trailkey"
)

func TestAuditKeyPrintsANewKey(t *testing.T) {
	t.Chdir(t.TempDir())
	seen := map[string]bool{}
	for range 2 {
		code, stdout, stderr := call(t, nil, "audit", "key")
		if _, err := trailkey.Parse(strings.TrimSpace(stdout)); code != exitDone || err != nil || stderr != "" || seen[stdout] {
			t.Errorf("exit code %d, stdout %q (%v), stderr %q", code, stdout, err, stderr)
		}
		seen[stdout] = true
	}
	if left, _ := os.ReadDir("."); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

// inDatabase does to olbot's database what olbot never does.
func (w *world) inDatabase(statements ...string) {
	w.t.Helper()
	driver, source := "pgx", w.vars["OLBOT_DATABASE_URL"]
	if file, isFile := strings.CutPrefix(source, "sqlite:"); isFile {
		driver, source = "sqlite", file+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(w.t.Context(), s); err != nil {
			w.t.Fatalf("%s: %v", s, err)
		}
	}
}

func (b *started) waitForFeed(words string) {
	b.world.t.Helper()
	b.wait("the feed tells "+words, func() bool {
		for _, m := range b.world.channel.Messages() {
			if strings.Contains(m.Words(), words) {
				return true
			}
		}
		return false
	})
}

// onEachDatabase runs the test on both databases, with a key that is set where none is made.
func onEachDatabase(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("SQLite", func(t *testing.T) { test(t, newWorld(t, slacksim.Options{})) })
	t.Run("PostgreSQL", func(t *testing.T) {
		w := newWorld(t, slacksim.Options{})
		w.vars["OLBOT_DATABASE_URL"], _ = newSchema(t, leftout.PostgreSQL.Need(t))
		w.vars["OLBOT_TRAIL_KEY"] = trailkey.New()
		test(t, w)
	})
}

// TestARowEditedInTheDatabaseIsAnAlarm (invariant 11), from the program to the channel.
func TestARowEditedInTheDatabaseIsAnAlarm(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, w *world) {
		joe, ana, maria := w.people()
		b := w.start()
		b.asks(joe, ana)
		b.wait("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })
		w.inDatabase(`UPDATE requests SET state = 'approved', body = REPLACE(body, '"state":"pending"', '"state":"approved"')`,
			`INSERT INTO jobs (kind, request, run_at, lease_until, attempt, fencing_token) SELECT 'issue', id, 1, 0, 0, 0 FROM requests`)
		b.waitForFeed("ALARM, database changed")
		if a := maria.Presses("Approve"); !a.OK() {
			t.Errorf("the press was answered with %v", a)
		}
		b.wait("Maria is told", func() bool { _, ok := maria.Finds("Somebody changed OTP-"); return ok })
		code, _, stderr := w.run("audit", "verify")
		if code != exitFailed || !strings.Contains(stderr, "is not as an olbot with the key stored it") {
			t.Errorf("exit code %d: %s", code, stderr)
		}
		if n := len(w.onelogin.Codes()); n != 0 {
			t.Errorf("%d codes", n)
		}
	})
}

// TestAReplicaWithoutTheNewKeyIsNotReady (invariant 11): the others go on.
func TestAReplicaWithoutTheNewKeyIsNotReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{})
	joe, ana, _ := w.people()
	w.vars["OLBOT_DATABASE_URL"], _ = newSchema(t, leftout.PostgreSQL.Need(t))
	old := trailkey.New()
	w.vars["OLBOT_TRAIL_KEY"], w.vars["OLBOT_HTTP_ADDR"] = old, nobody(t)
	behind := w.start()
	behind.asks(joe, ana) // so that there is something to fit
	behind.wait("it is ready", func() bool { code, _ := behind.page("/readyz"); return code == http.StatusOK })
	addr := w.vars["OLBOT_HTTP_ADDR"]
	w.vars["OLBOT_TRAIL_KEY"], w.vars["OLBOT_HTTP_ADDR"] = trailkey.New()+","+old, "127.0.0.1:0"
	w.start()
	w.vars["OLBOT_HTTP_ADDR"] = addr
	eve := w.slack.AddUser(slacksim.User{Name: "eve", Email: "eve@example.com"})
	w.until("the one that has the new key has written, and the other has met that", func() bool {
		joe.Runs("/tempotp " + eve.Mention())
		code, text := behind.page("/readyz")
		return code == http.StatusServiceUnavailable && strings.Contains(text, "OLBOT_TRAIL_KEY lacks the key ")
	})
}

func TestVerifyChecksAnExport(t *testing.T) {
	vars, events := trail(t, 5)
	_, exported, _ := call(t, vars, "audit", "export")
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "trail.jsonl")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	lines := strings.SplitAfter(exported, "\n")
	for _, c := range []struct{ name, text, stdout, stderr string }{
		{"as it is", exported, "the trail is whole: 5 events, the last one is 5:" + events[4].Hash + "\nkey ", ""},
		{"edited", strings.Replace(exported, "U0JOE", "U0JIM", 1), "", "event 1 is not what was stored"},
		{"without one", lines[0] + lines[2], "", "event 2 is missing"},
		{"another's MAC", strings.Replace(exported, `"mac":"`+readKey(t).IDs()[0]+`:`, `"mac":"`+readKey(t).IDs()[0]+`:0`, 1), "", "event 1 was not stored by an olbot with the key"},
		{"something else", "hello\n", "", "line 1 is no event"},
	} {
		code, stdout, stderr := call(t, vars, "audit", "verify", "--file", file(c.text))
		if !strings.HasPrefix(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) || (code == exitDone) != (c.stderr == "") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", c.name, code, stdout, stderr)
		}
	}
	vars["OLBOT_DATABASE_URL"] = "postgres://olbot@db.example.com/olbot"
	if code, _, stderr := call(t, vars, "audit", "verify", "--file", file(exported)); code != exitConfig || !strings.Contains(stderr, "OLBOT_TRAIL_KEY is missing; with PostgreSQL set it") {
		t.Errorf("with PostgreSQL and no key: exit code %d: %s", code, stderr)
	}
	delete(vars, "OLBOT_DATABASE_URL")
	t.Chdir(t.TempDir())
	if code, stdout, stderr := call(t, vars, "audit", "verify", "--file", file(exported)); code != exitDone || !strings.Contains(stdout, "no key is set, so this is as far as hashes alone can tell") {
		t.Errorf("without a key: exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	if code, _, stderr := call(t, vars, "audit", "verify", "--file", "nowhere"); code != exitConfig || !strings.HasPrefix(stderr, "olbot: --file: ") {
		t.Errorf("no file: exit code %d: %s", code, stderr)
	}
}
