package approvals

import "time"

// What the trail allows (invariant 11). A request's row says how it stands; before a
// code is made, the events that were stored meanwhile have to say so too.

// mayIssue says whether the events of r, in order, allow one more attempt to make a
// code: the approvers of r were asked for just this code, one of them approved it,
// nothing has ended it since, and there is room.
func (r Request) mayIssue(history []Event) *Refusal {
	var m mandate
	for _, e := range history {
		if e.State.Ended() && e.State != "" {
			m.over = true
		}
		if effect := effects[e.Kind]; effect != nil {
			effect(&m, e)
		}
	}
	switch {
	case m.over || !m.covers(r):
		return &Refusal{Code: NotInTrail, Request: r.ID, State: r.State}
	case m.codes >= m.limit || m.attempts >= maxAttempts+m.more:
		return &Refusal{Code: NoneLeft, Request: r.ID, State: r.State, Limit: m.limit}
	}
	return nil
}

// A mandate is what the events of a request come to.
type mandate struct {
	asked    []Event       // those that asked somebody
	approved *Event        // the last approval
	decider  []AskedPerson // who approved, as they were asked
	over     bool          // something ended it

	limit    int  // how many codes may be seen in all
	codes    int  // that were made and may have been seen
	attempts int  // to make one
	more     int  // that were allowed afterwards
	running  bool // the last attempt has a code that counts
}

// covers says whether the mandate is for the code that r is about.
func (m mandate) covers(r Request) bool {
	if len(m.asked) == 0 || m.approved == nil || len(m.decider) == 0 {
		return false
	}
	same := func(e Event) bool {
		return e.Agent == r.Agent && e.Owner == r.Owner && e.Validity == r.Validity && e.Reusable == r.Reusable
	}
	return same(m.asked[0]) && same(*m.approved) && m.approved.Actor == r.DecidedBy.Person
}

// effects are what the kinds of event mean to a mandate. A kind that is missing means
// nothing, but for the state that it led to.
var effects = map[EventKind]func(*mandate, Event){
	EventAsked:       (*mandate).ask,
	EventEscalated:   (*mandate).ask,
	EventApproved:    (*mandate).approve,
	EventAllowedMore: (*mandate).allowMore,
	EventDisowned:    (*mandate).end,
	EventStopped:     (*mandate).end,
	EventIssuing:     (*mandate).attempt,
	EventNotSent:     (*mandate).undo,
	EventUnknown:     (*mandate).yieldNothing,
	EventNotShown:    (*mandate).yieldNothing,
}

func (m *mandate) ask(e Event) { m.asked = append(m.asked, e) }

// approve counts only for somebody who had been asked.
func (m *mandate) approve(e Event) {
	m.approved, m.decider, m.limit = &e, nil, e.Codes
	for _, asked := range m.asked {
		for _, p := range asked.Approvers {
			if p.Person == e.Actor {
				m.decider = append(m.decider, p)
			}
		}
	}
}

func (m *mandate) end(Event) { m.over = true }

// allowMore counts only from whoever approved.
func (m *mandate) allowMore(e Event) {
	if m.approved == nil || m.approved.Actor != e.Actor {
		return
	}
	m.limit = e.Codes
	m.more++
}

func (m *mandate) attempt(Event) {
	m.attempts++
	m.codes++
	m.running = true
}

// undo takes back the last attempt: OneLogin was surely not asked.
func (m *mandate) undo(e Event) {
	if m.running {
		m.attempts--
	}
	m.yieldNothing(e)
}

// yieldNothing takes back the code of the last attempt: nobody has seen one.
func (m *mandate) yieldNothing(Event) {
	if m.running {
		m.codes--
	}
	m.running = false
}

// DropForKey ends a request because the key of the trail was replaced: what was
// approved before cannot be told from what somebody wrote. Of a code that is being
// made nobody can tell either. What has ended stays as it is.
func (r Request) DropForKey(now time.Time) (all []Change, err error) {
	if r.State.Ended() {
		return nil, nil
	}
	if r.State == Issuing {
		c, err := r.OutcomeUnknown(r.Attempt, now)
		if err != nil {
			return nil, err
		}
		if all, r = append(all, c), c.Request; r.State.Ended() {
			return all, nil
		}
	}
	c, err := r.Refuse(&Refusal{Code: KeyReplaced}, now)
	return append(all, c), err
}

// A Replay is a request as its events tell of it, one after the other. The zero Replay
// is before the first.
type Replay struct {
	State   State
	Version int64 // how often it was changed
	Blocks  bool
}

// sideEvents belong to a request and change nothing of it.
var sideEvents = map[EventKind]bool{EventPressRefused: true, EventTampered: true}

// After is the Replay after one event more; ok says whether that event can follow.
func (p Replay) After(e Event) (next Replay, ok bool) {
	if sideEvents[e.Kind] {
		return p, true
	}
	ok = p.State.leadsTo(e.State) || p.State == e.State && p.State != ""
	if p.State == "" {
		ok = e.Kind == EventReceived && e.State == Received
	}
	p.State = e.State
	p.Version++
	switch e.Kind {
	case EventDisowned:
		p.Blocks = true
	case EventDenied:
		p.Blocks = e.Denial.Alarms()
	case EventStopped: // if it came while a code was made, it is told again when that ends
		p.Blocks = p.Blocks || e.Blocks
	case EventBlockLifted:
		p.Blocks = false
	}
	return p, ok
}

// Matches says whether r is what its events have told.
func (p Replay) Matches(r Request) bool {
	return r.State == p.State && r.Version == p.Version && r.Blocks() == p.Blocks
}
