package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"olbot/approvals"
)

// A head is the last event of the trail.
type head struct {
	number int64
	hash   string
}

// chain is the hash of an event: hex SHA-256 over the hash of the event before
// (nothing for the first), a line feed, and the event's body.
func chain(prev, body string) string {
	sum := sha256.Sum256([]byte(prev + "\n" + body))
	return hex.EncodeToString(sum[:])
}

// lockHead reads the last event and keeps every other process from writing until
// the transaction ends. It comes first in every transaction: replicas wait here,
// and never in the middle, where they could lock one another out.
func (t *tx) lockHead() error {
	found, err := t.row(`SELECT number, hash FROM trail_head WHERE id = 1`+t.forUpdate, nil, &t.head.number, &t.head.hash)
	if err == nil && !found {
		err = t.fail(errors.New("the head of the trail is missing"))
	}
	return err
}

// moveHead stores, once for the batch, which event is now the last, and makes
// the sinks due.
func (t *tx) moveHead() error {
	if !t.appended {
		return nil
	}
	if err := t.wakeSinks(t.eventsAt); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE trail_head SET number = $1, hash = $2 WHERE id = 1`, t.head.number, t.head.hash)
	return err
}

// append puts the event at the end of the trail.
func (t *tx) append(e approvals.Event) error {
	all, err := t.number(e)
	if err != nil {
		return err
	}
	_, err = t.execAll(all)
	return err
}

func (t *tx) number(e approvals.Event) ([]statement, error) {
	if e.Kind == "" {
		return nil, errors.New("an event without a kind")
	}
	next := head{number: t.head.number + 1}
	e.Number = next.number
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	next.hash = chain(t.head.hash, string(body))
	all := insert(`events (number, at, kind, request, body, prev, hash)`, [][]any{{e.Number, e.At, e.Kind, e.Request, string(body), t.head.hash, next.hash}}, "")
	if !t.appended || e.At.Before(t.eventsAt) {
		t.eventsAt = e.At
	}
	t.head, t.appended = next, true
	t.noteRestriction(e)
	return all, nil
}

// Record implements approvals.Store.
func (s *Store) Record(ctx context.Context, keys []string, e approvals.Event) error {
	_, err := write(ctx, s, "record event", keys, func(t *tx) (any, error) {
		if _, err := t.delivered(keys); err != nil {
			return nil, err
		}
		if err := t.append(e); err != nil {
			return nil, err
		}
		_, err := t.execAll(t.keepKeys(keys, "", s.now()))
		return nil, err
	})
	return err
}

// Events implements approvals.Store.
func (s *Store) Events(ctx context.Context, after int64, limit int) ([]approvals.Event, error) {
	var events []approvals.Event
	err := s.rows(ctx, "events", `SELECT body, hash FROM events WHERE number > $1 ORDER BY number LIMIT $2`,
		[]any{after, max(limit, 0)}, func(row scanner) error {
			var body, hash string
			if err := row.Scan(&body, &hash); err != nil {
				return err
			}
			var e approvals.Event
			if err := json.Unmarshal([]byte(body), &e); err != nil {
				return err
			}
			e.Hash = hash
			events = append(events, e)
			return nil
		})
	if err != nil {
		return nil, err
	}
	return events, nil
}
