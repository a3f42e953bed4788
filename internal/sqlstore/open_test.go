package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// raw opens the database without olbot.
func raw(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, name := "pgx", url
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, name = "sqlite", file+"?_busy_timeout=5000"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func rawExec(t *testing.T, url, query string, args ...any) {
	t.Helper()
	if _, err := raw(t, url).ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// A newer olbot has been here. Whether this one can go on, that olbot has said.
func TestANewerSchemaSaysWhoCanStillUseIt(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		if err := open(t, url).Close(); err != nil {
			t.Fatal(err)
		}
		rawExec(t, url, `CREATE TABLE badges (id TEXT PRIMARY KEY)`)
		rawExec(t, url, `ALTER TABLE requests ADD COLUMN badge TEXT NOT NULL DEFAULT ''`)
		rawExec(t, url, `ALTER TABLE events ADD COLUMN badge TEXT`)
		rawExec(t, url, `INSERT INTO olbot_schema (version_id, is_applied) VALUES (999, $1)`, true)
		s := open(t, url)
		if _, err := s.Create(t.Context(), nil, making("OTP-0000-0001", approvals.Received)); err != nil {
			t.Errorf("an olbot that is older than the schema, but not than its lowest reader: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		rawExec(t, url, `UPDATE compatibility SET lowest_reader = 2`)
		for _, readOnly := range []bool{false, true} {
			opening(t, sqlstore.Config{Keys: testKeys, URL: url, ReadOnly: readOnly}, sqlstore.NewerSchema)
		}
		readsEvents(t, url)
		rawExec(t, url, `UPDATE compatibility SET lowest_reader = 0`)
		rawExec(t, url, `DELETE FROM olbot_schema WHERE version_id > 0`)
		opening(t, sqlstore.Config{Keys: testKeys, URL: url, ReadOnly: true}, sqlstore.OlderSchema)
		readsEvents(t, url)
	})
}

// readsEvents: what they say can be read whatever the schema has become.
func readsEvents(t *testing.T, url string) {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url, EventsAlone: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if result, err := s.Verify(t.Context(), nil); err != nil || result.Events != 1 || len(result.Faults) > 0 || s.SchemaFits() {
		t.Errorf("%+v, %v, fits: %v", result, err, s.SchemaFits())
	}
}

// Its version numbers are not comparable: it is neither newer nor older, nor the same.
func TestRefusesADatabaseFromBeforeTheFirstRelease(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		for _, version := range []int{1, 2, 999} {
			url := newURL(t)
			rawExec(t, url, `CREATE TABLE lanes (lane TEXT)`)
			rawExec(t, url, `CREATE TABLE schema_version (version_id INTEGER)`)
			rawExec(t, url, `INSERT INTO schema_version (version_id) VALUES ($1)`, version)
			if strings.HasPrefix(url, "sqlite:") {
				rawExec(t, url, `PRAGMA journal_mode = WAL`)
			}
			for _, readOnly := range []bool{false, true} {
				opening(t, sqlstore.Config{Keys: testKeys, URL: url, ReadOnly: readOnly}, sqlstore.OtherSchema)
			}
		}
	})
}

// TestSharesASchemaWithTablesOfOthers: another program's table may have the name of
// an old one of olbot's.
func TestSharesASchemaWithTablesOfOthers(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		rawExec(t, url, `CREATE TABLE schema_version (installed_rank BIGINT NOT NULL)`)
		open(t, url)
	})
}

func TestDoesNotReadADatabaseThatNoOlbotHasUsed(t *testing.T) {
	url := sqliteURL(t)
	rawExec(t, url, `PRAGMA journal_mode = WAL`)
	opening(t, sqlstore.Config{Keys: testKeys, URL: url, ReadOnly: true}, sqlstore.OlderSchema)
	t.Run("PostgreSQL", func(t *testing.T) {
		opening(t, sqlstore.Config{Keys: testKeys, URL: postgresURL(t), ReadOnly: true}, sqlstore.OlderSchema)
	})
}

func TestRefusesWritesAfterItWasClosed(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		err := s.Record(t.Context(), nil, approvals.Event{Kind: approvals.EventReceived})
		if !errors.Is(err, sqlstore.ErrClosed) {
			t.Errorf("%v, want ErrClosed", err)
		}
	})
}

func TestAnswersEveryWriteThatClosingMeets(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		s := open(t, url)
		var stored sync.Map
		var writers sync.WaitGroup
		for range 8 {
			writers.Go(func() {
				for {
					id := approvals.NewID()
					_, err := s.Create(t.Context(), nil, making(id, approvals.Received))
					if err == nil {
						stored.Store(id, true)
						continue
					}
					if !errors.Is(err, sqlstore.ErrClosed) {
						t.Error(err)
					}
					return
				}
			})
		}
		waitFor(t, func() bool { return s.Commits() > 20 })
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		writers.Wait()
		again := open(t, url)
		stored.Range(func(id, _ any) bool {
			if _, err := again.Request(t.Context(), id.(approvals.ID)); err != nil {
				t.Errorf("%s was answered as stored: %v", id, err)
			}
			return true
		})
	})
}

func TestSaysWhetherItCanWrite(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		s := open(t, url)
		before := s.Commits()
		if err := s.Writable(t.Context()); err != nil {
			t.Error(err)
		}
		if s.Commits() != before+1 {
			t.Error("nothing was written")
		}
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		rawExec(t, url, `DROP TABLE pulse`)
		if err := s.Writable(t.Context()); err == nil {
			t.Error("no error although nothing could be written")
		}
		s.Close()
		if err := s.Ping(t.Context()); err == nil {
			t.Error("Ping answered after Close")
		}
	})
}

// making is the fn of a Create that makes a request in the state.
func making(id approvals.ID, state approvals.State) func(approvals.View) (approvals.Change, error) {
	at := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	return func(approvals.View) (approvals.Change, error) {
		r := approvals.Request{ID: id, State: state, Agent: approvals.Person{Slack: "U0JOE"}, CreatedAt: at}
		if state == approvals.Pending {
			r.Rounds = []approvals.Round{{Link: approvals.Principal{Kind: approvals.Manager}, At: at}}
		}
		return approvals.Change{
			Request: r,
			Event:   approvals.Event{At: at, Kind: approvals.EventReceived, Request: id, State: state},
			Jobs:    []approvals.Job{{Kind: approvals.JobResolve, Request: id, RunAt: at}},
		}, nil
	}
}

// waitFor waits until the condition holds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}

// rawExecLate is rawExec for a cleanup.
func rawExecLate(t *testing.T, url, query string) {
	db := raw(t, url)
	if _, err := db.ExecContext(context.Background(), query); err != nil {
		t.Errorf("%s: %v", query, err)
	}
}
