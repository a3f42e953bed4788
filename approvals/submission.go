package approvals

import (
	"cmp"
	"time"
)

// A Submission is what an agent typed or filled in, before anything was looked up.
type Submission struct {
	Agent    string        `json:"agent"`              // the agent's Slack user id
	Owner    Ref           `json:"owner"`              // whose account
	Validity time.Duration `json:"validity,omitempty"` // how long a code works; 0: the policy's default
	Reusable bool          `json:"reusable,omitempty"` // whether a code works more than once
	Reason   string        `json:"reason,omitempty"`   // free text, may be empty; untrusted
	Verified Verification  `json:"verified,omitempty"` // how the agent made sure who is calling

	// What names the delivery is no part of a stored draft.
	IdempotencyKeys []string `json:"-"` // the ids under which Slack delivered it
	AcceptanceKey   string   `json:"-"` // one more, stored only if it is accepted: a refused form may be sent again
}

// A Verification is how the agent says to have made sure who is calling.
type Verification string

// The verifications. The empty one was not said: a typed command has no word for it.
const (
	VerifiedByVideo    Verification = "video_call"
	VerifiedByCallBack Verification = "call_back" // on a number known before
	VerifiedInPerson   Verification = "in_person"
	NotVerified        Verification = "not_verified"
)

// Verifications lists those that can be said.
func Verifications() []Verification {
	return []Verification{VerifiedByVideo, VerifiedByCallBack, VerifiedInPerson, NotVerified}
}

// receive makes the Change that stores a new request.
func (s Submission) receive(id ID, p Policy, now time.Time) Change {
	r := Request{
		ID: id, State: Received,
		Asked: s.Owner, Validity: cmp.Or(s.Validity, p.DefaultValidity), Reusable: s.Reusable, Reason: s.Reason, Verified: s.Verified,
		Agent:     Person{Slack: s.Agent},
		CreatedAt: now, ExpiresAt: now.Add(p.ApprovalTimeout), ObjectionWindow: p.ObjectionWindow,
	}
	return r.change(Event{
		At: r.CreatedAt, Kind: EventReceived, Actor: r.Agent, Asked: r.Asked,
		Validity: r.Validity, Reusable: r.Reusable, Reason: r.Reason, Verified: r.Verified,
	},
		Job{Kind: JobResolve, RunAt: r.CreatedAt},
		Job{Kind: JobExpire, RunAt: r.ExpiresAt})
}

// Participants are the people of a request, looked up and found eligible.
type Participants struct {
	Agent, Owner Person
	Approvers    []AskedPerson
	Held         []*Refusal // as in Request, likewise the next two
	NoFallback   *Refusal
	Noes         []No
	Powers       []RiskSignalKind // what the owner may do with olbot themselves
}

// AskApprovers takes a received request to pending.
func (r Request) AskApprovers(who Participants, risks []RiskSignal, p Policy, now time.Time) (Change, error) {
	r.Agent, r.Owner, r.Approvers = who.Agent, who.Owner, who.Approvers
	r.OwnerUntold, r.RiskSignals = r.Owner.Slack == "", risks
	r.Held, r.NoFallback, r.Noes = who.Held, who.NoFallback, who.Noes
	jobs := r.startRound(r.Approvers[0].Link, p, now)
	return r.to(Pending, Event{
		At: now, Kind: EventAsked, Approvers: r.Approvers, Until: r.ExpiresAt, Asked: r.Asked, OwnerUntold: r.OwnerUntold,
		Validity: r.Validity, Reusable: r.Reusable, Reason: r.Reason, Verified: r.Verified, RiskSignals: risks,
	}, jobs...)
}

// Refuse ends a request that a rule or a failed check forbids, or that Slack lets
// nobody be told of, before a code is made.
func (r Request) Refuse(why *Refusal, now time.Time) (Change, error) {
	r.Refusal = why
	r.Wanted = r.Attempt
	return r.to(Refused, Event{At: now, Kind: EventRefused, Refusal: why, Until: r.liveUntil(now)})
}

// Withdraw is the agent taking the request back, which works until a code is being made.
func (r Request) Withdraw(by string, now time.Time) (Change, error) {
	if !r.Agent.HasSlack(by) {
		return Change{}, r.notYours(r.Agent)
	}
	if !r.MayWithdraw(now) {
		return Change{}, r.tooLate()
	}
	return r.to(Withdrawn, Event{At: now, Kind: EventWithdrawn, Actor: r.Agent})
}

// MayWithdraw says whether at now the agent can still take the request back.
func (r Request) MayWithdraw(now time.Time) bool {
	return r.State.leadsTo(Withdrawn) && !r.Making(now) && r.Attempt == 0
}

// Expire ends a request that nobody decided in time. Before that time, or after
// a decision, it changes nothing.
func (r Request) Expire(now time.Time) (Change, error) {
	if r.State != Received && r.State != Pending || now.Before(r.ExpiresAt) {
		return Change{}, nil
	}
	return r.to(Expired, Event{At: now, Kind: EventExpired})
}

// liveUntil is when the last code of this request that may still work ends, zero if none can.
func (r Request) liveUntil(now time.Time) time.Time {
	if now.Before(r.CodeUntil) {
		return r.CodeUntil
	}
	return time.Time{}
}

func (r Request) notYours(whose Person) *Refusal {
	return &Refusal{Code: NotYours, Request: r.ID, State: r.State, By: whose}
}

func (r Request) tooLate() *Refusal {
	why := &Refusal{Code: TooLate, Request: r.ID, State: r.State, By: r.DecidedBy.Person}
	if r.State == Issuing && r.Interrupted() {
		why.State = r.interruptedTo()
	}
	if why.State == Stopped {
		why.By = r.StoppedBy
	}
	return why
}
