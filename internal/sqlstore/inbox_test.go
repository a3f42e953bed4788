package sqlstore_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// received puts an entry of that id into the inbox of s.
func received(t *testing.T, s *sqlstore.Store, id approvals.ID, at time.Time) {
	t.Helper()
	e := approvals.Entry{ID: id, At: at, Ask: approvals.Ask{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, Receipts: []string{string(id)}}}
	if err := s.Receive(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// unpacking makes a request of the entry.
func unpacking(v approvals.View, e approvals.Entry) ([]approvals.Change, error) {
	c, err := making(e.ID, approvals.Received)(v)
	return []approvals.Change{c}, err
}

// openInbox opens up to ten entries and returns what requests were made.
func openInbox(t *testing.T, s *sqlstore.Store) (made []approvals.ID) {
	t.Helper()
	_, stored, err := s.Open(t.Context(), 10, unpacking)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range stored {
		made = append(made, c.Request.ID)
	}
	return made
}

// TestWhatIsReceivedTogetherIsOneRow: that is what makes it cheap, and it is all there.
func TestWhatIsReceivedTogetherIsOneRow(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		s := open(t, url)
		h := holdWriter(t, s)
		at := time.Now()
		h.waiting(t, s, 40, func(i int) { received(t, s, approvals.ID(fmt.Sprint(i)), at) })
		before := s.Commits()
		h.letGo()
		var rows int
		if err := raw(t, url).QueryRowContext(t.Context(), `SELECT COUNT(*) FROM inbox`).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		if n := s.Commits() - before; n != 1 || rows != 1 {
			t.Errorf("40 entries took %d commits and %d rows, want one of each", n, rows)
		}
		if made := openInbox(t, s); len(made) != 40 {
			t.Errorf("%d requests were made, want 40", len(made))
		}
	})
}

// TestReceivesWhileAnotherReplicaIsWritingTheTrail: nobody waits for another's commit.
func TestReceivesWhileAnotherReplicaIsWritingTheTrail(t *testing.T) {
	url := postgresURL(t)
	s := open(t, url)
	other, err := raw(t, url).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Rollback()
	if _, err := other.ExecContext(t.Context(), `SELECT number FROM trail_head FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	h := holdWriter(t, s)
	h.waiting(t, s, 3, func(i int) { received(t, s, approvals.ID(fmt.Sprint(i)), time.Now()) })
	h.letGo()
}

func TestARowOfTheInboxThatCannotBeReadKeepsNoOtherBack(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		s := open(t, url)
		at := time.Date(2026, 3, 14, 9, 26, 0, 0, time.UTC)
		received(t, s, "OTP-0000-0001", at)
		received(t, s, "OTP-0000-0002", at.Add(1))
		rawExec(t, url, `UPDATE inbox SET entries = '[{' WHERE id = 'OTP-0000-0001'`)
		if made := openInbox(t, s); len(made) != 1 || made[0] != "OTP-0000-0002" {
			t.Errorf("made %v, want what can be read", made)
		}
		rawExec(t, url, `UPDATE inbox SET entries = '[{"ID": "OTP-0000-0001"}]'`)
		if made := openInbox(t, s); len(made) != 1 || made[0] != "OTP-0000-0001" {
			t.Errorf("made %v, want what was put right", made)
		}
	})
}

// TestDoesNotMoveOverWhatIsInTheInbox: what was answered there would be lost.
func TestDoesNotMoveOverWhatIsInTheInbox(t *testing.T) {
	to := open(t, postgresURL(t))
	received(t, to, "OTP-0000-0002", time.Now())
	_, from := filled(t, 2)
	if _, err := to.MoveFrom(t.Context(), from); !errors.Is(err, sqlstore.ErrNotEmpty) {
		t.Errorf("%v, want ErrNotEmpty", err)
	}
	if made := openInbox(t, to); len(made) != 1 {
		t.Errorf("made %v, want what was there", made)
	}
}

func TestMovesWhatIsInTheInbox(t *testing.T) {
	to := open(t, postgresURL(t))
	_, from := filled(t, 2)
	received(t, from, "OTP-0000-0001", time.Now())
	if _, err := to.MoveFrom(t.Context(), from); err != nil {
		t.Fatal(err)
	}
	if made := openInbox(t, to); len(made) != 1 || made[0] != "OTP-0000-0001" {
		t.Errorf("made %v, want what was asked for before", made)
	}
}

// TestAnEntryIsOpenedOnceThoughNobodyKnowsWhatACommitDid: neither that of its storing nor that of its opening.
func TestAnEntryIsOpenedOnceThoughNobodyKnowsWhatACommitDid(t *testing.T) {
	for name, c := range map[string]struct {
		how  cut
		made int // of the entry whose storing was cut
	}{
		"the commit was lost": {cutBefore, 0},
		"the answer was lost": {cutAfter, 1},
	} {
		t.Run(name, func(t *testing.T) {
			url, proxy := throughProxy(t, postgresURL(t))
			s := open(t, url)
			proxy.next(c.how, commit)
			err := s.Receive(t.Context(), approvals.Entry{ID: "OTP-0000-0001", At: time.Now(), Ask: approvals.Ask{Agent: "U0JOE"}})
			if !errors.Is(err, approvals.ErrOutcomeUnknown) {
				t.Fatalf("Receive: %v, want ErrOutcomeUnknown", err)
			}
			if made := openInbox(t, s); len(made) != c.made {
				t.Errorf("made %v of what may have been stored, want %d", made, c.made)
			}
			received(t, s, "OTP-0000-0002", time.Now())
			proxy.next(c.how, commit)
			_, _, err = s.Open(t.Context(), 10, unpacking)
			if !errors.Is(err, approvals.ErrOutcomeUnknown) || proxy.failures() != 2 {
				t.Fatalf("Open: %v after %d cuts, want ErrOutcomeUnknown", err, proxy.failures())
			}
			openInbox(t, s)
			if v, err := s.Verify(t.Context(), nil); err != nil || len(v.Faults) > 0 || v.Events != int64(c.made)+1 {
				t.Errorf("the trail is %+v, %v, want %d events", v, err, c.made+1)
			}
		})
	}
}
