package approvals

import "time"

// An Event is one line of the trail: what happened, when, to which request and
// by whom. Events are numbered without gaps and chained by hash when they are
// stored, and told in the feed in that order. They never hold a code.
type Event struct {
	Number int64     `json:"number"` // set by the Store, from 1
	At     time.Time `json:"at"`
	Kind   EventKind `json:"kind"`
	Hash   string    `json:"-"` // set by the Store: hex SHA-256 over the event before and this one

	Request ID     `json:"request,omitempty"`
	State   State  `json:"state,omitempty"` // the request's state afterwards
	Actor   Person `json:"actor,omitzero"`  // who did it; unset: olbot itself
	Agent   Person `json:"agent,omitzero"`
	Owner   Person `json:"owner,omitzero"`

	Asked       Ref           `json:"asked,omitzero"`         // how the owner was named
	Approvers   []AskedPerson `json:"approvers,omitempty"`    // who is asked by this; for EventNotReached, who is not
	OwnerUntold bool          `json:"owner_untold,omitempty"` // the owner cannot be told in Slack
	Contact     Person        `json:"contact,omitzero"`       // for EventNotReached: the security contact who has no alarm
	Validity    time.Duration `json:"validity,omitempty"`
	Reusable    bool          `json:"reusable,omitempty"`
	Reason      string        `json:"reason,omitempty"`
	Verified    Verification  `json:"verified,omitempty"`
	RiskSignals []RiskSignal  `json:"risk_signals,omitempty"`
	Denial      Denial        `json:"denial,omitzero"`
	Pass        Pass          `json:"pass,omitzero"`
	Count       int           `json:"count,omitempty"` // for EventReminded: the how manieth; for EventTooMany and EventForeign: how many
	Attempt     int           `json:"attempt,omitempty"`
	Until       time.Time     `json:"until,omitzero"`  // until when the thing told of lasts
	Codes       int           `json:"codes,omitempty"` // for EventApproved and EventAllowedMore: how many codes may be made in all
	Grant       *Grant        `json:"grant,omitempty"`
	Revocation  Revocation    `json:"revocation,omitzero"`
	Blocks      bool          `json:"blocks,omitempty"` // for EventStopped: the owner's account is blocked, too
	Refusal     *Refusal      `json:"refusal,omitempty"`
	Delay       Delay         `json:"delay,omitzero"`        // why a code could not be made yet
	Button      Button        `json:"button,omitempty"`      // for EventPressRefused: which button
	Settings    []Setting     `json:"settings,omitempty"`    // for EventSettings; for EventStarted those that hold, without Old
	Restriction ID            `json:"restriction,omitempty"` // for RestrictionEvents that are about no request: which one begins or ends
	Tampering   Tampering     `json:"tampering,omitempty"`   // for EventTampered: what cannot be relied on
	Version     string        `json:"version,omitempty"`     // for EventStarted and EventShutDown: of the program
	Schema      int64         `json:"schema,omitempty"`      // for EventStarted: of the database; set by the Store
	Quiet       bool          `json:"quiet,omitempty"`       // the feed does not tell it; set by the Store
}

// An EventKind names what happened.
type EventKind string

// The kinds of event.
const (
	EventReceived       EventKind = "received"        // a command was accepted
	EventCommandRefused EventKind = "command_refused" // a command was refused at once; no request was made
	EventAsked          EventKind = "asked"           // the approvers were asked
	EventRefused        EventKind = "refused"         // a rule or a failed check ended the request
	EventApproved       EventKind = "approved"
	EventDenied         EventKind = "denied"
	EventWithdrawn      EventKind = "withdrawn"
	EventExpired        EventKind = "expired"
	EventLapsed         EventKind = "lapsed"
	EventAgentAway      EventKind = "agent_away"   // Slack says so: the code waits for the agent to press Show code
	EventAgentUnseen    EventKind = "agent_unseen" // Slack did not say whether the agent is there: it waits likewise
	EventCodeWanted     EventKind = "code_wanted"
	EventCheckRepeated  EventKind = "check_repeated" // the check before a code took too long, and is made again
	EventIssuing        EventKind = "issuing"        // about to ask OneLogin
	EventNotSent        EventKind = "not_sent"       // OneLogin surely made no code; tried again within the claim window
	EventIssued         EventKind = "issued"
	EventUnknown        EventKind = "unknown"
	EventFailed         EventKind = "failed"
	EventShown          EventKind = "shown"
	EventNotShown       EventKind = "not_shown"
	EventAnotherAsked   EventKind = "another_code_asked" // the agent asks whoever decided for one code more
	EventAllowedMore    EventKind = "allowed_more"       // and is allowed it
	EventDisowned       EventKind = "disowned"
	EventStopped        EventKind = "stopped"
	EventClosed         EventKind = "closed"
	EventReminded       EventKind = "reminded"        // the approvers were reminded
	EventPassedOn       EventKind = "passed_on"       // somebody who was asked left the decision to others
	EventNotReached     EventKind = "not_reached"     // Slack takes no card for an approver, for the owner if OwnerUntold, or for the Contact
	EventEscalated      EventKind = "escalated"       // the next link of the chain is asked as well
	EventNobodyElse     EventKind = "nobody_else"     // it was to be asked, and has nobody who may decide
	EventRevocation     EventKind = "revocation"      // what came of trying to end the code of what was disowned or stopped
	EventBlockLifted    EventKind = "block_lifted"    // the owner's account may be asked for again
	EventPressRefused   EventKind = "press_refused"   // somebody pressed what they may not: somebody else's button, or one that their part, their account or the time keeps from them
	EventTooMany        EventKind = "too_many"        // Count commands and refused presses of somebody were too many to look at
	EventAccountBlocked EventKind = "account_blocked" // a security contact blocked an account without a request
	EventPaused         EventKind = "paused"          // a security contact paused all codes
	EventResumed        EventKind = "resumed"         // that is over
	EventCodeHeld       EventKind = "code_held"       // a code was wanted while all are paused: it waits for the agent to press Show code
	EventStarted        EventKind = "started"         // an olbot has begun to work; Count of them since the last that was told
	EventShutDown       EventKind = "shut_down"       // an olbot was told to stop, or to read its settings again, and has ended its work
	EventTampered       EventKind = "tampered"        // what the database holds of a request was not stored by an olbot
	EventKeyReplaced    EventKind = "key_replaced"    // the key of the trail was lost or given away; Count requests that were open are refused
	EventSettings       EventKind = "settings_changed"
	EventForeign        EventKind = "foreign_connections" // the Slack app has connections that are no olbot's on this database
	EventFeedLost       EventKind = "feed_lost"           // the audit channel cannot be posted to
	EventFeedRestored   EventKind = "feed_restored"       // it can again
)

// A Tampering names what in the database is not as an olbot stored it.
type Tampering string

// What can be tampered with.
const (
	TamperedRequest Tampering = "request" // its row
	TamperedTrail   Tampering = "trail"   // an event between its first and the last there is
)

// A Button names the button of a refused press in the trail.
type Button string

// The buttons.
const (
	ButtonApprove  Button = "approve"
	ButtonDeny     Button = "deny"
	ButtonPassOn   Button = "pass_on"
	ButtonWithdraw Button = "withdraw"
	ButtonGenerate Button = "generate"    // Show code, Generate a new code
	ButtonAnother  Button = "ask_another" // Ask … for another code
	ButtonMore     Button = "allow_more"
	ButtonDisown   Button = "disown" // This wasn't me
	ButtonStop     Button = "stop"
	ButtonLift     Button = "lift"  // Lift block
	ButtonBlock    Button = "block" // Block an account
	ButtonPause    Button = "pause" // Pause all codes
	ButtonResume   Button = "resume"
	ButtonAskAgain Button = "ask_again"
)

// A Setting is one changed policy setting. Secrets are never among them.
type Setting struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}
