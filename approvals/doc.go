// Package approvals is what olbot is for: a request for a OneLogin temporary
// MFA token that a second person has to approve before it can be made.
//
// It knows no Slack, no HTTP and no SQL. It is read best in this order:
//
//   - request.go and state.go: a Request is a value, its states and which may follow which;
//   - ask.go, decide.go, escalate.go, issue.go, disown.go: the transitions. Each is a pure
//     method that returns a Change (the new request, one event for the trail, the jobs it
//     makes necessary) or a *Refusal, which is an error meant for the person who caused it;
//   - policy.go, people.go and approver.go: who may be agent, owner and approver, with reasons;
//   - ports.go: the four things the domain needs from outside (Store, Directory,
//     Issuer, Messenger), each declared here, where it is used;
//   - service.go, press.go and draft.go: commands, forms and button presses, stored before
//     they are answered;
//   - home.go: what somebody's Home tab shows;
//   - work.go and the job_*.go files: what happens afterwards, as leased jobs that any
//     process may work, pick up after a crash, or find already done.
//
// The one-way door is in job_issue.go: the intent is stored before OneLogin is
// called, the answer is stored before the code is shown, and after the request
// may have left this machine it is never sent again by itself.
package approvals
