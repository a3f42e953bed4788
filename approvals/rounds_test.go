package approvals

import (
	"testing"
	"time"
)

// TestAskedAtIsTheTimeOfTheLink: whoever comes in later was asked later.
func TestAskedAtIsTheTimeOfTheLink(t *testing.T) {
	p := rules
	p.Chain, p.EscalateAfter = principals("manager", "S0LEADS"), time.Minute
	first, second := AskedPerson{maria, principal("manager")}, AskedPerson{Person{Slack: "U0TOM"}, principal("S0LEADS")}
	c, err := Request{ID: "OTP-0000-0000", State: Received, CreatedAt: t0, ExpiresAt: t0.Add(time.Hour)}.
		AskApprovers(Participants{Agent: joe, Owner: ana, Approvers: []AskedPerson{first}}, nil, p, t0.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.Request.Escalate([]AskedPerson{second}, p, t0.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	r := c.Request
	if !r.AskedAt(first).Equal(t0.Add(time.Second)) || !r.AskedAt(second).Equal(t0.Add(2*time.Minute)) {
		t.Errorf("asked at %v and %v", r.AskedAt(first), r.AskedAt(second))
	}
	r.Rounds = nil
	if !r.AskedAt(first).Equal(t0) {
		t.Error("a request from before rounds were kept does not fall back to when it was made")
	}
}
