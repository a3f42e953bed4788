package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/messenger"
	"olbot/bot/view"
	"olbot/internal/config"
	"olbot/internal/people"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
	"olbot/internal/sqlstore"
	"olbot/onelogin"
)

// liveChecks are those that olbot run does not make: they ask about everybody who is named, and take a place
// among those whom Slack hands what people do.
func liveChecks(c config.Config, p *program, deps *dependencies) []series {
	return []series{
		{"Slack does not answer", []check{{"connections", func(ctx context.Context) (finding, error) { return lookAtConnections(ctx, c, p, deps) }}}},
		{"OneLogin does not answer", []check{
			{"people", func(ctx context.Context) (finding, error) {
				return lookAtPeople(ctx, c, newDirectory(c, deps, zap.NewNop(), p.now)), nil
			}},
			{"protected", func(ctx context.Context) (finding, error) {
				return lookAtProtected(ctx, c.Protected, deps.onelogin), nil
			}},
		}},
	}
}

// helloTime is how long Slack may take until a connection is ready.
const helloTime = 15 * time.Second

var errNoHello = fmt.Errorf("no connection was ready within %v", helloTime)

// lookAtConnections connects to Socket Mode until Slack has said hello, which is what tells the app of the token, and
// how many others are connected.
func lookAtConnections(ctx context.Context, c config.Config, p *program, deps *dependencies) (finding, error) {
	known, err := sqlstore.Examine(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Keys: c.Keys(), Now: p.now}, false)
	if err != nil {
		return finding{}, err
	}
	hello, err := greet(ctx, c, deps)
	if err != nil {
		return finding{}, err
	}
	others := hello.AppConnections - 1
	if foreign := others - known.Connections; foreign > 0 {
		return finding{warnings: []string{fmt.Sprintf("%s (%s)", foreignAdvice, number(foreign, "connection"))}}, nil
	}
	if others > 0 {
		return finding{well: "Slack connects, as it does an olbot on this database"}, nil
	}
	return finding{well: "Slack connects, and nobody else"}, nil
}

// greet waits for Slack's hello on a connection that it then closes.
func greet(ctx context.Context, c config.Config, deps *dependencies) (socketmode.Hello, error) {
	ctx, leave := context.WithTimeoutCause(ctx, helloTime, errNoHello)
	defer leave()
	hellos := make(chan socketmode.Hello, 1)
	busy := func(e socketmode.Envelope) any {
		if e.Type == socketmode.Command {
			return messenger.EphemeralAnswer(view.ReplyBusy())
		}
		return nil
	}
	socket := socketmode.New(socketmode.Config{
		APIURL: string(c.SlackAPIURL), AppToken: c.SlackAppToken.Reveal(), AppID: deps.workspace.AppID, Connections: 1,
		Handler: func(ctx context.Context, e socketmode.Envelope) (any, error) {
			if e.Type != socketmode.Command {
				<-ctx.Done() // whoever pressed has to see that it had no effect: Slack says so if the ack is late
			}
			return busy(e), nil
		},
		Busy: busy, Broken: busy,
		Hooks: socketmode.Hooks{Hello: func(h socketmode.Hello) {
			select {
			case hellos <- h:
			default:
			}
		}},
		HTTPClient: &http.Client{Transport: deps.observe(http.DefaultTransport)},
	})
	over := make(chan error, 1)
	go func() { over <- socket.Run(ctx) }()
	select {
	case h := <-hellos:
		leave()
		return h, ignoring(<-over, socketmode.ErrUnfinished)
	case err := <-over:
		if err == nil || errors.Is(err, socketmode.ErrUnfinished) {
			err = &slackapi.InspectError{Problem: slackapi.Unreachable, Method: "Socket Mode", Err: context.Cause(ctx)}
		}
		return socketmode.Hello{}, err
	}
}

func ignoring(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// peopleTime is how long the look-ups may take together.
const peopleTime = time.Minute

// lookAtPeople looks up the users whom the settings name. It only warns: olbot run can do without who has left.
func lookAtPeople(ctx context.Context, c config.Config, directory *people.Directory) (f finding) {
	ctx, cancel := context.WithTimeout(ctx, peopleTime)
	defer cancel()
	lacks := map[string]string{} // by Slack id, what keeps them from what they are named for
	able := 0
	for _, s := range namedIn(c) {
		for _, p := range s.principals {
			if p.Kind != approvals.SlackUser {
				continue
			}
			lack, looked := lacks[p.ID]
			if !looked {
				var err error
				if lack, err = lookAtPerson(ctx, directory, p.ID); err != nil {
					f.warnings = append(f.warnings, fmt.Sprintf("%s names %s, who was not looked up: %v", s.name, config.Quoted(p.ID), err))
					continue
				}
				lacks[p.ID] = lack
			}
			if lack == "" {
				able++
				continue
			}
			f.warnings = append(f.warnings, fmt.Sprintf("%s names %s, but %s: %s", s.name, config.Quoted(p.ID), lack, s.without))
		}
	}
	if able > 0 {
		f.well = fmt.Sprintf("%d of those named can do what they are named for", able)
	}
	return f
}

// lookAtPerson says what keeps somebody from asking, approving and lifting blocks: each needs both accounts.
func lookAtPerson(ctx context.Context, directory *people.Directory, id string) (lack string, err error) {
	p, err := directory.Profile(ctx, approvals.Ref{Slack: id})
	switch {
	case err != nil:
		return "", err
	case p.Slack == nil:
		return "Slack has no such user", nil
	case p.Slack.Membership != approvals.Member:
		return fmt.Sprintf("%s is not a full member of the workspace (%s)", p.Slack.Name, p.Slack.Membership), nil
	case p.OneLogin == nil:
		return "OneLogin has nobody with the e-mail address that " + p.Slack.Name + " has in Slack", nil
	case !p.OneLogin.Active():
		return cmp.Or(p.OneLogin.Name, p.Slack.Name) + " is not active in OneLogin", nil
	}
	return "", nil
}

// lookAtProtected looks up the accounts that no code may be made for: one with a wrong number protects nobody.
func lookAtProtected(ctx context.Context, protected approvals.Protected, client *onelogin.Client) (f finding) {
	ctx, cancel := context.WithTimeout(ctx, peopleTime)
	defer cancel()
	well := 0
	look := func(entry string, ask func() error) {
		switch err := ask(); {
		case errors.Is(err, onelogin.ErrNotFound):
			f.warnings = append(f.warnings, fmt.Sprintf("OLBOT_PROTECTED names %s, which OneLogin does not have, so it protects nobody; correct or remove it", config.Quoted(entry)))
		case err != nil:
			why, _ := explain(err)
			f.warnings = append(f.warnings, fmt.Sprintf("OLBOT_PROTECTED names %s, which was not looked up: %s", config.Quoted(entry), why))
		default:
			well++
		}
	}
	for _, id := range protected.Users {
		look(strconv.FormatInt(id, 10), func() error { _, err := client.User(ctx, id); return err })
	}
	for _, email := range protected.Emails {
		look(email, func() error { _, err := client.FindID(ctx, onelogin.ByEmail, email); return err })
	}
	if well > 0 {
		f.well = number(well, "account") + " that OneLogin has"
	}
	return f
}
