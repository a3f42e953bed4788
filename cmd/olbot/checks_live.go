package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"olbot/bot/view"
	"olbot/internal/config"
	"olbot/internal/slackapi"
	"olbot/internal/sqlstore"
)

// liveChecks are those that olbot run does not make: they take a place among those whom Slack hands what people do.
func liveChecks(c config.Config, p *program, deps *dependencies) []series {
	s := &socketCheck{program: p, config: c, deps: deps}
	return []series{
		{"Slack does not answer", []check{{"connections", s.lookAtConnections}, {"presses", s.lookAtPresses}}},
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
		return finding{warnings: []string{fmt.Sprintf("%s (%s)", foreignAdvice, counted(foreign, "connection"))}}, nil
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
