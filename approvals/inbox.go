package approvals

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// openTogether is about how many entries become requests in one transaction:
// whoever asks meanwhile waits for its end.
const openTogether = 64

// An Entry is an Ask in the inbox: stored and answered, but not a request yet.
type Entry struct {
	ID  ID        `json:"id"` // of the request that it becomes
	At  time.Time `json:"at"` // when it came in
	Ask Ask       `json:"ask"`
}

// An inbox is what this process knows of the store's inbox.
type inbox struct {
	bell  bell         // something was put there
	put   atomic.Int64 // one more with everything that may be there
	empty atomic.Int64 // put, before the inbox was found empty
}

// holds says whether perhaps something is there that was not opened yet. It knows
// only of what this process has put or found there.
func (i *inbox) holds() bool { return i.put.Load() != i.empty.Load() }

// busy says whether an Ask goes into the inbox: there is a crowd, or something is in
// it already, and what comes goes behind it.
func (s *Service) busy() bool { return s.inbox.holds() || s.desk.crowded() }

// receive puts what the agent asks for into the inbox and returns the request
// that it becomes. What only the store knows, limits among it, is checked when
// that happens: the request is then refused.
func (s *Service) receive(ctx context.Context, a Ask) (Request, error) {
	e := Entry{ID: deliveredID(a.Receipts), At: s.now(), Ask: a}
	err := s.Store.Receive(ctx, e)
	s.inbox.put.Add(1)
	s.inbox.bell.ring()
	if errors.Is(err, ErrOutcomeUnknown) {
		return s.findDelivered(ctx, a.Receipts)
	}
	return newRequest(e.ID, a, s.Policy, e.At), err
}

// runInbox makes requests of what is in the inbox until ctx ends. Those who wait
// for an answer come first, but not for ever.
func (s *Service) runInbox(ctx context.Context) {
	for ctx.Err() == nil {
		s.desk.stepBack(ctx)
		taken, err := s.openInbox(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("open the inbox", failure(err)...)
		}
		if taken == 0 {
			s.inbox.bell.wait(ctx)
		}
	}
}

// openInbox makes requests of what has been longest in the inbox, and says how
// much of it there was.
func (s *Service) openInbox(ctx context.Context) (taken int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = caught(p)
		}
	}()
	before := s.inbox.put.Load()
	taken, stored, err := s.Store.Open(ctx, openTogether, s.open)
	if errors.Is(err, ErrIDTaken) {
		taken, stored, err = s.Store.Open(ctx, openTogether, func(v View, e Entry) ([]Change, error) {
			e.ID = NewID() // nobody can tell whose was taken
			return s.open(v, e)
		})
	}
	if err != nil {
		return 0, err
	}
	if taken == 0 {
		s.inbox.empty.Store(before)
	} else {
		s.inbox.put.Add(1) // there may be more
	}
	for _, c := range stored {
		if c.Event.Kind != EventReceived {
			s.logEvent(c.Event)
		}
		s.wake(c.Jobs...)
	}
	return taken, nil
}

// emptyInbox makes requests of all that is in the inbox, for somebody who asks
// for what may be there. Another process may have put it there.
func (s *Service) emptyInbox(ctx context.Context) error {
	for {
		if taken, err := s.openInbox(ctx); taken == 0 || err != nil {
			return err
		}
	}
}

// open makes a request of the entry. If the agent may not have it, it is refused
// at once.
func (s *Service) open(v View, e Entry) ([]Change, error) {
	c := newRequest(e.ID, e.Ask, s.Policy, e.At).receive()
	err := s.mayOpen(v, e.Ask)
	if why, refused := errors.AsType[*Refusal](err); refused {
		end, err := c.Request.Refuse(why, s.now())
		return []Change{c, end}, err
	}
	return []Change{c}, err
}
