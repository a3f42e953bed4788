package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A world is Slack and OneLogin with people in them: agents who ask, owners,
// and managers who approve.
type world struct {
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	audit    *slacksim.Conversation
	helpdesk string // the user group of the agents

	agents, owners, managers []*slacksim.Person
	agentIDs, ownerIDs       []int64 // in OneLogin
	asked                    int     // which owner is next

	after func() error // what to clean up in the end; nil: nothing
}

// newWorld starts the simulators. The i-th owner's manager is the i-th manager,
// modulo their number. Slack's rate limits are off: they would be what is measured.
func newWorld(agents, owners int) (*world, error) {
	w := &world{
		slack:    slacksim.New(slacksim.Options{Unlimited: true}),
		onelogin: oneloginsim.New(oneloginsim.Options{}),
	}
	for _, start := range []func() error{w.slack.Start, w.onelogin.Start} {
		if err := start(); err != nil {
			return nil, errors.Join(fmt.Errorf("start the simulators: %w", err), w.close())
		}
	}
	var managers []int64
	for i := range agents {
		p, id := w.join(fmt.Sprintf("joe%d", i), 0)
		w.agents, w.agentIDs = append(w.agents, p), append(w.agentIDs, id)
		if i < owners {
			p, id = w.join(fmt.Sprintf("maria%d", i), 0)
			w.managers, managers = append(w.managers, p), append(managers, id)
		}
	}
	for i := range owners {
		p, id := w.join(fmt.Sprintf("ana%d", i), managers[i%len(managers)])
		w.owners, w.ownerIDs = append(w.owners, p), append(w.ownerIDs, id)
	}
	w.helpdesk = w.slack.AddUserGroup("helpdesk", w.agents...)
	w.audit = w.slack.AddChannel(slacksim.Channel{Name: "audit", Private: true, WithBot: true})
	return w, nil
}

func (w *world) join(name string, manager int64) (*slacksim.Person, int64) {
	id := w.onelogin.AddUser(oneloginsim.User{
		Email: name + "@example.com", Username: name, FirstName: name, LastName: "Example", ManagerUserID: manager,
	})
	return w.slack.AddUser(slacksim.User{Name: name}), id
}

func (w *world) close() error {
	w.slack.Close()
	w.onelogin.Close()
	if w.after != nil {
		return w.after()
	}
	return nil
}

// line is a command for the next owner.
func (w *world) line() string {
	w.asked++
	return fmt.Sprintf("/tempotp @%s 300 lost her phone", w.owners[(w.asked-1)%len(w.owners)].Name())
}

// asker is the agent whose turn it is to ask. It belongs before the line.
func (w *world) asker() *slacksim.Person { return w.agents[w.asked%len(w.agents)] }

// slackEnv is what any bot needs.
func (w *world) slackEnv() []string {
	return []string{
		"SLACK_API_URL=" + w.slack.URL(), "SLACK_BOT_TOKEN=" + w.slack.BotToken(), "SLACK_APP_TOKEN=" + w.slack.AppToken(),
	}
}

// olbotEnv is what olbot needs besides. All is as by default, but for the limit of
// requests for an owner, which few owners reach quickly here; they are still counted.
func (w *world) olbotEnv(database string) []string {
	return append(w.slackEnv(),
		"ONELOGIN_API_URL="+w.onelogin.URL(), "ONELOGIN_CLIENT_ID="+w.onelogin.ClientID(),
		"ONELOGIN_CLIENT_SECRET="+w.onelogin.ClientSecret(), "OLBOT_DATABASE_URL="+database,
		"OLBOT_AUDIT_CHANNEL="+w.audit.ID(), "OLBOT_REQUESTERS="+w.helpdesk,
		"OLBOT_OWNER_LIMIT=1000000", "OLBOT_HTTP_ADDR=127.0.0.1:0",
	)
}

// slow gives every outside call a latency.
func (w *world) slow(d time.Duration) {
	w.slack.Fail(slacksim.Fault{Latency: d})
	w.onelogin.FailAlways(oneloginsim.AnyCall, oneloginsim.Latency(d))
}

// calls is how many outside calls there have been.
func (w *world) calls() int { return len(w.slack.Calls()) + w.onelogin.Count(oneloginsim.AnyCall) }

// quiet waits until no call was made for a while.
func (w *world) quiet(ctx context.Context) error {
	const while = 700 * time.Millisecond // longer than olbot polls
	for last := -1; ; {
		now := w.calls()
		if now == last {
			return nil
		}
		last = now
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for quiet: %w", ctx.Err())
		case <-time.After(while):
		}
	}
}
