package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// numbersOf are the events that the lines of an export are about.
func numbersOf(t *testing.T, lines string) (all []int64) {
	t.Helper()
	for line := range strings.Lines(lines) {
		var e struct {
			Number   int64
			Metadata struct{ Sequence int64 }
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, e.Number+e.Metadata.Sequence)
	}
	return all
}

func TestAnExportBeginsWhereItShall(t *testing.T) {
	vars, events := trail(t, 5)
	at := func(i int, change time.Duration) string { return events[i].At.Add(change).Format(time.RFC3339Nano) }
	for name, tt := range map[string]struct {
		args []string
		want []int64
	}{
		"after":                 {[]string{"--after", "3"}, []int64{4, 5}},
		"after the last":        {[]string{"--after", "5"}, nil},
		"since, exactly":        {[]string{"--since", at(2, 0)}, []int64{3, 4, 5}},
		"since, between":        {[]string{"--since", at(2, -time.Millisecond)}, []int64{3, 4, 5}},
		"since a day":           {[]string{"--since", "2020-01-01"}, []int64{1, 2, 3, 4, 5}},
		"since it ended":        {[]string{"--since", at(4, time.Second)}, nil},
		"since long ago":        {[]string{"--since", "36500d"}, []int64{1, 2, 3, 4, 5}},
		"since just now":        {[]string{"--since", "1s"}, nil},
		"the later of the two":  {[]string{"--after", "4", "--since", at(1, 0)}, []int64{5}},
		"in the other format":   {[]string{"--format", "ocsf", "--after", "2"}, []int64{3, 4, 5}},
		"in the format of here": {[]string{"--format", "olbot"}, []int64{1, 2, 3, 4, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := call(t, vars, append([]string{"audit", "export"}, tt.args...)...)
			if got := numbersOf(t, stdout); code != exitDone || !slices.Equal(got, tt.want) {
				t.Errorf("exit code %d, events %v, want %v: %s", code, got, tt.want, stderr)
			}
		})
	}
	for _, wrong := range []string{"--since yesterday", "--since -1h", "--since 0s", "--after one", "--format csv"} {
		if code, stdout, stderr := call(t, vars, append([]string{"audit", "export"}, strings.Fields(wrong)...)...); code != exitConfig || stdout != "" || !strings.Contains(stderr, "rite") && !strings.Contains(stderr, "parsing") {
			t.Errorf("%s: exit code %d: %s", wrong, code, stderr)
		}
	}
}

func TestAnExportFollowsTheTrail(t *testing.T) {
	vars, _ := trail(t, 2)
	ctx, stop := context.WithCancel(t.Context())
	var out, log lockedBuffer
	p := &program{environ: environ(vars), stdout: &out, stderr: &log, now: time.Now}
	over := make(chan int)
	go func() { over <- p.run(ctx, []string{"audit", "export", "--follow"}) }()
	lines := func(n int) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); strings.Count(out.String(), "\n") != n; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d lines were awaited: %s%s", n, out.String(), log.String())
			}
		}
	}
	lines(2)
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: vars["OLBOT_DATABASE_URL"], Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Record(t.Context(), nil, approvals.Event{At: time.Now(), Kind: approvals.EventFeedLost}); err != nil {
		t.Fatal(err)
	}
	lines(3)
	stop()
	if code := <-over; code != exitDone {
		t.Errorf("exit code %d: %s", code, log.String())
	}
	if got := numbersOf(t, out.String()); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("events %v", got)
	}
}

func TestAPartOfTheTrailCanBeChecked(t *testing.T) {
	vars, events := trail(t, 6)
	_, whole, _ := call(t, vars, "audit", "export")
	lines := strings.SplitAfter(whole, "\n")[:6]
	part := strings.Join(lines[3:], "")
	altered := strings.Replace(part, "lost", "sold", 1)
	_, ocsf, _ := call(t, vars, "audit", "export", "--format", "ocsf")
	anchor := func(i int, digits int) string {
		return fmt.Sprintf("--anchor %d:%s", events[i].Number, events[i].Hash[:digits])
	}
	for name, tt := range map[string]struct {
		file, args string
		code       int
		says       []string
	}{
		"a part":                     {part, "", exitDone, []string{"this part of the trail is whole: 3 events from 4 on, the last one is 6:", "--anchor 3:…", "were not followed"}},
		"bound by an anchor":         {part, anchor(2, 64), exitDone, []string{"3 events from 4 on"}},
		"the first one altered":      {altered, anchor(2, 64), exitFailed, []string{"event 4 is not what was stored"}},
		"behind another event":       {part, anchor(2, 63) + "f", exitFailed, []string{"event 4"}},
		"several anchors":            {part, anchor(1, 12) + " " + anchor(3, 12) + " " + anchor(5, 20), exitDone, []string{"the anchor of event 2 was not compared"}},
		"an anchor that differs":     {part, "--anchor 5:000000000000", exitFailed, []string{"event 5 is not the one that was noted"}},
		"an anchor beyond the end":   {strings.Join(lines[3:5], ""), anchor(5, 12), exitFailed, []string{"event 6 and all after it are gone"}},
		"one in the middle is gone":  {lines[3] + lines[5], "", exitFailed, []string{"event 5 is missing"}},
		"lines again, as in a sink":  {lines[0] + lines[1] + lines[2] + lines[1] + lines[2] + lines[3], "", exitDone, []string{"the trail is whole: 4 events", "2 lines stand there more than once"}},
		"cut by a crash, then again": {lines[0] + lines[1] + lines[2][:40] + "\n" + lines[1] + lines[2] + lines[3], "", exitDone, []string{"the trail is whole: 4 events"}},
		"cut, and never again":       {lines[0] + lines[1][:40] + "\n" + lines[2], "", exitConfig, []string{"line 2 is no event"}},
		"a line again, and altered":  {lines[0] + lines[1] + strings.Replace(lines[1], "lost", "sold", 1), "", exitFailed, []string{"event"}},
		"cut within a line":          {part[:len(part)-30], "", exitConfig, []string{"line 3 is cut off"}},
		"in the other format":        {ocsf, "", exitConfig, []string{"line 1 is in the OCSF format", "export in olbot's own format"}},
		"something else":             {"{}\n", "", exitConfig, []string{"line 1 is no event"}},
		"without its last new line":  {strings.TrimSpace(whole), "", exitDone, []string{"the trail is whole: 6 events"}},
		"nothing, as of a new olbot": {"", "", exitDone, []string{"the trail is empty"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out, log lockedBuffer
			p := &program{environ: environ(vars), stdin: strings.NewReader(tt.file), stdout: &out, stderr: &log, now: time.Now}
			code := p.run(t.Context(), append([]string{"audit", "verify", "--file", "-"}, strings.Fields(tt.args)...))
			for _, text := range tt.says {
				if !strings.Contains(out.String()+log.String(), text) {
					t.Errorf("it does not say %q", text)
				}
			}
			if code != tt.code || t.Failed() {
				t.Errorf("exit code %d, want %d: %s%s", code, tt.code, out.String(), log.String())
			}
		})
	}
	if err := os.WriteFile("part.jsonl", []byte(part), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := call(t, vars, "audit", "verify", "--file", "part.jsonl"); code != exitDone || !strings.Contains(stdout, "this part") {
		t.Errorf("exit code %d: %s", code, stdout)
	}
}

// TestTheGuidesRecipeChecksAnExport: docs/guides/trail.md, Check it yourself, step by step.
func TestTheGuidesRecipeChecksAnExport(t *testing.T) {
	vars, _ := trail(t, 3)
	_, stdout, _ := call(t, vars, "audit", "export")
	written, err := os.ReadFile("olbot.db.key")
	if err != nil {
		t.Fatal(err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(written)))
	if err != nil {
		t.Fatal(err)
	}
	keyID := sha256.Sum256(key)
	before := ""
	for line := range strings.Lines(stdout) {
		parts := regexp.MustCompile(`^(.*),"hash":"(\w{64})","mac":"(\w+):(\w+)"}\n$`).FindStringSubmatch(line)
		body, digest := parts[1]+"}", sha256.Sum256([]byte(before+"\n"+parts[1]+"}"))
		if !json.Valid([]byte(body)) || hex.EncodeToString(digest[:]) != parts[2] {
			t.Errorf("the hash of %s", line)
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("event1" + parts[2]))
		if hex.EncodeToString(keyID[:])[:8] != parts[3] || hex.EncodeToString(mac.Sum(nil)) != parts[4] {
			t.Errorf("the MAC of %s", line)
		}
		before = parts[2]
	}
}
