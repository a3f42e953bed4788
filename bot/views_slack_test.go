package bot

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/testbed/slacksim"
)

// TestSlackTakesEveryMessage posts every message of the examples to a workspace
// that knows Block Kit's rules from Slack's own pages, and wants nothing found.
func TestSlackTakesEveryMessage(t *testing.T) {
	s := slacksim.New(slacksim.Options{Unlimited: true})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	joe := s.AddUser(slacksim.User{Name: "joe"})
	api := slackapi.New(s.URL(), s.BotToken(), s.AppToken())
	all := maps.Collect(allMessages())
	for _, state := range approvals.States() {
		// Nothing that a card needs may be missing so much that Slack refuses it.
		r := approvals.Request{ID: "OTP-7F3K-9QXM", State: state, Agent: joeFisher, Approvers: byLink(principal("manager"), approvals.Person{Slack: "U0MARIA"})}
		for _, why := range []*approvals.Refusal{nil, {}} {
			r.Refusal, r.CodeUntil = why, after(time.Hour)
			for _, c := range Cards(r, start, testOptions) {
				all[fmt.Sprint("bare/", state, why, c.Key)] = c.Message
			}
		}
	}
	for name, m := range all {
		_, _, err := api.PostMessageContext(t.Context(), joe.ID(), slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, f := range s.Findings() {
		t.Errorf("%s: %s", f.Kind, f.Detail)
	}
}
