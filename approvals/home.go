package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.uber.org/zap"
)

// A Home is what somebody's Home tab shows.
type Home struct {
	Waiting []Request // that they are asked to decide, oldest first
	Open    []Request // their own that are open, oldest first
	Last    []Request // their own that are not open any more: those under which codes may be made, then the last to end first
	Owned   []Request // for their own account, that they can disown, newest first
	Blocks  []Request // for a security contact: those that block an account
	MayAsk  bool      // whether they are among those who may ask
}

// lastShown is how many requests that are not open any more a Home tab shows.
const lastShown = 5

// OpenHome shows somebody the Home tab that they have just opened.
func (s *Service) OpenHome(ctx context.Context, slackID string) error {
	return s.Messenger.ShowHome(ctx, slackID, true, s.home(slackID))
}

// home returns what reads somebody's Home.
func (s *Service) home(slackID string) func(context.Context) (Home, error) {
	return func(ctx context.Context) (h Home, err error) {
		if h.Waiting, err = s.Store.WaitingFor(ctx, slackID); err != nil {
			return h, err
		}
		if h.Open, err = s.Store.OpenRequests(ctx, slackID); err != nil {
			return h, err
		}
		if h.Last, err = s.Store.LastRequests(ctx, slackID, lastShown); err != nil {
			return h, err
		}
		if h.Owned, err = s.disownable(ctx, slackID); err != nil {
			return h, err
		}
		if h.MayAsk, err = s.isRequester(ctx, s.Directory, Person{Slack: slackID}); err != nil {
			return h, err
		}
		contact, err := isListed(ctx, s.Directory, s.Policy.SecurityContacts, Person{Slack: slackID})
		if err != nil || !contact {
			return h, err
		}
		if is, err := s.Directory.Membership(ctx, slackID); err != nil || is != Member {
			return h, err
		}
		h.Blocks, err = s.Store.Blocking(ctx)
		return h, err
	}
}

// disownable lists the requests for somebody's own account that they can disown,
// newest first.
func (s *Service) disownable(ctx context.Context, slackID string) ([]Request, error) {
	now := s.now()
	all, err := s.Store.OwnedRequests(ctx, slackID, now.Add(-max(s.Policy.ObjectionWindow, longestCode)))
	all = slices.DeleteFunc(all, func(r Request) bool { return !r.MayDisown(now) })
	slices.Reverse(all)
	return all, err
}

// show updates everything that people see of r: cards and news, and by jobs of
// their own the Home tabs that may show r, so that cards and tabs do not wait for
// each other. What it means that somebody cannot be told, the request says itself;
// until that is stored the job is not done.
func (s *Service) show(ctx context.Context, _ Job, r Request) error {
	r, err := s.withholdAlarms(ctx, r)
	if err != nil {
		return fmt.Errorf("note who is sent no alarm: %w", err)
	}
	unreached, err := s.Messenger.Show(ctx, r)
	err = errors.Join(err, s.enqueueHomes(ctx, r))
	for _, id := range unreached {
		_, failed := s.update(ctx, r.ID, nil, func(_ View, r Request) (Change, error) {
			if r.Blocks() && slices.Contains(s.Policy.SecurityContacts, Principal{Kind: SlackUser, ID: id}) {
				return r.AlarmNotReached(id, s.now())
			}
			return r.NotReached(id, s.now())
		})
		if failed != nil {
			return fmt.Errorf("note who was not reached: %w", failed)
		}
	}
	return err
}

// withholdAlarms notes which security contacts are no full members, before anybody is
// sent an alarm. Of whom Slack does not say so, the alarm goes out: silence is worse.
func (s *Service) withholdAlarms(ctx context.Context, r Request) (Request, error) {
	if !r.Blocks() {
		return r, nil
	}
	for _, contact := range s.Policy.SecurityContacts {
		if contact.Kind != SlackUser || slices.Contains(r.Unfit, contact.ID) {
			continue
		}
		is, err := s.Directory.Membership(ctx, contact.ID)
		if err != nil {
			s.Log.Warn("read whether a security contact is a full member", zap.String("slack_id", contact.ID), zap.Error(err))
			continue
		}
		account := &Account{ID: contact.ID, Membership: is}
		if is == "" {
			account = nil
		}
		code := forbiddenMembership(Contact, account)
		if code == "" {
			continue
		}
		why := &Refusal{Code: code, Role: Contact, Person: Person{Slack: contact.ID}}
		if r, err = s.update(ctx, r.ID, nil, func(_ View, r Request) (Change, error) { return r.AlarmWithheld(why, s.now()) }); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (s *Service) enqueueHomes(ctx context.Context, r Request) error {
	ids, failed := s.homesOf(ctx, r)
	var jobs []Job
	for _, id := range ids {
		opened, err := s.Messenger.HomeOpened(ctx, id)
		if failed = errors.Join(failed, err); opened {
			jobs = append(jobs, Job{Kind: JobHome, Request: ID(id), RunAt: s.now()})
		}
	}
	return errors.Join(failed, s.enqueue(ctx, jobs...))
}

// repaintHome updates the Home tab of somebody who has opened it before.
func (s *Service) repaintHome(ctx context.Context, j Job) error {
	slackID := string(j.Request)
	return s.Messenger.ShowHome(ctx, slackID, false, s.home(slackID))
}

// homesOf lists the Slack ids of everybody whose Home r may stand in. With an
// error, those that are known.
func (s *Service) homesOf(ctx context.Context, r Request) ([]string, error) {
	ids := []string{r.Agent.Slack, r.Agent.SlackOrg}
	ids = append(ids, r.Owner.Slack, r.Owner.SlackOrg)
	for _, p := range slices.Concat(r.Approvers, r.Gone()) {
		ids = append(ids, p.Slack, p.SlackOrg) // a Home is opened under either
	}
	var failed error
	if !r.BlockedAt().IsZero() {
		for _, contact := range s.Policy.SecurityContacts {
			if contact.Kind != SlackGroup {
				ids = append(ids, contact.ID)
				continue
			}
			members, err := s.Directory.Members(ctx, contact.ID, groupLife)
			ids, failed = append(ids, members...), errors.Join(failed, err)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" }), failed
}
