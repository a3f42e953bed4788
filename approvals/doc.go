// Package approvals is the domain of olbot: a request for a OneLogin temporary MFA
// token, which a second person has to approve before the token is made.
//
// It speaks of Slack and OneLogin by name and calls neither, nor a database: the
// ports do. Read it in this order.
//
// The pure half imports no context, no log and no clock (internal/arch holds it to
// that), and every function returns what its arguments say:
//
//   - request.go, state.go and event.go: a Request is a value; its states and which may
//     follow which; what the trail says;
//   - submission.go, decide.go, escalate.go, reach.go, issue.go, delay.go and disown.go: the transitions. Each
//     returns a Change (the new request, one event for the trail, the jobs that follow) or a
//     *Refusal, which is an error meant for the person who caused it;
//   - restriction.go: what security contacts restrict without a request;
//   - policy.go, people.go and person.go: who may be agent, owner and approver;
//   - history.go: what earlier requests say about the next one.
//
// The other half runs it:
//
//   - ports.go: what the domain needs from outside (Store, Directory, Issuer, Messenger);
//   - service.go, press.go and restrict.go: commands, forms and presses of buttons, which are
//     stored before they are answered; requester.go and allowance.go: who may send them, and how often;
//   - job_table.go and work.go: the kinds of job with their pools and workers, and the loop
//     that works them. A job is leased: after a crash another process runs it again;
//   - the job_*.go files, approver.go, recheck.go, lookup_failed.go and home.go: the workers.
//
// The one-way door is in job_issue.go: the intent is stored before OneLogin is called, the
// answer is stored before the code is shown, and a call that may have reached OneLogin is
// never repeated without a press.
package approvals
