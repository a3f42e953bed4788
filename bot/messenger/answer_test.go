package messenger

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"olbot/approvals"
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
