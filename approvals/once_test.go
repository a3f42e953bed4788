package approvals_test

import (
	"strings"
	"testing"
	"time"

	"olbot/approvals"
)

// TestAFormIsAcceptedOnce: what was refused may be sent again, what was accepted
// is not asked for twice, whatever Slack calls the delivery (invariants 2 and 3).
func TestAFormIsAcceptedOnce(t *testing.T) {
	w := newWorld(t)
	submit := func(envelope, reason string) (approvals.Request, error) {
		return w.Submit(t.Context(), approvals.Submission{
			Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, Reason: reason,
			IdempotencyKeys: []string{envelope}, AcceptanceKey: "form:V1",
		})
	}
	if _, err := submit("envelope:1", strings.Repeat("x", approvals.MaxReason+1)); codeOf(err) != approvals.ReasonTooLong {
		t.Fatalf("a reason that is too long: %v", err)
	}
	first, err := submit("envelope:2", "lost her phone")
	if err != nil {
		t.Fatalf("the form that was refused, corrected: %v", err)
	}
	second, err := submit("envelope:3", "lost her phone")
	if err != nil || second.ID != first.ID {
		t.Errorf("the form again: %s, %v; want %s", second.ID, err, first.ID)
	}
}

// TestMayDecideIsWhatAPressWouldDo without pressing.
func TestMayDecideIsWhatAPressWouldDo(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	may := func(by string) bool {
		t.Helper()
		_, yes, err := w.MayDecide(t.Context(), approvals.Press{By: by, Request: r.ID})
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	if may("U0MARIA") {
		t.Error("nobody has been asked yet")
	}
	w.works()
	if !may("U0MARIA") || may("U0JOE") {
		t.Errorf("Maria, who is asked: %v; Joe, who asks: %v", may("U0MARIA"), may("U0JOE"))
	}
	w.passes(16 * time.Minute)
	if may("U0MARIA") {
		t.Error("the time to decide is over")
	}
	if _, _, err := w.MayDecide(t.Context(), approvals.Press{By: "U0MARIA", Request: "OTP-0000-0000"}); err == nil {
		t.Error("a request that does not exist")
	}
}
