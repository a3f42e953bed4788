package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"olbot/approvals"
)

// restrictionEvents reads the events that restrictions follow from. They are few, and have
// an index of their own whose condition is spelled as this one is.
var restrictionEvents = func() string {
	var kinds []string
	for _, kind := range approvals.RestrictionEvents() {
		kinds = append(kinds, "'"+string(kind)+"'")
	}
	return `SELECT body FROM events WHERE kind IN (` + strings.Join(kinds, ", ") + `) ORDER BY number`
}()

// Restrict implements approvals.Store.
func (s *Store) Restrict(ctx context.Context, keys []string, fn func(approvals.Restrictions) (approvals.Event, error)) error {
	_, err := write(ctx, s, "restrict", keys, func(t *tx) (any, error) {
		if _, err := t.delivered(keys); err != nil {
			return nil, err
		}
		all, err := t.readRestrictions()
		if err != nil {
			return nil, err
		}
		e, err := fn(all)
		if err != nil {
			return nil, err
		}
		if err := t.append(e); err != nil {
			return nil, err
		}
		_, err = t.execAll(t.keepKeys(keys, e.Restriction, s.now()))
		return nil, err
	})
	return err
}

// Restrictions implements approvals.Store.
func (s *Store) Restrictions(ctx context.Context) (approvals.Restrictions, error) {
	var events []approvals.Event
	err := s.rows(ctx, "restrictions", restrictionEvents, nil, intoEvents(&events))
	return approvals.ReadRestrictions(events), err
}

// readRestrictions reads them once in a transaction: every command and every code asks.
func (t *tx) readRestrictions() (approvals.Restrictions, error) {
	if t.restrictions == nil {
		var events []approvals.Event
		if err := t.rows(restrictionEvents, nil, intoEvents(&events)); err != nil {
			return nil, err
		}
		t.restrictions = &events
	}
	return approvals.ReadRestrictions(*t.restrictions), nil
}

// noteRestriction keeps what was read as it is after the event.
func (t *tx) noteRestriction(e approvals.Event) {
	if t.restrictions != nil && slices.Contains(approvals.RestrictionEvents(), e.Kind) {
		*t.restrictions = append(*t.restrictions, e)
	}
}

func intoEvents(all *[]approvals.Event) func(scanner) error {
	return func(row scanner) error {
		var body string
		if err := row.Scan(&body); err != nil {
			return err
		}
		var e approvals.Event
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return fmt.Errorf("decode event: %w", err)
		}
		*all = append(*all, e)
		return nil
	}
}
