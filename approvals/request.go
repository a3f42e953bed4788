package approvals

import "time"

// The most codes that people can have seen of one request, with those that were allowed
// after the approval, and how many attempts it has before any is.
const (
	MaxCodes    = 3
	maxAttempts = 3
)

// A Request is one ask for a temporary MFA token and all that became of it. It
// is a value: changing a copy changes nothing, and only a Store makes a copy last.
type Request struct {
	ID      ID    `json:"id"`
	State   State `json:"state"`
	Version int64 `json:"version"` // one more with each stored change

	Asked    Ref           `json:"asked"` // how the agent named the owner
	Validity time.Duration `json:"validity"`
	Reusable bool          `json:"reusable"`
	Reason   string        `json:"reason,omitempty"`
	Verified Verification  `json:"verified,omitempty"`

	Agent       Person        `json:"agent"` // only the Slack id until the people are looked up
	Owner       Person        `json:"owner,omitzero"`
	Approvers   []AskedPerson `json:"approvers,omitempty"`    // who is asked; stored, so that a click needs no network
	PassedOn    []Passing     `json:"passed_on,omitempty"`    // who was asked and left the decision to others
	Unreached   []AskedPerson `json:"unreached,omitempty"`    // who was to be asked, and Slack took no card for them
	Held        []*Refusal    `json:"held,omitempty"`         // who was not asked because of their own account
	NoFallback  *Refusal      `json:"no_fallback,omitempty"`  // why nobody but the manager is asked before its Until
	Noes        []No          `json:"noes,omitempty"`         // what was said against earlier requests for the owner, newest first
	Link        Principal     `json:"link,omitzero"`          // the link of the chain that was asked last
	Rounds      []Round       `json:"rounds,omitempty"`       // the links that were asked, and when
	RiskSignals []RiskSignal  `json:"risk_signals,omitempty"` // what is unusual
	OwnerUntold bool          `json:"owner_untold,omitempty"` // the owner cannot be told in Slack

	CreatedAt  time.Time   `json:"created_at"`
	ExpiresAt  time.Time   `json:"expires_at"`           // when asking ends
	RemindAt   time.Time   `json:"remind_at,omitzero"`   // when the approvers are reminded next
	Reminders  int         `json:"reminders,omitempty"`  // how often they were
	RemindedAt time.Time   `json:"reminded_at,omitzero"` // the last time
	EscalateAt time.Time   `json:"escalate_at,omitzero"` // when the next link of the chain is asked as well
	DecidedBy  AskedPerson `json:"decided_by,omitzero"`
	DecidedAt  time.Time   `json:"decided_at,omitzero"`
	Denial     Denial      `json:"denial,omitzero"`      // why it was denied
	ClaimUntil time.Time   `json:"claim_until,omitzero"` // until when codes may be made
	MaxCodes   int         `json:"max_codes,omitempty"`  // how many codes people may see in all: those of the approval, then one more than they had seen with each allowance

	Attempt    int       `json:"attempt,omitempty"` // the last attempt to make a code that was started
	Wanted     int       `json:"wanted,omitempty"`  // the attempt that was last asked for
	Unseen     int       `json:"unseen,omitempty"`  // attempts whose code, if there is one, nobody has seen
	Auto       bool      `json:"auto,omitempty"`    // Wanted was set by the approval or by what was allowed after it, not by the agent
	WantedAt   time.Time `json:"wanted_at,omitzero"`
	IssuingAt  time.Time `json:"issuing_at,omitzero"`
	CodeUntil  time.Time `json:"code_until,omitzero"`  // until when a code that was, or may have been, made works
	KnownUntil time.Time `json:"known_until,omitzero"` // the same, of the attempts before the last
	Grant      Grant     `json:"grant,omitzero"`       // what OneLogin made, next to what was approved
	Showing    Showing   `json:"showing,omitempty"`    // what became of the last code's message
	Delay      Delay     `json:"delay,omitzero"`       // why the code that is wanted could not be made yet

	AskedMore    int       `json:"asked_more,omitempty"` // how often the agent asked for another code
	AskedMoreAt  time.Time `json:"asked_more_at,omitzero"`
	AllowedMore  int       `json:"allowed_more,omitempty"`  // how often whoever decided allowed one
	AllowedAfter int       `json:"allowed_after,omitempty"` // the attempt that was the last then

	DisownedAt time.Time  `json:"disowned_at,omitzero"`
	StoppedAt  time.Time  `json:"stopped_at,omitzero"`
	StoppedBy  Person     `json:"stopped_by,omitzero"`
	StopBlocks bool       `json:"stop_blocks,omitempty"` // whoever stopped it had the owner's account blocked, too
	Revocation Revocation `json:"revocation,omitzero"`   // what came of trying to end a disowned or stopped code
	Unalarmed  []string   `json:"unalarmed,omitempty"`   // the Slack ids of the security contacts whose alarm Slack does not take
	LiftedAt   time.Time  `json:"lifted_at,omitzero"`    // when the block that the request left was lifted
	LiftedBy   Person     `json:"lifted_by,omitzero"`    // the security contact who did
	Unfit      []string   `json:"unfit,omitempty"`       // those of security contacts who may not be told, because they are no full members
	EndedAt    time.Time  `json:"ended_at,omitzero"`
	Refusal    *Refusal   `json:"refusal,omitempty"` // why it was refused or failed

	ObjectionWindow time.Duration `json:"objection_window,omitempty"` // how long after the end the owner can say: this wasn't me
}

// An AskedPerson is somebody who is asked to decide, and the link of the chain
// they come from.
type AskedPerson struct {
	Person
	Link Principal `json:"link,omitzero"`
}

// A Passing is somebody who was asked and left the decision to others.
type Passing struct {
	AskedPerson
	Why Pass      `json:"why,omitzero"`
	At  time.Time `json:"at"`
}

// A Round is when a link of the chain was asked.
type Round struct {
	Link Principal `json:"link"`
	At   time.Time `json:"at"`
}

// A RiskSignal is something about a request that an approver should notice.
type RiskSignal struct {
	Kind  RiskSignalKind `json:"kind"`
	Count int            `json:"count,omitempty"` // for NthThisWeek: which one this is
}

// A RiskSignalKind names what is unusual.
type RiskSignalKind string

// The risk signals, in the order in which cards show them.
const (
	RiskReusable    RiskSignalKind = "reusable"      // the code works more than once
	RiskLong        RiskSignalKind = "long"          // it works for more than an hour
	RiskNthThisWeek RiskSignalKind = "nth_this_week" // others were asked for this owner in the last seven days
	RiskFirst       RiskSignalKind = "first"         // this agent has never asked before
	RiskApprover    RiskSignalKind = "approver"      // the owner is, or was, asked to approve
	RiskRequester   RiskSignalKind = "requester"     // the owner may ask
	RiskContact     RiskSignalKind = "contact"       // the owner is a security contact
)

// A Showing is what became of the message with a code.
type Showing string

// The outcomes of showing a code.
const (
	Shown    Showing = "shown"     // Slack took the message; whether anybody saw it, nobody can tell
	NotShown Showing = "not_shown" // Slack refused it, or may have lost it
)

// A Grant is what OneLogin says of the code it made. What it left out, or said so
// that it cannot be read, is taken as it was asked for, and named in Missing.
//
// The end that was asked for and the one that OneLogin says can differ. The agent
// relies on the earlier; whoever fears the code minds the later.
type Grant struct {
	Until    time.Time `json:"until,omitzero"`   // the earlier end, by this machine's clock
	Latest   time.Time `json:"latest,omitzero"`  // the later end; zero in requests older than the field
	Device   string    `json:"device,omitempty"` // what OneLogin calls the temporary device; the same for all codes of a user
	Reusable bool      `json:"reusable,omitempty"`
	Narrower bool      `json:"narrower,omitempty"` // less than was approved
	Missing  []string  `json:"missing,omitempty"`
}

// MayWorkUntil is until when the code may do harm.
func (g Grant) MayWorkUntil() time.Time { return laterOf(g.Until, g.Latest) }

// A Change is a decision that is not stored yet: the request as it will be, the
// one event that tells of it, and the work it makes necessary. The zero Change
// changes nothing.
type Change struct {
	Request Request
	Event   Event
	Jobs    []Job
}

// Zero says whether there is nothing to store.
func (c Change) Zero() bool { return c.Request.ID == "" }

// codes is how many codes people may have seen: the attempts less those of which nobody
// has. The door counts the same from the trail.
func (r Request) codes() int { return r.Attempt - r.Unseen }

// CodesLeft is how many more codes the agent may still ask for at now.
func (r Request) CodesLeft(now time.Time) int {
	switch r.State {
	case Approved, Issued, Unknown:
		if now.Before(r.ClaimUntil) {
			return max(0, min(r.MaxCodes-r.codes(), maxAttempts+r.AllowedMore-r.Attempt))
		}
	}
	return 0
}

// Making says whether at now a code has been asked for and its attempt is not over.
func (r Request) Making(now time.Time) bool {
	return r.State == Issuing || r.Wanted > r.Attempt && r.CodesLeft(now) > 0
}

// agentHere is how long after they typed or pressed something an agent counts as at the screen.
const agentHere = 2 * time.Minute

// AsksPresence says whether Slack has to be asked if the agent is at the screen before
// a code is made that they did not press for: who typed the command or asked for
// another code just now is.
func (r Request) AsksPresence(now time.Time) bool {
	return r.Auto && now.Sub(laterOf(r.CreatedAt, r.AskedMoreAt)) >= agentHere
}

// CloseAt is when nothing can happen any more to a request whose code was made:
// the later of the claim window's end and the code's.
func (r Request) CloseAt() time.Time {
	if r.CodeUntil.After(r.ClaimUntil) {
		return r.CodeUntil
	}
	return r.ClaimUntil
}

// People leaves out the links of those who are asked.
func People(asked []AskedPerson) []Person {
	var all []Person
	for _, p := range asked {
		all = append(all, p.Person)
	}
	return all
}

// Approver returns who among the asked has the Slack id.
func (r Request) Approver(slackID string) (AskedPerson, bool) {
	for _, p := range r.Approvers {
		if p.HasSlack(slackID) {
			return p, true
		}
	}
	return AskedPerson{}, false
}

// AskedAt is when somebody was asked to decide.
func (r Request) AskedAt(p AskedPerson) time.Time {
	for _, round := range r.Rounds {
		if round.Link == p.Link {
			return round.At
		}
	}
	return r.CreatedAt // asked before rounds were kept
}

// Gone lists those who were asked, or to be asked, and are not any more: they left the
// decision to others, or Slack took no card for them.
func (r Request) Gone() []AskedPerson {
	var all []AskedPerson
	for _, p := range r.PassedOn {
		all = append(all, p.AskedPerson)
	}
	return append(all, r.Unreached...)
}

// ChangedAt is the last time at which something is known to have changed that people see.
func (r Request) ChangedAt() (last time.Time) {
	for _, at := range []time.Time{r.CreatedAt, r.RemindedAt, r.DecidedAt, r.WantedAt, r.IssuingAt, r.AskedMoreAt, r.StoppedAt, r.DisownedAt, r.LiftedAt, r.EndedAt} {
		last = laterOf(last, at)
	}
	for _, round := range r.Rounds {
		last = laterOf(last, round.At)
	}
	return last
}

// to makes the Change that moves r to state s, or says that it cannot.
// Every transition goes through it, so that none can leave the table in state.go.
func (r Request) to(s State, e Event, jobs ...Job) (Change, error) {
	if !r.State.leadsTo(s) {
		return Change{}, &Refusal{Code: TooLate, Request: r.ID, State: r.State}
	}
	r.State = s
	if s.Ended() {
		r.EndedAt = e.At
		if r.Owner.Slack != "" && r.MayDisown(e.At) {
			jobs = append(jobs, Job{Kind: JobObjection, RunAt: r.ObjectionUntil()})
		}
	}
	return r.change(e, jobs...), nil
}

// change is a Change that leaves the state as it is. The cards always follow.
func (r Request) change(e Event, jobs ...Job) Change {
	e.Request, e.State = r.ID, r.State
	e.Agent, e.Owner = r.Agent, r.Owner
	jobs = append(jobs, Job{Kind: JobShow, Request: r.ID, RunAt: e.At})
	for i := range jobs {
		jobs[i].Request = r.ID
	}
	return Change{Request: r, Event: e, Jobs: jobs}
}
