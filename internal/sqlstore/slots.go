package sqlstore

import (
	"context"
	"errors"
	"time"
)

// maxHold is how far ahead a slot can be: as long as Slack can be believed to ask,
// and a minute for clocks that differ. A slot further ahead is a mistake, of a clock
// that was wrong or an answer that made no sense: the channel is free.
const maxHold = time.Hour + time.Minute

// ReserveSlot takes the channel for one message at now, so that the next may
// follow gap later, and counts the sending of the request's message, if there is
// a request. If the channel is not free it stores nothing and says how long to wait.
func (s *Store) ReserveSlot(ctx context.Context, request, key, channel string, gap time.Duration, now time.Time) (wait time.Duration, err error) {
	return write(ctx, s, "reserve channel slot", nil, func(t *tx) (time.Duration, error) {
		n, err := t.exec(`
			INSERT INTO channel_slots (channel, next_at) VALUES ($1, $2)
			ON CONFLICT (channel) DO UPDATE SET next_at = excluded.next_at
			WHERE channel_slots.next_at <= $3 OR channel_slots.next_at > $4`,
			channel, now.Add(gap), now, now.Add(maxHold))
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return t.slotWait(channel, now)
		}
		if request == "" {
			return 0, nil
		}
		_, err = t.exec(`
			INSERT INTO messages (request, key, channel, ts, rendered, sends) VALUES ($1, $2, '', '', '', 1)
			ON CONFLICT (request, key) DO UPDATE SET sends = messages.sends + 1`, request, key)
		return 0, err
	})
}

// SlotWait says how long it is until the channel is free, 0 if it is.
func (s *Store) SlotWait(ctx context.Context, channel string, now time.Time) (wait time.Duration, err error) {
	err = s.rows(ctx, "channel slot", `SELECT next_at FROM channel_slots WHERE channel = $1`, []any{channel}, func(row scanner) error {
		var next int64
		err := row.Scan(&next)
		if wait = max(stored(next).Sub(now), 0); wait > maxHold {
			wait = 0
		}
		return err
	})
	return wait, err
}

func (t *tx) slotWait(channel string, now time.Time) (time.Duration, error) {
	var next int64
	found, err := t.row(`SELECT next_at FROM channel_slots WHERE channel = $1`, []any{channel}, &next)
	if err == nil && !found {
		err = errors.New("the channel slot was pruned")
	}
	return max(stored(next).Sub(now), 1), err
}

// HoldSlot keeps the channel from being free before until.
func (s *Store) HoldSlot(ctx context.Context, channel string, until time.Time) error {
	return s.write(ctx, "hold channel slot", func(t *tx) error {
		_, err := t.exec(`
			INSERT INTO channel_slots (channel, next_at) VALUES ($1, $2)
			ON CONFLICT (channel) DO UPDATE SET next_at = excluded.next_at WHERE channel_slots.next_at < excluded.next_at`,
			channel, until)
		return err
	})
}
