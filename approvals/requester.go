package approvals

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"
)

// How the list of a user group is relied on when a command comes in.
const (
	groupLife = time.Minute      // how old a list may be that a request is judged by (invariant 1)
	sureList  = 10 * time.Second // who is not on an older list may have been added since: it is read again
	knownList = 10 * time.Minute // an older list says nothing
	listEvery = 5 * time.Minute  // how often the lists are read, so that there always is one
	tellEvery = 30 * time.Second // how often the trail is told who sent too much
	lastWords = 2 * time.Second  // bounds what the trail is told at the end
)

// Allow says whether somebody may send one command more: nil, or TooMany, which the
// trail tells once with a count. Submit asks by itself.
func (s *Service) Allow(slackID string) *Refusal {
	if s.allowances.take(slackID, s.now()) {
		return nil
	}
	return &Refusal{Code: TooMany, Role: Agent, Person: Person{Slack: slackID}}
}

// mayAsk refuses, without a look at anybody else, who is not on the lists of those
// who may ask. It goes by the lists that are kept: nil if they cannot tell, and then
// the request is judged when its people are looked up.
func (s *Service) mayAsk(ctx context.Context, slackID string) *Refusal {
	ids, all := s.Directory.KnownIDs(slackID)
	if !all {
		return nil
	}
	among := func(members []string) bool {
		return slices.ContainsFunc(members, func(id string) bool { return slices.Contains(ids, id) })
	}
	var unsure []string
	for _, entry := range s.Policy.Requesters {
		if entry.Kind == Everybody || slices.Contains(ids, entry.ID) {
			return nil
		}
		if entry.Kind != SlackGroup {
			continue
		}
		members, at := s.Directory.KeptMembers(entry.ID)
		age := s.now().Sub(at)
		switch {
		case age > knownList || among(members):
			return nil
		case age > sureList:
			unsure = append(unsure, entry.ID)
		}
	}
	ctx, cancel := inPressTime(ctx)
	defer cancel()
	for _, group := range unsure {
		if members, err := s.Directory.Members(ctx, group, sureList); err != nil || among(members) {
			return nil
		}
	}
	return &Refusal{Code: NotARequester, Role: Agent, Named: Ref{Slack: slackID}, Person: Person{Slack: slackID}}
}

// watchRequesters keeps the lists of those who may ask, and tells the trail who sent
// too much, until ctx ends.
func (s *Service) watchRequesters(ctx context.Context) {
	lists, tell := time.NewTicker(listEvery), time.NewTicker(tellEvery)
	defer lists.Stop()
	defer tell.Stop()
	s.readLists(ctx)
	for {
		select {
		case <-lists.C:
			s.readLists(ctx)
		case <-tell.C:
			s.tellDropped(ctx)
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
			defer cancel()
			s.tellDropped(ctx)
			return
		}
	}
}

func (s *Service) readLists(ctx context.Context) {
	for _, entry := range s.Policy.Requesters {
		if entry.Kind != SlackGroup {
			continue
		}
		if _, err := s.Directory.Members(ctx, entry.ID, sureList); err != nil && ctx.Err() == nil {
			s.Log.Warn("read a user group of those who may ask", zap.String("group", entry.ID), zap.Error(err))
		}
	}
}

// tellDropped puts into the trail what came beyond an allowance: one event for each
// person, with a count.
func (s *Service) tellDropped(ctx context.Context) {
	for _, e := range s.allowances.takeDropped(s.now()) {
		if err := s.Store.Record(ctx, nil, e); err != nil {
			s.allowances.giveDropped(e)
			s.Log.Error("record who sent too much", zap.Error(err))
			continue
		}
		s.notify()
	}
}

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
