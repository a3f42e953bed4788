package approvals

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"
)

// The bounds of a code's validity.
// https://developers.onelogin.com/api-docs/2/multi-factor-authentication/generate-mfa-token
// names the upper one, OneLogin's own SDKs the lower one.
const (
	MinValidity = 120 * time.Second
	MaxValidity = 259200 * time.Second
)

// MaxReason is how many characters of reason a request keeps.
const MaxReason = 500

// longValidity is what a card calls unusually long.
const longValidity = time.Hour

// A Delivery says when a code is made after the approval.
type Delivery string

// The deliveries.
const (
	DeliverAuto  Delivery = "auto"  // at once, if the agent just did something or Slack thinks they are at the screen
	DeliverClaim Delivery = "claim" // when the agent presses Show code
)

// A Policy holds the rules. Its methods are pure: they look at what they are
// given and answer nil or the *Refusal that says why not.
type Policy struct {
	Requesters []Principal // users, groups, or everybody
	Chain      []Principal // the links, asked in order: the manager, users, groups
	Protected  Protected   // accounts no code is ever made for

	DefaultValidity time.Duration
	MaxValidity     time.Duration
	AllowReusable   bool
	RequireReason   bool

	SecurityContacts []Principal // users and groups: who are told of alarms, and may lift, block, stop and pause

	ApprovalTimeout time.Duration // received or pending → expired
	RemindAfter     time.Duration // pending: the approvers are reminded, then after twice as long each time; 0: never
	EscalateAfter   time.Duration // pending: the next link of the chain is asked as well; 0: never
	ClaimWindow     time.Duration // approved → lapsed
	MaxCodes        int           // codes that an approval is for; Codes says which hold
	RecoveryHold    time.Duration // how long after a code somebody may not approve, ask or lift a block; 0: not at all
	ObjectionWindow time.Duration // how long after the end of a request its owner can say: this wasn't me
	AgentLimit      int           // open requests of one agent, 0: none
	OwnerLimit      int           // requests for one owner in 24 hours, 0: none
	Delivery        Delivery

	// CheckAge is how old the fresh check may be when a code is made (invariant 1):
	// it has to be more than the longest check can take, or every slow one is made
	// again. 0: as long as with OneLogin's usual 30 s for each look-up.
	CheckAge time.Duration
}

// Protected lists accounts that olbot makes no code for.
type Protected struct {
	Users  []int64
	Roles  []int64
	Groups []int64
	Emails []string // folded by the reader of the configuration
}

// MaySubmit checks what can be checked of a command without looking anybody up.
func (p Policy) MaySubmit(a Submission) *Refusal {
	switch {
	case a.Validity != 0 && (a.Validity < MinValidity || a.Validity > p.MaxValidity):
		return &Refusal{Code: ValidityRange, Max: p.MaxValidity}
	case a.Reusable && !p.AllowReusable:
		return &Refusal{Code: NoReusable}
	case p.RequireReason && a.Reason == "":
		return &Refusal{Code: ReasonRequired}
	case utf8.RuneCountInString(a.Reason) > MaxReason:
		return &Refusal{Code: ReasonTooLong, Limit: MaxReason}
	}
	return nil
}

// linksAfter returns the links of the chain behind the one that was asked last.
// None, if that one is no longer in the chain.
func (p Policy) linksAfter(link Principal) []Principal {
	if i := slices.Index(p.Chain, link); i >= 0 {
		return p.Chain[i+1:]
	}
	return nil
}

// stillAllowed checks an accepted request against the rules of now.
func (p Policy) stillAllowed(r Request) *Refusal {
	switch {
	case r.Validity < MinValidity || r.Validity > p.MaxValidity:
		return &Refusal{Code: ValidityRange, Max: p.MaxValidity}
	case r.Reusable && !p.AllowReusable:
		return &Refusal{Code: NoReusable}
	}
	return nil
}

// riskSignals lists what is unusual about a request.
func riskSignals(r Request, askedThisWeek int, askedBefore bool, powers []RiskSignalKind) []RiskSignal {
	var s []RiskSignal
	if r.Reusable {
		s = append(s, RiskSignal{Kind: RiskReusable})
	}
	if r.Validity > longValidity {
		s = append(s, RiskSignal{Kind: RiskLong})
	}
	if askedThisWeek > 0 {
		s = append(s, RiskSignal{Kind: RiskNthThisWeek, Count: askedThisWeek + 1})
	}
	if !askedBefore {
		s = append(s, RiskSignal{Kind: RiskFirst})
	}
	for _, power := range powers {
		s = append(s, RiskSignal{Kind: power})
	}
	return s
}

// Codes is how many codes an approval is for: one, if nothing else is set.
func (p Policy) Codes() int { return max(1, min(p.MaxCodes, MaxCodes)) }

// checkAge is the CheckAge that holds.
func (p Policy) checkAge() time.Duration { return cmp.Or(p.CheckAge, 70*time.Second) }

// expirySlack is how far the end of a code may be from what was asked for,
// by OneLogin's own clock, before it counts as another validity.
const expirySlack = 60 * time.Second

// compareGrant compares what OneLogin made with what was approved. Wider means the
// code must not be handed out; narrower is said. What OneLogin did not say is taken
// as it was asked for. An end that lies at or before the making was not said: no
// code is made to be dead.
func compareGrant(r Request, a Answer, now time.Time) (g Grant, wider bool) {
	asked := now.Add(r.Validity)
	g = Grant{Until: asked, Latest: asked, Reusable: r.Reusable, Device: a.Device}
	if a.Reusable == nil {
		g.Missing = append(g.Missing, "reusable")
	} else {
		g.Reusable = *a.Reusable
		wider = g.Reusable && !r.Reusable
		g.Narrower = !g.Reusable && r.Reusable
	}
	if a.Device == "" && r.Grant.Device == "" {
		g.Missing = append(g.Missing, "device_id")
	}
	made := a.Now
	if made.IsZero() {
		made = now
	}
	validity := a.ExpiresAt.Sub(made)
	if a.ExpiresAt.IsZero() || validity <= 0 {
		g.Missing = append(g.Missing, "expires_at")
		return g, wider
	}
	said := now.Add(validity)
	if said.Before(asked) {
		g.Until = said
	} else {
		g.Latest = said
	}
	wider = wider || validity > r.Validity+expirySlack
	g.Narrower = g.Narrower || validity < r.Validity-expirySlack
	return g, wider
}

// protects says whether no code may be made for the user.
func (p Protected) protects(u User) bool {
	return slices.Contains(p.Users, u.ID) ||
		slices.ContainsFunc(u.Roles, func(id int64) bool { return slices.Contains(p.Roles, id) }) ||
		u.Group != 0 && slices.Contains(p.Groups, u.Group) ||
		slices.ContainsFunc(p.Emails, func(e string) bool { return SameEmail(e, u.Email) })
}
