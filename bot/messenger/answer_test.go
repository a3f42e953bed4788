package messenger

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/testbed/slacksim"
)

// TestAnAgentWithoutADMIsToldWhyWhereTheyAsked, whatever the reason is, and nobody else is: they have a card.
func TestAnAgentWithoutADMIsToldWhyWhereTheyAsked(t *testing.T) {
	tests := map[string]struct {
		why   approvals.Refusal
		state approvals.State
		noDM  bool
		want  string // "" for no answer
	}{
		"no DM":               {approvals.Refusal{Code: approvals.NoDM, Role: approvals.Agent}, approvals.Refused, true, "does not let olbot message you"},
		"refused in a crowd":  {approvals.Refusal{Code: approvals.AgentLimit, Role: approvals.Agent, Limit: 3}, approvals.Refused, true, "3"},
		"refused with a card": {approvals.Refusal{Code: approvals.AgentLimit, Role: approvals.Agent, Limit: 3}, approvals.Refused, false, ""},
		"not refused":         {approvals.Refusal{}, approvals.Expired, true, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var answers []string
			there := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				answers = append(answers, string(body))
			}))
			defer there.Close()
			w.answers.apiURL, _ = url.Parse(there.URL)
			r := w.pending()
			r.State, r.Approvers, r.Link, r.Owner = tt.state, nil, approvals.Principal{}, approvals.Person{}
			r.Agent = approvals.Person{Slack: w.joe.ID()}
			if tt.state == approvals.Refused {
				r.Refusal = &tt.why
			}
			if tt.noDM {
				w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Error: "channel_not_found"})
			}
			w.KeepAnswer(r.ID, there.URL)
			w.shows(r) // comes to an end, though nothing can be posted
			switch {
			case tt.want == "" && len(answers) > 0:
				t.Errorf("told %v", answers)
			case tt.want != "" && (len(answers) != 1 || !strings.Contains(answers[0], tt.want)):
				t.Errorf("told %v, want one answer with %q", answers, tt.want)
			}
		})
	}
}

// TestAnswersGoToSlackAlone: a response_url names where names and reasons are sent.
func TestAnswersGoToSlackAlone(t *testing.T) {
	for api, urls := range map[string]map[string]bool{
		"https://slack.com/api/": {
			"https://hooks.slack.com/actions/T0/1/x": true, "https://hooks.slack.com:443/actions": false, "https://slack.com/x": true, "https://a.b.slack.com/x": true,
			"http://hooks.slack.com/actions": false, "https://hooks.slack.com.example.com/": false, "https://notslack.com/": false,
			"https://example.com/hooks.slack.com": false, "https://hooks.slack.com@example.com/": false, "https://u:p@hooks.slack.com/": false,
			"http://127.0.0.1:8080/": false, "//hooks.slack.com/": false, "hooks.slack.com": false, "": false, "https://%zz": false,
		},
		"https://slack-gov.com/api/": {"https://hooks.slack-gov.com/x": true, "https://hooks.slack.com/x": true, "http://slack-gov.com/x": false, "https://x-slack-gov.com/": false},
		"http://127.0.0.1:8080/api/": {"http://127.0.0.1:8080/hook": true, "http://127.0.0.1:8081/hook": false, "https://127.0.0.1:8080/hook": false, "https://sub.127.0.0.1/": false},
		"":                           {"https://hooks.slack.com/x": true, "http:///x": false, "https:///x": false},
	} {
		a := newAnswers(api, time.Now)
		for where, want := range urls {
			if got := a.isSlacks(where); got != want {
				t.Errorf("with the API at %q, %q is Slack's: %t", api, where, got)
			}
		}
	}
}

// TestWhoCannotBeAnsweredElsewhereIsToldInTheirDM, and nothing is sent to where it must not go.
func TestWhoCannotBeAnsweredElsewhereIsToldInTheirDM(t *testing.T) {
	w := newWorld(t)
	there := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	defer there.Close()
	if err := w.Answer(t.Context(), there.URL, w.joe.ID(), view.ReplyBusy()); err != nil || w.count(w.joe, "too much to do") != 1 {
		t.Errorf("%v, told %d times", err, w.count(w.joe, "too much to do"))
	}
	if err := w.DeleteAnswer(t.Context(), there.URL); err == nil || strings.Contains(err.Error(), there.URL) {
		t.Errorf("deleting: %v", err)
	}
	r := w.pending()
	w.KeepAnswer(r.ID, there.URL)
	if _, kept := w.answers.take(r.ID); kept {
		t.Error("it was kept")
	}
	w.KeepPress("D1", "1.2", there.URL)
	if kept := w.pressed.take(place{"D1", "1.2"}); kept != "" {
		t.Error("the press was kept")
	}
}
