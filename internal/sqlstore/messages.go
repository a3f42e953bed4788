package sqlstore

import (
	"context"
	"slices"
	"strings"
)

// Messages calls each for every message of the request, ordered by key: its
// channel and ts ("" until it is known to be posted, - if it cannot be updated), what
// it shows, and how often it was, or may have been, sent. An error of each ends it.
func (s *Store) Messages(ctx context.Context, request string, each func(key, channel, ts, rendered string, sends int) error) error {
	type message struct {
		key, channel, ts, rendered string
		sends                      int
	}
	var messages []message
	// All are read before the first is handed out: no connection waits for what
	// each does.
	err := s.rows(ctx, "messages", `SELECT key, channel, ts, rendered, sends FROM messages WHERE request = $1`,
		[]any{request}, func(row scanner) error {
			var m message
			err := row.Scan(&m.key, &m.channel, &m.ts, &m.rendered, &m.sends)
			messages = append(messages, m)
			return err
		})
	if err != nil {
		return err
	}
	slices.SortFunc(messages, func(a, b message) int { return strings.Compare(a.key, b.key) })
	for _, m := range messages {
		if err := each(m.key, m.channel, m.ts, m.rendered, m.sends); err != nil {
			return err
		}
	}
	return nil
}

// SetRendered stores where a message is and what it shows. If the message is known
// to be elsewhere, because a press has found an earlier send that got no answer,
// this one is a copy and gets a row of its own, with the key key#ts.
func (s *Store) SetRendered(ctx context.Context, request, key, channel, ts, rendered string) error {
	return s.write(ctx, "store message", func(t *tx) error {
		n, err := t.exec(`
			INSERT INTO messages (request, key, channel, ts, rendered, sends) VALUES ($1, $2, $3, $4, $5, 0)
			ON CONFLICT (request, key) DO UPDATE
			SET channel = excluded.channel, ts = excluded.ts, rendered = excluded.rendered
			WHERE messages.ts = '' OR messages.ts = excluded.ts`,
			request, key, channel, ts, rendered)
		if err != nil || n > 0 {
			return err
		}
		_, err = t.exec(`
			INSERT INTO messages (request, key, channel, ts, rendered, sends) VALUES ($1, $2, $3, $4, $5, 0)
			ON CONFLICT (request, key) DO UPDATE SET rendered = excluded.rendered`,
			request, key+"#"+ts, channel, ts, rendered)
		return err
	})
}

// Abandon stores that a message cannot be updated any more: its ts is - from then on.
func (s *Store) Abandon(ctx context.Context, request, key string) error {
	return s.write(ctx, "abandon message", func(t *tx) error {
		_, err := t.exec(`UPDATE messages SET ts = '-' WHERE request = $1 AND key = $2`, request, key)
		return err
	})
}

// SetNotSent takes back what ReserveSlot counted: the message was not sent.
func (s *Store) SetNotSent(ctx context.Context, request, key string) error {
	return s.write(ctx, "count message as not sent", func(t *tx) error {
		_, err := t.exec(`UPDATE messages SET sends = sends - 1 WHERE request = $1 AND key = $2 AND sends > 0`, request, key)
		return err
	})
}

// Adopt stores that a message of the request was found at ts. If the message is
// known to be elsewhere, this one is a copy and gets a row of its own, with the
// key key#ts. Adopting a message again changes nothing.
func (s *Store) Adopt(ctx context.Context, request, key, channel, ts string) error {
	return s.write(ctx, "adopt message", func(t *tx) error {
		n, err := t.exec(`
			INSERT INTO messages (request, key, channel, ts, rendered, sends) VALUES ($1, $2, $3, $4, '', 0)
			ON CONFLICT (request, key) DO UPDATE SET channel = excluded.channel, ts = excluded.ts
			WHERE messages.ts = '' OR messages.ts = excluded.ts`, request, key, channel, ts)
		if err != nil || n > 0 {
			return err
		}
		_, err = t.exec(`
			INSERT INTO messages (request, key, channel, ts, rendered, sends) VALUES ($1, $2, $3, $4, '', 0)
			ON CONFLICT (request, key) DO NOTHING`, request, key+"#"+ts, channel, ts)
		return err
	})
}
