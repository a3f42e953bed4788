package bot

import (
	"testing"

	"go.uber.org/zap/zaptest"
)

func TestOnlyCommandsAreAnsweredInTheAck(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t))
	for name, answer := range map[string]func(Envelope) any{"busy": b.Busy, "broken": b.Broken} {
		if answer(Envelope{Type: EnvelopeInteraction}) != nil {
			t.Errorf("%s: the ack of a press says something", name)
		}
		says, ok := answer(Envelope{Type: EnvelopeCommand}).(Ephemeral)
		if !ok || says.ResponseType != "ephemeral" || says.Text == "" {
			t.Errorf("%s: the ack of a command says %v", name, says)
		}
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
