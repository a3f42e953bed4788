package main

import (
	"fmt"
	"strings"
	"testing"

	"olbot/internal/sqlstore"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// TestARunThatCannotWorkLeavesTheDatabaseAlone: what the schema was brought up to date for could not be
// used, and an older olbot may not be able to go back to it.
func TestARunThatCannotWorkLeavesTheDatabaseAlone(t *testing.T) {
	for name, trouble := range map[string]func(*world){
		"Slack":    func(w *world) { w.vars["SLACK_BOT_TOKEN"] = "xoxb-1-wrong" },
		"OneLogin": func(w *world) { w.onelogin.FailAlways(oneloginsim.CallToken, oneloginsim.AddressRefused()) },
		"channel":  func(w *world) { w.channel.Archive() },
		"port":     func(w *world) { w.vars["OLBOT_HTTP_ADDR"] = strings.Split(w.onelogin.URL(), "/")[2] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			w := newWorld(t, slacksim.Options{})
			trouble(w)
			w.vars["OLBOT_DATABASE_URL"] = "sqlite:olbot.db"
			if code, _, stderr := w.run("run"); code == exitDone {
				t.Fatalf("it ran: %s", stderr)
			}
			if files := filesHere(t); files != "" {
				t.Errorf("a database was made: %s", files)
			}
			storeAnEvent(w)
			w.changeDatabase(`DELETE FROM olbot_schema WHERE version_id > 0`)
			w.run("run")
			_, check := w.check(0)
			if !strings.Contains(check, "brings up to date") {
				t.Errorf("the older schema was changed:\n%s", check)
			}
		})
	}
}

// TestAnOlderOlbotCanGoBack: on a schema that a newer one has added to, it works and says so, and the
// newer one goes on with what it left.
func TestAnOlderOlbotCanGoBack(t *testing.T) {
	t.Chdir(t.TempDir())
	w := newWorld(t, slacksim.Options{})
	w.vars["LOG_LEVEL"] = "warn"
	joe, ana, maria := w.people()
	storeAnEvent(w)
	for _, change := range []string{
		`CREATE TABLE badges (id TEXT PRIMARY KEY)`,
		`ALTER TABLE requests ADD COLUMN badge TEXT NOT NULL DEFAULT ''`,
		`ALTER TABLE events ADD COLUMN badge TEXT`,
		fmt.Sprintf(`INSERT INTO olbot_schema (version_id, is_applied) VALUES (%d, true)`, sqlstore.SchemaVersion()+1),
	} {
		w.changeDatabase(change)
	}
	older := w.start()
	older.issues(joe, ana, maria)
	if code := older.ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
	if log := older.log.String(); !strings.Contains(log, "a newer olbot has changed this database's schema") {
		t.Errorf("no warning in the log:\n%s", log)
	}
	if code, stdout, stderr := w.run("audit", "verify"); code != exitDone || !strings.Contains(stdout, "the trail is whole") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	for _, undo := range []string{fmt.Sprintf(`DELETE FROM olbot_schema WHERE version_id = %d`, sqlstore.SchemaVersion()+1), `DROP TABLE badges`} {
		w.changeDatabase(undo)
	}
	again := w.start() // the version that this olbot knows is the newest now
	if log := again.log.String(); strings.Contains(log, "newer olbot") {
		t.Errorf("a warning without reason:\n%s", log)
	}
}

// TestATooOldOlbotSaysWhatCanBeDone, and still reads the events.
func TestATooOldOlbotSaysWhatCanBeDone(t *testing.T) {
	t.Chdir(t.TempDir())
	w := newWorld(t, slacksim.Options{})
	storeAnEvent(w)
	next := sqlstore.SchemaVersion() + 1
	w.changeDatabase(fmt.Sprintf(`INSERT INTO olbot_schema (version_id, is_applied) VALUES (%d, true)`, next))
	w.changeDatabase(fmt.Sprintf(`UPDATE compatibility SET lowest_reader = %d`, next))
	before := filesHere(t)
	for _, command := range []string{"run", "check", "block list"} {
		code, stdout, stderr := w.run(strings.Fields(command)...)
		if code != exitConfig || !strings.Contains(stdout+stderr, "a newer olbot has used this database; run that version") || !strings.Contains(stdout+stderr, fmt.Sprintf("needs an olbot that knows %d", next)) {
			t.Errorf("olbot %s: exit code %d: %s%s", command, code, stdout, stderr)
		}
	}
	if after := filesHere(t); after != before {
		t.Errorf("the files were %s\nand are  %s", before, after)
	}
	if code, stdout, _ := w.run("backup", "copy.db"); code != exitDone {
		t.Errorf("the backup, exit code %d: %s", code, stdout)
	}
	if code, stdout, _ := w.run("audit", "export"); code != exitDone || strings.Count(stdout, "\n") != 1 {
		t.Errorf("the export, exit code %d: %s", code, stdout)
	}
	if code, stdout, _ := w.run("audit", "verify"); code != exitDone || !strings.Contains(stdout, "the trail is whole: 1 event") || !strings.Contains(stdout, "only the events were checked") {
		t.Errorf("the check of the trail, exit code %d: %s", code, stdout)
	}
}
