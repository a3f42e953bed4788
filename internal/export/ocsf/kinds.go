package ocsf

import "olbot/approvals"

// The classes, https://schema.ocsf.io/1.8.0/classes.
const (
	detectionFinding     = 2004
	accountChange        = 3001
	entityManagement     = 3004
	applicationLifecycle = 6002
)

// Activities of Account Change.
const (
	lockAccount   = 9
	enableFactor  = 10
	disableFactor = 11
	unlockAccount = 12
)

// Activities of Entity Management.
const (
	create     = 1
	update     = 3
	activate   = 10
	deactivate = 11
	suspend    = 12
	resume     = 13
)

// Activities of Application Lifecycle.
const (
	startApp   = 3
	stopApp    = 4
	enableApp  = 6
	disableApp = 7
	updateApp  = 8
)

// Severities.
const (
	informational = 1
	low           = 2
	medium        = 3
	high          = 4
	critical      = 5
)

// States of an event; a finding has its own.
const (
	unknown   = 0
	success   = 1
	failure   = 2
	statusNew = 1
)

// What became of what somebody wanted.
const (
	blocked      = 2
	approved     = 8
	rejected     = 25
	unauthorized = 26
)

// actionOf is what was done about it: allowed or denied.
func actionOf(disposition int) int {
	if disposition == approved {
		return 1
	}
	return 2
}

// A kind is what a kind of event becomes.
type kind struct {
	class, activity, severity, status, disposition int
	attacks                                        []attack
	refine                                         func(*kind, approvals.Event) // where the kind alone does not say it
}

type attack struct {
	Technique    named  `json:"technique"`
	SubTechnique *named `json:"sub_technique,omitempty"`
	Tactic       named  `json:"tactic"`
}

type named struct {
	UID  string `json:"uid"`
	Name string `json:"name"`
}

// What somebody may be after, https://attack.mitre.org/techniques/T1556/006/ and T1078.
var (
	weakerFactor = attack{named{"T1556", "Modify Authentication Process"}, &named{"T1556.006", "Multi-Factor Authentication"}, named{"TA0003", "Persistence"}}
	stolenLogin  = attack{named{"T1078", "Valid Accounts"}, nil, named{"TA0001", "Initial Access"}}
)

func step(activity int) kind {
	return kind{class: entityManagement, activity: activity, status: success}
}

func (k kind) failed(severity, disposition int) kind {
	k.status, k.severity, k.disposition = failure, severity, disposition
	return k
}

func (k kind) as(severity, disposition int) kind {
	k.severity, k.disposition = severity, disposition
	return k
}

func alarm(severity int, attacks ...attack) kind {
	return kind{class: detectionFinding, activity: create, severity: severity, attacks: attacks}
}

func account(activity, status int) kind {
	return kind{class: accountChange, activity: activity, severity: low, status: status}
}

func program(activity int) kind {
	return kind{class: applicationLifecycle, activity: activity, status: success}
}

// kinds has a row for every kind of event.
var kinds = map[approvals.EventKind]kind{
	approvals.EventReceived:       step(create),
	approvals.EventCommandRefused: step(create).failed(low, blocked),
	approvals.EventAsked:          step(update),
	approvals.EventReminded:       step(update),
	approvals.EventEscalated:      step(update),
	approvals.EventNobodyElse:     step(update),
	approvals.EventPassedOn:       step(update),
	approvals.EventNotReached:     step(update).failed(low, 0),
	approvals.EventRefused:        step(deactivate).failed(low, blocked),
	approvals.EventApproved:       step(activate).as(informational, approved),
	approvals.EventDenied:         {class: entityManagement, activity: deactivate, status: success, severity: low, disposition: rejected, refine: alarmingDenial},
	approvals.EventWithdrawn:      step(deactivate),
	approvals.EventExpired:        step(deactivate),
	approvals.EventLapsed:         step(deactivate),
	approvals.EventClosed:         step(deactivate),
	approvals.EventAgentAway:      step(update),
	approvals.EventAgentUnseen:    step(update),
	approvals.EventCodeWanted:     step(update),
	approvals.EventCheckRepeated:  step(update),
	approvals.EventIssuing:        step(update),
	approvals.EventNotSent:        step(update).failed(low, 0),
	approvals.EventShown:          step(update),
	approvals.EventNotShown:       step(update).failed(low, 0),
	approvals.EventAnotherAsked:   step(update),
	approvals.EventAllowedMore:    step(update).as(low, approved),
	approvals.EventCodeHeld:       step(update),
	approvals.EventPressRefused:   step(update).failed(medium, unauthorized),
	approvals.EventTooMany:        step(create).failed(medium, blocked),
	approvals.EventPaused:         step(suspend).as(high, 0),
	approvals.EventResumed:        step(resume).as(medium, 0),

	approvals.EventIssued:         account(enableFactor, success),
	approvals.EventUnknown:        {class: accountChange, activity: enableFactor, severity: medium, status: unknown},
	approvals.EventFailed:         {class: accountChange, activity: enableFactor, severity: medium, status: failure},
	approvals.EventRevocation:     {class: accountChange, activity: disableFactor, severity: medium, refine: outcomeOfRevocation},
	approvals.EventAccountBlocked: {class: accountChange, activity: lockAccount, severity: high, status: success},
	approvals.EventBlockLifted:    {class: accountChange, activity: unlockAccount, severity: medium, status: success},

	approvals.EventDisowned:    alarm(critical, weakerFactor, stolenLogin),
	approvals.EventStopped:     alarm(high, weakerFactor),
	approvals.EventTampered:    alarm(critical),
	approvals.EventKeyReplaced: alarm(high),
	approvals.EventForeign:     alarm(high, stolenLogin),

	approvals.EventStarted:      program(startApp),
	approvals.EventShutDown:     program(stopApp),
	approvals.EventSettings:     program(updateApp),
	approvals.EventFeedLost:     {class: applicationLifecycle, activity: disableApp, severity: high, status: failure},
	approvals.EventFeedRestored: program(enableApp),
}

// alarmingDenial makes a finding of a denial that blocks the account.
func alarmingDenial(k *kind, e approvals.Event) {
	if e.Denial.Alarms() {
		*k = alarm(high, weakerFactor, stolenLogin)
	}
}

// outcomeOfRevocation says what OneLogin let olbot do. That it took the call proves nothing.
func outcomeOfRevocation(k *kind, e approvals.Event) {
	switch e.Revocation.Outcome {
	case approvals.RevocationRefused, approvals.RevocationNotTried:
		k.status = failure
	default:
		k.status = unknown
	}
}
