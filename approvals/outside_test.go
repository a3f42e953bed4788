package approvals_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"olbot/approvals"
)

// What the world is to its Service: the Directory, the Issuer and the Messenger.

func (w *world) Profile(_ context.Context, who approvals.Ref) (approvals.Profile, error) {
	if w.lookUp != nil {
		w.lookUp(who)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.panics {
		panic("made to")
	}
	key := fmt.Sprint(who.Slack, who.Email)
	if who.OneLogin != 0 {
		key = fmt.Sprint(who.OneLogin)
	}
	w.asked[key]++
	return w.people[who], w.failing[key]
}

// Reread answers by the stored ids, one side from each directory.
func (w *world) Reread(_ context.Context, who approvals.Person) (approvals.Profile, error) {
	if w.reread != nil {
		w.reread()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	slackID, id := who.Slack, fmt.Sprint(who.OneLogin)
	w.asked[slackID]++
	p := approvals.Profile{Slack: w.people[approvals.Ref{Slack: slackID}].Slack, OneLogin: w.people[approvals.Ref{OneLogin: who.OneLogin}].OneLogin}
	return p, cmp.Or(w.failing[slackID], w.failing[id])
}

// Reserve makes the world its own fresh check.
func (w *world) Reserve(context.Context, approvals.Request) (approvals.FreshCheck, error) {
	if w.reserve == nil {
		return w, nil
	}
	return w, w.reserve()
}

func (w *world) Members(_ context.Context, group string, _ time.Duration) ([]string, error) {
	if w.whenAsked != nil {
		w.whenAsked(group)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked[group]++
	return slices.Clone(w.groups[group]), w.failing[group]
}

func (w *world) Account(ctx context.Context, id string) (*approvals.Account, error) {
	if err := w.failing["account:"+id]; err != nil {
		return nil, err
	}
	p, err := w.Profile(ctx, approvals.Ref{Slack: id})
	return p.Slack, err
}

func (w *world) KnownIDs(id string) ([]string, bool) {
	ids := []string{id}
	if org := w.orgIDs[id]; org != "" {
		ids = append(ids, org)
	}
	return ids, !w.otherIDs
}

func (w *world) KeptMembers(group string) ([]string, time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.groups[group]), w.listed[group]
}

func (w *world) Active(_ context.Context, id string) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.away[id], w.failing["presence:"+id]
}

func (w *world) Issue(_ context.Context, owner approvals.Person, validity time.Duration, reusable bool) (approvals.Token, approvals.Answer, error) {
	w.mu.Lock()
	w.issues++
	call := w.issues
	w.mu.Unlock()
	if owner.OneLogin != 2 {
		return approvals.Token{}, approvals.Answer{}, errors.New("for somebody else than Ana")
	}
	return w.issue(call)
}

// Show reaches everybody but those whose DM is closed.
func (w *world) Show(_ context.Context, r approvals.Request) (unreached []string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.painted = append(w.painted, r.State)
	for _, who := range append(approvals.People(r.Approvers), r.Agent, r.Owner) {
		if w.closedDMs[who.Slack] {
			unreached = append(unreached, who.Slack)
		}
	}
	for _, contact := range w.Policy.SecurityContacts {
		if r.Alarms() && w.closedDMs[contact.ID] {
			unreached = append(unreached, contact.ID)
		}
	}
	return unreached, nil
}

func (w *world) HasCard(context.Context, approvals.Request) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.noCard, nil
}

func (w *world) ShowCode(_ context.Context, _ approvals.Request, t approvals.Token) error {
	w.mu.Lock()
	w.shows++
	w.mu.Unlock()
	if err := w.show(t); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.codes = append(w.codes, t.Reveal())
	return nil
}

// A worldFeed is the world's audit channel.
type worldFeed struct{ *world }

func (worldFeed) Name() string { return approvals.FeedSink }

func (w worldFeed) Send(_ context.Context, e []approvals.Event, doubt approvals.Doubt) (int, error) {
	n, err := w.tell(e)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.doubts = append(w.doubts, doubt)
	w.told = append(w.told, e[:n]...)
	return n, err
}

// Revoke answers what the test says, once the device is the one of Ana's codes.
func (w *world) Revoke(_ context.Context, owner approvals.Person, device string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.revoked = append(w.revoked, device)
	if owner.OneLogin != 2 {
		return errors.New("for somebody else than Ana")
	}
	return w.revoke()
}

// ShowHome reads what somebody's Home tab shows, if they have opened it.
func (w *world) ShowHome(ctx context.Context, id string, opened bool, read func(context.Context) (approvals.Home, error)) error {
	w.mu.Lock()
	_, before := w.homes[id]
	w.mu.Unlock()
	if !opened && !before {
		return nil
	}
	h, err := read(ctx)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.homes[id] = h
	return nil
}

func (w *world) HomeOpened(_ context.Context, id string) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, opened := w.homes[id]
	return opened, nil
}

func (w worldFeed) Check(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.feedGone
}

// codeOf is the code of a refusal, "" for any other error or none.
func codeOf(err error) approvals.RefusalCode {
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		return why.Code
	}
	return ""
}
