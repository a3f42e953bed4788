package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/slack-go/slack"
)

// The types of envelopes that olbot handles.
const (
	EnvelopeCommand     = "slash_commands"
	EnvelopeInteraction = "interactive"
	EnvelopeEvent       = "events_api"
)

// An Envelope is one thing that Slack delivered over Socket Mode.
type Envelope struct {
	ID              string
	Type            string // EnvelopeCommand, EnvelopeInteraction or EnvelopeEvent
	AcceptsResponse bool   // whether Slack takes a payload in the ack
	RetryAttempt    int    // 0 for the first delivery; Slack redelivers events only
	Payload         json.RawMessage

	decoded any // Payload as slack-go knows it, if that was made of it before
}

// Command decodes the payload of a EnvelopeCommand.
func (e Envelope) Command() (slack.SlashCommand, error) {
	if c, ok := e.decoded.(slack.SlashCommand); ok {
		return c, nil
	}
	var c slack.SlashCommand
	return c, e.decode(EnvelopeCommand, &c)
}

// Interaction decodes the payload of a EnvelopeInteraction.
func (e Envelope) Interaction() (slack.InteractionCallback, error) {
	if i, ok := e.decoded.(slack.InteractionCallback); ok {
		return i, nil
	}
	var i slack.InteractionCallback
	return i, e.decode(EnvelopeInteraction, &i)
}

// decode does not wrap the decoder's error, which quotes what it stumbled over.
func (e Envelope) decode(want string, into any) error {
	if e.Type != want {
		return fmt.Errorf("decode Slack payload: envelope of type %s, not %s", safeWord(e.Type), want)
	}
	if !isJSONObject(e.Payload) {
		return errors.New("decode Slack payload: not a JSON object")
	}
	if err := json.Unmarshal(e.Payload, into); err != nil {
		return fmt.Errorf("decode Slack payload of type %s: %T", want, err)
	}
	return nil
}

// opened is e with its payload decoded; false if a handler could not read it.
func (e Envelope) opened() (Envelope, bool) {
	var err error
	switch e.Type {
	case EnvelopeCommand:
		e.decoded, err = e.Command()
	case EnvelopeInteraction:
		e.decoded, err = e.Interaction()
	default:
		return e, isJSONObject(e.Payload)
	}
	return e, err == nil
}

func (e Envelope) known() bool {
	return e.Type == EnvelopeCommand || e.Type == EnvelopeInteraction || e.Type == EnvelopeEvent
}

// label is the type as logs and metrics may show it.
func (e Envelope) label() string {
	if e.known() {
		return e.Type
	}
	return "other"
}

// keys are what a repeated delivery has in common with the first.
func (e Envelope) keys() []string {
	keys := []string{"envelope " + e.ID}
	var p struct {
		TriggerID string `json:"trigger_id"`
		EventID   string `json:"event_id"`
	}
	if json.Unmarshal(e.Payload, &p) != nil {
		return keys
	}
	switch {
	case e.Type == EnvelopeEvent && p.EventID != "":
		keys = append(keys, "event "+p.EventID)
	case e.Type != EnvelopeEvent && p.TriggerID != "":
		keys = append(keys, "trigger "+p.TriggerID)
	}
	return keys
}

// A socketFrame is what came in one WebSocket message.
type socketFrame struct {
	Envelope
	reason         string // of disconnect
	appID          string // of hello
	appConnections int    // of hello
}

// parseFrame reads field by field, so that one field of an unexpected shape does not hide the
// envelope id, without which nothing can be acked.
func parseFrame(data []byte) (socketFrame, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		return socketFrame{}, false
	}
	var f socketFrame
	getField(fields, "envelope_id", &f.ID)
	getField(fields, "type", &f.Type)
	getField(fields, "retry_attempt", &f.RetryAttempt)
	getField(fields, "reason", &f.reason)
	getField(fields, "num_connections", &f.appConnections)
	f.Payload = fields["payload"]
	f.AcceptsResponse = f.Type == EnvelopeCommand || f.Type == EnvelopeInteraction
	getField(fields, "accepts_response_payload", &f.AcceptsResponse)
	var info map[string]json.RawMessage
	getField(fields, "connection_info", &info)
	getField(info, "app_id", &f.appID)
	return f, true
}

// getField leaves into as it is when the field is missing or of another type.
func getField[T any](fields map[string]json.RawMessage, name string, into *T) {
	var v *T
	if json.Unmarshal(fields[name], &v) == nil && v != nil {
		*into = *v
	}
}

func isJSONObject(raw json.RawMessage) bool {
	return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{"))
}
