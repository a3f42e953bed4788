package main

import (
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// openHere is a new database in a directory of its own, which an olbot still has open.
func openHere(t *testing.T) (map[string]string, *sqlstore.Store) {
	t.Helper()
	t.Chdir(t.TempDir())
	vars := map[string]string{"OLBOT_DATABASE_URL": "sqlite:olbot.db"}
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: vars["OLBOT_DATABASE_URL"]})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return vars, store
}

// blocked is a database with a blocked account and a pause, and the olbot that still has it open.
func blocked(t *testing.T) (map[string]string, *sqlstore.Store) {
	t.Helper()
	vars, store := openHere(t)
	at := time.Date(2026, 9, 21, 14, 13, 20, 0, time.UTC)
	ana, sam := approvals.Person{OneLogin: 2, Email: "ana@example.com"}, approvals.Person{Slack: "U0SAM", Email: "sam@example.com"}
	for _, act := range []func(approvals.Restrictions) (approvals.Event, error){
		func(all approvals.Restrictions) (approvals.Event, error) {
			return all.Block("OTP-0000-0001", ana, "calls\nin her name", sam, true, at)
		},
		func(all approvals.Restrictions) (approvals.Event, error) {
			return all.PauseCodes("OTP-0000-0002", sam, true, at)
		},
	} {
		if err := store.Restrict(t.Context(), nil, act); err != nil {
			t.Fatal(err)
		}
	}
	return vars, store
}

func TestBlockListSaysWhatKeepsCodesFromBeingMade(t *testing.T) {
	vars, _ := blocked(t)
	const want = "OTP-0000-0001  2026-09-21 14:13 UTC  ana@example.com is blocked by sam@example.com: calls in her name\n" +
		"OTP-0000-0002  2026-09-21 14:13 UTC  all codes are paused, by sam@example.com\n"
	if code, stdout, stderr := call(t, vars, "block", "list"); code != exitDone || stdout != want || stderr != "" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// TestBlockListSaysWhoLeftTheBlockOfARequest, and since when.
func TestBlockListSaysWhoLeftTheBlockOfARequest(t *testing.T) {
	vars, store := openHere(t)
	at := time.Date(2026, 9, 21, 14, 13, 20, 0, time.UTC)
	maria, tom := approvals.Person{Slack: "U0MARIA", Email: "maria@example.com"}, approvals.Person{Slack: "U0TOM", Email: "tom@example.com"}
	for id, left := range map[approvals.ID]func(*approvals.Request){
		"OTP-0000-0001": func(r *approvals.Request) { r.State, r.DisownedAt = approvals.Disowned, at.Add(time.Minute) },
		"OTP-0000-0002": func(r *approvals.Request) {
			r.State, r.DecidedBy.Person, r.DecidedAt, r.Denial.Choice = approvals.Denied, maria, at.Add(2*time.Minute), approvals.DidNotAsk
		},
		"OTP-0000-0003": func(r *approvals.Request) {
			r.State, r.DecidedBy.Person, r.StoppedBy, r.StoppedAt, r.StopBlocks = approvals.Stopped, maria, tom, at.Add(3*time.Minute), true
		},
	} {
		r := approvals.Request{
			ID: id, Agent: approvals.Person{Slack: "U0JOE", Email: "joe@example.com"}, Owner: approvals.Person{OneLogin: 2, Email: "ana@example.com"},
			CreatedAt: at, EndedAt: at.Add(time.Hour),
		}
		left(&r)
		if _, err := store.Create(t.Context(), nil, func(approvals.View) (approvals.Change, error) {
			return approvals.Change{Request: r, Event: approvals.Event{At: at, Kind: approvals.EventReceived, Request: id}}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	const want = "OTP-0000-0001  2026-09-21 14:14 UTC  ana@example.com is blocked: joe@example.com asked for a code, and the owner said: this wasn't me\n" +
		"OTP-0000-0002  2026-09-21 14:15 UTC  ana@example.com is blocked: joe@example.com asked for a code, and maria@example.com denied it\n" +
		"OTP-0000-0003  2026-09-21 14:16 UTC  ana@example.com is blocked: joe@example.com asked for a code, and tom@example.com stopped it\n"
	if code, stdout, stderr := call(t, vars, "block", "list"); code != exitDone || stdout != want || stderr != "" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// TestBlockLiftSaysWhoAndWhy, beside the olbot that runs, and once.
func TestBlockLiftSaysWhoAndWhy(t *testing.T) {
	vars, store := blocked(t)
	vars["SUDO_USER"] = "joe"
	code, stdout, stderr := call(t, vars, "block", "lift", "otp-oooo-oool", "--reason", " cleared up ")
	if code != exitDone || stdout != "OTP-0000-0001 no longer keeps codes from being made; the audit channel is told\n" || stderr != "" {
		t.Fatalf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	events, err := store.Events(t.Context(), 2, 10)
	if err != nil || len(events) != 1 {
		t.Fatalf("%+v, %v", events, err)
	}
	if e := events[0]; e.Kind != approvals.EventBlockLifted || e.Reason != "cleared up" || !strings.HasSuffix(e.Actor.Operator, ", before sudo joe") {
		t.Errorf("%+v", e)
	}
	for _, id := range []string{"OTP-0000-0001", "OTP-0000-0009", "ana@example.com"} {
		code, stdout, stderr := call(t, vars, "block", "lift", id, "--reason", "again")
		if code != exitConfig || stdout != "" || !strings.HasPrefix(stderr, "olbot: \""+id+"\" blocks no account and pauses nothing") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", id, code, stdout, stderr)
		}
	}
}
