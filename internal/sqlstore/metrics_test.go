package sqlstore_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

func measure(t *testing.T, s *sqlstore.Store, now time.Time) sqlstore.Measures {
	t.Helper()
	m, err := s.Measure(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMeasuresWhatThereIsToDo(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		now := time.Now().Truncate(time.Second)
		if m := measure(t, s, now); len(m.Requests) > 0 || len(m.Jobs) > 0 || m.Sinks[approvals.FeedSink] != (sqlstore.SinkMeasures{}) {
			t.Errorf("an empty database has %+v", m)
		}
		for i, state := range []approvals.State{approvals.Received, approvals.Received, approvals.Issued, approvals.Denied} {
			id := approvals.ID(fmt.Sprint(i))
			_, err := s.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
				c, err := making(id, state)(v)
				c.Event.At, c.Jobs = now.Add(time.Duration(i)*time.Second), nil
				if state.Ended() {
					c.Request.EndedAt = now
				}
				return c, err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		job := func(kind approvals.JobKind, id approvals.ID, at time.Time) {
			if err := s.Enqueue(t.Context(), approvals.Job{Kind: kind, Request: id, RunAt: at}); err != nil {
				t.Fatal(err)
			}
		}
		job(approvals.JobShow, "1", now.Add(-time.Minute))
		job(approvals.JobShow, "2", now.Add(-time.Hour))
		job(approvals.JobExpire, "1", now.Add(time.Minute))
		job(approvals.JobIssue, "1", now.Add(-time.Minute))
		if _, err := s.Claim(t.Context(), []approvals.JobKind{approvals.JobIssue, approvals.JobSink}, 2, now.Add(time.Minute), time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := s.MoveCursor(t.Context(), approvals.FeedSink, approvals.Cursor{Through: 1}); err != nil {
			t.Fatal(err)
		}
		m := measure(t, s, now)
		if want := map[approvals.State]int{approvals.Received: 2, approvals.Issued: 1}; !maps.Equal(m.Requests, want) {
			t.Errorf("requests %v, want %v", m.Requests, want)
		}
		want := map[approvals.JobKind]sqlstore.DueJobs{approvals.JobShow: {N: 2, Since: now.Add(-time.Hour).UTC()}}
		if !maps.Equal(m.Jobs, want) {
			t.Errorf("due jobs %v, want %v", m.Jobs, want)
		}
		if want := (sqlstore.SinkMeasures{Unsent: 3, Since: now.Add(time.Second).UTC()}); m.Sinks[approvals.FeedSink] != want {
			t.Errorf("feed %+v, want %+v", m.Sinks[approvals.FeedSink], want)
		}
		if err := s.AddCursors(t.Context(), "file:/a"); err != nil {
			t.Fatal(err)
		}
		if got, want := measure(t, s, now).Sinks["file:/a"], (sqlstore.SinkMeasures{Unsent: 4, Since: now.UTC()}); got != want {
			t.Errorf("a new sink %+v, want %+v", got, want)
		}
		if err := s.SetLost(t.Context(), approvals.FeedSink, true, approvals.Event{At: now, Kind: approvals.EventFeedLost}); err != nil {
			t.Fatal(err)
		}
		if m := measure(t, s, now); !m.Sinks[approvals.FeedSink].Lost || m.Sinks[approvals.FeedSink].Unsent != 4 {
			t.Errorf("feed %+v, want it lost, with its event untold", m.Sinks)
		}
	})
}

// After a restart nobody knows since when a job that was being worked has waited.
func TestJobsTakenBackAreDueSinceNobodyKnowsWhen(t *testing.T) {
	url := sqliteURL(t)
	s := open(t, url)
	now := time.Now()
	if err := s.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobShow, Request: "1", RunAt: now}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Claim(t.Context(), []approvals.JobKind{approvals.JobShow}, 1, now, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := measure(t, open(t, url), now).Jobs[approvals.JobShow]; got != (sqlstore.DueJobs{N: 1}) {
		t.Errorf("due jobs %+v, want one without a time", got)
	}
}

func TestMeasuringEndsWithItsContext(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := open(t, url(t)).Measure(ctx, time.Now()); err == nil {
			t.Error("measured after its time")
		}
	})
}

func TestAWriterThatIsStuckCanBeTold(t *testing.T) {
	url := sqliteURL(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Writable(t.Context()); err != nil {
			t.Fatal(err)
		}
		if busy := s.WriterBusy(); busy != 0 {
			t.Errorf("busy for %v with nothing to do", busy)
		}
		release := make(chan struct{})
		go s.Occupy(func() { <-release })
		time.Sleep(time.Minute)
		if busy := s.WriterBusy(); busy != time.Minute {
			t.Errorf("busy for %v, want a minute", busy)
		}
		close(release)
		synctest.Wait()
		if busy := s.WriterBusy(); busy != 0 {
			t.Errorf("busy for %v after it was released", busy)
		}
	})
}
