package approvals

import "slices"

// A State says where a request stands. docs/states.md draws them.
type State string

// The states, in the order in which a request can meet them.
const (
	Received  State = "received"  // stored and acked, people not yet looked up
	Pending   State = "pending"   // the approvers are asked
	Approved  State = "approved"  // the agent may make codes until the claim window ends
	Issuing   State = "issuing"   // intent stored, OneLogin is being asked
	Issued    State = "issued"    // OneLogin answered with a code
	Unknown   State = "unknown"   // OneLogin may have made a code that nobody saw
	Refused   State = "refused"   // a rule or a failed check forbids it
	Denied    State = "denied"    // an approver said no
	Withdrawn State = "withdrawn" // the agent took it back
	Expired   State = "expired"   // nobody decided in time
	Lapsed    State = "lapsed"    // approved, but no code was made in time
	Failed    State = "failed"    // OneLogin refused, or answered more than was approved
	Disowned  State = "disowned"  // the owner said: this wasn't me
	Stopped   State = "stopped"   // somebody who may stopped it after the approval
	Closed    State = "closed"    // over: no more codes, and the last one has ended
)

// next lists the states that may follow each state. A state that is missing is an end.
var next = map[State][]State{
	Received: {Pending, Refused, Withdrawn, Expired},
	Pending:  {Approved, Denied, Refused, Withdrawn, Expired, Disowned},
	Approved: {Issuing, Refused, Withdrawn, Lapsed, Disowned, Stopped},
	Issuing:  {Issued, Unknown, Failed, Approved, Disowned, Stopped},
	Issued:   {Issuing, Refused, Disowned, Stopped, Closed},
	Unknown:  {Issuing, Refused, Disowned, Stopped, Closed},
}

// States lists every state.
func States() []State {
	return []State{Received, Pending, Approved, Issuing, Issued, Unknown,
		Refused, Denied, Withdrawn, Expired, Lapsed, Failed, Disowned, Stopped, Closed}
}

// Next lists the states that may follow s, none if s is an end.
func (s State) Next() []State { return slices.Clone(next[s]) }

// Ended says whether nothing can follow s.
func (s State) Ended() bool { return len(next[s]) == 0 }

// Open says whether a request in s blocks another one for the same owner, and
// counts towards the agent's limit of open requests.
func (s State) Open() bool {
	switch s {
	case Received, Pending, Approved, Issuing, Unknown:
		return true
	}
	return false
}

// Granted says whether an approval stands in s: codes may be made, or may work.
func (s State) Granted() bool {
	switch s {
	case Approved, Issuing, Issued, Unknown:
		return true
	}
	return false
}

func (s State) leadsTo(t State) bool { return slices.Contains(next[s], t) }
