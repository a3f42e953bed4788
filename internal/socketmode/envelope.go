package socketmode

import "encoding/json"

// The types of envelopes that the handler is called for. Slack takes an answer with the ack of the
// first two.
const (
	Command     = "slash_commands"
	Interaction = "interactive"
	Event       = "events_api"
)

// An Envelope is one thing that Slack delivered over Socket Mode.
type Envelope struct {
	ID      string
	Type    string          // Command, Interaction or Event
	Payload json.RawMessage // as Slack documents it for the type; it may be anything

	takesAnswer bool
}

// IdempotencyKeys are the ids under which Slack delivers one thing: the same press or command may
// come in another envelope with the same trigger, an event with the same event id.
func (e Envelope) IdempotencyKeys() []string {
	keys := []string{"envelope:" + e.ID}
	var ids struct {
		Trigger string `json:"trigger_id"`
		Event   string `json:"event_id"`
	}
	_ = json.Unmarshal(e.Payload, &ids) // the ids that an odd payload has are read all the same
	switch {
	case e.Type == Event && ids.Event != "":
		keys = append(keys, "event:"+ids.Event)
	case e.Type != Event && ids.Trigger != "":
		keys = append(keys, "trigger:"+ids.Trigger)
	}
	return keys
}

func (e Envelope) isKnown() bool {
	return e.Type == Command || e.Type == Interaction || e.Type == Event
}

// label is the type as metrics may show it.
func (e Envelope) label() string {
	if e.isKnown() {
		return e.Type
	}
	return "other"
}
