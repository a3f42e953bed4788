package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A house is Slack, OneLogin and olbot, side by side.
type house struct {
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	audit    *slacksim.Conversation
	program  program
	replicas []*replica
	drop     func() // the database
}

// How long people have, so that a run takes minutes.
const (
	approvalTimeout = 30 * time.Second
	claimWindow     = 20 * time.Second
	validity        = 120 // seconds, the shortest OneLogin makes
)

// newHouse starts the simulators and makes a database. olbot does not run yet.
func newHouse(ctx context.Context, c config, slack slacksim.Options, settings map[string]string) (_ *house, err error) {
	h := &house{
		slack:    slacksim.New(slack),
		onelogin: oneloginsim.New(oneloginsim.Options{}),
		drop:     func() {},
	}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if err := cmp.Or(h.slack.Start(), h.onelogin.Start()); err != nil {
		return nil, fmt.Errorf("start the simulators: %w", err)
	}
	h.audit = h.slack.AddChannel(slacksim.Channel{Name: "audit", Private: true, WithBot: true})
	path := c.program
	if path == "" {
		if path, err = build(ctx, c.dir); err != nil {
			return nil, err
		}
	}
	database := "sqlite:" + filepath.Join(c.dir, "olbot.db")
	if c.postgres() {
		if database, h.drop, err = newSchema(ctx, c.database); err != nil {
			h.drop = func() {}
			return nil, fmt.Errorf("make a schema: %w", err)
		}
	}
	h.program = program{path: path, dir: c.dir, env: h.environment(database, settings)}
	for n := range c.replicas {
		r, err := newReplica(h.program, n+1)
		if err != nil {
			return nil, err
		}
		h.replicas = append(h.replicas, r)
	}
	return h, nil
}

func (h *house) environment(database string, settings map[string]string) []string {
	vars := map[string]string{
		"SLACK_API_URL": h.slack.URL(), "SLACK_BOT_TOKEN": h.slack.BotToken(), "SLACK_APP_TOKEN": h.slack.AppToken(),
		"ONELOGIN_API_URL": h.onelogin.URL(), "ONELOGIN_CLIENT_ID": h.onelogin.ClientID(),
		"ONELOGIN_CLIENT_SECRET": h.onelogin.ClientSecret(),
		"OLBOT_DATABASE_URL":     database, "OLBOT_TRAIL_KEY": strings.Repeat("1ab0", 16), "OLBOT_AUDIT_CHANNEL": h.audit.ID(), "OLBOT_REQUESTERS": "*", "OLBOT_SECURITY_CONTACTS": "none",
		"OLBOT_AGENT_LIMIT": "0", "OLBOT_OWNER_LIMIT": "0", "OLBOT_HTTP_ADDR": "", "LOG_LEVEL": "info", "LOG_FORMAT": "json",
		"OLBOT_APPROVAL_TIMEOUT": approvalTimeout.String(), "OLBOT_MAX_CODES": "3", "OLBOT_CLAIM_WINDOW": claimWindow.String(),
	}
	maps.Copy(vars, settings)
	var env []string
	for name, value := range vars {
		env = append(env, name+"="+value)
	}
	return env
}

// start starts all replicas and waits until one of them can be reached.
func (h *house) start(ctx context.Context) error {
	for _, r := range h.replicas {
		if err := r.start(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := h.slack.Wait(ctx, func() bool { return len(h.slack.Connections()) >= len(h.replicas) }); err != nil {
		return errors.New("olbot did not connect: see its log in " + h.program.dir)
	}
	return nil
}

// stop stops all replicas, as SIGTERM does.
func (h *house) stop() error {
	var all error
	for _, r := range h.replicas {
		all = errors.Join(all, r.stop())
	}
	return all
}

// close ends everything that still runs.
func (h *house) close() {
	for _, r := range h.replicas {
		if r.cmd != nil {
			r.kill()
		}
		_ = r.log.Close()
	}
	h.slack.Close()
	h.onelogin.Close()
	h.drop()
}

// A cast is the people of one flow.
type cast struct {
	agent, owner, manager *slacksim.Person
	ownerID               int64 // OneLogin's
}

// enlist makes the people of flow n.
func (h *house) enlist(n int) cast {
	join := func(role string, manager int64) (*slacksim.Person, int64) {
		name := fmt.Sprintf("%s%d", role, n)
		email := name + "@example.com"
		id := h.onelogin.AddUser(oneloginsim.User{Email: email, Username: name, FirstName: role, LastName: fmt.Sprint(n), ManagerUserID: manager})
		return h.slack.AddUser(slacksim.User{Name: name, Email: email}), id
	}
	var c cast
	var boss int64
	c.manager, boss = join("manager", 0)
	c.owner, c.ownerID = join("owner", boss)
	c.agent, _ = join("agent", 0)
	return c
}
