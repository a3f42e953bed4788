package bot

import (
	"errors"
	"testing"

	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/internal/socketmode"
)

func TestOnlyCommandsAreAnsweredInTheAck(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t))
	for name, answer := range map[string]func(socketmode.Envelope) any{"busy": b.Busy, "broken": b.Broken} {
		if answer(socketmode.Envelope{Type: socketmode.Interaction}) != nil {
			t.Errorf("%s: the ack of a press says something", name)
		}
		says, ok := answer(socketmode.Envelope{Type: socketmode.Command}).(ephemeralAnswer)
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

// TestWhatDoesNotDecodeIsAnError: the Socket counts it and answers with Broken. Nothing reaches the service.
func TestWhatDoesNotDecodeIsAnError(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t))
	for _, e := range []socketmode.Envelope{
		{Type: socketmode.Command},
		{Type: socketmode.Command, Payload: []byte(`[]`)},
		{Type: socketmode.Command, Payload: []byte(`{"text":4711}`)},
		{Type: socketmode.Command, Payload: []byte(`{"user_id":["U1"]}`)},
		{Type: socketmode.Interaction, Payload: []byte(`null`)},
		{Type: socketmode.Interaction, Payload: []byte(`{"actions":"approve"}`)},
		{Type: socketmode.Event, Payload: []byte(`"app_home_opened"`)},
		{Type: socketmode.Event, Payload: []byte(`{"event":7}`)},
	} {
		if answer, err := b.Handle(t.Context(), e); err == nil {
			t.Errorf("%s %s is answered with %v", e.Type, e.Payload, answer)
		}
	}
}
