package sqlstore

import (
	"testing"

	"olbot/approvals"
)

// TestALedgerIsNotReadAgainForEveryEvent: what was read for a request that began long ago is
// kept until as much again was stored, and then forgotten.
func TestALedgerIsNotReadAgainForEveryEvent(t *testing.T) {
	const size = 5 * ledgerSize
	end := head{0, ""}
	l := ledger{from: 1, to: end}
	goesOn := func() {
		next := head{end.number + 1, ""}
		l.add(end, next, []approvals.Event{{Number: next.number, Request: "OTP-0000-0001"}})
		end = next
	}
	for range size { // as it is read
		end.number++
		l.keep(&ledgerEvent{request: "OTP-0000-0001", number: end.number})
	}
	l.to = end
	l.grow()
	for range size {
		if goesOn(); l.from != 1 {
			t.Fatalf("it begins at event %d after event %d", l.from, end.number)
		}
	}
	goesOn()
	if len(l.events) != ledgerSize || l.from != end.number-ledgerSize+1 {
		t.Errorf("it holds %d events, from %d to %d", len(l.events), l.from, end.number)
	}
	for range 3 * ledgerSize {
		goesOn()
	}
	if len(l.events) > 2*ledgerSize {
		t.Errorf("it holds %d events", len(l.events))
	}
}
