package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"olbot/approvals"
)

// A VerifyResult is what checking the trail came to.
type VerifyResult struct {
	Events int64   // how many were checked
	Last   int64   // number of the last one
	Hash   string  // its hash
	Faults []Fault // the first ones, in order; none: the trail is whole
}

// A Fault is something wrong with the trail at the event of that number.
type Fault struct {
	Number int64
	Kind   FaultKind
}

// A FaultKind says what is wrong.
type FaultKind string

// What can be wrong with a trail.
const (
	FaultMissing  FaultKind = "missing"  // there is no event of this number
	FaultAltered  FaultKind = "altered"  // the event is not what was hashed
	FaultUnlinked FaultKind = "unlinked" // it does not follow from the event before
	FaultAnchor   FaultKind = "anchor"   // another hash of it was noted
	FaultCut      FaultKind = "cut"      // the trail was longer, and events from this number on are gone
)

const (
	maxFaults = 20 // after the first few, more tell nothing new
	minAnchor = 12 // hex digits of a hash that tell events apart
	pageSize  = 500
)

// Verify checks the whole trail: numbered without gaps, every event as it was
// hashed and linked to the one before. anchors are hashes, of at least 12 hex
// digits from the start, that were noted elsewhere, by event number: only they
// show that the whole chain was computed anew. The trail may grow meanwhile.
func (s *Store) Verify(ctx context.Context, anchors map[int64]string) (VerifyResult, error) {
	for number, hash := range anchors {
		if len(hash) < minAnchor || strings.Trim(strings.ToLower(hash), "0123456789abcdef") != "" {
			return VerifyResult{}, fmt.Errorf("the anchor of event %d needs at least %d hex digits of its hash", number, minAnchor)
		}
	}
	v := verifier{anchors: anchors}
	var promised int64 // read first, because the trail may grow
	err := s.row(ctx, "the end of the trail", `SELECT number FROM trail_head WHERE id = 1`, nil, sql.ErrNoRows, &promised)
	for more := true; more && err == nil; {
		before := v.Events
		err = s.entries(ctx, v.Last, v.check)
		more = v.Events-before == pageSize
	}
	if err != nil {
		return VerifyResult{}, err
	}
	for number := range anchors {
		promised = max(promised, number)
	}
	if promised > v.Last {
		v.fault(v.Last+1, FaultCut)
	}
	return v.VerifyResult, nil
}

// An entry is an event as it is stored.
type entry struct {
	number, at       int64
	kind, request    string
	body, prev, hash string
}

func (s *Store) entries(ctx context.Context, after int64, each func(entry)) error {
	return s.rows(ctx, "the trail", `
		SELECT number, at, kind, request, body, prev, hash FROM events WHERE number > $1 ORDER BY number LIMIT $2`,
		[]any{after, pageSize}, func(row scanner) error {
			var e entry
			err := row.Scan(&e.number, &e.at, &e.kind, &e.request, &e.body, &e.prev, &e.hash)
			if err == nil {
				each(e)
			}
			return err
		})
}

type verifier struct {
	VerifyResult
	anchors map[int64]string
}

func (v *verifier) check(e entry) {
	switch {
	case e.number != v.Last+1:
		v.fault(v.Last+1, FaultMissing)
	case e.prev != v.Hash:
		v.fault(e.number, FaultUnlinked)
	}
	if e.hash != chain(e.prev, e.body) || !e.tellsItsBody() {
		v.fault(e.number, FaultAltered)
	}
	if noted, ok := v.anchors[e.number]; ok && !strings.HasPrefix(e.hash, strings.ToLower(noted)) {
		v.fault(e.number, FaultAnchor)
	}
	v.Events++
	v.Last, v.Hash = e.number, e.hash
}

// tellsItsBody says whether the columns, which are not hashed, agree with the
// body, which is.
func (e entry) tellsItsBody() bool {
	var body approvals.Event
	err := json.Unmarshal([]byte(e.body), &body)
	return err == nil && body.Number == e.number && nanos(body.At) == e.at &&
		string(body.Kind) == e.kind && clean(string(body.Request)) == e.request
}

func (v *verifier) fault(number int64, kind FaultKind) {
	if len(v.Faults) < maxFaults {
		v.Faults = append(v.Faults, Fault{number, kind})
	}
}
