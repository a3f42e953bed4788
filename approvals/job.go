package approvals

import "time"

// A Job is work that a change made necessary. There is at most one of a kind
// for a request, a Home tab or a sink. It holds ids only, never a secret. A job
// is leased: what a worker that lost its lease says about it is not heard.
type Job struct {
	Kind    JobKind
	Request ID        // "" for the jobs that are not about a request; of JobHome, the Slack id of whose it is; of JobSink, the name of the sink
	RunAt   time.Time // not before

	Attempt      int64 // set by Claim: which try it is, from 1; one that was cut off is made again under its number
	FencingToken int64 // set by Claim: names this one claim, and fences the worker
}

// A JobKind names a kind of work.
type JobKind string

// The kinds of job.
const (
	JobResolve   JobKind = "resolve"   // find the three people, ask the approvers
	JobShow      JobKind = "show"      // repaint what people see
	JobHome      JobKind = "home"      // repaint somebody's Home tab
	JobIssue     JobKind = "issue"     // the one-way door
	JobExpire    JobKind = "expire"    // nobody decided in time
	JobLapse     JobKind = "lapse"     // nobody made the code in time
	JobClose     JobKind = "close"     // the code has ended
	JobObjection JobKind = "objection" // the owner's time to say This wasn't me has ended
	JobRemind    JobKind = "remind"    // nobody decided yet: remind the approvers
	JobEscalate  JobKind = "escalate"  // ask the next link of the chain too
	JobRevoke    JobKind = "revoke"    // try to end the code of what was disowned or stopped
	JobSink      JobKind = "feed"      // send the trail to a sink; metrics and logs have always called it feed
	JobWatch     JobKind = "watch"     // look whether the sinks can be sent to
	JobPrune     JobKind = "prune"     // remove what is old
)
