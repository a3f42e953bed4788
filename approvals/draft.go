package approvals

import (
	"context"
	"errors"
)

// KeepDraft keeps what somebody asked for and olbot did not accept, so that a
// form can be filled in with it, and returns the id to find it by.
func (s *Service) KeepDraft(ctx context.Context, a Submission) (ID, error) {
	a.Reason = clip(a.Reason)
	for {
		id := NewID()
		if err := s.Store.KeepDraft(ctx, id, a); !errors.Is(err, ErrIDTaken) {
			return id, err
		}
	}
}

// Draft returns what somebody asked for: a draft, or an own request. Anybody
// else's is NoDraft to them.
func (s *Service) Draft(ctx context.Context, by string, id ID) (Submission, error) {
	a, err := s.Store.Draft(ctx, id)
	whose := Person{Slack: a.Agent}
	if errors.Is(err, ErrNotFound) {
		var r Request
		r, err = s.Store.Request(ctx, id)
		a, whose = r.submission(), r.Agent
	}
	if errors.Is(err, ErrNotFound) || err == nil && !whose.HasSlack(by) {
		return Submission{}, &Refusal{Code: NoDraft}
	}
	return a, err
}

// submission is what the agent asked for.
func (r Request) submission() Submission {
	return Submission{Agent: r.Agent.Slack, Owner: r.Asked, Validity: r.Validity, Reusable: r.Reusable, Reason: r.Reason, Verified: r.Verified}
}

// AskAgain asks once more for what nobody decided, or whose code nobody took, in
// time. It makes one new request, however often it is pressed, and returns that.
// Refusals and errors as with Submit.
func (s *Service) AskAgain(ctx context.Context, p Press) (Request, error) {
	old, err := s.Store.Request(ctx, p.Request)
	switch {
	case errors.Is(err, ErrNotFound):
		return Request{}, &Refusal{Code: NoSuchRequest, Request: p.Request}
	case err != nil:
		return Request{}, err
	case !old.Agent.HasSlack(p.By):
		return Request{}, s.pressRefused(ctx, p, ButtonAskAgain, old, old.notYours(old.Agent))
	case old.State != Expired && old.State != Lapsed:
		return Request{}, old.tooLate()
	}
	a := old.submission()
	a.IdempotencyKeys, a.AcceptanceKey = p.IdempotencyKeys, "again:"+string(old.ID)
	return s.Submit(ctx, a)
}
