package bot

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// delivered is an envelope as it comes from Slack.
func delivered(id, envelopeType, payload string) Envelope {
	f, _ := parseFrame(fmt.Appendf(nil, `{"envelope_id":%q,"type":%q,"payload":%s}`, id, envelopeType, payload))
	return f.Envelope
}

// TestAFrameIsReadAlikeBothWays: the usual way, and field by field for one with something odd in it.
func TestAFrameIsReadAlikeBothWays(t *testing.T) {
	for _, frame := range []string{
		`{"type":"hello","num_connections":3,"connection_info":{"app_id":"A1"}%s}`,
		`{"type":"disconnect","reason":"warning"%s}`,
		`{"type":"slash_commands","envelope_id":"e1","accepts_response_payload":true,"payload":{"text":"help","trigger_id":"t1"}%s}`,
		`{"type":"slash_commands","envelope_id":"e1","payload":{"trigger_id":"t1"}%s}`,
		`{"type":"slash_commands","envelope_id":"e1","accepts_response_payload":false%s}`,
		`{"type":"interactive","envelope_id":"e1","payload":{"trigger_id":"t1","actions":[]}%s}`,
		`{"type":"events_api","envelope_id":"e1","payload":{"event_id":"Ev1"}%s}`,
		`{"type":"events_api","envelope_id":"e1","payload":"none"%s}`,
	} {
		usual, ok := parseFrame(fmt.Appendf(nil, frame, ""))
		odd, oddOK := parseFrame(fmt.Appendf(nil, frame, `,"retry_attempt":"none"`))
		var readable [2]bool
		usual.Envelope, readable[0] = usual.opened()
		odd.Envelope, readable[1] = odd.opened()
		usual.frame, odd.frame = nil, nil
		if !ok || !oddOK || !reflect.DeepEqual(usual, odd) || readable[0] != readable[1] {
			t.Errorf("%s is read as %+v, field by field as %+v; readable: %v", frame, usual, odd, readable)
		}
	}
}

func TestEnvelopesDecodeAsWhatTheyAre(t *testing.T) {
	command := delivered("e1", EnvelopeCommand,
		`{"command":"/tempotp","text":"<@U2|ana> 300","user_id":"U1","trigger_id":"t1","is_enterprise_install":"false"}`)
	c, err := command.Command()
	if err != nil || c.Text != "<@U2|ana> 300" || c.UserID != "U1" {
		t.Errorf("%+v: %v", c, err)
	}
	if _, err := command.Interaction(); err == nil {
		t.Error("a command was decoded as an interaction")
	}
	click := delivered("e1", EnvelopeInteraction,
		`{"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"button","block_id":"b","action_id":"approve","value":"v"}]}`)
	i, err := click.Interaction()
	if err != nil || i.User.ID != "U1" || i.ActionCallback.BlockActions[0].Value != "v" {
		t.Errorf("%+v: %v", i, err)
	}
	if _, err := click.Command(); err == nil {
		t.Error("an interaction was decoded as a command")
	}
}

func TestDecodingErrorsDoNotQuoteThePayload(t *testing.T) {
	for _, payload := range []string{
		`{"is_enterprise_install":"correct-horse"}`,
		`{"text":471147114711}`,
		`{"actions":"correct-horse","text":471147114711}`,
		`"correct-horse"`,
		`[]`,
		`null`,
	} {
		for _, kind := range []string{EnvelopeCommand, EnvelopeInteraction} {
			e := delivered("e1", kind, payload)
			_, err := e.Command()
			if kind == EnvelopeInteraction {
				_, err = e.Interaction()
			}
			if err != nil && (strings.Contains(err.Error(), "horse") || strings.Contains(err.Error(), "4711")) {
				t.Errorf("%s %s: %v", kind, payload, err)
			}
			if err == nil && !strings.HasPrefix(payload, "{") {
				t.Errorf("%s %s was decoded", kind, payload)
			}
		}
	}
}
