package approvals_test

import (
	"testing"

	"olbot/approvals"
)

// What could come to no end is not begun: the command is refused at once, which
// stands in the trail, and taken again when the obstacle is gone. A command that was
// taken before stays taken when Slack delivers it again.
func TestNothingIsTakenWhileSlackOrOneLoginRefuseOlbot(t *testing.T) {
	w := newWorld(t)
	var why *approvals.Refusal
	w.Service = approvals.NewService(approvals.Ports{
		Store: w.store, Directory: w, Issuer: w, Messenger: w, Sinks: []approvals.Sink{worldFeed{w}},
		Obstacle: func() *approvals.Refusal { return why },
	}, w.Policy, w.Retention, w.Log, w.now)
	submission := approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, IdempotencyKeys: []string{"envelope:1"}}
	taken, err := w.Submit(t.Context(), submission)
	if err != nil {
		t.Fatal(err)
	}
	why = &approvals.Refusal{Code: approvals.SlackRefuses, Text: "token_revoked"}
	if again, err := w.Submit(t.Context(), submission); err != nil || again.ID != taken.ID {
		t.Errorf("delivered again: %s, %v", again.ID, err)
	}
	submission.IdempotencyKeys = []string{"envelope:2"}
	if _, err := w.Submit(t.Context(), submission); codeOf(err) != approvals.SlackRefuses {
		t.Errorf("a new one: %v", err)
	}
	if e := w.last(); e.Kind != approvals.EventCommandRefused || e.Refusal == nil || e.Refusal.Code != approvals.SlackRefuses {
		t.Errorf("the trail ends with %+v", e)
	}
	why = nil
	submission.IdempotencyKeys = []string{"envelope:3"}
	if _, err := w.Submit(t.Context(), submission); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
