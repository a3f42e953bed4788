// Package approvalstest states, as tests, every promise of approvals.Store.
// Whoever implements the port runs Run over it.
package approvalstest

import (
	"strings"
	"testing"

	"olbot/approvals"
)

// A Harness opens the stores that Run tests.
type Harness struct {
	// Open returns a store on a new, empty database. The harness closes it and
	// removes the database when the test ends.
	Open func(t *testing.T) approvals.Store
	// Reopen closes the store and opens its database again.
	Reopen func(t *testing.T, s approvals.Store) approvals.Store
	// Replica opens the database of the store once more, as a second process
	// would. Nil if the database allows only one.
	Replica func(t *testing.T, s approvals.Store) approvals.Store
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	for _, part := range []struct {
		name  string
		tests []promise
	}{
		{"Create", createPromises},
		{"Update", updatePromises},
		{"Trail", trailPromises},
		{"View", viewPromises},
		{"Jobs", jobPromises},
		{"Leases", leasePromises},
		{"Feed", feedPromises},
		{"Settings", settingsPromises},
		{"Home", homePromises},
		{"Prune", prunePromises},
		{"Waiting", waitingPromises},
		{"Blocks", blockPromises},
		{"Restrictions", restrictionPromises},
		{"Drafts", draftPromises},
		{"Races", racePromises},
		{"Lasting", lastingPromises},
	} {
		t.Run(part.name, func(t *testing.T) {
			for _, p := range part.tests {
				t.Run(strings.ReplaceAll(p.claim, " ", "_"), func(t *testing.T) {
					p.test(t, &subject{Store: h.Open(t), h: h})
				})
			}
		})
	}
}

// A promise is one claim about a Store and the test of it.
type promise struct {
	claim string
	test  func(t *testing.T, s *subject)
}

// A subject is the store under test.
type subject struct {
	approvals.Store
	h Harness
}

// reopen closes the store and goes on with what its database kept.
func (s *subject) reopen(t *testing.T) {
	t.Helper()
	s.Store = s.h.Reopen(t, s.Store)
}

// replicas are three processes on one database, or one if it allows no more.
func (s *subject) replicas(t *testing.T) []approvals.Store {
	t.Helper()
	if s.h.Replica == nil {
		return []approvals.Store{s.Store}
	}
	return []approvals.Store{s.Store, s.h.Replica(t, s.Store), s.h.Replica(t, s.Store)}
}
