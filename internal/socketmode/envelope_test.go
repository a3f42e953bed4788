package socketmode

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestOddFieldsOfAFrameCountAsMissing: without the envelope id nothing could be acked.
func TestOddFieldsOfAFrameCountAsMissing(t *testing.T) {
	for odd, usual := range map[string]string{
		`{"envelope_id":"e1","type":"slash_commands","accepts_response_payload":7,"payload":{"a":1}}`: `{"envelope_id":"e1","type":"slash_commands","payload":{"a":1}}`,
		`{"type":7,"envelope_id":"e1"}`:                                              `{"envelope_id":"e1"}`,
		`{"num_connections":"3","envelope_id":"e1","type":"interactive"}`:            `{"envelope_id":"e1","type":"interactive"}`,
		`{"type":"hello","num_connections":3,"connection_info":"A1"}`:                `{"type":"hello","num_connections":3}`,
		`{"connection_info":{"app_id":1},"num_connections":3,"type":"hello"}`:        `{"type":"hello","num_connections":3}`,
		`{"type":"disconnect","reason":["warning"],"debug_info":{"host":"applink"}}`: `{"type":"disconnect"}`,
	} {
		got, want := parseFrame([]byte(odd)), parseFrame([]byte(usual))
		if got == nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is read as %+v, want %+v", odd, got, want)
		}
	}
}

func TestADeliveryHasTheKeysOfBothItsIDs(t *testing.T) {
	for payload, want := range map[string][]string{
		`{"trigger_id":"t1","event_id":"Ev1"}`: {"envelope:e1", "trigger:t1"},
		`{"event_id":7,"trigger_id":"t1"}`:     {"envelope:e1", "trigger:t1"},
		`{"trigger_id":7}`:                     {"envelope:e1"},
		`"t1"`:                                 {"envelope:e1"},
		``:                                     {"envelope:e1"},
	} {
		for _, kind := range []string{Command, Interaction} {
			if got := (Envelope{ID: "e1", Type: kind, Payload: []byte(payload)}).IdempotencyKeys(); !slices.Equal(got, want) {
				t.Errorf("%s %s: %q", kind, payload, got)
			}
		}
	}
	e := Envelope{ID: "e1", Type: Event, Payload: []byte(`{"trigger_id":"t1","event_id":"Ev1"}`)}
	if got := e.IdempotencyKeys(); !slices.Equal(got, []string{"envelope:e1", "event:Ev1"}) {
		t.Errorf("event: %q", got)
	}
}

func TestDecodingErrorsDoNotQuoteThePayload(t *testing.T) {
	for _, payload := range []string{
		`{"text":471147114711}`, `{"actions":"correct-horse"}`, `"correct-horse"`, `[]`, `null`, ``, `471147114711`,
	} {
		var into struct {
			Text    string
			Actions []any
		}
		err := Envelope{Type: "correct-horse", Payload: []byte(payload)}.Decode(&into)
		if err == nil || strings.Contains(err.Error(), "horse") || strings.Contains(err.Error(), "4711") {
			t.Errorf("%s: %v", payload, err)
		}
	}
}
