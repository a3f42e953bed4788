package bot

import (
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

	frame       []byte // all that came: the payload is in it
	trigger     string // of a command or interaction
	event       string // the id of an event
	command     *SlashCommand
	interaction *slack.InteractionCallback
}

// A SlashCommand is what olbot reads of the payload of an EnvelopeCommand
// (https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling).
type SlashCommand struct {
	Text        string `json:"text"`
	UserID      string `json:"user_id"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
}

// Command is the payload of an EnvelopeCommand.
func (e Envelope) Command() (*SlashCommand, error) {
	if e.command != nil {
		return e.command, nil
	}
	return payloadOf[SlashCommand](e, EnvelopeCommand)
}

// Interaction is the payload of an EnvelopeInteraction.
func (e Envelope) Interaction() (*slack.InteractionCallback, error) {
	if e.interaction != nil {
		return e.interaction, nil
	}
	return payloadOf[slack.InteractionCallback](e, EnvelopeInteraction)
}

// payloadOf decodes the payload of an envelope of the type. It does not wrap the decoder's error,
// which quotes what it stumbled over.
func payloadOf[T any](e Envelope, want string) (*T, error) {
	if e.Type != want {
		return nil, fmt.Errorf("decode Slack payload: envelope of type %s, not %s", safeWord(e.Type), want)
	}
	var f struct {
		Payload *T `json:"payload"`
	}
	if err := json.Unmarshal(e.frame, &f); err != nil {
		return nil, fmt.Errorf("decode Slack payload of type %s: %T", want, err)
	}
	if f.Payload == nil {
		return nil, errors.New("decode Slack payload: there is none")
	}
	return f.Payload, nil
}

// opened is e with its payload decoded; false if a handler could not read it.
func (e Envelope) opened() (Envelope, bool) {
	var err error
	switch e.Type {
	case EnvelopeCommand:
		e.command, err = e.Command()
	case EnvelopeInteraction:
		e.interaction, err = e.Interaction()
	default:
		_, err = payloadOf[struct{}](e, e.Type) // an object, whatever is in it
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

// receipts are the ids under which Slack delivers one thing: the same press or command may come in
// another envelope with the same trigger, an event with the same event id.
func (e Envelope) receipts() []string {
	ids := []string{"envelope:" + e.ID}
	switch {
	case e.Type == EnvelopeEvent && e.event != "":
		ids = append(ids, "event:"+e.event)
	case e.Type != EnvelopeEvent && e.trigger != "":
		ids = append(ids, "trigger:"+e.trigger)
	}
	return ids
}
