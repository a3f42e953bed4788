package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

const (
	otp   = "OTP-7F3K-9QXM"
	other = "OTP-AAAA-BBBB"
	ana   = 12345 // OneLogin's id
)

// whole is what one flow without a fault leaves behind: asked, approved, a code made and shown.
func whole() records {
	at := time.Unix(1_790_000_000, 0)
	var in records
	for i, e := range []event{
		{Kind: "received", State: "received", Reason: "flow 1.0"},
		{Kind: "asked", State: "pending"},
		{Kind: "approved", State: "approved", Until: at.Add(time.Hour)},
		{Kind: "issuing", State: "issuing", Attempt: 1},
		{Kind: "issued", State: "issued", Attempt: 1},
		{Kind: "closed", State: "closed"},
	} {
		e.Number, e.Request, e.At = int64(i+1), otp, at.Add(time.Duration(i)*time.Second)
		e.Hash = fmt.Sprintf("%012d", e.Number)
		e.Owner.OneLogin = ana
		in.events = append(in.events, e)
	}
	in.asks = []ask{{marker: "flow 1.0", accepted: otp}}
	in.presses = []press{{label: approve, value: otp, request: otp, acked: true, at: at.Add(2 * time.Second)}}
	in.calls = []oneloginsim.Call{{
		Name: oneloginsim.CallMFAToken, Path: "/api/2/mfa/users/12345/mfa_token", RequestID: "R1", Status: 200,
		At: at.Add(3500 * time.Millisecond),
	}}
	in.codes = []oneloginsim.Code{{UserID: ana, Value: "87654321", RequestID: "R1"}}
	in.feed = told{through: 6, anchors: map[int64]string{6: "000000000006"}}
	return in
}

func TestAWholeRecordIsReconciled(t *testing.T) {
	r := reconcile(whole())
	if len(r.findings) > 0 {
		t.Errorf("found %v", r.findings)
	}
	if r.sent != 1 || r.acked != 1 || r.decided != 1 || r.codes != 1 || r.issued != 1 || r.unknown != 0 {
		t.Errorf("counted %+v", r)
	}
}

// Each case spoils the record of one flow in one way, as olbot would if it broke a promise.
func TestEveryContradictionIsFound(t *testing.T) {
	outcome := func(kind string) func(*records) {
		return func(in *records) { in.events[4].Kind, in.events[4].State = kind, kind }
	}
	repeat := func(i int) func(*records) {
		return func(in *records) { in.events = slices.Insert(in.events, i, in.events[i]); renumber(in) }
	}
	tests := []struct {
		name  string
		spoil func(*records)
		want  string // verdict and the beginning of what is said
	}{
		{"an accepted command without a request", func(in *records) { in.asks[0].accepted = other }, "lost: the command"},
		{"two requests of one command", func(in *records) {
			in.events = append(in.events, event{Number: 7, Kind: "received", State: "refused", Request: other, Reason: "flow 1.0"})
			in.feed.through = 7
		}, "doubled: the command"},
		{"received twice", repeat(0), "doubled: " + otp + " was received 2 times"},
		{"decided twice", repeat(2), "doubled: " + otp + " was decided 2 times"},
		{"no end", func(in *records) { in.events = in.events[:2]; in.calls, in.codes, in.presses = nil, nil, nil }, "lost: " + otp + " stands as pending"},
		{"an acked approval without an event", func(in *records) { in.events = in.events[:2]; in.calls, in.codes = nil, nil },
			"lost: Approve on " + otp + " was acked and had no effect"},
		{"an acked wish for a code without an event", func(in *records) {
			in.presses = append(in.presses, press{label: generate, value: otp + "/2", request: otp, acked: true, at: in.events[4].At})
		}, "lost: Generate a new code on " + otp + "/2"},
		{"an intent without an outcome", func(in *records) { in.events = slices.Delete(in.events, 4, 5); renumber(in) }, "lost: code 1 of " + otp},
		{"two outcomes", repeat(4), "doubled: code 1 of " + otp + " has 2 outcomes"},
		{"asked twice at OneLogin", func(in *records) { in.calls = append(in.calls, in.calls[0]) }, "doubled: OneLogin was asked more than once"},
		{"two codes of one intent", func(in *records) { in.codes = append(in.codes, in.codes[0]) }, "doubled: OneLogin made more than one code"},
		{"a code without an intent", func(in *records) { in.calls[0].At = in.events[0].At }, "unreconciled: OneLogin was asked for a code for 12345 before any intent"},
		{"a code of a call nobody made", func(in *records) { in.codes[0].RequestID = "R2" }, "unreconciled: OneLogin made a code for 12345 that no attempt accounts for"},
		{"a code that was surely not made", outcome("not_sent"), "unreconciled: OneLogin made code 1"},
		{"a code that failed", outcome("failed"), "unreconciled: OneLogin made code 1"},
		{"issued and not made", func(in *records) { in.codes = nil }, "unreconciled: code 1 of " + otp + " was issued by the trail"},
		{"shown and not there", outcome("shown"), "unreconciled: 1 codes of " + otp + " were shown by the trail"},
		{"an event that was never told", func(in *records) { in.feed.through = 5 }, "untold: event 6 (closed)"},
		{"a feed with a gap", func(in *records) { in.feed.wrong = []string{"the feed tells event 4 after 2"} }, "unreconciled: the feed tells"},
		{"an anchor of another trail", func(in *records) { in.feed.anchors[6] = "999999999999" }, "unreconciled: the feed's anchor"},
		{"an accusation", func(in *records) { in.events[5].Kind = "foreign_connections" }, "unreconciled: event 6 tells of"},
		{"a code that failed and was not too wide", func(in *records) { outcome("failed")(in); in.events[4].Refusal.Code = "code_refused" }, "unreconciled: OneLogin made code 1"},
		{"a trail with a gap", func(in *records) { in.events[5].Number = 7; in.feed.through = 7; in.feed.anchors = nil }, "unreconciled: the trail has event 7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := whole()
			tt.spoil(&in)
			r := reconcile(in)
			found := func(f finding) bool { return strings.HasPrefix(string(f.verdict)+": "+f.text, tt.want) }
			if !slices.ContainsFunc(r.findings, found) {
				t.Errorf("found %v, and not %q", r.findings, tt.want)
			}
		})
	}
}

func renumber(in *records) {
	for i := range in.events {
		in.events[i].Number = int64(i + 1)
	}
	in.feed = told{through: int64(len(in.events))}
}

// What looks alike and is allowed.
func TestWhatMayHappenIsNotHeldAgainstOlbot(t *testing.T) {
	for name, change := range map[string]func(*records){
		"a command that failed and made a request": func(in *records) { in.asks[0] = ask{marker: "flow 1.0", failed: "operation_timeout"} },
		"a command that failed and made none": func(in *records) {
			in.asks = append(in.asks, ask{marker: "flow 2.0", failed: "dispatch_failed"})
		},
		"a code of unknown fate that was made": func(in *records) { in.events[4].Kind, in.events[4].State = "unknown", "unknown" },
		"a code of unknown fate that was not made": func(in *records) {
			in.events[4].Kind, in.events[4].State, in.codes = "unknown", "unknown", nil
		},
		"a call turned away for its token, and one more": func(in *records) {
			in.calls = append([]oneloginsim.Call{in.calls[0]}, in.calls...)
			in.calls[0].Status, in.calls[0].RequestID = 401, "R0"
		},
		"a code that was too wide": func(in *records) {
			in.events[4].Kind, in.events[4].State, in.events[4].Refusal.Code = "failed", "failed", "code_wider"
		},
		"a press that came too late": func(in *records) {
			in.presses = append(in.presses, press{label: withdraw, value: otp, request: otp, acked: true})
		},
		"a press that was not acked": func(in *records) {
			in.presses = append(in.presses, press{label: generate, value: otp + "/2", request: otp})
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := whole()
			change(&in)
			if r := reconcile(in); len(r.findings) > 0 {
				t.Errorf("found %v", r.findings)
			}
		})
	}
}
