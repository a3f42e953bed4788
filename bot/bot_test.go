package bot

import (
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"olbot/bot/messenger"
	"olbot/internal/socketmode"
)

func TestOnlyCommandsAreAnsweredInTheAck(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t), time.Now)
	for name, answer := range map[string]func(socketmode.Envelope) any{"busy": b.Busy, "broken": b.Broken} {
		if answer(socketmode.Envelope{Type: socketmode.Interaction}) != nil {
			t.Errorf("%s: the ack of a press says something", name)
		}
		says, ok := answer(socketmode.Envelope{Type: socketmode.Command}).(messenger.Ephemeral)
		if !ok || says.ResponseType != "ephemeral" || says.Text == "" {
			t.Errorf("%s: the ack of a command says %v", name, says)
		}
	}
}

// TestWhatDoesNotDecodeIsAnError: the Socket counts it and answers with Broken. Nothing reaches the service.
func TestWhatDoesNotDecodeIsAnError(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t), time.Now)
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
