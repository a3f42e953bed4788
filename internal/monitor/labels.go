package monitor

import (
	"net/http"
	"strings"
	"time"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
)

// The outcomes of an attempt to make a code.
const (
	attemptIssued   = "issued"    // OneLogin made it
	attemptNotSent  = "not_sent"  // OneLogin was not asked; tried again
	attemptUnknown  = "unknown"   // OneLogin may have made it
	attemptFailed   = "failed"    // OneLogin refused
	attemptWider    = "wider"     // the code could do more than was approved, and was thrown away
	attemptDisowned = "disowned"  // the owner said meanwhile: this wasn't me
	attemptStopped  = "stopped"   // somebody stopped it meanwhile
	attemptHeldBack = "held_back" // the account was blocked, or all codes paused, meanwhile: thrown away
)

// startSeries starts every series whose labels are known at 0: Prometheus sees no
// increase in a series that starts at 1, and alerts depend on the first one.
func (m *Metrics) startSeries() {
	for _, s := range approvals.States() {
		if s.Ended() {
			m.requestsEnded.WithLabelValues(string(s))
		}
	}
	for _, v := range []approvals.EventKind{approvals.EventApproved, approvals.EventDenied, approvals.EventPassedOn} {
		m.decisions.WithLabelValues(string(v))
	}
	for _, o := range []string{attemptIssued, attemptNotSent, attemptUnknown, attemptFailed, attemptWider, attemptDisowned, attemptStopped, attemptHeldBack} {
		m.codeAttempts.WithLabelValues(o)
	}
	for _, e := range []approvals.EventKind{approvals.EventShown, approvals.EventNotShown} {
		m.codeMessages.WithLabelValues(string(e))
	}
	for _, c := range socketmode.Counts() {
		m.socketEvents.WithLabelValues(string(c))
	}
	for _, k := range approvals.JobKinds() {
		m.jobLag.WithLabelValues(string(k))
	}
	for _, t := range []string{socketmode.Command, socketmode.Interaction} {
		m.ackDuration.WithLabelValues(t)
	}
}

// SawSlack counts a call of Slack's Web API.
func (m *Metrics) SawSlack(a slackapi.Answer) {
	m.slackCalls.WithLabelValues(a.Method, string(a.Outcome)).Inc()
}

// ObserveOneLogin counts a request to OneLogin; op says in words what it was for.
func (m *Metrics) ObserveOneLogin(op string, status int, _ time.Duration) {
	m.oneLoginCalls.WithLabelValues(strings.ReplaceAll(strings.ToLower(op), " ", "_"), oneLoginOutcome(status)).Inc()
}

// oneLoginOutcome has the words that slackapi has for outcomes.
func oneLoginOutcome(status int) string {
	o := slackapi.CallFailed
	switch {
	case status == 0:
		o = slackapi.CallNoAnswer
	case status == http.StatusTooManyRequests:
		o = slackapi.CallRateLimited
	case status >= 200 && status < 300:
		o = slackapi.CallOK
	case status >= 400 && status < 500:
		o = slackapi.CallRefused
	}
	return string(o)
}

// Export starts the series of an export, and returns what counts each try to send to it.
func (m *Metrics) Export(sink string, now func() time.Time) func(failed error) {
	failures := m.exportFailures.WithLabelValues(sink)
	return func(failed error) {
		if failed != nil {
			failures.Inc()
			return
		}
		m.exportWorked.WithLabelValues(sink).Set(float64(now().Unix()))
	}
}
