package approvals

import "time"

// A Delay is why the code that is wanted could not be made yet.
type Delay struct {
	Cause DelayCause `json:"cause,omitempty"`
	Until time.Time  `json:"until,omitzero"`  // when it is tried again
	Tries int        `json:"tries,omitempty"` // how often in a row it was for this cause
}

// A DelayCause says what an attempt has to wait for.
type DelayCause string

// The causes.
const (
	DelayBusy        DelayCause = "busy"        // OneLogin takes no more calls for now
	DelayUnreachable DelayCause = "unreachable" // no connection to OneLogin
	DelayRejected    DelayCause = "rejected"    // OneLogin refused olbot's credentials, which may pass
	DelaySlow        DelayCause = "slow"        // olbot took too long between the check and the call
	DelayPaused      DelayCause = "paused"      // a security contact has paused all codes
)

// How often in a row an attempt is begun that fails for one cause.
const (
	rejectedTries = 5 // within about ten seconds
	slowTries     = 3
)

// tries is how often an attempt is begun that has to end some time.
func (c DelayCause) tries() int {
	if c == DelaySlow {
		return slowTries
	}
	return rejectedTries
}

// delayed is the Delay after one more failure.
func (r Request) delayed(cause DelayCause, until time.Time) Delay {
	d := Delay{Cause: cause, Until: until, Tries: 1}
	if r.Delay.Cause == cause {
		d.Tries += r.Delay.Tries
	}
	return d
}

// HeldUp says whether the code that comes next, or would have, was wanted and could not be
// made. A pause holds it up even though the agent has to press again.
func (r Request) HeldUp() bool {
	return r.Delay.Cause == DelayPaused || r.Delay.Cause != "" && r.Wanted > r.Attempt
}

// RepeatCheck notes that the check before a code was too old when it was complete,
// and has it made again. It may not go on for ever: after a few times it is refused.
func (r Request) RepeatCheck(now time.Time) (Change, error) {
	if r.State == Issuing || !r.Making(now) {
		return Change{}, nil
	}
	r.Delay = r.delayed(DelaySlow, now)
	if r.Delay.Tries >= slowTries {
		return r.Refuse(&Refusal{Code: TooSlow, Limit: r.Delay.Tries}, now)
	}
	return r.change(Event{At: now, Kind: EventCheckRepeated, Delay: r.Delay}, Job{Kind: JobIssue, RunAt: now}), nil
}
