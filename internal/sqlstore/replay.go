package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"olbot/approvals"
	"olbot/internal/trailkey"
)

// What can be wrong with a request, whatever its row's MAC says.
const (
	FaultStep     FaultKind = "step"     // the event cannot follow those before it
	FaultPlanted  FaultKind = "planted"  // the request is kept, and no event tells of it
	FaultRemoved  FaultKind = "removed"  // the request has not ended, or blocks an account, and is not kept
	FaultDiffers  FaultKind = "differs"  // it is not what its events have told
	FaultTampered FaultKind = "tampered" // its row is not as an olbot with the key has stored it
	FaultRowKey   FaultKind = "row_key"  // its row names a key that is not known here
)

// VerifyRequests replays every request through its events, at one moment, and compares
// it with what is kept of it. It adds to a result what is wrong, and how often each key
// is needed. The trail itself is for Verify to check.
func (s *Store) VerifyRequests(ctx context.Context, result *VerifyResult) error {
	// PostgreSQL's default would show each query another moment.
	options := &sql.TxOptions{ReadOnly: s.sendAll != nil}
	if s.sendAll != nil {
		options.Isolation = sql.LevelRepeatableRead
	}
	moment, err := s.r.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("read the trail and the requests: %w", err)
	}
	defer moment.Rollback()
	p := replayer{result: result, trust: s.trust, of: map[approvals.ID]replayed{}, restrict: map[string]bool{}}
	for more := true; more; {
		n := 0
		rows, err := moment.QueryContext(ctx, `SELECT number, body, mac FROM events WHERE number > $1 ORDER BY number LIMIT $2`, p.last, pageSize)
		err = scanRows(rows, err, func(row scanner) error { n++; return p.event(row) })
		if err != nil {
			return fmt.Errorf("read the trail: %w", err)
		}
		more = n == pageSize
	}
	rows, err := moment.QueryContext(ctx, `SELECT `+requestColumns+` FROM requests ORDER BY id`)
	if err = scanRows(rows, err, p.request); err != nil {
		return fmt.Errorf("read the requests: %w", err)
	}
	p.missing()
	for i := range result.Keys {
		k := &result.Keys[i]
		k.Needed = k.Requests > 0 || p.restrict[k.ID] || p.open > 0 && k.Last >= p.open || result.mixed(k)
	}
	return nil
}

// A replayer compares requests with their events.
type replayer struct {
	result  *VerifyResult
	trust   *trust
	last    int64 // event
	open    int64 // the first event of a request that has not ended; 0 if all have
	partial bool  // the trail before is not there: requests that began in it are left out
	of      map[approvals.ID]replayed

	restrict map[string]bool // the keys of the events that are read for restrictions
}

// A replayed is a request as its events tell of it, up to the last of them.
type replayed struct {
	approvals.Replay
	first, number int64 // of its events
}

func (p *replayer) event(row scanner) error {
	var number int64
	var body, mac string
	err := row.Scan(&number, &body, &mac)
	if err == nil {
		p.replay(number, body, mac)
	}
	return err
}

func (p *replayer) replay(number int64, body, mac string) {
	p.last = number
	var e approvals.Event
	if json.Unmarshal([]byte(body), &e) != nil {
		return // Verify says what is no event
	}
	p.noteRestriction(e.Kind, mac)
	if e.Request == "" {
		return
	}
	before, known := p.of[e.Request]
	if !known && p.partial && e.Kind != approvals.EventReceived {
		return
	}
	if !known && e.State == "" { // a refused press of a request that there never was
		return
	}
	after, ok := before.Replay.After(e)
	if !ok {
		p.result.add(Fault{Number: p.last, Request: e.Request, Kind: FaultStep})
	}
	if !known {
		before.first = p.last
	}
	p.of[e.Request] = replayed{after, before.first, p.last}
}

func (p *replayer) request(row scanner) error {
	var stored requestRow
	if err := row.Scan(stored.dest()...); err != nil {
		return err
	}
	id := approvals.ID(stored.id)
	told, known := p.of[id]
	delete(p.of, id)
	p.noteOpen(told)
	p.result.use(trailkey.IDOf(stored.mac), p.trust.keys.Has(trailkey.IDOf(stored.mac))).Requests++
	r, err := p.trust.read(&stored)
	switch {
	case errors.Is(err, approvals.ErrUnknownKey):
		p.result.add(Fault{Number: told.number, Request: id, Kind: FaultRowKey})
	case untrusted(err):
		p.result.add(Fault{Number: told.number, Request: id, Kind: FaultTampered})
	case err != nil:
		return err
	case !known:
		p.result.add(Fault{Request: id, Kind: FaultPlanted})
	case !told.Matches(r):
		p.result.add(Fault{Number: told.number, Request: id, Kind: FaultDiffers})
	}
	return nil
}

// noteRestriction remembers the keys that reading what is restricted needs.
func (p *replayer) noteRestriction(kind approvals.EventKind, mac string) {
	replaced := kind == approvals.EventKeyReplaced
	if replaced {
		clear(p.restrict) // it begins anew
	}
	if replaced || slices.Contains(approvals.RestrictionEvents(), kind) {
		p.restrict[trailkey.IDOf(mac)] = true
	}
}

// noteOpen remembers what the door will read: all since the first event of a request.
func (p *replayer) noteOpen(told replayed) {
	if !told.State.Ended() && (p.open == 0 || told.first < p.open) {
		p.open = told.first
	}
}

// missing looks at the requests that are not kept: only what has ended and blocks
// nobody is removed with age.
func (p *replayer) missing() {
	for _, id := range slices.Sorted(maps.Keys(p.of)) {
		if told := p.of[id]; !told.State.Ended() || told.Blocks {
			p.result.add(Fault{Number: told.number, Request: id, Kind: FaultRemoved})
		}
	}
}
