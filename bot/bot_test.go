package bot

import (
	"errors"
	"testing"

	"go.uber.org/zap/zaptest"

	"olbot/approvals"
)

func TestOnlyCommandsAreAnsweredInTheAck(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t))
	for name, answer := range map[string]func(Envelope) any{"busy": b.Busy, "broken": b.Broken} {
		if answer(Envelope{Type: EnvelopeInteraction}) != nil {
			t.Errorf("%s: the ack of a press says something", name)
		}
		says, ok := answer(Envelope{Type: EnvelopeCommand}).(ephemeralAnswer)
		if !ok || says.ResponseType != "ephemeral" || says.Text == "" {
			t.Errorf("%s: the ack of a command says %v", name, says)
		}
	}
}

// TestAButtonIsReadForWhatItIs: what olbot never painted changes nothing (invariant 7).
func TestAButtonIsReadForWhatItIs(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t)) // nothing here reaches the service
	for _, tt := range []struct{ action, value string }{
		{ActionApprove, ""}, {ActionApprove, "OTP-7F3K"}, {ActionApprove, "<@U1>"},
		{ActionGenerate, "OTP-7F3K-9QXM/"}, {ActionGenerate, "OTP-7F3K-9QXM/two"}, {ActionGenerate, "OTP-7F3K-9QXM/2/3"},
	} {
		_, err := b.press(t.Context(), tt.action, "U1", tt.value, nil)
		if why, ok := errors.AsType[*approvals.Refusal](err); !ok || why.Code != approvals.BadRequestID {
			t.Errorf("%s %q: %v", tt.action, tt.value, err)
		}
	}
	if _, err := b.press(t.Context(), "something_else", "U1", "OTP-7F3K-9QXM", nil); err == nil {
		t.Error("a button that does not exist was pressed")
	}
}

func TestOneDeliveryHasTheReceiptsOfBothItsIds(t *testing.T) {
	if got := delivered("e1", EnvelopeCommand, `{"trigger_id":"t1"}`).receipts(); len(got) != 2 || got[0] == got[1] {
		t.Errorf("receipts %q", got)
	}
	if got := delivered("e1", EnvelopeCommand, `{}`).receipts(); len(got) != 1 {
		t.Errorf("without a trigger: %q", got)
	}
}
