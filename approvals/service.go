package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// A Service takes commands and presses, stores what they change before it
// returns, and works the jobs that follow.
type Service struct {
	Store     Store
	Directory Directory
	Issuer    Issuer
	Messenger Messenger
	Sinks     []Sink
	Policy    Policy
	Retention time.Duration // how long ended requests are kept
	Log       *zap.Logger

	obstacle   func() *Refusal
	now        func() time.Time
	pools      []*pool
	allowances *allowances
	sightings  sightings
	stopping   atomic.Bool // no new code is begun
}

// Ports are what a Service needs from outside.
type Ports struct {
	Store     Store
	Directory Directory
	Issuer    Issuer
	Messenger Messenger
	Sinks     []Sink // of the trail; the FeedSink is one

	// Obstacle says why no request can be taken now, whoever asks; nil if one can.
	// It returns at once. A nil Obstacle never says so.
	Obstacle func() *Refusal
}

// NewService returns a Service that lives by now's clock.
func NewService(ports Ports, policy Policy, retention time.Duration, log *zap.Logger, now func() time.Time) *Service {
	return &Service{
		Store: ports.Store, Directory: ports.Directory, Issuer: ports.Issuer, Messenger: ports.Messenger, Sinks: ports.Sinks,
		Policy: policy, Retention: retention, Log: log,
		obstacle: ports.Obstacle, now: now, pools: jobTable(len(ports.Sinks)), allowances: newAllowances(policy), sightings: sightings{at: map[string]time.Time{}},
	}
}

// Submit stores the request that a command asks for and returns it as received:
// nobody has been looked up yet. It is a request from then on, however many
// others ask at the same time. A command that Slack delivers again returns the
// request it made the first time. What Submit refuses is a *Refusal and stands
// in the trail; who sends too much is told so, and counted there.
//
// ErrOutcomeUnknown means that the database did not say whether the command was
// stored, and could not be asked before ctx ended. Any other error means that
// nothing happened.
func (s *Service) Submit(ctx context.Context, a Submission) (Request, error) {
	s.sightings.note(a.Agent, s.now())
	keys := slices.Clone(a.IdempotencyKeys)
	if a.AcceptanceKey != "" {
		keys = append(keys, a.AcceptanceKey) // stored with an accepted request alone: what was refused may be sent again
	}
	if why := s.Allow(a.Agent); why != nil {
		r, err := s.delivered(ctx, keys)
		if errors.Is(err, ErrNotFound) {
			err = why
		}
		return r, err
	}
	r, err := s.create(ctx, a, keys)
	if why, refused := errors.AsType[*Refusal](err); refused && why.Code != RefusedBefore {
		return Request{}, s.recordRefusal(ctx, a.IdempotencyKeys, Event{
			At: s.now(), Kind: EventCommandRefused, Actor: Person{Slack: a.Agent}, Agent: Person{Slack: a.Agent},
			Asked: a.Owner, Validity: a.Validity, Reusable: a.Reusable, Reason: clip(a.Reason), Verified: a.Verified, Refusal: why,
		}, why)
	}
	return r, err
}

func (s *Service) create(ctx context.Context, a Submission, keys []string) (Request, error) {
	if why := cmp.Or(s.mayAsk(ctx, a.Agent), s.Policy.MaySubmit(a)); why != nil {
		return Request{}, why
	}
	for {
		var c Change
		r, err := s.Store.Create(ctx, keys, func(v View) (Change, error) {
			if why := s.mayAccept(v, a); why != nil {
				return Change{}, why
			}
			c = a.receive(NewID(), s.Policy, s.now())
			return c, s.checkKinds(c.Jobs)
		})
		switch {
		case err == nil:
			s.notify(c.Jobs...)
			return r, nil
		case errors.Is(err, ErrIDTaken):
			continue
		case errors.Is(err, ErrDuplicate) && r.ID == "":
			return r, &Refusal{Code: RefusedBefore}
		case errors.Is(err, ErrDuplicate):
			return r, nil
		case errors.Is(err, ErrOutcomeUnknown):
			return s.findDelivered(ctx, keys)
		}
		return r, err
	}
}

// mayAccept checks when a command comes in whether one can be taken now, and what
// only the store knows.
func (s *Service) mayAccept(v View, a Submission) error {
	if s.obstacle != nil {
		if why := s.obstacle(); why != nil {
			return why
		}
	}
	lost, err := v.FeedLost()
	if err != nil {
		return err
	}
	if lost {
		return &Refusal{Code: FeedLost}
	}
	all, err := v.Restrictions()
	if err != nil {
		return err
	}
	if pause, paused := all.Pause(); paused {
		return pause.refusal()
	}
	if s.Policy.AgentLimit == 0 {
		return nil
	}
	open, err := v.OpenOf(a.Agent)
	if err != nil {
		return err
	}
	if open >= s.Policy.AgentLimit {
		return &Refusal{Code: AgentLimit, Role: Agent, Person: Person{Slack: a.Agent}, Limit: s.Policy.AgentLimit}
	}
	return nil
}

// OpenRequests lists the agent's open requests, oldest first.
func (s *Service) OpenRequests(ctx context.Context, agent string) ([]Request, error) {
	return s.Store.OpenRequests(ctx, agent)
}

// Refresh makes what people see of the request say what it is.
func (s *Service) Refresh(ctx context.Context, id ID) error {
	if err := s.enqueue(ctx, Job{Kind: JobShow, Request: id, RunAt: s.now()}); err != nil {
		return fmt.Errorf("refresh %s: %w", id, err)
	}
	return nil
}

// findDelivered looks up what became of a delivery whose commit got no answer,
// until ctx ends.
func (s *Service) findDelivered(ctx context.Context, keys []string) (Request, error) {
	for len(keys) > 0 {
		if r, err := s.delivered(ctx, keys); err == nil {
			return r, nil
		}
		select {
		case <-ctx.Done():
			return Request{}, ErrOutcomeUnknown
		case <-time.After(retryPause):
		}
	}
	return Request{}, ErrOutcomeUnknown
}

// delivered returns the request that was stored with one of the keys. ErrNotFound if
// there is none.
func (s *Service) delivered(ctx context.Context, keys []string) (Request, error) {
	for _, key := range keys {
		id, err := s.Store.Delivered(ctx, key)
		if err == nil && id != "" {
			return s.Store.Request(ctx, id)
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return Request{}, err
		}
	}
	return Request{}, ErrNotFound
}

// retryPause is how long to wait before asking the database again.
const retryPause = 100 * time.Millisecond

// recordRefusal puts a refusal into the trail before it is told, and returns it.
func (s *Service) recordRefusal(ctx context.Context, keys []string, e Event, why *Refusal) error {
	if err := s.Store.Record(ctx, keys, e); err != nil && !errors.Is(err, ErrDuplicate) {
		return err
	}
	s.notify()
	return why
}

// clip keeps an untrusted text to what a request would keep of it.
func clip(text string) string {
	if runes := []rune(text); len(runes) > MaxReason {
		return string(runes[:MaxReason])
	}
	return text
}
