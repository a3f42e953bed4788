package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/config"
	"olbot/internal/people"
	"olbot/internal/slackapi"
	"olbot/internal/sqlstore"
	"olbot/onelogin"
)

// liveChecks are those that olbot run does not make: they ask about everybody who is named, and take a place
// among those whom Slack hands what people do.
func liveChecks(c config.Config, p *program, deps *dependencies) []series {
	s := &socketCheck{program: p, config: c, deps: deps}
	return []series{
		{"Slack does not answer", []check{{"connections", s.lookAtConnections}, {"presses", s.lookAtPresses}}},
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

// A socketCheck is about what comes from Slack. Both its checks are made on one connection: Slack may go on
// counting one that has ended.
type socketCheck struct {
	program *program
	config  config.Config
	deps    *dependencies
	visit   *visit
}

// lookAtConnections waits for Slack's hello, which alone tells the app of the token, and how many are connected.
func (s *socketCheck) lookAtConnections(ctx context.Context) (finding, error) {
	c := s.config
	known, err := sqlstore.Examine(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Keys: c.Keys(), Now: s.program.now}, false)
	if err != nil {
		return finding{}, err
	}
	if s.visit, err = visitSlack(ctx, c, s.deps); err != nil {
		return finding{}, err
	}
	others := s.others()
	if foreign := others - known.Connections; foreign > 0 {
		return finding{warnings: []string{fmt.Sprintf("%s (%s)", foreignAdvice, number(foreign, "connection"))}}, nil
	}
	if others > 0 {
		return finding{well: "Slack connects, as it does an olbot on this database"}, nil
	}
	return finding{well: "Slack connects, and nobody else"}, nil
}

func (s *socketCheck) others() int { return max(s.visit.hello.AppConnections-1, 0) }

// pressTime is how long somebody has to press the button.
const pressTime = 2 * time.Minute

// lookAtPresses posts a button to the audit channel, and waits for somebody to press it: that Interactivity is on
// shows nowhere else. While others are connected the press may go to them, and proves nothing.
func (s *socketCheck) lookAtPresses(ctx context.Context) (_ finding, err error) {
	defer func() { err = errors.Join(err, s.visit.leave()) }()
	if s.others() > 0 {
		return finding{well: "not tried, because a press may go to whoever else is connected"}, nil
	}
	feed := string(s.config.AuditChannel)
	channel, ts, err := s.deps.slack.PostMessageContext(ctx, feed, asPosted(view.PressTest())...)
	switch failed, _ := errors.AsType[*slackapi.Error](slackapi.Sort(err)); {
	case failed == nil:
	case failed.Effect == slackapi.Refused:
		return finding{}, &noPostError{feed, cmp.Or(failed.Code, failed.Error())}
	default:
		return finding{warnings: []string{"Slack gave no clear answer when the button was posted, so no press was waited for: " + failed.Error()}}, nil
	}
	limit := cmp.Or(s.program.pressTime, pressTime)
	fmt.Fprintf(s.program.stderr, "olbot: press the button that olbot has posted to the audit channel, within %v\n", limit)
	f, over := finding{well: "a press reached olbot"}, view.PressArrived()
	select {
	case <-s.visit.presses:
	case <-time.After(limit):
		f, over = finding{warnings: []string{missedPress}}, view.PressMissed()
	case <-ctx.Done():
		f, over = finding{}, view.PressMissed()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	// If it fails the button stays; olbot answers it once it runs.
	_, _, _, _ = s.deps.slack.UpdateMessageContext(ctx, channel, ts, asPosted(over)...)
	return f, nil
}

const missedPress = "no press of the button in the audit channel has come. If somebody pressed it, switch on Interactivity & Shortcuts in the Slack app's settings " +
	"(olbot manifest has it on); if nobody did, check again"

func asPosted(m view.Message) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
}

// A noPostError says that the audit channel takes no message.
type noPostError struct{ channel, code string }

func (e *noPostError) Error() string {
	return fmt.Sprintf("the audit channel (OLBOT_AUDIT_CHANNEL is %s) takes no message of olbot's (%s); let olbot post there, or set another one", config.Quoted(e.channel), e.code)
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
