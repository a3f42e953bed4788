package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Command is the record of a slash command that somebody ran.
type Command struct {
	UserID     string
	Channel    string
	Typed      string // as the person typed it
	Text       string // as it was sent, mentions resolved
	At         time.Time
	EnvelopeID string // empty if nothing was sent
	TriggerID  string
	Acked      bool   // in time
	Err        string // what the person was shown instead

	e *envelope
}

// Commands is every slash command that was run, oldest first.
func (s *Server) Commands() []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Command, len(s.commands))
	for i, c := range s.commands {
		all[i] = *c
		if c.e != nil && c.e.settled {
			all[i].Acked, all[i].Err = c.e.answer.OK(), c.e.answer.Err
		}
	}
	return all
}

// Runs types a slash command, mentions and all ("/tempotp @ana 300 reusable"), in #general, or
// in the direct message with the bot for somebody who is not in #general. It waits for the
// answer, at most the three seconds that Slack waits.
func (p *Person) Runs(line string) Answer { return p.Sends(line).Answer() }

// RunsIn is Runs in a given channel or direct message.
func (p *Person) RunsIn(room *Conversation, line string) Answer {
	return p.SendsIn(room, line).Answer()
}

// Sends is Runs without waiting.
func (p *Person) Sends(line string) *Pending { return p.SendsIn(nil, line) }

// SendsIn is RunsIn without waiting.
func (p *Person) SendsIn(room *Conversation, line string) *Pending {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if room == nil {
		room = s.general
		if !slices.Contains(p.rooms, room) {
			room = s.dmOf(p)
		}
	}
	p.acts()
	name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	c := &Command{UserID: p.u.ID, Channel: room.c.ID, Typed: line, At: s.o.Now()}
	s.commands = append(s.commands, c)
	if err := p.mayRun(room, name); err != "" {
		c.Err = err
		s.slackbot(room, p, fmt.Sprintf("%s is not a valid command.", name))
		return refused(err)
	}
	c.Text = s.wireForm(strings.TrimSpace(rest))
	e := s.commandEnvelope(p, room, name, c.Text)
	c.EnvelopeID, c.TriggerID, c.e = e.id, e.trigger.id, e
	return s.send(e)
}

// mayRun says why somebody cannot run a command: commands belong to the workspace where the
// app is installed (docs.slack.dev, Slack Connect: slash commands).
func (p *Person) mayRun(room *Conversation, name string) string {
	switch {
	case name != p.s.o.Command && !slices.Contains(p.s.o.Commands, name) || !p.ours():
		return ErrNoCommand
	case p.u.Deleted || p.u.Invited || p.u.Bot || !slices.Contains(p.rooms, room) || room.c.Archived:
		return ErrNotAllowed
	}
	return ""
}

// A commandPayload is what Slack sends of a slash command:
// https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
type commandPayload struct {
	Token               string `json:"token"`
	TeamID              string `json:"team_id"`
	TeamDomain          string `json:"team_domain"`
	EnterpriseID        string `json:"enterprise_id,omitempty"`
	EnterpriseName      string `json:"enterprise_name,omitempty"`
	IsEnterpriseInstall string `json:"is_enterprise_install"`
	ChannelID           string `json:"channel_id"`
	ChannelName         string `json:"channel_name"`
	UserID              string `json:"user_id"`
	UserName            string `json:"user_name"`
	Command             string `json:"command"`
	Text                string `json:"text"`
	APIAppID            string `json:"api_app_id"`
	ResponseURL         string `json:"response_url"`
	TriggerID           string `json:"trigger_id"`
}

// commandEnvelope makes the payload of a command. All values are strings.
func (s *Server) commandEnvelope(p *Person, room *Conversation, name, text string) *envelope {
	t := s.newTrigger(p)
	h := s.newHook("commands", p, room, nil)
	e := s.newEnvelope("slash_commands", p, strings.TrimSpace(name+" "+text), commandPayload{
		Token: "verification-token", TeamID: s.o.TeamID, TeamDomain: s.o.TeamDomain,
		EnterpriseID: s.o.EnterpriseID, EnterpriseName: s.o.EnterpriseName, IsEnterpriseInstall: "false",
		ChannelID: room.c.ID, ChannelName: room.channelName(),
		UserID: p.u.ID, UserName: p.u.Name, Command: name, Text: text,
		APIAppID: s.appID, ResponseURL: h.url, TriggerID: t.id,
	})
	e.accepts, e.trigger = true, t
	e.onAck = func(answer json.RawMessage) Answer { return s.showAnswer(p, room, e.what, answer) }
	e.onTimeout = func(err string) {
		s.slackbot(room, p, fmt.Sprintf("%s failed with the error \"%s\"", name, err))
	}
	return e
}

// showAnswer shows the message that came with the acknowledgement of a command. In a channel,
// in_channel shows what was typed as well.
func (s *Server) showAnswer(p *Person, room *Conversation, typed string, raw json.RawMessage) Answer {
	if raw == nil {
		return Answer{}
	}
	paint, visible, problem := s.readResponse(raw)
	if problem != nil {
		name, _, _ := strings.Cut(typed, " ")
		s.found(FindingBadAnswer, "", name+": "+problem.Error())
		s.slackbot(room, p, fmt.Sprintf("%s failed with the error \"%s\"", name, ErrBadAnswer))
		return Answer{Err: ErrBadAnswer}
	}
	if visible == "in_channel" {
		s.publish(room, p, newPaint(typed, nil))
		m := s.publish(room, s.bot, paint).snapshot(s, p, 0)
		return Answer{Message: &m}
	}
	m := s.whisper(room, s.bot, p, paint).snapshot(s, p, 0)
	return Answer{Message: &m}
}

// slackbot is a word from Slack itself, seen by one person.
func (s *Server) slackbot(room *Conversation, p *Person, text string) {
	s.whisper(room, nil, p, newPaint(escape(text), nil))
}
