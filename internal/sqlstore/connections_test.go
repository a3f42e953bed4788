package sqlstore_test

import (
	"testing"
	"time"

	"olbot/internal/sqlstore"
)

// TestConnectionsOfAllProcessesAreKeptUntilTheirTime: Slack counts a connection that ended without its close frame for
// hours, over the restart of the process whose it was.
func TestConnectionsOfAllProcessesAreKeptUntilTheirTime(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url, now := newURL(t), time.Now()
		reopen := func() *sqlstore.Store {
			s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url, Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return s
		}
		s := reopen()
		keeps := func(process string, others int, until ...time.Duration) {
			t.Helper()
			var at []time.Time
			for _, d := range until {
				at = append(at, now.Add(d))
			}
			if got, err := s.KeepConnections(t.Context(), process, at); err != nil || got != others {
				t.Errorf("%s: %d others, %v, want %d", process, got, err, others)
			}
		}
		keeps("a", 0, time.Hour)
		keeps("a", 0, time.Hour, 3*time.Hour)
		keeps("b", 2, time.Hour)
		keeps("b", 2)
		keeps("a", 0, time.Hour, 2*time.Hour)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = reopen()
		keeps("b", 2, time.Hour)
		now = now.Add(90 * time.Minute)
		keeps("c", 1)
		now = now.Add(time.Hour)
		keeps("c", 0, time.Hour)
	})
}
