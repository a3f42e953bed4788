// Command lab is the fault laboratory: it runs many complete flows through the
// real olbot program while that is killed, and while Slack and OneLogin fail,
// and then compares four records of what happened.
//
//	go run ./internal/testbed/lab -flows 300 -seed 1
//	go run ./internal/testbed/lab -flows 300 -seed 1 -database postgres://… -replicas 2
//	go run ./internal/testbed/lab -storm -flows 150
//	go run ./internal/testbed/lab -flood
//	go run ./internal/testbed/lab -world -for 1h
//
// olbot is built and run as a process of its own (or several, on PostgreSQL),
// against the two simulators in this process. Every flow has an agent, an owner
// and a manager of its own, who send the command and press Approve, Deny,
// Withdraw, Show code, Generate a new code or This wasn't me, as a seed decides.
// Meanwhile processes are killed (kill -9) and started again at once, sockets are
// warned, refreshed, cut and left half-open, envelopes come twice, and calls are
// refused, cut before or after their effect, delayed or throttled. Then the
// trouble ends, everything settles, and the records are reconciled:
//
//   - what was asked: the commands and presses, and how they were answered
//   - the trail: olbot audit export
//   - what OneLogin saw: the calls and the codes really made
//   - what Slack shows: code messages, cards and the lines of the feed
//
// In a world flows begin one after the other for a time, at Slack's own limits, with a
// fallback approver who stands in and a security contact. Kills are fewer; instead
// everything happens that Slack and OneLogin were seen to do, each for a while and
// several at once, as world_slack.go and world_onelogin.go list it. A request that olbot
// refuses with words because of it has its end: the report counts the words. So
// has a start that fails while Slack or OneLogin lets nobody in.
//
// The words of the table:
//
//   - sent: commands. A person whose command failed sends it again, as another one.
//   - acked: commands to which the agent was told that they were accepted.
//   - decided: requests that were approved or denied.
//   - codes: codes that OneLogin really made.
//   - lost: a command that was acked and made no request; a request that does not
//     reach its end; an acked decision, withdrawal, wish for a code or This
//     wasn't me that had no effect; an intent without an outcome.
//   - untold: an event that the feed never told, unless the feed says that it may
//     be missing.
//   - doubled: two requests from one command, two decisions on one request, two
//     outcomes of one attempt, more calls or codes at OneLogin than intents, more
//     than one message with the same code.
//   - unknown: attempts of which nobody can tell whether they made a code. That is
//     what has to become of an attempt whose process was killed (invariant 4).
//   - unreconciled: records that contradict each other. A code made at OneLogin
//     without an attempt that accounts for it; a code that was issued or shown by
//     the trail and is not there; a code in any other message than the agent's
//     own; a feed with a gap or a wrong anchor; a trail that olbot audit verify
//     does not find whole; connections that olbot takes for another program's; a
//     lost feed or refused credentials that nothing in the world accounts for.
//   - recovered: how long after a kill the next command or press was acked.
//
// A command that was answered with an error, or not at all, may or may not have
// made a request, but never two. The exit code is 1 if anything is lost, doubled,
// untold or unreconciled, or if olbot ended by itself.
//
// The seed decides about flows and troubles; which call meets which trouble also
// depends on the machine, so a run does not repeat exactly.
package main
