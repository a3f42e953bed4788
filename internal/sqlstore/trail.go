package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"go.uber.org/zap"

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
	if err != nil {
		return err
	}
	t.begun = t.head
	return t.trust.meet(t.head, func(number int64) (hash string, last entry, err error) {
		err = t.rows(`SELECT number, hash, mac FROM events WHERE number IN ($1, $2)`, []any{number, t.head.number}, func(row scanner) error {
			var e entry
			err := row.Scan(&e.number, &e.hash, &e.mac)
			if e.number == number {
				hash = e.hash
			} else {
				last = e
			}
			return err
		})
		return hash, last, err
	})
}

// moveHead stores, once for the batch, which event is now the last, and makes
// the sinks due.
func (t *tx) moveHead() error {
	if len(t.appended) == 0 {
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
	mac := t.trust.keys.MAC(useEvent, next.hash)
	all := insert(`events (number, at, kind, request, body, prev, hash, mac)`,
		[][]any{{e.Number, e.At, e.Kind, e.Request, string(body), t.head.hash, next.hash, mac}}, "")
	if len(t.appended) == 0 || e.At.Before(t.eventsAt) {
		t.eventsAt = e.At
	}
	if err := json.Unmarshal(body, &e); err != nil { // as it will be read
		return nil, fmt.Errorf("decode event: %w", err)
	}
	e.Hash = next.hash
	t.head, t.appended = next, append(t.appended, e)
	t.noteRestriction(e)
	return all, nil
}

// logEvents tells the log what was stored. Number and hash stand there too: whoever
// keeps the log can check the trail against it.
func logEvents(log *zap.Logger, events []approvals.Event) {
	for _, e := range events {
		fields := []zap.Field{zap.String("event", string(e.Kind)), zap.Int64("number", e.Number), zap.String("hash", e.Hash)}
		if e.Request != "" {
			fields = append(fields, zap.String("request_id", string(e.Request)), zap.String("state", string(e.State)))
		}
		if e.Attempt > 0 {
			fields = append(fields, zap.Int("attempt", e.Attempt))
		}
		if e.Restriction != "" {
			fields = append(fields, zap.String("restriction", string(e.Restriction)))
		}
		if e.Refusal != nil {
			fields = append(fields, zap.String("refusal", string(e.Refusal.Code)))
		}
		log.Info("trail", fields...)
	}
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

// Events implements approvals.Store. What has a false MAC, stands in another's place or
// behind the end of the trail is left out and reported: a planted event is told to
// nobody, and moves no cursor. What another olbot has stored with a key that this one
// lacks is left to the other.
func (s *Store) Events(ctx context.Context, after int64, limit int) (events []approvals.Event, err error) {
	var entries []entry
	err = s.rows(ctx, "events", `
		SELECT number, body, prev, hash, mac FROM events
		WHERE number > $1 AND number <= (SELECT number FROM trail_head WHERE id = 1) ORDER BY number LIMIT $2`,
		[]any{after, max(limit, 0)}, intoEntries(&entries))
	if err != nil {
		return nil, err
	}
	for _, stored := range entries {
		e, err := s.event(ctx, stored)
		switch {
		case err == nil:
			events = append(events, e)
		case !errors.Is(err, approvals.ErrUnknownKey):
			s.report(ctx, err)
		case len(events) == 0:
			return nil, fmt.Errorf("read events: %w", err)
		default:
			return events, nil
		}
	}
	if len(events) == 0 && len(entries) > 0 { // there may be others behind them
		return s.Events(ctx, entries[len(entries)-1].number, limit)
	}
	return events, nil
}

// event reads an event whose MAC is not false. That of a key that was replaced or rotated
// out cannot be checked any more: those after it vouch for it.
func (s *Store) event(ctx context.Context, stored entry) (e approvals.Event, err error) {
	err = s.trust.checkEvent("", stored)
	if unknown, ok := errors.AsType[*unknownKeyError](err); ok {
		if whose, err := s.whose(ctx, unknown); err != nil {
			return e, err
		} else if whose == replicas {
			return e, unknown
		} else if whose == intruders {
			return e, &unknown.tamperedError
		}
	} else if err != nil {
		return e, err
	}
	if err := json.Unmarshal([]byte(stored.body), &e); err != nil || e.Number != stored.number {
		return e, &tamperedError{"", approvals.TamperedTrail, fmt.Sprintf("event %d stands in the place of another", stored.number)}
	}
	e.Hash = stored.hash
	return e, nil
}
