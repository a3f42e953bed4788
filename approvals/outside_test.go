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

// What the office is to its Service: the Directory, the Issuer and the Messenger.

func (o *office) Profile(_ context.Context, who approvals.Ref) (approvals.Profile, error) {
	if o.lookUp != nil {
		o.lookUp()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.panics {
		panic("made to")
	}
	key := fmt.Sprint(who.Slack, who.Email)
	if who.OneLogin != 0 {
		key = fmt.Sprint(who.OneLogin)
	}
	o.asked[key]++
	return o.people[who], o.failing[key]
}

// Again answers by the stored ids, one side from each directory.
func (o *office) Again(_ context.Context, who approvals.Person) (approvals.Profile, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	slackID, id := who.Slack, fmt.Sprint(who.OneLogin)
	o.asked[slackID]++
	p := approvals.Profile{Slack: o.people[approvals.Ref{Slack: slackID}].Slack, OneLogin: o.people[approvals.Ref{OneLogin: who.OneLogin}].OneLogin}
	return p, cmp.Or(o.failing[slackID], o.failing[id])
}

func (o *office) Turn(ctx context.Context, _ approvals.Request) (context.Context, error) {
	if o.turn == nil {
		return ctx, nil
	}
	return ctx, o.turn()
}

func (o *office) Members(_ context.Context, group string) ([]string, error) {
	if o.whenAsked != nil {
		o.whenAsked(group)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked[group]++
	return slices.Clone(o.groups[group]), o.failing[group]
}

func (o *office) Reachable(_ context.Context, id string) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.closedDMs[id], o.failing["dm:"+id]
}

func (o *office) Active(_ context.Context, id string) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.away[id], o.failing["presence:"+id]
}

func (o *office) Issue(_ context.Context, owner approvals.Person, validity time.Duration, reusable bool) (approvals.Token, approvals.Answer, error) {
	o.mu.Lock()
	o.issues++
	call := o.issues
	o.mu.Unlock()
	if owner.OneLogin != 2 {
		return approvals.Token{}, approvals.Answer{}, errors.New("for somebody else than Ana")
	}
	return o.issue(call)
}

func (o *office) Show(_ context.Context, r approvals.Request) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.painted = append(o.painted, r.State)
	return nil
}

func (o *office) ShowCode(_ context.Context, _ approvals.Request, t approvals.Token) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.shows++
	if err := o.show(t); err != nil {
		return err
	}
	o.codes = append(o.codes, t.Reveal())
	return nil
}

// An officeFeed is the office's audit channel.
type officeFeed struct{ *office }

func (officeFeed) Name() string { return approvals.FeedSink }

func (o officeFeed) Send(_ context.Context, e []approvals.Event) (int, error) {
	n, err := o.tell(e)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, e[:n]...)
	return n, err
}

// Revoke answers what the test says, once the device is the one of Ana's codes.
func (o *office) Revoke(_ context.Context, owner approvals.Person, device string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.revoked = append(o.revoked, device)
	if owner.OneLogin != 2 {
		return errors.New("for somebody else than Ana")
	}
	return o.revoke()
}

// ShowHome reads what somebody's Home tab shows, if they have opened it.
func (o *office) ShowHome(ctx context.Context, id string, opened bool, read func(context.Context) (approvals.Home, error)) error {
	o.mu.Lock()
	_, before := o.homes[id]
	o.mu.Unlock()
	if !opened && !before {
		return nil
	}
	h, err := read(ctx)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.homes[id] = h
	return nil
}

func (o *office) HomeOpened(_ context.Context, id string) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, opened := o.homes[id]
	return opened, nil
}

func (o officeFeed) Check(context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.feedGone
}

// code of a refusal, "" for any other error or none.
func codeOf(err error) approvals.RefusalCode {
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		return why.Code
	}
	return ""
}
