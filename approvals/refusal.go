package approvals

import "time"

// A Refusal is an error meant for the person who caused it: a code with data.
// It carries no sentence; package bot has all of those in one place. Every
// other error of this package is olbot's own.
type Refusal struct {
	Code    RefusalCode   `json:"code"`
	Role    Role          `json:"role,omitempty"`    // whose fault it is; for NotYours of By unset, who may press
	Person  Person        `json:"person,omitzero"`   // who that is, as far as known
	Named   Ref           `json:"named,omitzero"`    // how that person was named
	Text    string        `json:"text,omitempty"`    // what was typed, or what Slack or OneLogin said; untrusted
	Request ID            `json:"request,omitempty"` // the request meant, or the one in the way
	State   State         `json:"state,omitempty"`   // its state
	Other   Role          `json:"other,omitempty"`   // for SamePerson: who else they are
	By      Person        `json:"by,omitzero"`       // who decided it, or may press
	Limit   int           `json:"limit,omitempty"`
	Max     time.Duration `json:"max,omitempty"`
	Status  int           `json:"status,omitempty"` // OneLogin's status or HTTP status
	Chain   []*Refusal    `json:"chain,omitempty"`  // for NoApprover: why nobody of each link
	Link    Principal     `json:"link,omitzero"`    // the link of the chain
	Ref     string        `json:"ref,omitempty"`    // where the log says more
	Until   time.Time     `json:"until,omitzero"`   // until when it holds
}

// Error is for logs. People read package bot's words for the code.
func (r *Refusal) Error() string {
	s := "refused: " + string(r.Code)
	if r.Role != "" {
		s += " (" + string(r.Role) + ")"
	}
	return s
}

// A Role is what somebody is to a request.
type Role string

// The roles.
const (
	Agent    Role = "agent"
	Owner    Role = "owner"
	Approver Role = "approver"
	Contact  Role = "contact" // one of the security contacts
)

// A RefusalCode says what was refused.
type RefusalCode string

// What a command can be refused for at once.
const (
	BadRequestID   RefusalCode = "bad_request_id"  // Text is no request id
	NoSuchRequest  RefusalCode = "no_such_request" // or none of this agent's
	ValidityRange  RefusalCode = "validity_range"  // outside 120 s and Max
	NoReusable     RefusalCode = "no_reusable"     // reusable codes are switched off
	ReasonRequired RefusalCode = "reason_required"
	ReasonTooLong  RefusalCode = "reason_too_long" // more than Limit characters
	AgentLimit     RefusalCode = "agent_limit"     // Limit requests of this agent are open
	TooMany        RefusalCode = "too_many"        // the agent has sent more commands than are looked at
	RefusedBefore  RefusalCode = "refused_before"  // Slack delivered a refused command again
	FeedLost       RefusalCode = "feed_lost"       // the audit channel cannot be posted to
	Paused         RefusalCode = "paused"          // By, a security contact, has paused all codes

	SlackRefuses    RefusalCode = "slack_refuses"    // Slack refuses olbot's credentials; Text says with which word
	OneLoginRefuses RefusalCode = "onelogin_refuses" // OneLogin does; likewise
	OneLoginForbids RefusalCode = "onelogin_forbids" // OneLogin does not let this machine in
)

// What looking people up can refuse. Role says who.
const (
	NotInSlack     RefusalCode = "not_in_slack"    // no such Slack user
	NotInOneLogin  RefusalCode = "not_in_onelogin" // no OneLogin user with that e-mail or id
	Ambiguous      RefusalCode = "ambiguous"       // more than one OneLogin user
	NoEmail        RefusalCode = "no_email"        // Slack shows no e-mail for them
	IsGuest        RefusalCode = "guest"
	IsBot          RefusalCode = "bot"
	IsDeactivated  RefusalCode = "deactivated"
	IsInvited      RefusalCode = "invited"
	IsUnconfirmed  RefusalCode = "unconfirmed"
	IsExternal     RefusalCode = "external"
	IsLocked       RefusalCode = "locked"   // OneLogin status 3
	IsInactive     RefusalCode = "inactive" // any other OneLogin status but active; Status says which
	NotARequester  RefusalCode = "not_a_requester"
	IsRequester    RefusalCode = "is_requester" // a fallback approver who may ask
	IsProtected    RefusalCode = "protected"
	SamePerson     RefusalCode = "same_person" // Role and Other are one person
	NoManager      RefusalCode = "no_manager"
	GroupEmpty     RefusalCode = "group_empty"
	GroupTooBig    RefusalCode = "group_too_big"   // more than Limit members
	NoDM           RefusalCode = "no_dm"           // Slack takes no message for them
	NoApprover     RefusalCode = "no_approver"     // nobody in the whole chain; Chain says why
	PassedOn       RefusalCode = "passed_on"       // they were asked and left the decision to others
	ManagerSaidNo  RefusalCode = "manager_no"      // they denied Request, so nobody but the manager is asked before Until
	OwnerBusy      RefusalCode = "owner_busy"      // Request is open for the same owner
	OwnerBlocked   RefusalCode = "owner_blocked"   // the owner said This wasn't me to Request, or an approver much the same, and the block stands
	OwnerLimit     RefusalCode = "owner_limit"     // Limit requests for this owner in 24 hours
	Changed        RefusalCode = "changed"         // a fresh look found somebody else than was stored
	AccountBlocked RefusalCode = "account_blocked" // By, a security contact, has blocked the account; Request names the block
	KeyReplaced    RefusalCode = "key_replaced"    // the key of the trail was replaced, so nobody can tell what was approved before
	NotInTrail     RefusalCode = "not_in_trail"    // the trail does not hold the approval that the request claims
)

// What keeps people from being checked. Ref names the log's line.
const (
	LookupFailed     RefusalCode = "lookup_failed"     // OneLogin or Slack did not answer
	LookupUnreliable RefusalCode = "lookup_unreliable" // the answer was unreadable, or about somebody else; Role says of whom, if one alone
	LookupRejected   RefusalCode = "lookup_rejected"   // OneLogin or Slack refused olbot's credentials
	LookupScope      RefusalCode = "lookup_scope"      // OneLogin named their scope
	LookupForbidden  RefusalCode = "lookup_forbidden"  // OneLogin does not let this machine in
	NotAskable       RefusalCode = "not_askable"       // OneLogin cannot be asked for such an e-mail address; Role says whose
	TooManyCalls     RefusalCode = "too_many_calls"    // none is allowed before Until, which is too late
	TooSlow          RefusalCode = "too_slow"          // the last check took too long, Limit times
)

// What OneLogin's answer can refuse.
const (
	CodeRefused     RefusalCode = "code_refused"     // OneLogin answered 4xx; Status says which
	CodeCredentials RefusalCode = "code_credentials" // OneLogin refused olbot's credentials, several times
	CodeScope       RefusalCode = "code_scope"       // OneLogin named their scope
	CodeForbidden   RefusalCode = "code_forbidden"   // OneLogin does not let this machine in
	CodeBusy        RefusalCode = "code_busy"        // OneLogin takes no more calls before Until, which is too late
	CodeWider       RefusalCode = "code_wider"       // the code could do more than was approved
)

// What a press of a button can be refused for.
const (
	NotYours       RefusalCode = "not_yours"       // the button is somebody else's
	TooLate        RefusalCode = "too_late"        // State and By say what happened first
	OldButton      RefusalCode = "old_button"      // painted for an attempt that is over
	InTheWork      RefusalCode = "in_the_work"     // that code is being made already
	NotReached     RefusalCode = "not_reached"     // Slack had taken no card for whoever presses, and others are asked
	Involved       RefusalCode = "involved"        // a security contact who had a part in the request cannot lift its block
	NotBlocked     RefusalCode = "not_blocked"     // there is no block to lift; By has lifted it
	StillMaking    RefusalCode = "still_making"    // a block cannot be lifted while a code of its request is being made
	NotLifted      RefusalCode = "not_lifted"      // whether they are a security contact could not be checked
	NoDraft        RefusalCode = "no_draft"        // what was typed is kept for a day only
	NoneLeft       RefusalCode = "none_left"       // all codes used up, or the claim window is over
	NotStopped     RefusalCode = "not_stopped"     // whether they may stop it could not be checked
	AskedMore      RefusalCode = "asked_more"      // By was asked for another code already
	NotAsked       RefusalCode = "not_asked"       // nobody waits for one code more, or it was allowed already
	AlreadyBlocked RefusalCode = "already_blocked" // By has blocked the account; Request names the block
	NotChecked     RefusalCode = "not_checked"     // who presses, or whose account it is, could not be checked
	Tampered       RefusalCode = "tampered"        // what the database holds of the request was not stored by an olbot
)

// What somebody's own account keeps them from: approving, asking, lifting a block. Role says which.
const (
	RecoveryHold      RefusalCode = "recovery_hold"       // a code for it was made a short while ago; until Until
	OwnAccountBlocked RefusalCode = "own_account_blocked" // Request blocks it
)

// What a press can be refused for that comes once more, or too late.
const (
	PassedBefore   RefusalCode = "passed_before"   // whoever presses has left the decision to others
	DisownedBefore RefusalCode = "disowned_before" // the owner has said This wasn't me already
	ObjectionOver  RefusalCode = "objection_over"  // the request ended longer ago than the objection window
)
