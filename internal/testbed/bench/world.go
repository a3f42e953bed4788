package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A world is Slack and OneLogin, with agents who request codes, owners the codes are
// for, and their managers, who approve.
type world struct {
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	audit    *slacksim.Conversation
	helpdesk string // the user group of the agents
	agents   []person
	owners   []person
	managers []person // as many as agents; the i-th owner's is the i-th modulo their number
	teams    int      // how many were formed
	dir      string   // of its databases
	cleanUp  func() error
}

type person struct {
	*slacksim.Person
	onelogin int64
}

// A team plays one flow.
type team struct{ agent, owner, manager person }

// newWorld starts the simulators. Slack's rate limits are off, or they would be what
// is measured; an ack after Slack's three seconds counts as well.
func (b *bench) newWorld(agents, owners int) (*world, error) {
	dir, err := os.MkdirTemp(b.dir, "world-")
	if err != nil {
		return nil, err
	}
	w := &world{
		dir:      dir,
		slack:    slacksim.New(slacksim.Options{Unlimited: true, AckTimeout: time.Minute}),
		onelogin: oneloginsim.New(oneloginsim.Options{}),
		cleanUp:  func() error { return nil },
	}
	if err := errors.Join(w.slack.Start(), w.onelogin.Start()); err != nil {
		return nil, errors.Join(fmt.Errorf("start the simulators: %w", err), w.close())
	}
	var helpdesk []*slacksim.Person
	for i := range agents {
		w.agents = append(w.agents, w.addPerson(fmt.Sprintf("joe%d", i), 0))
		w.managers = append(w.managers, w.addPerson(fmt.Sprintf("maria%d", i), 0))
		helpdesk = append(helpdesk, w.agents[i].Person)
	}
	for i := range owners {
		w.owners = append(w.owners, w.addPerson(fmt.Sprintf("ana%d", i), w.managers[i%agents].onelogin))
	}
	w.helpdesk = w.slack.AddUserGroup("helpdesk", helpdesk...)
	w.audit = w.slack.AddChannel(slacksim.Channel{Name: "audit", Private: true, WithBot: true})
	return w, nil
}

func (w *world) addPerson(name string, manager int64) person {
	id := w.onelogin.AddUser(oneloginsim.User{
		Email: name + "@example.com", Username: name, FirstName: name, LastName: "Example", ManagerUserID: manager,
	})
	return person{w.slack.AddUser(slacksim.User{Name: name}), id}
}

// sqliteURL is the SQLite database of the world. It does not exist until a bot makes it.
func (w *world) sqliteURL() string { return "sqlite:" + filepath.Join(w.dir, "bench.db") }

func (w *world) close() error {
	w.slack.Close()
	w.onelogin.Close()
	return errors.Join(w.cleanUp(), os.RemoveAll(w.dir))
}

// nextTeam forms a team. A world needs an owner for each, so that no two requests are
// for the same one.
func (w *world) nextTeam() team {
	i := w.teams
	w.teams++
	return team{w.agents[i%len(w.agents)], w.owners[i], w.managers[i%len(w.managers)]}
}

// command is what the agent of the team types.
func (t team) command() string { return fmt.Sprintf("/tempotp @%s 300 lost her phone", t.owner.Name()) }

// slackEnv is what every bot needs.
func (w *world) slackEnv() []string {
	return []string{
		"SLACK_API_URL=" + w.slack.URL(), "SLACK_BOT_TOKEN=" + w.slack.BotToken(), "SLACK_APP_TOKEN=" + w.slack.AppToken(),
	}
}

// olbotEnv is what olbot needs besides. Everything else is olbot's default.
func (w *world) olbotEnv(database string) []string {
	return append(w.slackEnv(),
		"ONELOGIN_API_URL="+w.onelogin.URL(), "ONELOGIN_CLIENT_ID="+w.onelogin.ClientID(),
		"ONELOGIN_CLIENT_SECRET="+w.onelogin.ClientSecret(), "OLBOT_DATABASE_URL="+database, "OLBOT_TRAIL_KEY="+strings.Repeat("be", 32),
		"OLBOT_AUDIT_CHANNEL="+w.audit.ID(), "OLBOT_REQUESTERS="+w.helpdesk, "OLBOT_SECURITY_CONTACTS=none", "OLBOT_HTTP_ADDR=127.0.0.1:0",
	)
}

// addLatency makes every outside call take so long.
func (w *world) addLatency(d time.Duration) {
	w.slack.Fail(slacksim.Fault{Latency: d})
	w.onelogin.FailAlways(oneloginsim.AnyCall, oneloginsim.Latency(d))
}

// waitQuiet waits until the bot has made no call for a while.
func (w *world) waitQuiet(ctx context.Context) error {
	const while = 700 * time.Millisecond // longer than olbot's pause between two polls
	for last := -1; ; {
		calls := len(w.slack.Calls()) + w.onelogin.Count(oneloginsim.AnyCall)
		if calls == last {
			return nil
		}
		last = calls
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for quiet: %w", ctx.Err())
		case <-time.After(while):
		}
	}
}
