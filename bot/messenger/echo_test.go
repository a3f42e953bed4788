package messenger

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
	"olbot/internal/testbed/slacksim"
)

// answers lets Slack answer all that has an effect in that way.
func (w *world) answersAll(alter func(map[string]any)) {
	for _, method := range []string{"chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.publish", "conversations.open"} {
		w.slack.Fail(slacksim.Fault{Method: method, Alter: alter})
	}
}

// TestOKIsDone, whatever else the answer says or leaves out: nothing is posted again,
// and no code that was shown "may not have been shown".
func TestOKIsDone(t *testing.T) {
	for name, tt := range map[string]struct {
		alter func(map[string]any)
		cards int // that Joe has after they had to change: what Slack did not say where it is cannot be updated
	}{
		"odd echoes": {slacksim.OddEchoes, 1}, "ok alone": {slacksim.OKAlone, 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			dm := w.joe.BotDM().ID()
			w.answersAll(tt.alter)
			r := w.pending()
			for range 3 {
				w.shows(r)
			}
			for _, p := range []*slacksim.Person{w.joe, w.ana, w.maria} {
				if n := len(p.DM()); n != 1 {
					t.Errorf("%s sees %d messages, want one card", p.Name(), n)
				}
			}
			r = claimed(r)
			for range 3 {
				w.shows(r)
			}
			if n := w.count(w.joe, "For: Ana"); n != tt.cards {
				t.Errorf("Joe has %d cards, want %d: %v", n, tt.cards, w.joe.DM())
			}
			if !w.joe.SeesButton("Show code") {
				t.Error("Joe cannot press Show code")
			}
			r.State, r.Attempt, r.CodeUntil = approvals.Issued, 1, time.Now().Add(5*time.Minute)
			err := w.ShowCode(t.Context(), r, approvals.NewToken("02599278"))
			if name == "ok alone" {
				if _, again := err.(*approvals.TemporaryError); !again { // nobody has said where the DM is
					t.Errorf("show the code: %v", err)
				}
				if err := w.store.SetRendered(t.Context(), string(r.ID), view.KeyAgent+"#1", dm, "1.1", ""); err != nil {
					t.Fatal(err)
				}
				err = w.ShowCode(t.Context(), r, approvals.NewToken("02599278"))
			}
			if err != nil {
				t.Errorf("show the code: %v", err)
			}
			w.showsHome(true, homes(emptyHome), 1)
			if told, err := w.Feed().Send(t.Context(), []approvals.Event{{Number: 1, Kind: approvals.EventFeedRestored}}, approvals.Doubt{}); told != 1 || err != nil {
				t.Errorf("the feed told %d events, %v", told, err)
			}
		})
	}
}

// TestAFormIsOpenOnceSlackSaysSo, however little it says.
func TestAFormIsOpenOnceSlackSaysSo(t *testing.T) {
	for answer, opens := range map[string]bool{
		`{"ok":true}`: true, `{"ok":true,"view":[]}`: true, `{"ok":true,"view":{"id":7,"state":[]}}`: true,
		`{"ok":false}`: false, `{"ok":false,"error":"internal_error"}`: false, `{}`: false, ``: false, `<html>`: false,
	} {
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(answer)) }))
		m := New(Config{API: slackapi.New(api.URL+"/", "xoxb-1", ""), Now: time.Now})
		err := m.OpenForm(context.Background(), "1.2.3", view.DenyForm(approvals.Request{ID: "OTP-7F3K-9QXM"}))
		if (err == nil) != opens {
			t.Errorf("%s: %v", answer, err)
		}
		api.Close()
	}
}
