package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"olbot/approvals"
	"olbot/internal/trailkey"
)

// A VerifyResult is what checking the trail came to.
type VerifyResult struct {
	Events int64    // how many were checked
	Last   int64    // number of the last one
	Hash   string   // its hash
	Keys   []KeyUse // by whose MACs they were stored, in the order of their first event
	Faults []Fault  // the first ones, in order; none: the trail is whole

	// Of an export alone:
	First       int64   // it begins with this event; 0: with the first of the trail
	Unbound     bool    // the body of the First was not compared with its hash: that needs the hash of the event before
	Repeated    int64   // lines that stand there once more
	NotCompared []int64 // anchors of events before the First
}

// A KeyUse is what a key was used for.
type KeyUse struct {
	ID       string // of the key
	Here     bool   // it is known here; if not, its MACs were not checked
	Events   int64  // that carry its MAC
	First    int64  // number of the first of them
	Last     int64  // and of the last
	Requests int64  // that carry its MAC, as they are kept now
	Needed   bool   // by one of them, by a request that has not ended, to read what is restricted, or because events of another key stand before its last
}

// A Fault is something wrong with the trail at the event of that number, or with a
// request.
type Fault struct {
	Number  int64
	Request approvals.ID // "" if it is about the event alone
	Kind    FaultKind
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
	FaultMAC      FaultKind = "mac"      // no olbot with the key has stored it
	FaultKey      FaultKind = "key"      // its key is not known here, though that of an event before it is
)

const (
	maxFaults = 20 // after the first few, more tell nothing new
	minAnchor = 12 // hex digits of a hash that tell events apart
	wholeHash = 64 // hex digits
	pageSize  = 500
)

// Verify checks the whole trail: numbered without gaps, every event as it was
// hashed and linked to the one before. anchors are hashes, of at least 12 hex
// digits from the start, that were noted elsewhere, by event number: only they
// show that the whole chain was computed anew by somebody who has the key, too.
// Without a key no MAC is checked. Events of a key that is not here any more are
// covered by the chain if they come before all others. The trail may grow meanwhile.
func (s *Store) Verify(ctx context.Context, anchors map[int64]string) (VerifyResult, error) {
	if err := checkAnchors(anchors); err != nil {
		return VerifyResult{}, err
	}
	v := verifier{anchors: anchors, trust: s.trust}
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
	v.end(promised)
	return v.VerifyResult, nil
}

func checkAnchors(anchors map[int64]string) error {
	for number, hash := range anchors {
		if len(hash) < minAnchor || strings.Trim(strings.ToLower(hash), "0123456789abcdef") != "" {
			return fmt.Errorf("the anchor of event %d needs at least %d hex digits of its hash", number, minAnchor)
		}
	}
	return nil
}

// end looks at the trail as a whole: it has to go as far as was promised.
func (v *verifier) end(promised int64) {
	for number := range v.anchors {
		promised = max(promised, number)
	}
	if promised > v.Last {
		v.fault(v.Last+1, FaultCut)
	}
	if len(v.Keys) > 0 && !v.known && len(v.Faults) == 0 {
		v.fault(v.Last, FaultKey)
	}
}

// An entry is an event as it is stored.
type entry struct {
	number, at       int64
	kind, request    string
	body, prev, hash string
	mac              string
}

func (s *Store) entries(ctx context.Context, after int64, each func(entry)) error {
	return s.rows(ctx, "the trail", `
		SELECT number, at, kind, request, body, prev, hash, mac FROM events WHERE number > $1 ORDER BY number LIMIT $2`,
		[]any{after, pageSize}, func(row scanner) error {
			var e entry
			err := row.Scan(&e.number, &e.at, &e.kind, &e.request, &e.body, &e.prev, &e.hash, &e.mac)
			if err == nil {
				each(e)
			}
			return err
		})
}

type verifier struct {
	VerifyResult
	anchors map[int64]string
	trust   *trust
	known   bool // an event before this one carries the MAC of a key that is here
}

func (v *verifier) check(e entry) {
	switch {
	case e.number != v.Last+1:
		v.fault(v.Last+1, FaultMissing)
	case e.prev != v.Hash:
		v.fault(e.number, FaultUnlinked)
	}
	unbound := v.Unbound && e.number == v.First
	if !unbound && e.hash != chain(e.prev, e.body) || !e.tellsItsBody() {
		v.fault(e.number, FaultAltered)
	}
	if noted, ok := v.anchors[e.number]; ok && !strings.HasPrefix(e.hash, strings.ToLower(noted)) {
		v.fault(e.number, FaultAnchor)
	}
	v.checkMAC(e)
	v.Events++
	v.Last, v.Hash = e.number, e.hash
}

func (v *verifier) checkMAC(e entry) {
	if v.trust == nil || v.trust.keys.Empty() {
		return
	}
	err := v.trust.keys.Check(e.mac, useEvent, e.hash)
	unknown, isUnknown := errors.AsType[*trailkey.UnknownError](err)
	switch {
	case err == nil:
		v.known = true
		v.use(trailkey.IDOf(e.mac), true).count(e.number)
	case !isUnknown:
		v.fault(e.number, FaultMAC)
	case v.known:
		v.fault(e.number, FaultKey)
	default:
		v.use(unknown.ID, false).count(e.number)
	}
}

func (v *VerifyResult) use(id string, here bool) *KeyUse {
	i := slices.IndexFunc(v.Keys, func(k KeyUse) bool { return k.ID == id })
	if i < 0 {
		i = len(v.Keys)
		v.Keys = append(v.Keys, KeyUse{ID: id, Here: here})
	}
	return &v.Keys[i]
}

func (k *KeyUse) count(event int64) {
	if k.Events == 0 {
		k.First = event
	}
	k.Events, k.Last = k.Events+1, event
}

// mixed says whether events of another key that is here stand before the last of k: then they
// could not be told from an intruder's without it.
func (v *VerifyResult) mixed(k *KeyUse) bool {
	return slices.ContainsFunc(v.Keys, func(other KeyUse) bool {
		return other.ID != k.ID && other.Here && other.Events > 0 && other.First < k.Last
	})
}

// tellsItsBody says whether the columns, which are not hashed, agree with the
// body, which is.
func (e entry) tellsItsBody() bool {
	var body approvals.Event
	err := json.Unmarshal([]byte(e.body), &body)
	return err == nil && body.Number == e.number && nanos(body.At) == e.at &&
		string(body.Kind) == e.kind && clean(string(body.Request)) == e.request
}

func (v *VerifyResult) fault(number int64, kind FaultKind) { v.add(Fault{Number: number, Kind: kind}) }

func (v *VerifyResult) add(f Fault) {
	if len(v.Faults) < maxFaults {
		v.Faults = append(v.Faults, f)
	}
}
