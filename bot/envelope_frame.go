package bot

import "encoding/json"

// A socketFrame is what came in one WebSocket message.
type socketFrame struct {
	Envelope
	reason         string // of disconnect
	appID          string // of hello
	appConnections int    // of hello
}

// usualFrame is what olbot reads of a frame that has the shape Slack documents
// (https://docs.slack.dev/apis/events-api/using-socket-mode). Of a payload these are a command and
// the ids; an interaction is large, and left to whoever handles it.
type usualFrame struct {
	EnvelopeID      string `json:"envelope_id"`
	Type            string `json:"type"`
	AcceptsResponse *bool  `json:"accepts_response_payload"`
	RetryAttempt    int    `json:"retry_attempt"`
	Reason          string `json:"reason"`
	NumConnections  int    `json:"num_connections"`
	ConnectionInfo  struct {
		AppID string `json:"app_id"`
	} `json:"connection_info"`
	Payload *struct {
		SlashCommand
		EventID string `json:"event_id"`
	} `json:"payload"`
}

// parseFrame reads a frame, which it keeps; false if it is not a JSON object.
func parseFrame(data []byte) (socketFrame, bool) {
	var u usualFrame
	if json.Unmarshal(data, &u) != nil || u.Type == "" {
		return parseFields(data)
	}
	f := socketFrame{reason: u.Reason, appID: u.ConnectionInfo.AppID, appConnections: u.NumConnections}
	f.Envelope = Envelope{ID: u.EnvelopeID, Type: u.Type, RetryAttempt: u.RetryAttempt, frame: data}
	f.AcceptsResponse = takesResponse(u.Type)
	if u.AcceptsResponse != nil {
		f.AcceptsResponse = *u.AcceptsResponse
	}
	if u.Payload != nil {
		f.trigger, f.event = u.Payload.TriggerID, u.Payload.EventID
	}
	if u.Payload != nil && u.Type == EnvelopeCommand {
		f.command = &u.Payload.SlashCommand
	}
	return f, true
}

// parseFields reads field by field, so that one of an unexpected shape does not hide the envelope
// id, without which nothing can be acked.
func parseFields(data []byte) (socketFrame, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		return socketFrame{}, false
	}
	f := socketFrame{Envelope: Envelope{frame: data}}
	getField(fields, "envelope_id", &f.ID)
	getField(fields, "type", &f.Type)
	getField(fields, "retry_attempt", &f.RetryAttempt)
	getField(fields, "reason", &f.reason)
	getField(fields, "num_connections", &f.appConnections)
	f.AcceptsResponse = takesResponse(f.Type)
	getField(fields, "accepts_response_payload", &f.AcceptsResponse)
	var info, payload map[string]json.RawMessage
	getField(fields, "connection_info", &info)
	getField(info, "app_id", &f.appID)
	getField(fields, "payload", &payload)
	getField(payload, "trigger_id", &f.trigger)
	getField(payload, "event_id", &f.event)
	return f, true
}

// takesResponse says whether Slack takes a payload in the ack of the type of envelope, if it does not say.
func takesResponse(envelopeType string) bool {
	return envelopeType == EnvelopeCommand || envelopeType == EnvelopeInteraction
}

// getField leaves into as it is when the field is missing or of another type.
func getField[T any](fields map[string]json.RawMessage, name string, into *T) {
	var v *T
	if json.Unmarshal(fields[name], &v) == nil && v != nil {
		*into = *v
	}
}
