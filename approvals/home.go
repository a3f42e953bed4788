package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A Home is what somebody's Home tab shows.
type Home struct {
	Waiting []Request // that they are asked to decide, oldest first
	Open    []Request // their own that are open, oldest first
	Last    []Request // their own that are not open any more: those under which codes may be made, then the last to end first
	Owned   []Request // for their own account, that they can disown, newest first
	Blocks  []Request // for a security contact: those that block an account
	Granted []Request // for a security contact: those that they can stop, newest first
	MayAsk  bool      // whether they are among those who may ask
	Contact bool      // whether they are a security contact

	Restrictions Restrictions // for a security contact all; for others what pauses all codes
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
		if h.Contact, err = s.seesAlarms(ctx, slackID); err != nil {
			return h, err
		}
		if h.Restrictions, err = s.Store.Restrictions(ctx); err != nil {
			return h, err
		}
		if !h.Contact {
			h.Restrictions = slices.DeleteFunc(h.Restrictions, func(r Restriction) bool { return !r.Pauses() })
			return h, nil
		}
		if h.Blocks, err = s.Store.Blocking(ctx); err != nil {
			return h, err
		}
		h.Granted, err = s.Store.Granted(ctx)
		h.Granted = slices.DeleteFunc(h.Granted, func(r Request) bool { return !r.MayStop() })
		return h, err
	}
}

// seesAlarms says whether somebody is a security contact and a full member.
func (s *Service) seesAlarms(ctx context.Context, slackID string) (bool, error) {
	contact, err := isListed(ctx, s.Directory, s.Policy.SecurityContacts, Person{Slack: slackID})
	if err != nil || !contact {
		return false, err
	}
	account, err := s.Directory.Account(ctx, slackID)
	return err == nil && forbiddenMembership(Contact, account) == "", err
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
	r, err := s.leaveOutUnfit(ctx, r)
	if err != nil {
		return err
	}
	unreached, err := s.Messenger.Show(ctx, r)
	err = errors.Join(err, s.enqueueHomes(ctx, r))
	for _, id := range unreached {
		_, failed := s.update(ctx, r.ID, nil, func(_ View, r Request) (Change, error) {
			if r.Alarms() && slices.Contains(s.Policy.SecurityContacts, Principal{Kind: SlackUser, ID: id}) {
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

// leaveOutUnfit notes which security contacts are not to be told of an alarm: it names
// people, and is for full members alone. Who cannot be looked up is told: a missed alarm
// is worse.
func (s *Service) leaveOutUnfit(ctx context.Context, r Request) (Request, error) {
	if !r.Alarms() {
		return r, nil
	}
	for _, contact := range s.Policy.SecurityContacts {
		if contact.Kind != SlackUser || slices.Contains(r.Unfit, contact.ID) {
			continue
		}
		account, err := s.Directory.Account(ctx, contact.ID)
		code := forbiddenMembership(Contact, account)
		if err != nil || code == "" {
			continue
		}
		who := Profile{Slack: account}.Person()
		who.Slack = contact.ID
		r, err = s.update(ctx, r.ID, nil, func(_ View, r Request) (Change, error) {
			return r.AlarmNotFor(contact.ID, &Refusal{Code: code, Role: Contact, Person: who}, s.now())
		})
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

func (s *Service) enqueueHomes(ctx context.Context, r Request) error {
	ids, failed := s.homesOf(ctx, r)
	return errors.Join(failed, s.repaintHomes(ctx, ids))
}

// repaintHomes has the Home tabs repainted of those who have opened theirs.
func (s *Service) repaintHomes(ctx context.Context, ids []string) (failed error) {
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

// contactIDs lists the Slack ids of the security contacts. With an error, those that are known.
func (s *Service) contactIDs(ctx context.Context) (ids []string, failed error) {
	for _, contact := range s.Policy.SecurityContacts {
		if contact.Kind != SlackGroup {
			ids = append(ids, contact.ID)
			continue
		}
		members, err := s.Directory.Members(ctx, contact.ID, groupLife)
		ids, failed = append(ids, members...), errors.Join(failed, err)
	}
	return ids, failed
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
	if wasGranted := !r.ClaimUntil.IsZero(); wasGranted || r.WasAlarm() {
		contacts, err := s.contactIDs(ctx)
		ids, failed = append(ids, contacts...), err
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" }), failed
}
