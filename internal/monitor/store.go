package monitor

import (
	"context"
	"errors"
	"sync"
	"time"

	"olbot/approvals"
)

// A Store is the store as the service sees it. It counts what was stored, after
// the commit and once, and knows from the claims whether the workers still run.
//
// A method that is not overridden here passes through and is not counted: the
// tests name those for which that is right.
type Store struct {
	approvals.Store
	m   *Metrics
	now func() time.Time

	mu     sync.Mutex
	claims map[string]time.Time // when each pool of workers last claimed jobs, by the first kind it claims
}

// NewStore returns store, observed.
func NewStore(store approvals.Store, m *Metrics, now func() time.Time) *Store {
	return &Store{Store: store, m: m, now: now, claims: map[string]time.Time{}}
}

// Create implements approvals.Store.
func (s *Store) Create(ctx context.Context, keys []string, fn func(approvals.View) (approvals.Change, error)) (approvals.Request, error) {
	var last approvals.Change // of the last run of fn, which is the one that was stored
	r, err := s.Store.Create(ctx, keys, func(v approvals.View) (c approvals.Change, err error) {
		c, err = fn(v)
		last = c
		return c, err
	})
	if err != nil { // fn may still run: last must not be read
		s.m.failed(err)
		return r, err
	}
	s.m.stored("", last)
	return r, nil
}

// Update implements approvals.Store.
func (s *Store) Update(ctx context.Context, id approvals.ID, keys []string, fn func(approvals.View, approvals.Request) (approvals.Change, error)) (approvals.Request, error) {
	var from approvals.State
	var last approvals.Change
	r, err := s.Store.Update(ctx, id, keys, func(v approvals.View, r approvals.Request) (c approvals.Change, err error) {
		c, err = fn(v, r)
		from, last = r.State, c
		return c, err
	})
	if err != nil {
		s.m.failed(err)
		return r, err
	}
	s.m.stored(from, last)
	return r, nil
}

// Record implements approvals.Store.
func (s *Store) Record(ctx context.Context, keys []string, e approvals.Event) error {
	err := s.Store.Record(ctx, keys, e)
	if err != nil {
		s.m.failed(err)
		return err
	}
	s.m.event(e)
	return nil
}

// Restrict implements approvals.Store.
func (s *Store) Restrict(ctx context.Context, keys []string, fn func(approvals.Restrictions) (approvals.Event, error)) error {
	err := s.Store.Restrict(ctx, keys, fn)
	if err != nil {
		s.m.failed(err)
	}
	return err
}

// Claim implements approvals.Store. A worker that is answered with an error still
// runs: a database that is away does not make this process a broken one.
func (s *Store) Claim(ctx context.Context, kinds []approvals.JobKind, n int, now time.Time, lease time.Duration) ([]approvals.Job, error) {
	jobs, err := s.Store.Claim(ctx, kinds, n, now, lease)
	for _, j := range jobs {
		s.m.claimed(j, now)
	}
	s.noteClaim(string(kinds[0]))
	return jobs, err
}

func (s *Store) noteClaim(pool string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims[pool] = s.now()
}

func (m *Metrics) failed(err error) {
	if errors.Is(err, approvals.ErrOutcomeUnknown) {
		m.commitsUnknown.Inc()
	}
}

// claimed notes how late a job was begun. A job that an earlier process held when
// it ended has no time.
func (m *Metrics) claimed(j approvals.Job, now time.Time) {
	if j.RunAt.Unix() > 0 {
		m.jobLag.WithLabelValues(string(j.Kind)).Observe(max(now.Sub(j.RunAt), 0).Seconds())
	}
}

// stored counts a Change of a request that was in the state from; "" for a new one.
func (m *Metrics) stored(from approvals.State, c approvals.Change) {
	if c.Zero() {
		return
	}
	m.event(c.Event)
	to := c.Request.State
	if to == from {
		return
	}
	if to.Ended() {
		m.requestsEnded.WithLabelValues(string(to)).Inc()
	}
	if from == approvals.Issuing {
		m.codeAttempts.WithLabelValues(attemptOutcome(c.Request)).Inc()
	}
}

func (m *Metrics) event(e approvals.Event) {
	switch e.Kind {
	case approvals.EventReceived:
		m.commandsAccepted.Inc()
	case approvals.EventCommandRefused:
		m.commandsRefused.WithLabelValues(refusalCode(e)).Inc()
	case approvals.EventPressRefused:
		m.pressesRefused.WithLabelValues(refusalCode(e)).Inc()
	case approvals.EventRefused:
		m.requestsRefused.WithLabelValues(refusalCode(e)).Inc()
	case approvals.EventApproved, approvals.EventDenied, approvals.EventPassedOn:
		m.decisions.WithLabelValues(string(e.Kind)).Inc()
	case approvals.EventCheckRepeated:
		m.checksRepeated.Inc()
	case approvals.EventShown, approvals.EventNotShown:
		m.codeMessages.WithLabelValues(string(e.Kind)).Inc()
	}
}

func refusalCode(e approvals.Event) string {
	if e.Refusal == nil {
		return ""
	}
	return string(e.Refusal.Code)
}

// failedOutcome tells what OneLogin refused from codes that were made and thrown away.
func failedOutcome(why *approvals.Refusal) string {
	if why != nil {
		switch why.Code {
		case approvals.CodeWider:
			return attemptWider
		case approvals.OwnerBlocked, approvals.AccountBlocked, approvals.Paused:
			return attemptHeldBack
		}
	}
	return attemptFailed
}

// attemptOutcome says how the attempt ended that the request has just left.
func attemptOutcome(r approvals.Request) string {
	switch r.State {
	case approvals.Issued:
		return attemptIssued
	case approvals.Approved:
		return attemptNotSent
	case approvals.Disowned:
		return attemptDisowned
	case approvals.Stopped:
		return attemptStopped
	case approvals.Failed:
		return failedOutcome(r.Refusal)
	}
	return attemptUnknown
}
