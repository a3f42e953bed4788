package messenger

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
)

// A pressed card is repainted through the press, which costs no chat.update; where
// Slack does not take that, chat.update is the net.
func TestAPressedCardIsRepaintedThroughItsPress(t *testing.T) {
	for name, tt := range map[string]struct {
		status  int
		answer  string
		updates int // of the approver's card
		later   time.Duration
	}{
		"taken":            {status: http.StatusOK, answer: `{"ok":true}`},
		"taken in a word":  {status: http.StatusOK, answer: "ok"},
		"taken in silence": {status: http.StatusOK},
		"refused":          {status: http.StatusNotFound, updates: 1},
		"refused in a 200": {status: http.StatusOK, answer: `{"ok":false,"error":"invalid_blocks"}`, updates: 1},
		"too old":          {status: http.StatusOK, updates: 1, later: answerLife},
	} {
		t.Run(name, func(t *testing.T) {
			var bodies []map[string]any
			hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var body map[string]any
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
					t.Error(err)
				}
				bodies = append(bodies, body)
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.answer)
			}))
			defer hook.Close()
			w := newWorld(t)
			w.answers.apiURL, _ = url.Parse(hook.URL)
			r := w.pending()
			w.shows(r)
			w.pressed.now = func() time.Time { return time.Now().Add(-tt.later) }
			w.KeepPress(w.mariaDM, w.maria.DM()[0].TS, hook.URL)
			w.pressed.now = time.Now
			now := time.Now()
			r.State, r.DecidedBy.Person, r.DecidedAt, r.ClaimUntil = approvals.Approved, r.Approvers[0].Person, now, now.Add(15*time.Minute)
			r.MaxCodes = 1
			w.shows(r)
			w.shows(r) // nothing more has to be said
			updates := 0
			for _, c := range w.slack.Calls("chat.update") {
				if w.toMaria(c.Args) {
					updates++
				}
			}
			if updates != tt.updates {
				t.Errorf("%d updates of Maria's card, want %d", updates, tt.updates)
			}
			switch {
			case tt.later > 0 && len(bodies) > 0:
				t.Error("the press was used after its time")
			case tt.later == 0 && (len(bodies) != 1 || bodies[0]["replace_original"] != true || !strings.Contains(bodies[0]["text"].(string), "approved")):
				t.Errorf("through the press: %v", bodies)
			}
		})
	}
}

// TestPressesAreForgottenWhenTheirTimeIsOver, also while one card is pressed again and
// again. Kind: a cache whose oldest entry is renewed.
func TestPressesAreForgottenWhenTheirTimeIsOver(t *testing.T) {
	now := time.Now()
	p := newPressed(func() time.Time { return now })
	for i := range 100 {
		now = now.Add(answerLife - time.Minute)
		p.keep(place{"D1", "1"}, "https://hooks.example.com/again")
		p.keep(place{"D2", fmt.Sprint(i)}, "https://hooks.example.com/once")
	}
	if len(p.urls) > 4 || len(p.kept) > 4 {
		t.Errorf("%d urls and %d presses are kept", len(p.urls), len(p.kept))
	}
	if p.take(place{"D1", "1"}) == "" || p.take(place{"D2", "99"}) == "" {
		t.Error("the last presses are forgotten")
	}
}
