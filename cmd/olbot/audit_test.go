package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
	"olbot/internal/trailkey"
)

// trail is a database with n events, and the olbot that still has it open.
func trail(t *testing.T, n int) (vars map[string]string, events []approvals.Event) {
	t.Helper()
	t.Chdir(t.TempDir())
	vars = map[string]string{"OLBOT_DATABASE_URL": "sqlite:olbot.db"}
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: vars["OLBOT_DATABASE_URL"]})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for i := range n {
		e := approvals.Event{At: time.Unix(1_790_000_000+int64(i), 0).UTC(), Kind: approvals.EventReceived,
			Reason: "<lost & found>", Validity: 5 * time.Minute, Agent: approvals.Person{Slack: "U0JOE"}}
		if err := store.Record(t.Context(), []string{fmt.Sprint(i)}, e); err != nil {
			t.Fatal(err)
		}
	}
	events, err = store.Events(t.Context(), 0, n)
	if err != nil || len(events) != n {
		t.Fatalf("%d events: %v", len(events), err)
	}
	return vars, events
}

// More than one page, while olbot runs.
func TestExportTellsEveryEventInOrder(t *testing.T) {
	vars, events := trail(t, exportPage+1)
	code, stdout, stderr := call(t, vars, "audit", "export")
	if code != exitDone || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	if len(lines) != len(events) {
		t.Fatalf("%d lines for %d events", len(lines), len(events))
	}
	for i, line := range lines {
		var got struct {
			approvals.Event
			Hash string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if got.Number != events[i].Number || got.Hash != events[i].Hash || got.Reason != events[i].Reason || !got.At.Equal(events[i].At) {
			t.Fatalf("line %d is %s", i, line)
		}
	}
	want := `{"number":1,"at":"2026-09-21T14:13:20Z","kind":"received","agent":{"slack":"U0JOE"},"validity":300000000000,"reason":"\u003clost \u0026 found\u003e","hash":"` + events[0].Hash + `","mac":"`
	if !strings.HasPrefix(lines[0], want) {
		t.Errorf("the first line is %s\nwant              %s", lines[0], want)
	}
}

func TestVerifyFindsAWholeTrail(t *testing.T) {
	vars, events := trail(t, 5)
	code, stdout, stderr := call(t, vars, "audit", "verify", "--anchor", "3:"+events[2].Hash[:12], "--anchor", "5:"+strings.ToUpper(events[4].Hash))
	key := readKey(t)
	if want := "the trail is whole: 5 events, the last one is 5:" + events[4].Hash + "\nkey " + key.IDs()[0] + ": 5 events and 0 requests; in use\n"; code != exitDone || stdout != want || stderr != "" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// readKey reads the key beside the database of trail.
func readKey(t *testing.T) trailkey.Ring {
	t.Helper()
	keys, err := trailkey.ReadFile("olbot.db.key")
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestVerifyOfAnEmptyTrail(t *testing.T) {
	vars, _ := trail(t, 0)
	if code, stdout, stderr := call(t, vars, "audit", "verify"); code != exitDone || stdout != "the trail is empty\n" || stderr != "" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	if code, _, _ := call(t, vars, "audit", "verify", "--anchor", "1:0123456789ab"); code != exitFailed {
		t.Errorf("exit code %d for an anchor of an event that is not there", code)
	}
}

func TestVerifyNamesTheFirstBreak(t *testing.T) {
	tests := []struct {
		name, spoil string
		anchors     []string
		says        string
	}{
		{"changed", `UPDATE events SET body = replace(body, 'U0JOE', 'U0JIM') WHERE number = 3`, nil, "event 3 is not what was stored"},
		{"removed", `DELETE FROM events WHERE number = 3`, nil, "event 3 is missing"},
		{"cut off", `DELETE FROM events WHERE number > 3`, nil, "event 4 and all after it are gone"},
		{"noted otherwise", `SELECT 1`, []string{"--anchor", "2:0123456789ab"}, "event 2 is not the one that was noted as the anchor"},
		{"noted and gone", `SELECT 1`, []string{"--anchor", "9:0123456789ab"}, "event 6 and all after it are gone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			vars, _ := trail(t, 5)
			spoil(t, tt.spoil)
			code, stdout, stderr := call(t, vars, append([]string{"audit", "verify"}, tt.anchors...)...)
			if code != exitFailed || stdout != "" || !strings.HasPrefix(stderr, "olbot: the trail is broken: "+tt.says) {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
}

// spoil does to the database what olbot never does.
func spoil(t *testing.T, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", "olbot.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestAuditReadsOnlyWhatIsThere(t *testing.T) {
	t.Chdir(t.TempDir())
	code, _, stderr := call(t, map[string]string{"OLBOT_DATABASE_URL": "sqlite:olbot.db"}, "audit", "export")
	if code != exitConfig || !strings.HasPrefix(stderr, "olbot: OLBOT_DATABASE_URL: database sqlite:olbot.db: there is no such database file") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
