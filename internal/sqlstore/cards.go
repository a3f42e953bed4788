package sqlstore

import (
	"context"
	"slices"
	"strings"
)

// Cards calls each for every message of the request, ordered by key: its
// channel and ts ("" until it is known to be posted), what it shows, and how
// often it was, or may have been, sent. An error of each ends it.
func (s *Store) Cards(ctx context.Context, request string, each func(key, channel, ts, painted string, sends int) error) error {
	type card struct {
		key, channel, ts, painted string
		sends                     int
	}
	var cards []card
	// All are read before the first is handed out: no connection waits for what
	// each does.
	err := s.rows(ctx, "cards", `SELECT key, channel, ts, painted, sends FROM cards WHERE request = $1`,
		[]any{request}, func(row scanner) error {
			var c card
			err := row.Scan(&c.key, &c.channel, &c.ts, &c.painted, &c.sends)
			cards = append(cards, c)
			return err
		})
	if err != nil {
		return err
	}
	slices.SortFunc(cards, func(a, b card) int { return strings.Compare(a.key, b.key) })
	for _, c := range cards {
		if err := each(c.key, c.channel, c.ts, c.painted, c.sends); err != nil {
			return err
		}
	}
	return nil
}

// Painted stores where a message is and what it shows. If the card is known to
// be elsewhere, because a press has found an earlier send that got no answer,
// the message is a copy and gets a card of its own, with the key key#ts.
func (s *Store) Painted(ctx context.Context, request, key, channel, ts, painted string) error {
	return do(ctx, s, "store card", plain, func(t *tx) error {
		n, err := t.exec(`
			INSERT INTO cards (request, key, channel, ts, painted, sends) VALUES ($1, $2, $3, $4, $5, 0)
			ON CONFLICT (request, key) DO UPDATE
			SET channel = excluded.channel, ts = excluded.ts, painted = excluded.painted
			WHERE cards.ts = '' OR cards.ts = excluded.ts`,
			request, key, channel, ts, painted)
		if err != nil || n > 0 {
			return err
		}
		_, err = t.exec(`
			INSERT INTO cards (request, key, channel, ts, painted, sends) VALUES ($1, $2, $3, $4, $5, 0)
			ON CONFLICT (request, key) DO UPDATE SET painted = excluded.painted`,
			request, key+"#"+ts, channel, ts, painted)
		return err
	})
}

// Unsent takes back what Reserve counted: the message was surely not sent.
func (s *Store) Unsent(ctx context.Context, request, key string) error {
	return do(ctx, s, "count message as not sent", plain, func(t *tx) error {
		_, err := t.exec(`UPDATE cards SET sends = sends - 1 WHERE request = $1 AND key = $2 AND sends > 0`, request, key)
		return err
	})
}

// Adopt stores that a message of the request was found at ts. If the card is
// known to be elsewhere, the message is a copy and gets a card of its own, with
// the key key#ts. Adopting a message again changes nothing.
func (s *Store) Adopt(ctx context.Context, request, key, channel, ts string) error {
	return do(ctx, s, "adopt card", plain, func(t *tx) error {
		n, err := t.exec(`
			INSERT INTO cards (request, key, channel, ts, painted, sends) VALUES ($1, $2, $3, $4, '', 0)
			ON CONFLICT (request, key) DO UPDATE SET channel = excluded.channel, ts = excluded.ts
			WHERE cards.ts = '' OR cards.ts = excluded.ts`, request, key, channel, ts)
		if err != nil || n > 0 {
			return err
		}
		_, err = t.exec(`
			INSERT INTO cards (request, key, channel, ts, painted, sends) VALUES ($1, $2, $3, $4, '', 0)
			ON CONFLICT (request, key) DO NOTHING`, request, key+"#"+ts, channel, ts)
		return err
	})
}
