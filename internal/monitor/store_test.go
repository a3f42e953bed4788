package monitor

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// put stores a request in the state as a change of its own.
func put(t *testing.T, s approvals.Store, id approvals.ID, state approvals.State) {
	t.Helper()
	_, err := s.Create(t.Context(), nil, func(approvals.View) (approvals.Change, error) {
		return approvals.Change{
			Request: approvals.Request{ID: id, State: state, Agent: approvals.Person{Slack: "U0JOE"}, CreatedAt: time.Now()},
			Event:   approvals.Event{At: time.Now(), Kind: approvals.EventReceived, Request: id},
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func move(s approvals.Store, id approvals.ID, to approvals.State, e approvals.Event) error {
	_, err := s.Update(context.Background(), id, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
		r.State, r.Refusal, e.At, e.Request = to, e.Refusal, time.Now(), id
		return approvals.Change{Request: r, Event: e}, nil
	})
	return err
}

// Every attempt has exactly one outcome, whatever the event that ended it.
func TestAttemptsAreCountedByTheirOutcome(t *testing.T) {
	m, store := wholeMetrics(t)
	s := NewStore(store, m, time.Now)
	for i, tt := range []struct {
		to   approvals.State
		e    approvals.Event
		want string
	}{
		{approvals.Issued, approvals.Event{Kind: approvals.EventIssued}, attemptIssued},
		{approvals.Approved, approvals.Event{Kind: approvals.EventNotSent}, attemptNotSent},
		{approvals.Unknown, approvals.Event{Kind: approvals.EventUnknown}, attemptUnknown},
		{approvals.Failed, approvals.Event{Kind: approvals.EventFailed, Refusal: &approvals.Refusal{Code: approvals.CodeRefused}}, attemptFailed},
		{approvals.Failed, approvals.Event{Kind: approvals.EventFailed, Refusal: &approvals.Refusal{Code: approvals.CodeWider}}, attemptWider},
		{approvals.Failed, approvals.Event{Kind: approvals.EventFailed, Refusal: &approvals.Refusal{Code: approvals.Paused}}, attemptHeldBack},
		{approvals.Disowned, approvals.Event{Kind: approvals.EventDisowned}, attemptDisowned},
		{approvals.Stopped, approvals.Event{Kind: approvals.EventStopped}, attemptStopped},
	} {
		id := approvals.ID(fmt.Sprint(i))
		put(t, s, id, approvals.Approved)
		for _, step := range []func() error{
			func() error { return move(s, id, approvals.Issuing, approvals.Event{Kind: approvals.EventIssuing}) },
			func() error { return move(s, id, tt.to, tt.e) },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		if n := m.value(t, "olbot_code_attempts_total", "outcome="+tt.want); n != 1 {
			t.Errorf("%s is counted %v times", tt.want, n)
		}
	}
	if n := m.value(t, "olbot_requests_ended_total", "state=failed"); n != 3 {
		t.Errorf("%v requests ended failed, want 3", n)
	}
	if n := m.value(t, "olbot_commands_accepted_total"); n != 8 {
		t.Errorf("%v commands were accepted, want 8", n)
	}
}

// TestACodeThatWasHeldBackIsNoRefusal of OneLogin's, whatever held it back.
func TestACodeThatWasHeldBackIsNoRefusal(t *testing.T) {
	for _, code := range []approvals.RefusalCode{approvals.OwnerBlocked, approvals.AccountBlocked, approvals.Paused} {
		if got := attemptOutcome(approvals.Request{State: approvals.Failed, Refusal: &approvals.Refusal{Code: code}}); got != attemptHeldBack {
			t.Errorf("%s is counted as %s", code, got)
		}
	}
}

// What is told of a request that has ended does not end it again.
func TestAnEndIsCountedOnce(t *testing.T) {
	m, store := wholeMetrics(t)
	s := NewStore(store, m, time.Now)
	put(t, s, "1", approvals.Issued)
	for _, kind := range []approvals.EventKind{approvals.EventClosed, approvals.EventNotShown} {
		if err := move(s, "1", approvals.Closed, approvals.Event{Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
	if n := m.value(t, "olbot_requests_ended_total", "state=closed"); n != 1 {
		t.Errorf("counted %v times", n)
	}
	if n := m.value(t, "olbot_code_messages_total", "outcome=not_shown"); n != 1 {
		t.Errorf("a code that was not shown is counted %v times", n)
	}
}

// Kind: an uncounted silent retry.
func TestRepeatedChecksAreCounted(t *testing.T) {
	m, store := wholeMetrics(t)
	s := NewStore(store, m, time.Now)
	put(t, s, "1", approvals.Approved)
	for want := range 2 {
		if n := m.value(t, "olbot_checks_repeated_total"); n != float64(want) {
			t.Errorf("counted %v times, want %d", n, want)
		}
		if err := move(s, "1", approvals.Approved, approvals.Event{Kind: approvals.EventCheckRepeated}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatWasNotStoredIsNotCounted(t *testing.T) {
	m, store := wholeMetrics(t)
	s := NewStore(store, m, time.Now)
	put(t, s, "1", approvals.Pending)
	why := &approvals.Refusal{Code: approvals.NotYours}
	refuse := approvals.Event{At: time.Now(), Kind: approvals.EventPressRefused, Refusal: why}
	for range 2 { // the second one is a redelivery
		_ = s.Record(t.Context(), []string{"envelope:1"}, refuse)
	}
	_, err := s.Update(t.Context(), "1", nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
		r.State = approvals.Denied
		return approvals.Change{Request: r, Event: approvals.Event{At: time.Now(), Kind: approvals.EventDenied}}, why
	})
	if !errors.Is(err, error(why)) {
		t.Fatal(err)
	}
	if n := m.value(t, "olbot_presses_refused_total", "code=not_yours"); n != 1 {
		t.Errorf("%v presses refused, want 1", n)
	}
	if n := m.value(t, "olbot_decisions_total", "verdict=denied"); n != 0 {
		t.Errorf("a decision that was refused is counted %v times", n)
	}
	m.failed(fmt.Errorf("update request: %w", approvals.ErrOutcomeUnknown))
	m.failed(why)
	if n := m.value(t, "olbot_commits_unknown_total"); n != 1 {
		t.Errorf("%v commits of unknown outcome, want 1", n)
	}
}

// Jobs that a process left behind when it ended have been due since nobody knows when.
func TestTheLagOfAJobIsNotedOnceItIsKnown(t *testing.T) {
	m := NewMetrics("v1.2.3")
	now := time.Now()
	m.claimed(approvals.Job{Kind: approvals.JobShow, RunAt: time.Unix(0, 1)}, now)
	m.claimed(approvals.Job{Kind: approvals.JobShow}, now)
	if n := m.value(t, "olbot_job_lag_seconds", "kind=show"); n != 0 {
		t.Errorf("%v lags noted of jobs without a time", n)
	}
	m.claimed(approvals.Job{Kind: approvals.JobShow, RunAt: now.Add(time.Second)}, now)
	m.claimed(approvals.Job{Kind: approvals.JobShow, RunAt: now.Add(-time.Second)}, now)
	if n := m.value(t, "olbot_job_lag_seconds", "kind=show"); n != 2 {
		t.Errorf("%v lags noted, want 2", n)
	}
}

// A method that is added to the store, or renamed, would pass through uncounted
// and nobody would notice.
func TestNoMethodOfTheStoreIsForgotten(t *testing.T) {
	notCounted := []string{
		"Request", "Delivered", "OpenRequests", "LastRequests", "OwnedRequests", "WaitingFor", "Blocking", "Granted", "RequestsFor", "KeepDraft", "Draft", "Events", "Enqueue",
		"Extend", "Finish", "Retry", "AddCursors", "Cursor", "MoveCursor", "SetLost", "KeepSettings", "RecordStart", "RecordStop", "Prune", "Restrictions",
	}
	for method := range reflect.TypeFor[*Store]().Methods() {
		if _, ok := reflect.TypeFor[approvals.Store]().MethodByName(method.Name); !ok {
			continue
		}
		pc := method.Func.Pointer()
		file, _ := runtime.FuncForPC(pc).FileLine(pc)
		if overridden := file != "<autogenerated>"; overridden == slices.Contains(notCounted, method.Name) {
			t.Errorf("%s: override it (does now: %t) or say here that it is not counted", method.Name, overridden)
		}
	}
	for _, name := range notCounted {
		if _, ok := reflect.TypeFor[approvals.Store]().MethodByName(name); !ok {
			t.Errorf("approvals.Store has no %s", name)
		}
	}
}
