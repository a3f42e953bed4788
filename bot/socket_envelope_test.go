package bot

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestEnvelopesDecodeAsWhatTheyAre(t *testing.T) {
	command := Envelope{Type: EnvelopeCommand, Payload: json.RawMessage(
		`{"command":"/tempotp","text":"<@U2|ana> 300","user_id":"U1","trigger_id":"t1","is_enterprise_install":"false"}`)}
	c, err := command.Command()
	if err != nil || c.Command != "/tempotp" || c.Text != "<@U2|ana> 300" || c.UserID != "U1" {
		t.Errorf("%+v: %v", c, err)
	}
	if _, err := command.Interaction(); err == nil {
		t.Error("a command was decoded as an interaction")
	}
	click := Envelope{Type: EnvelopeInteraction, Payload: json.RawMessage(
		`{"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"button","block_id":"b","action_id":"approve","value":"v"}]}`)}
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
		``,
	} {
		for _, kind := range []string{EnvelopeCommand, EnvelopeInteraction} {
			e := Envelope{Type: kind, Payload: json.RawMessage(payload)}
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
