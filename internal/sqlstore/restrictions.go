package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"olbot/approvals"
)

// restrictionEvents reads the events that restrictions follow from, newest first. They are few,
// and have an index of their own whose condition is spelled as this one is. Where the key was
// replaced they begin anew (startOver).
var restrictionEvents = func() string {
	var kinds []string
	for _, kind := range append(approvals.RestrictionEvents(), approvals.EventKeyReplaced) {
		kinds = append(kinds, "'"+string(kind)+"'")
	}
	return `SELECT number, body, prev, hash, mac FROM events WHERE kind IN (` + strings.Join(kinds, ", ") + `) ORDER BY number DESC`
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
	return s.report(ctx, err)
}

// Restrictions implements approvals.Store.
func (s *Store) Restrictions(ctx context.Context) (approvals.Restrictions, error) {
	var entries []entry
	before := s.trust.readBefore()
	if err := s.rows(ctx, "restrictions", restrictionEvents, nil, intoEntries(&entries)); err != nil {
		return nil, err
	}
	events, err := s.trust.restrictionsIn(entries, before, math.MaxInt64)
	return approvals.ReadRestrictions(events), s.report(ctx, err)
}

// readRestrictions reads them once in a transaction: every command and every code asks.
func (t *tx) readRestrictions() (approvals.Restrictions, error) {
	if t.restrictions == nil {
		var entries []entry
		before := t.trust.readBefore()
		if err := t.rows(restrictionEvents, nil, intoEntries(&entries)); err != nil {
			return nil, err
		}
		events, err := t.trust.restrictionsIn(entries, before, t.begun.number)
		if err != nil {
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

// restrictionsIn are the events that restrictions follow from. If one of them cannot be relied
// on, none can: it may stand in the place of a block, or lift one. One that was read before and
// is missing was hidden: the trail only grows. stored is the last event that is surely kept.
func (k *trust) restrictionsIn(newestFirst []entry, before readRestrictions, stored int64) (events []approvals.Event, err error) {
	events, err = restrictionsIn(newestFirst, func(e entry) error { return k.checkEvent("", e) })
	if err != nil {
		return nil, err
	}
	var now readRestrictions
	n := 0
	for _, e := range events {
		if e.Number <= before.last {
			n++
		}
		if e.Number <= stored {
			now = readRestrictions{e.Number, now.n + 1}
		}
	}
	if n != before.n {
		return nil, &tamperedError{"", approvals.TamperedTrail, fmt.Sprintf("%d events up to %d restrict something, and there were %d", n, before.last, before.n)}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.last > k.restrictions.last {
		k.restrictions = now
	}
	return events, nil
}

// A readRestrictions says up to which event restrictions were read, and from how many events.
type readRestrictions struct {
	last int64
	n    int
}

// readBefore is taken before a query: what was read by then must be there.
func (k *trust) readBefore() readRestrictions {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.restrictions
}

func intoEntries(all *[]entry) func(scanner) error {
	return func(row scanner) error {
		var e entry
		err := row.Scan(&e.number, &e.body, &e.prev, &e.hash, &e.mac)
		*all = append(*all, e)
		return err
	}
}

// restrictionsIn are the events since the key was replaced, oldest first, if each passes the check.
func restrictionsIn(newestFirst []entry, check func(entry) error) (events []approvals.Event, err error) {
	for _, stored := range newestFirst {
		if err := check(stored); err != nil {
			return nil, err
		}
		var e approvals.Event
		if err := json.Unmarshal([]byte(stored.body), &e); err != nil {
			return nil, fmt.Errorf("decode event %d: %w", stored.number, err)
		}
		if e.Number != stored.number {
			return nil, &tamperedError{"", approvals.TamperedTrail, fmt.Sprintf("event %d stands as event %d", e.Number, stored.number)}
		}
		if e.Kind == approvals.EventKeyReplaced {
			break
		}
		events = append(events, e)
	}
	slices.Reverse(events)
	return events, nil
}

// believeRestrictions reads what is restricted as it stands, whoever wrote it, as far
// as it can be read.
func (t *tx) believeRestrictions() (approvals.Restrictions, error) {
	var entries []entry
	if err := t.rows(restrictionEvents, nil, intoEntries(&entries)); err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(stored entry) bool {
		var e approvals.Event
		return json.Unmarshal([]byte(stored.body), &e) != nil || e.Number != stored.number
	})
	events, err := restrictionsIn(entries, func(entry) error { return nil })
	return approvals.ReadRestrictions(events), err
}

// restateRestrictions begins the restrictions once more, with the key that there is now.
// People were told of them when they began.
func (t *tx) restateRestrictions(all approvals.Restrictions) error {
	for _, r := range all {
		e := r.Again()
		e.Quiet = true
		if err := t.append(e); err != nil {
			return err
		}
	}
	return nil
}
