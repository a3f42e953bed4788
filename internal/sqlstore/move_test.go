package sqlstore_test

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

func TestMovesEverythingToPostgreSQL(t *testing.T) {
	to := open(t, postgresURL(t))
	url, from := filled(t, 700) // more than a page of the trail
	id := approvals.ID("OTP-0000-0001")
	if _, err := from.Create(t.Context(), []string{"envelope"}, making(id, approvals.Issued)); err != nil {
		t.Fatal(err)
	}
	blocking := approvals.ID("OTP-0000-0002")
	err := keepOneOfEach(t, from, blocking)
	if err != nil {
		t.Fatal(err)
	}
	there := contents(t, url)
	moved, err := to.MoveFrom(t.Context(), from)
	if err != nil || moved.Events != 703 || len(moved.Faults) > 0 {
		t.Fatalf("%+v, %v", moved, err)
	}
	for table, n := range there {
		var rows int
		if err := to.Count(t.Context(), table, &rows); err != nil || rows != n {
			t.Errorf("%s has %d rows, %v, and had %d", table, rows, err, n)
		}
	}
	want, err := from.Request(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := to.Request(t.Context(), id); err != nil || got.State != want.State || got.Version != want.Version || !got.CreatedAt.Equal(want.CreatedAt) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if of, err := to.Delivered(t.Context(), "envelope"); err != nil || of != id {
		t.Errorf("the receipt is of %q, %v", of, err)
	}
	if waiting, err := to.WaitingFor(t.Context(), "U0MARIA"); err != nil || len(waiting) != 1 {
		t.Errorf("%d requests wait for Maria, %v", len(waiting), err)
	}
	if blocks, err := to.Blocking(t.Context()); err != nil || len(blocks) != 1 || blocks[0].ID != blocking {
		t.Errorf("%v block, %v", blocks, err)
	}
	if draft, err := to.Draft(t.Context(), blocking); err != nil || draft.Agent != "U0JOE" {
		t.Errorf("the draft is %+v, %v", draft, err)
	}
	// It goes on where it stood.
	if jobs, err := to.Claim(t.Context(), []approvals.JobKind{approvals.JobResolve}, 1000, time.Now(), victimLease); err != nil || len(jobs) != 703 {
		t.Errorf("%d jobs, %v, want 703", len(jobs), err)
	}
	if _, err := to.Create(t.Context(), nil, making(approvals.NewID(), approvals.Received)); err != nil {
		t.Error(err)
	}
	if v, err := to.Verify(t.Context(), nil); err != nil || v.Events != 704 || len(v.Faults) > 0 {
		t.Errorf("the trail is %+v, %v", v, err)
	}
}

// keepOneOfEach stores a request that waits for Maria, one that blocks its owner's
// account, and a draft, under the id.
func keepOneOfEach(t *testing.T, s *sqlstore.Store, id approvals.ID) error {
	t.Helper()
	store := func(change func(*approvals.Request), id approvals.ID, state approvals.State) error {
		_, err := s.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
			c, err := making(id, state)(v)
			change(&c.Request)
			return c, err
		})
		return err
	}
	return errors.Join(
		store(func(r *approvals.Request) {
			r.Approvers = []approvals.AskedPerson{{Person: approvals.Person{Slack: "U0MARIA"}, Link: approvals.Principal{Kind: approvals.Manager}}}
		}, "OTP-0000-0003", approvals.Pending),
		store(func(r *approvals.Request) { r.DisownedAt = time.Now() }, id, approvals.Disowned),
		s.KeepDraft(t.Context(), id, approvals.Submission{Agent: "U0JOE"}))
}

// contents counts the rows of every table.
func contents(t *testing.T, url string) map[string]int {
	t.Helper()
	db := raw(t, url)
	rows, err := db.QueryContext(t.Context(), `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'schema_version'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		found[name] = n
	}
	if len(found) < 9 || rows.Err() != nil {
		t.Fatalf("tables %v, %v", found, rows.Err())
	}
	return found
}

func TestMovesOnlyToAnEmptyDatabase(t *testing.T) {
	to := open(t, postgresURL(t))
	if _, err := to.Create(t.Context(), nil, making("OTP-0000-0002", approvals.Received)); err != nil {
		t.Fatal(err)
	}
	_, from := filled(t, 2)
	if _, err := to.MoveFrom(t.Context(), from); !errors.Is(err, sqlstore.ErrNotEmpty) {
		t.Errorf("%v, want ErrNotEmpty", err)
	}
	if v, err := to.Verify(t.Context(), nil); err != nil || v.Events != 1 || len(v.Faults) > 0 {
		t.Errorf("the trail is %+v, %v, want the one event it had", v, err)
	}
}

func TestMovesOnlyFromSQLiteToPostgreSQL(t *testing.T) {
	_, from := filled(t, 1)
	_, to := filled(t, 0)
	if _, err := to.MoveFrom(t.Context(), from); !errors.Is(err, sqlstore.ErrDirection) {
		t.Errorf("%v, want ErrDirection", err)
	}
}

func TestMovesABrokenTrailAsItIsAndSaysSo(t *testing.T) {
	to := open(t, postgresURL(t))
	url, from := filled(t, 3)
	rawExec(t, url, `DELETE FROM events WHERE number = 2`)
	moved, err := to.MoveFrom(t.Context(), from)
	if err != nil || len(moved.Faults) == 0 || moved.Faults[0] != (sqlstore.Fault{Number: 2, Kind: sqlstore.FaultMissing}) {
		t.Errorf("%+v, %v", moved, err)
	}
}
