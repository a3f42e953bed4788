package slackapi

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/slack-go/slack"
)

// TestAfterOKNothingIsUnknown, whatever shape the rest of an answer has, and even if
// it is cut: only ts and channel are read, alone.
func TestAfterOKNothingIsUnknown(t *testing.T) {
	for answer, want := range map[string]struct{ channel, ts string }{
		`{"ok":true,"channel":"D1","ts":"1.2","message":{"text":"x"}}`:         {"D1", "1.2"},
		`{"ok":true,"channel":"D1","ts":"1.2","message":[],"blocks":"[]"}`:     {"D1", "1.2"},
		`{"ok":true,"response_metadata":[],"error":7,"ts":"1.2"}`:              {"", "1.2"},
		`{"ok":true,"channel":["D1"],"ts":1.2,"text":{}}`:                      {"", ""},
		`{"ok":true,"channel":null,"ts":null,"warning":["superfluous"]}`:       {"", ""},
		`{"ts":"1.2","ok":true}`:                                               {"", "1.2"},
		`{"ok":true}`:                                                          {"", ""},
		`{"ok":true,"ts":"1.2","channel":"D1","message":{"blocks":[{"type":"`:  {"D1", "1.2"},
		`{"ok":true,"ts":"1.2","channel":{"id":"D1"},"message":{"blocks":[{]}`: {"D1", "1.2"},
	} {
		if channel, ts, err := postTo(t, answering(200, answer)); err != nil || channel != want.channel || ts != want.ts {
			t.Errorf("%s: %q, %q, %v", answer, channel, ts, err)
		}
	}
	if _, _, err := postTo(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Write([]byte(`{"ok":true,"ts":"1.2","channel":"D1"`))
	}); err != nil {
		t.Errorf("cut behind what counts: %v", err)
	}
}

// TestWhatSaysNeitherOKNorWhyNotIsUnknown (invariant 4's rule, on Slack's side).
func TestWhatSaysNeitherOKNorWhyNotIsUnknown(t *testing.T) {
	for _, answer := range []string{``, `{}`, `[]`, `null`, `"ok"`, `<html>`, `{"ok":false}`, `{"ok":"true"}`, `{"ok":1}`, `{"ok":null,"error":[]}`, `{"ok`} {
		_, _, err := postTo(t, answering(200, answer))
		if failed, ok := errors.AsType[*Error](Sort(err)); !ok || failed.Effect != Unknown {
			t.Errorf("%s: %v", answer, err)
		}
	}
	if _, _, err := postTo(t, cutShort); err != nil { // cut in the middle of the object, behind ok
		t.Errorf("cut: %v", err)
	}
}

// TestWhyNotIsKept for the log, and for what is to be done.
func TestWhyNotIsKept(t *testing.T) {
	_, _, err := postTo(t, answering(200, `{"ok":false,"error":"invalid_blocks","needed":"x","errors":"odd","response_metadata":{"messages":["must be a string"],"x":1}}`))
	answer, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok || answer.Err != "invalid_blocks" || answer.Needed != "x" || len(answer.ResponseMetadata.Messages) != 1 {
		t.Errorf("%+v", err)
	}
	for status, want := range map[int]Effect{429: Deferred, 404: Refused, 503: Unknown} {
		_, _, err := postTo(t, answering(status, `{"ok":true}`))
		if failed, ok := errors.AsType[*Error](Sort(err)); !ok || failed.Effect != want {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// TestADMIsFoundWhateverIsSaidOfIt.
func TestADMIsFoundWhateverIsSaidOfIt(t *testing.T) {
	srv := httptest.NewServer(answering(200, `{"ok":true,"channel":{"id":"D1","created":"today","topic":[]},"no_op":"x"}`))
	defer srv.Close()
	c, _, _, err := New(srv.URL+"/", "xoxb-1", "").OpenConversationContext(t.Context(), &slack.OpenConversationParameters{Users: []string{"U1"}})
	if err != nil || c.ID != "D1" {
		t.Errorf("%+v, %v", c, err)
	}
}

func postTo(t *testing.T, slackServer http.HandlerFunc) (channel, ts string, err error) {
	t.Helper()
	srv := httptest.NewServer(slackServer)
	defer srv.Close()
	return New(srv.URL+"/", "xoxb-1", "").PostMessageContext(t.Context(), "U1", slack.MsgOptionText("x", false))
}
