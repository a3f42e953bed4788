package view

import (
	"errors"
	"testing"

	"olbot/approvals"
	"olbot/bot/payload"
)

// TestAButtonIsReadForWhatItIs: what olbot never wrote is refused (invariant 7).
func TestAButtonIsReadForWhatItIs(t *testing.T) {
	read := func(a Action, value string) (Press, error) {
		return ReadPress(payload.Button{ActionID: string(a), Value: value})
	}
	for _, tt := range []struct {
		action Action
		value  string
	}{
		{ActionApprove, ""}, {ActionApprove, "-"}, {ActionApprove, "OTP-7F3K"}, {ActionApprove, "<@U1>"},
		{ActionGenerate, "OTP-7F3K-9QXM/"}, {ActionGenerate, "OTP-7F3K-9QXM/two"}, {ActionGenerate, "OTP-7F3K-9QXM/2/3"},
	} {
		_, err := read(tt.action, tt.value)
		if why, ok := errors.AsType[*approvals.Refusal](err); !ok || why.Code != approvals.BadRequestID {
			t.Errorf("%s %q: %v", tt.action, tt.value, err)
		}
	}
	if _, err := read("something_else", "OTP-7F3K-9QXM"); err == nil {
		t.Error("a button that does not exist was read")
	}
}

// TestEveryButtonIsReadAsItIsWritten: the table of the buttons is all there is.
func TestEveryButtonIsReadAsItIsWritten(t *testing.T) {
	r := made().r
	for _, name := range constants(t, ".", "Action") {
		a := Action(name)
		b := requestButton(a, r)
		p, err := ReadPress(payload.Button{ActionID: b.ActionID, Value: b.Value})
		if err != nil || b.Text.Text == "" || p.Action != a || p.Request != r.ID || (p.Attempt == r.Attempt+1) != buttons[a].makes {
			t.Errorf("%s: %q is read as %+v, %v", a, b.Value, p, err)
		}
		if buttons[a].card == "" {
			if p, err := ReadPress(payload.Button{ActionID: name, Value: aboutNothing}); err != nil || p != (Press{Action: a}) {
				t.Errorf("%s about nothing is read as %+v, %v", a, p, err)
			}
		}
	}
}
