package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/trailkey"
)

// What is authenticated by MACs, each under a name of its own.
const (
	useEvent   = "event1"   // the hash of an event
	useRequest = "request1" // id, version and body of a request, a line each
)

// A trust is what a process goes by to know the records of its own kind, and that
// nobody has taken the end of the trail away.
type trust struct {
	keys   trailkey.Ring
	log    *zap.Logger
	alone  bool   // no other olbot can work on the database
	ledger ledger // the writer's

	mu      sync.Mutex
	seen    head   // the last event that this process knows to have been stored
	cut     bool   // since then the trail was shorter, or another one
	foreign string // the key of the last event that another process stored, if it is not here
	met     int64  // the number of that event
	missing string // a key that was taken out of the list too early; "" if there is none
	known   int64  // the first event whose key is here, if it was looked for
	empty   bool   // nothing was stored when this process took its keys
	planted int64  // an event behind the end of the trail that the log was told of

	restrictions readRestrictions
	reported     map[approvals.ID]bool
}

func newTrust(keys trailkey.Ring, log *zap.Logger) *trust {
	return &trust{keys: keys, log: log, reported: map[approvals.ID]bool{}}
}

// A tamperedError is an approvals.ErrTampered: which request cannot be relied on, and why.
type tamperedError struct {
	request approvals.ID // "": what security contacts have restricted
	what    approvals.Tampering
	detail  string
}

func (e *tamperedError) Error() string {
	return fmt.Sprintf("%s: %v (%s: %s)", named(e.request), approvals.ErrTampered, e.what, e.detail)
}

// named is whatever is read: a request, or what is restricted.
func named(request approvals.ID) string { return cmp.Or(string(request), "restrictions") }

func (e *tamperedError) Unwrap() error { return approvals.ErrTampered }

func requestMessage(id string, version int64, body string) string {
	return "\n" + id + "\n" + strconv.FormatInt(version, 10) + "\n" + body
}

// check checks the row of a request, or an event on its behalf.
func (k *trust) check(request approvals.ID, event int64, mac, use, message string) error {
	what := approvals.TamperedTrail
	if event == 0 {
		what = approvals.TamperedRequest
	}
	err := k.keys.Check(mac, use, message)
	if unknown, ok := errors.AsType[*trailkey.UnknownError](err); ok {
		return &unknownKeyError{tamperedError{request, what, unknown.Error()}, event, unknown.ID}
	}
	if err != nil {
		return &tamperedError{request, what, err.Error()}
	}
	return nil
}

// checkEvent checks an event by itself: its body, hash and MAC, not what stands before
// and after it. It is read for a request, "" for what is restricted.
func (k *trust) checkEvent(request approvals.ID, e entry) error {
	if e.hash != chain(e.prev, e.body) {
		return &tamperedError{request, approvals.TamperedTrail, fmt.Sprintf("event %d is not what was hashed", e.number)}
	}
	return k.check(request, e.number, e.mac, useEvent, e.hash)
}

// meet compares the end of the trail with what this process has seen of it. at reads the
// hash that an event has now, and the MAC of the last one.
func (k *trust) meet(end head, at func(number int64) (hash string, last entry, err error)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	hash := end.hash
	if end.number > k.seen.number { // another process has gone on
		seen, last, err := at(k.seen.number)
		if err == nil {
			err = k.meetOther(last)
		}
		if err != nil {
			return err
		}
		if k.seen.number > 0 {
			hash = seen
		}
	}
	if k.seen.number > 0 && (end.number < k.seen.number || hash != k.seen.hash) && !k.cut {
		k.cut = true
		k.log.Error("the trail in the database is not the one that was there: events are gone or others stand in their place",
			zap.Int64("seen", k.seen.number), zap.String("hash", k.seen.hash), zap.Int64("number", end.number))
	}
	k.seen = end
	return nil
}

// stored notes what a transaction has committed.
func (k *trust) stored(t *tx) {
	k.ledger.add(t.begun, t.head, t.appended)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seen = t.head
}

func (k *trust) isCut() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.cut
}

// report puts into the trail, once for a request and once for all restrictions, that it
// cannot be relied on.
// It returns the error, as what it turned out to be.
func (s *Store) report(ctx context.Context, failed error) error {
	failed = s.judge(ctx, failed)
	bad, ok := errors.AsType[*tamperedError](failed)
	if !ok || s.writer == nil || !s.trust.setReported(bad.request, true) {
		return failed
	}
	s.log.Error("what stands in the database is not what olbot stored", zap.Error(bad))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), transactionLimit)
	defer cancel()
	e := approvals.Event{At: s.now(), Kind: approvals.EventTampered, Request: bad.request, Tampering: bad.what}
	err := s.write(ctx, "record tampering", func(t *tx) error {
		var told []entry
		err := t.rows(`SELECT number, body, prev, hash, mac FROM events WHERE request = $1 AND kind = $2`, []any{e.Request, e.Kind}, intoEntries(&told))
		if err != nil || slices.ContainsFunc(told, func(stored entry) bool { return s.trust.checkEvent(e.Request, stored) == nil }) {
			return err
		}
		return t.append(e)
	})
	if err != nil {
		s.trust.setReported(bad.request, false)
		s.log.Error("tampering not recorded", zap.Error(err))
	}
	return failed
}

// setReported says whether that is new.
func (k *trust) setReported(id approvals.ID, is bool) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	was := k.reported[id]
	k.reported[id] = is
	return was != is
}

// untrusted says whether it is the record that is wrong, or this process that cannot
// tell: the rest can be read.
func untrusted(err error) bool {
	return errors.Is(err, approvals.ErrTampered) || errors.Is(err, approvals.ErrUnknownKey)
}

// A requestRow is a request as it is stored: the columns that are searched, the body
// that they are made of, and its MAC.
type requestRow struct {
	id, state                                            string
	version                                              int64
	agentSlack, agentSlackOrg, ownerSlack, ownerSlackOrg string
	agentOneLogin, ownerOneLogin                         int64
	createdAt, askedAt, endedAt, blocks                  int64
	body, mac                                            string
}

// requestColumns are the columns of a requestRow, in the order of its values.
const requestColumns = `id, version, state, agent_slack, agent_slack_org, agent_onelogin,
	owner_slack, owner_slack_org, owner_onelogin, created_at, asked_at, ended_at, blocks, body, mac`

func (r *requestRow) values() []any {
	return []any{r.id, r.version, r.state, r.agentSlack, r.agentSlackOrg, r.agentOneLogin,
		r.ownerSlack, r.ownerSlackOrg, r.ownerOneLogin, r.createdAt, r.askedAt, r.endedAt, r.blocks, r.body, r.mac}
}

func (r *requestRow) dest() []any {
	return []any{&r.id, &r.version, &r.state, &r.agentSlack, &r.agentSlackOrg, &r.agentOneLogin,
		&r.ownerSlack, &r.ownerSlackOrg, &r.ownerOneLogin, &r.createdAt, &r.askedAt, &r.endedAt, &r.blocks, &r.body, &r.mac}
}

// rowOf is the row that a body makes, without its MAC.
func rowOf(r approvals.Request, body string) requestRow {
	var asked time.Time
	if len(r.Rounds) > 0 {
		asked = r.Rounds[0].At
	}
	return requestRow{
		id: clean(string(r.ID)), version: r.Version, state: string(r.State),
		agentSlack: clean(r.Agent.Slack), agentSlackOrg: clean(r.Agent.SlackOrg), agentOneLogin: r.Agent.OneLogin,
		ownerSlack: clean(r.Owner.Slack), ownerSlackOrg: clean(r.Owner.SlackOrg), ownerOneLogin: r.Owner.OneLogin,
		createdAt: nanos(r.CreatedAt), askedAt: nanos(asked), endedAt: nanos(r.EndedAt), blocks: flag(r.Blocks()), body: body,
	}
}

// sign gives the row its MAC.
func (k *trust) sign(row *requestRow) {
	row.mac = k.keys.MAC(useRequest, requestMessage(row.id, row.version, row.body))
}

// read is the request in a row, if an olbot with the key has stored it so: body and
// columns.
func (k *trust) read(row *requestRow) (approvals.Request, error) {
	id := approvals.ID(row.id)
	err := k.check(id, 0, row.mac, useRequest, requestMessage(row.id, row.version, row.body))
	if err != nil {
		return approvals.Request{}, err
	}
	r, err := decodeRequest(row.body)
	if err != nil {
		return r, err
	}
	want := rowOf(r, row.body)
	want.mac = row.mac
	if *row != want {
		return approvals.Request{}, &tamperedError{id, approvals.TamperedRequest, "a column is not what its body says"}
	}
	return r, nil
}

func (k *trust) scan(s scanner) (approvals.Request, error) {
	var row requestRow
	if err := s.Scan(row.dest()...); err != nil {
		return approvals.Request{}, err
	}
	return k.read(&row)
}
