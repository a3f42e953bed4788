package approvals

import (
	"cmp"
	"time"
)

// How old an intent may be when OneLogin is asked, and how long OneLogin may take
// to answer. Together with the validity they bound how long a code of unknown fate
// can work.
const (
	intentAge   = 20 * time.Second
	callTimeout = 30 * time.Second
	longestCode = callTimeout + MaxValidity // no code works longer after its request has ended
)

// RequestCode is the agent asking for a code: Show code for the first, Generate a new
// code for the others. attempt is the one the button was painted for: a press
// for any other than the next does nothing (invariant 4).
func (r Request) RequestCode(by string, attempt int, now time.Time) (Change, error) {
	switch {
	case !r.Agent.HasSlack(by):
		return Change{}, r.notYours(r.Agent)
	case r.Making(now):
		return Change{}, &Refusal{Code: InTheWork, Request: r.ID, State: r.State}
	case r.State != Approved && r.State != Issued && r.State != Unknown:
		return Change{}, r.tooLate()
	case attempt <= r.Attempt:
		return Change{}, &Refusal{Code: OldButton, Request: r.ID, State: r.State}
	case attempt != r.Attempt+1 || r.CodesLeft(now) == 0:
		return Change{}, &Refusal{Code: NoneLeft, Request: r.ID, State: r.State, Limit: r.MaxCodes}
	}
	r.Wanted, r.Auto, r.WantedAt, r.Delay = attempt, false, now, Delay{}
	return r.change(Event{At: now, Kind: EventCodeWanted, Actor: r.Agent, Attempt: attempt},
		Job{Kind: JobIssue, RunAt: now}), nil
}

// grant begins a claim window. If codes are made without a press, the next one is wanted.
func (r *Request) grant(p Policy, now time.Time) []Job {
	r.ClaimUntil = now.Add(p.ClaimWindow)
	jobs := []Job{{Kind: JobLapse, RunAt: r.ClaimUntil}}
	if p.Delivery == DeliverAuto {
		r.Wanted, r.Auto, r.WantedAt, r.Delay = r.Attempt+1, true, now, Delay{}
		jobs = append(jobs, Job{Kind: JobIssue, RunAt: now})
	}
	return jobs
}

// AskAnother is the agent asking whoever decided for one code more, when they can make
// none alone. attempt is as with RequestCode.
func (r Request) AskAnother(by string, attempt int, now time.Time) (Change, error) {
	switch {
	case !r.Agent.HasSlack(by):
		return Change{}, r.notYours(r.Agent)
	case r.Making(now):
		return Change{}, &Refusal{Code: InTheWork, Request: r.ID, State: r.State}
	case !r.mayGoOn(now):
		return Change{}, r.tooLateAt(now)
	case attempt != r.Attempt+1 || r.CodesLeft(now) > 0:
		return Change{}, &Refusal{Code: OldButton, Request: r.ID, State: r.State}
	case r.WaitsForMore():
		return Change{}, &Refusal{Code: AskedMore, Request: r.ID, State: r.State, By: r.DecidedBy.Person}
	case r.codes() >= MaxCodes || r.AllowedMore >= MaxCodes-1:
		return Change{}, &Refusal{Code: NoneLeft, Request: r.ID, State: r.State, Limit: MaxCodes}
	}
	r.AskedMore, r.AskedMoreAt = r.AllowedMore+1, now
	return r.change(Event{At: now, Kind: EventAnotherAsked, Actor: r.Agent, Attempt: attempt, Until: r.CloseAt()}), nil
}

// MayAskAnother says whether at now the agent can ask for one code more, but not make it.
func (r Request) MayAskAnother(now time.Time) bool {
	_, err := r.AskAnother(r.Agent.Slack, r.Attempt+1, now)
	return err == nil && !(r.State == Issued && r.Showing == "")
}

// WaitsForMore says whether the agent has asked for one code more, and whoever decided
// has not answered.
func (r Request) WaitsForMore() bool { return r.AskedMore > r.AllowedMore }

// AllowMore is whoever decided allowing one code more, which the agent asked for, within
// a claim window of its own. What was left of an earlier window is not allowed with it.
// attempt is as with RequestCode.
func (r Request) AllowMore(by string, attempt int, p Policy, now time.Time) (Change, error) {
	switch {
	case !r.DecidedBy.HasSlack(by):
		return Change{}, r.notYours(r.DecidedBy.Person)
	case !r.mayGoOn(now):
		return Change{}, r.tooLateAt(now)
	case attempt != r.Attempt+1:
		return Change{}, &Refusal{Code: OldButton, Request: r.ID, State: r.State}
	case !r.WaitsForMore():
		return Change{}, &Refusal{Code: NotAsked, Request: r.ID, State: r.State}
	}
	r.AllowedMore, r.AllowedAfter, r.MaxCodes = r.AllowedMore+1, r.Attempt, r.codes()+1
	jobs := r.grant(p, now)
	jobs = append(jobs, Job{Kind: JobClose, RunAt: r.CloseAt()})
	return r.change(Event{At: now, Kind: EventAllowedMore, Actor: r.DecidedBy.Person, Attempt: attempt, Until: r.ClaimUntil, Codes: r.MaxCodes}, jobs...), nil
}

// AllowedNext says whether the next code is one that was allowed after the approval.
func (r Request) AllowedNext(now time.Time) bool {
	return r.AllowedMore > 0 && r.Attempt == r.AllowedAfter && r.CodesLeft(now) > 0
}

// mayGoOn says whether at now a code was or may have been made, and the request is not over.
func (r Request) mayGoOn(now time.Time) bool {
	return (r.State == Issued || r.State == Unknown) && now.Before(r.CloseAt())
}

// tooLateAt is tooLate, also if the request is over and that is not stored yet.
func (r Request) tooLateAt(now time.Time) *Refusal {
	why := r.tooLate()
	if (r.State == Issued || r.State == Unknown) && !now.Before(r.CloseAt()) {
		why.State = Closed
	}
	return why
}

// A Presence is what Slack says about whether somebody is at the screen. It is a
// hint that chooses how a code is delivered, and never told as a fact.
type Presence int

// The presences.
const (
	PresenceUnknown Presence = iota // Slack did not say
	Active
	Away
)

// DeferToAgent leaves the code to the agent's Show code, because an ephemeral message
// to somebody who is away is lost. Whoever Slack did not speak of may be away.
func (r Request) DeferToAgent(p Presence, now time.Time) (Change, error) {
	if p == Active || !r.State.Granted() || r.State == Issuing || !r.Auto || r.Wanted <= r.Attempt {
		return Change{}, nil
	}
	r.Wanted, r.Auto = r.Attempt, false
	kind := EventAgentAway
	if p == PresenceUnknown {
		kind = EventAgentUnseen
	}
	return r.change(Event{At: now, Kind: kind, Until: r.ClaimUntil}), nil
}

// StartIssuing is the intent: the next attempt is counted and stored before
// OneLogin is called (invariant 4). It changes nothing if no code is wanted,
// the claim window is over, or another worker got here first.
func (r Request) StartIssuing(now time.Time) (Change, error) {
	if r.State == Issuing || !r.Making(now) {
		return Change{}, nil
	}
	r.Attempt++
	r.IssuingAt, r.Showing = now, ""
	// A code that this attempt makes can work no longer than this, whatever
	// becomes of the answer. An earlier code may outlive it.
	r.KnownUntil = r.CodeUntil
	r.CodeUntil = laterOf(r.KnownUntil, now.Add(intentAge+callTimeout+r.Validity))
	return r.to(Issuing, Event{At: now, Kind: EventIssuing, Attempt: r.Attempt, Validity: r.Validity, Reusable: r.Reusable},
		Job{Kind: JobClose, RunAt: r.CloseAt()})
}

// Issued is OneLogin's answer to the attempt: a code no wider than approved.
// If the request was interrupted meanwhile it ends there, and the caller throws the
// code away.
func (r Request) Issued(attempt int, g Grant, now time.Time) (Change, error) {
	if r.State != Issuing || r.Attempt != attempt {
		return Change{}, r.tooLate()
	}
	g.Device = cmp.Or(g.Device, r.Grant.Device)
	r.Grant, r.Delay = g, Delay{}
	r.CodeUntil = laterOf(r.KnownUntil, g.MayWorkUntil())
	if r.Interrupted() {
		return r.endInterrupted(now)
	}
	return r.to(Issued, Event{At: now, Kind: EventIssued, Attempt: attempt, Until: g.Until, Grant: &g},
		Job{Kind: JobClose, RunAt: r.CloseAt()})
}

// NotSent undoes the intent: OneLogin was surely not asked, or surely made no code.
// The attempt does not count and is tried again at retryAt. cause says why.
func (r Request) NotSent(attempt int, cause DelayCause, retryAt, now time.Time) (Change, error) {
	if r.State != Issuing || r.Attempt != attempt {
		return Change{}, nil
	}
	r.CodeUntil = r.KnownUntil
	if r.Interrupted() {
		return r.endInterrupted(now)
	}
	r.Attempt--
	r.Delay = r.delayed(cause, retryAt)
	return r.to(Approved, Event{At: now, Kind: EventNotSent, Attempt: attempt, Delay: r.Delay},
		Job{Kind: JobIssue, RunAt: retryAt},
		Job{Kind: JobLapse, RunAt: r.ClaimUntil})
}

// notIssued is the Change after an attempt of which OneLogin surely made no code: it
// is tried again after wait, or later if OneLogin asks for that, or the request ends.
// When the time that OneLogin asks for is more than is left, it ends at once: nobody
// should wait for what cannot come.
func (r Request) notIssued(attempt int, not *NotIssuedError, wait time.Duration, now time.Time) (Change, error) {
	retryAt := now.Add(max(not.After, wait))
	switch {
	case !not.Retry, not.Refusal != nil && r.delayed(not.Cause, retryAt).Tries >= not.Cause.tries():
		return r.Fail(attempt, not.Refusal, time.Time{}, now)
	case not.After > 0 && !retryAt.Before(r.ClaimUntil):
		return r.Fail(attempt, &Refusal{Code: CodeBusy, Until: now.Add(not.After)}, time.Time{}, now)
	}
	return r.NotSent(attempt, not.Cause, retryAt, now)
}

// OutcomeUnknown ends an attempt of which nobody can tell whether OneLogin made a code:
// a crash, a timeout or a 5xx after the request may have left.
func (r Request) OutcomeUnknown(attempt int, now time.Time) (Change, error) {
	if r.State != Issuing || r.Attempt != attempt {
		return Change{}, nil
	}
	if r.Interrupted() {
		return r.endInterrupted(now)
	}
	r.Unseen++
	return r.to(Unknown, Event{At: now, Kind: EventUnknown, Attempt: attempt, Until: r.CodeUntil},
		Job{Kind: JobClose, RunAt: r.CloseAt()})
}

// Fail ends a request to which OneLogin said no, or made a code that could do
// more than was approved, which is thrown away.
func (r Request) Fail(attempt int, why *Refusal, until time.Time, now time.Time) (Change, error) {
	if r.State != Issuing || r.Attempt != attempt {
		return Change{}, nil
	}
	r.CodeUntil = laterOf(r.KnownUntil, until)
	if r.Interrupted() {
		return r.endInterrupted(now)
	}
	r.Refusal = why
	return r.to(Failed, Event{At: now, Kind: EventFailed, Attempt: attempt, Refusal: why, Until: r.liveUntil(now)})
}

// RecordDelivery notes what became of the message with the code of the attempt.
func (r Request) RecordDelivery(attempt int, s Showing, now time.Time) (Change, error) {
	if r.Attempt != attempt || r.State == Issuing || r.Showing != "" {
		return Change{}, nil
	}
	r.Showing = s
	kind := EventShown
	if s == NotShown {
		kind = EventNotShown
		r.Unseen++
	}
	return r.change(Event{At: now, Kind: kind, Attempt: attempt, Until: r.liveUntil(now)}), nil
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
