package slacksim_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"olbot/internal/testbed/slacksim"
)

// call makes a Web API call with a form body and the bot token in the header.
func call(t *testing.T, s *slacksim.Server, method string, args url.Values) map[string]any {
	t.Helper()
	return callWith(t, s, s.BotToken(), method, args)
}

func callWith(t *testing.T, s *slacksim.Server, token, method string, args url.Values) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+method, strings.NewReader(args.Encode()))
	must(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	out := do(t, req, http.StatusOK)
	complete(t, method, out)
	return out
}

// do sends a request and decodes the JSON answer.
func do(t *testing.T, req *http.Request, status int) map[string]any {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != status {
		t.Fatalf("HTTP status %d, want %d", resp.StatusCode, status)
	}
	var out map[string]any
	must(t, json.NewDecoder(resp.Body).Decode(&out))
	return out
}

// refuses asserts that an answer is {"ok":false} with this error.
func refuses(t *testing.T, out map[string]any, code string) {
	t.Helper()
	if out["ok"] != false || out["error"] != code {
		t.Errorf("answer ok=%v error=%v, want %s", out["ok"], out["error"], code)
	}
}

func grants(t *testing.T, out map[string]any) map[string]any {
	t.Helper()
	if out["ok"] != true {
		t.Fatalf("answer %v, want ok", out)
	}
	return out
}

// frame is a message from Slack over the socket.
type frame struct {
	EnvelopeID string         `json:"envelope_id"`
	Type       string         `json:"type"`
	Reason     string         `json:"reason"`
	Payload    map[string]any `json:"payload"`
	Accepts    bool           `json:"accepts_response_payload"`
	Attempt    int            `json:"retry_attempt"`
	Info       struct {
		AppID string `json:"app_id"`
	} `json:"connection_info"`
	Count int `json:"num_connections"`
}

// rawApp is an app on one bare WebSocket.
type rawApp struct {
	t     *testing.T
	ws    *websocket.Conn
	inbox chan frame // closed when the socket ends
	mu    sync.Mutex
}

// ticket asks for the address of a socket.
func ticket(t *testing.T, s *slacksim.Server) string {
	t.Helper()
	out := grants(t, callWith(t, s, s.AppToken(), "apps.connections.open", nil))
	return out["url"].(string)
}

// dial opens a socket and does not wait for hello.
func dial(t *testing.T, s *slacksim.Server) *rawApp {
	t.Helper()
	dialer := websocket.Dialer{WriteBufferSize: 64 << 10} // or it sends in fragments
	ws, _, err := dialer.DialContext(t.Context(), ticket(t, s), nil)
	must(t, err)
	a := &rawApp{t: t, ws: ws, inbox: make(chan frame, 5000)}
	go func() {
		defer close(a.inbox)
		for {
			_, raw, err := ws.ReadMessage()
			if err != nil {
				return
			}
			var f frame
			if json.Unmarshal(raw, &f) == nil {
				a.inbox <- f
			}
		}
	}()
	t.Cleanup(func() { _ = ws.Close() })
	return a
}

// connect opens a socket and reads its hello.
func connect(t *testing.T, s *slacksim.Server) *rawApp {
	t.Helper()
	a := dial(t, s)
	if f := a.next(); f.Type != "hello" {
		t.Fatalf("first frame is %q, want hello", f.Type)
	}
	return a
}

// next returns the next frame; the zero frame when the socket has ended.
func (a *rawApp) next() frame {
	a.t.Helper()
	select {
	case f := <-a.inbox:
		return f
	case <-soon(a.t).Done():
		a.t.Fatal("no frame came")
	}
	return frame{}
}

// send sends a text message as JSON.
func (a *rawApp) send(v any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.ws.WriteJSON(v) // a closed socket shows in what is asserted
}

func (a *rawApp) ack(f frame) { a.send(map[string]any{"envelope_id": f.EnvelopeID}) }

// ackAll acknowledges everything that comes until the socket ends.
func (a *rawApp) ackAll() {
	go func() {
		for f := range a.inbox {
			if f.EnvelopeID != "" {
				a.ack(f)
			}
		}
	}()
}
