package sqlstore

import (
	"context"
	"errors"
	"time"
)

// Reserve takes the lane for one message at now, so that the next may follow
// gap later, and counts the sending of the request's card, if there is a
// request. If the lane is not free it stores nothing and says how long to wait.
func (s *Store) Reserve(ctx context.Context, request, key, lane string, gap time.Duration, now time.Time) (wait time.Duration, err error) {
	return write(ctx, s, "reserve lane", plain, func(t *tx) (time.Duration, error) {
		n, err := t.exec(`
			INSERT INTO lanes (lane, next_at) VALUES ($1, $2)
			ON CONFLICT (lane) DO UPDATE SET next_at = excluded.next_at WHERE lanes.next_at <= $3`,
			lane, now.Add(gap), now)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return t.laneWait(lane, now)
		}
		if request == "" {
			return 0, nil
		}
		_, err = t.exec(`
			INSERT INTO cards (request, key, channel, ts, painted, sends) VALUES ($1, $2, '', '', '', 1)
			ON CONFLICT (request, key) DO UPDATE SET sends = cards.sends + 1`, request, key)
		return 0, err
	})
}

func (t *tx) laneWait(lane string, now time.Time) (time.Duration, error) {
	var next int64
	found, err := t.row(`SELECT next_at FROM lanes WHERE lane = $1`, []any{lane}, &next)
	if err == nil && !found {
		err = errors.New("the lane was pruned")
	}
	return max(stored(next).Sub(now), 1), err
}

// Hold keeps the lane from being free before until.
func (s *Store) Hold(ctx context.Context, lane string, until time.Time) error {
	return do(ctx, s, "hold lane", plain, func(t *tx) error {
		_, err := t.exec(`
			INSERT INTO lanes (lane, next_at) VALUES ($1, $2)
			ON CONFLICT (lane) DO UPDATE SET next_at = excluded.next_at WHERE lanes.next_at < excluded.next_at`,
			lane, until)
		return err
	})
}
