package main

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
	attemptIssued   = "issued"   // OneLogin made it
	attemptNotSent  = "not_sent" // surely not asked; tried again
	attemptUnknown  = "unknown"  // OneLogin may have made it
	attemptFailed   = "failed"   // OneLogin refused
	attemptWider    = "wider"    // the code could do more than was approved, and was thrown away
	attemptDisowned = "disowned" // the owner said meanwhile that it was not them
)

// jobKinds lists every kind of job.
var jobKinds = []approvals.JobKind{
	approvals.JobResolve, approvals.JobShow, approvals.JobHome, approvals.JobIssue, approvals.JobExpire, approvals.JobLapse,
	approvals.JobClose, approvals.JobRemind, approvals.JobEscalate, approvals.JobRevoke, approvals.JobFeed, approvals.JobWatch, approvals.JobPrune,
}

// begin makes every series whose labels are known begin at 0: Prometheus sees no
// increase in a series that begins at 1, and alerts rest on the first one.
func (m *metrics) begin() {
	for _, s := range approvals.States() {
		if s.Ended() {
			m.requestsEnded.WithLabelValues(string(s))
		}
	}
	for _, v := range []approvals.EventKind{approvals.EventApproved, approvals.EventDenied, approvals.EventDeclined} {
		m.decisions.WithLabelValues(string(v))
	}
	for _, o := range []string{attemptIssued, attemptNotSent, attemptUnknown, attemptFailed, attemptWider, attemptDisowned} {
		m.codeAttempts.WithLabelValues(o)
	}
	for _, e := range []approvals.EventKind{approvals.EventShown, approvals.EventNotShown} {
		m.codeMessages.WithLabelValues(string(e))
	}
	for _, c := range socketmode.Counts() {
		m.socketEvents.WithLabelValues(string(c))
	}
	for _, k := range jobKinds {
		m.jobLag.WithLabelValues(string(k))
	}
	for _, t := range []string{socketmode.Command, socketmode.Interaction} {
		m.ackDuration.WithLabelValues(t)
	}
}

// observeSlack returns a wrapper for transports of calls to Slack's Web API.
func (m *metrics) observeSlack(c Config) func(http.RoundTripper) http.RoundTripper {
	return slackapi.Observe(string(c.SlackAPIURL), func(method string, o slackapi.Outcome) {
		m.slackCalls.WithLabelValues(method, string(o)).Inc()
	})
}

// oneLoginCall is told of every request to OneLogin, what for in words.
func (m *metrics) oneLoginCall(op string, status int, _ time.Duration) {
	m.oneLoginCalls.WithLabelValues(strings.ReplaceAll(strings.ToLower(op), " ", "_"), oneLoginOutcome(status)).Inc()
}

// oneLoginOutcome calls the outcomes as slackapi does.
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
