package rules

import (
	"regexp"
	"time"
)

// A Set is the meaning of a policy file. Its zero value allows nothing.
type Set struct {
	Groups   map[string]Group // by the name that conditions use
	Defaults []Default        // the first whose When holds counts; the last one's When is empty
	Rules    []Rule           // in any order
}

// A Group is people by what a directory says of them. Whoever fits one entry is in it.
type Group struct {
	Roles       []int64  `json:"roles,omitempty"`  // OneLogin roles
	Groups      []int64  `json:"groups,omitempty"` // OneLogin groups
	SlackGroups []string `json:"slack_groups,omitempty"`
	Emails      []Glob   `json:"emails,omitempty"`
	Departments []string `json:"departments,omitempty"`
}

// A Default is what holds before any rule does.
type Default struct {
	When      Condition     `json:"when,omitzero"`
	Agents    []string      `json:"agents"`    // who may ask: U…, W…, S…, or * for everybody
	Approvals []Need        `json:"approvals"` // at least one
	Validity  time.Duration `json:"validity"`  // what holds if the command does not say
	Max       time.Duration `json:"max"`       // the longest that may be asked for
	Reusable  bool          `json:"reusable"`
	Codes     int           `json:"codes"`
	Reason    Reason        `json:"reason,omitzero"`
}

// A Rule tightens what it matches. What it does not set it leaves as it is.
type Rule struct {
	Name      string        `json:"name"` // unique in its Set
	When      Condition     `json:"when,omitzero"`
	Agents    []string      `json:"agents,omitempty"` // only those of them who could ask anyway
	Approvals []Need        `json:"approvals,omitempty"`
	Validity  time.Duration `json:"validity,omitempty"`
	Max       time.Duration `json:"max,omitempty"`
	SingleUse bool          `json:"single_use,omitempty"`
	Codes     int           `json:"codes,omitempty"`
	Reason    Reason        `json:"reason,omitzero"`
	Refuse    string        `json:"refuse,omitempty"` // not empty: nobody gets a code, and this is why
	Why       string        `json:"why,omitempty"`    // what is said of the rule, where it applies
}

// A Reason is what must stand in the reason of a request.
type Reason struct {
	Required bool           `json:"required,omitempty"`
	Ticket   *regexp.Regexp `json:"ticket,omitempty"` // where a reason is required, one of its words must match it
}

// A Condition holds if all of its parts do; without parts it always does.
type Condition struct {
	Owner   Matcher        `json:"owner,omitzero"`
	Agent   Matcher        `json:"agent,omitzero"`
	Request RequestMatcher `json:"request,omitzero"`
	Inside  *Hours         `json:"inside,omitempty"`
	Outside *Hours         `json:"outside,omitempty"`
}

// A Matcher fits somebody if each list that is not empty has an entry that fits, and
// all else that is set does, too.
type Matcher struct {
	In          []string    `json:"in,omitempty"` // names of Groups
	Roles       []int64     `json:"roles,omitempty"`
	Groups      []int64     `json:"groups,omitempty"`
	SlackGroups []string    `json:"slack_groups,omitempty"`
	Emails      []Glob      `json:"emails,omitempty"`
	Departments []string    `json:"departments,omitempty"`
	Is          []Standing  `json:"is,omitempty"`
	Requests7d  *Comparison `json:"requests_7d,omitempty"`
	FirstTime   *bool       `json:"first_time,omitempty"`
}

// A RequestMatcher looks at what is asked for.
type RequestMatcher struct {
	Validity *Comparison `json:"validity,omitempty"` // in nanoseconds; only > and >=, so that a shorter one matches no more rules
	Reusable *bool       `json:"reusable,omitempty"`
	Verified *bool       `json:"verified,omitempty"`
	Ticket   *bool       `json:"ticket,omitempty"` // whether a word of the reason matches the pattern of the default that counts
}

// A Standing is what somebody is to olbot, besides their part in this request.
type Standing string

// The standings.
const (
	IsAgent    Standing = "agent"    // may ask for codes
	IsApprover Standing = "approver" // is named, or in a group that is, where approvals are
	IsContact  Standing = "contact"  // is a security contact
	IsManager  Standing = "manager"  // was asked as a manager, in the trail that is kept
)

// Standings are all of them.
func Standings() []Standing { return []Standing{IsAgent, IsApprover, IsContact, IsManager} }

// Everybody in a list of agents is every full member.
const Everybody = "*"

// Manager in the links of a Need is the owner's manager.
const Manager = "manager"
