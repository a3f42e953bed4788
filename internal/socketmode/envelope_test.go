package socketmode

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
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
		`{"type":"hello","debug_info":{"approximate_connection_time":"long"}}`:       `{"type":"hello"}`,
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

// TestNoFieldThatIsNotReadMatters: Slack adds to its frames, and changes what nobody has promised.
func TestNoFieldThatIsNotReadMatters(t *testing.T) {
	for text, unread := range map[string][]string{
		`{"type":"hello","num_connections":3,"connection_info":{"app_id":"A1","X":1},"debug_info":{"host":"applink-1","started":"2026-01-01 12:12:12.120",` +
			`"build_number":54,"approximate_connection_time":18060},"X":1}`: {"X", "connection_info.X", "debug_info.host", "debug_info.started", "debug_info.build_number"},
		`{"type":"disconnect","reason":"warning","debug_info":{"host":"applink-1"},"X":1}`: {"X", "debug_info.host", "debug_info"},
		`{"envelope_id":"e1","type":"events_api","accepts_response_payload":false,"payload":{"event_id":"Ev1","event":{}},"retry_attempt":1,` +
			`"retry_reason":"timeout","debug_info":1}`: {"retry_attempt", "retry_reason", "payload.event", "debug_info"},
	} {
		for _, path := range unread {
			for _, odd := range []string{`[]`, `{}`, `null`, `""`, `0`, `"x"`} {
				var tree map[string]any
				if err := json.Unmarshal([]byte(text), &tree); err != nil {
					t.Fatal(err)
				}
				at, name := tree, path
				if parent, child, nested := strings.Cut(path, "."); nested {
					at, name = tree[parent].(map[string]any), child
				}
				at[name] = json.RawMessage(odd)
				changed, err := json.Marshal(tree)
				if err != nil {
					t.Fatal(err)
				}
				got, want := parseFrame(changed), parseFrame([]byte(text))
				keys := got.envelope().IdempotencyKeys()
				got.Payload, want.Payload = nil, nil
				if !reflect.DeepEqual(got, want) || got.Type == "events_api" && len(keys) != 2 {
					t.Errorf("%s is read as %+v with the keys %q, want %+v", changed, got, keys, want)
				}
			}
		}
	}
}

func TestHowLongSlackKeepsAConnection(t *testing.T) {
	for text, want := range map[string]time.Duration{
		`{"type":"hello","debug_info":{"approximate_connection_time":18060}}`:      5*time.Hour + time.Minute,
		`{"type":"hello","connection_info":{"approximate_connection_time":18060}}`: 5*time.Hour + time.Minute,
		`{"type":"hello","debug_info":{"approximate_connection_time":0.5}}`:        500 * time.Millisecond,
		`{"type":"hello","debug_info":{"approximate_connection_time":-1}}`:         0,
		`{"type":"hello","debug_info":{"approximate_connection_time":1e300}}`:      0,
		`{"type":"hello"}`: 0,
	} {
		if got := parseFrame([]byte(text)).lasts(); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
