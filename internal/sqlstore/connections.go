package sqlstore

import (
	"context"
	"time"
)

// KeepConnections keeps of a process which connections to Slack it has or had, each by the time until
// which Slack may count it, in place of what was kept of that process before. It says how many those of other
// processes are whose time has not come, whether the processes live or not.
func (s *Store) KeepConnections(ctx context.Context, process string, until []time.Time) (others int, err error) {
	return write(ctx, s, "keep connections", nil, func(t *tx) (int, error) {
		now := s.now()
		if _, err := t.exec(`DELETE FROM connections WHERE process = $1 OR counted_until <= $2`, process, now); err != nil {
			return 0, err
		}
		for i, at := range until { // a few dozen at most
			if _, err := t.exec(`INSERT INTO connections (process, number, counted_until) VALUES ($1, $2, $3)`, process, i, at); err != nil {
				return 0, err
			}
		}
		_, err := t.row(`SELECT COUNT(*) FROM connections WHERE process <> $1`, []any{process}, &others)
		return others, err
	})
}
