package player

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// oneloginSentences are about what OneLogin does wrong.
func oneloginSentences() []sentence {
	return []sentence{
		{form: "onelogin answers CALL with TEXT", do: oneloginAnswers},
		{form: "onelogin goes down", do: func(_ context.Context, s *stage, _ args) error { s.onelogin.Down(); return nil }},
		{form: "onelogin comes up", do: func(_ context.Context, s *stage, _ args) error { return s.onelogin.Up() }},
		{form: "onelogin works again", do: func(_ context.Context, s *stage, _ args) error { s.onelogin.ClearFaults(); return nil }},
		{form: "onelogin goes on", do: func(_ context.Context, s *stage, _ args) error { s.onelogin.Release(); return nil }},
		{form: "onelogin revokes the tokens", do: func(_ context.Context, s *stage, _ args) error { s.onelogin.RevokeTokens(); return nil }},
		{form: "onelogin is asked for CALL", do: isAskedFor},
		{form: "onelogin lets codes be removed", do: letsCodesBeRemoved},
	}
}

// letsCodesBeRemoved is what no source shows OneLogin doing: the scope is enough, and the temporary device is one.
func letsCodesBeRemoved(_ context.Context, s *stage, _ args) error {
	s.onelogin.SetScope(oneloginsim.ScopeManageAll)
	s.onelogin.SetRemovableCodes(true)
	return nil
}

// isAskedFor waits until a call has arrived that is not answered yet, or is.
func isAskedFor(ctx context.Context, s *stage, a args) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if s.onelogin.Await(ctx, func() bool { return s.onelogin.Count(a[0]) > 0 }) != nil {
		return errNotSo
	}
	return nil
}

// tails are what can stand behind the name of a fault.
var tails = regexp.MustCompile(`^(.+?)(?: (after the effect|during the answer))?(?:, (always|\d+ times))?$`)

func oneloginAnswers(_ context.Context, s *stage, a args) error {
	m := tails.FindStringSubmatch(a[1])
	effect, err := oneloginEffect(m[1])
	if err != nil {
		return err
	}
	switch m[2] {
	case "after the effect":
		effect = effect.AfterEffect()
	case "during the answer":
		effect = effect.DuringAnswer()
	}
	f := oneloginsim.Fault{Call: a[0], Effect: effect, Times: 1}
	if m[3] == "always" {
		f.Times = oneloginsim.Always
	} else if m[3] != "" {
		f.Times = int(number(m[3]))
	}
	s.onelogin.Fail(f)
	return nil
}

// slackSentences are about what Slack does wrong, and about the feed's channel.
func slackSentences() []sentence {
	return []sentence{
		{form: "slack answers METHOD[ to SHORT] with TEXT", do: slackAnswers},
		{form: "slack works again", do: slackDoes(func(s *slacksim.Server) { s.ClearFaults() })},
		{form: "slack delivers everything twice", do: slackDoes(func(s *slacksim.Server) { s.DeliverTwice(1) })},
		{form: "slack delivers everything once", do: slackDoes(func(s *slacksim.Server) { s.DeliverTwice(0) })},
		{form: "slack delivers that again", do: redelivers},
		{form: "slack delivers that again in a new envelope", do: resends},
		{form: "slack drops the sockets", do: slackDoes(func(s *slacksim.Server) { s.Cut() })},
		{form: "slack sends odd fields in everything", do: slackDoes(func(s *slacksim.Server) { s.Distort(slacksim.OddFields) })},
		{form: "slack asks for new sockets", do: slackDoes(func(s *slacksim.Server) { s.Disconnect(slacksim.RefreshRequested) })},
		{form: "CHANNEL is archived", do: channel((*slacksim.Conversation).Archive)},
		{form: "CHANNEL is unarchived", do: channel((*slacksim.Conversation).Unarchive)},
		{form: "CHANNEL is shared outside", do: channel((*slacksim.Conversation).ShareOutside)},
		{form: "another organisation is invited to CHANNEL", do: channel((*slacksim.Conversation).InviteOutside)},
		{form: "CHANNEL is kept inside", do: channel((*slacksim.Conversation).KeepInside)},
		{form: "olbot is removed from CHANNEL", do: channel((*slacksim.Conversation).KickBot)},
		{form: "olbot is invited to CHANNEL", do: channel((*slacksim.Conversation).InviteBot)},
	}
}

func slackDoes(do func(*slacksim.Server)) func(context.Context, *stage, args) error {
	return func(_ context.Context, s *stage, _ args) error { do(s.slack); return nil }
}

func channel(do func(*slacksim.Conversation)) func(context.Context, *stage, args) error {
	return func(ctx context.Context, s *stage, a args) error {
		c := s.slack.Channel(a[0])
		if c == nil {
			return fmt.Errorf("there is no #%s", a[0])
		}
		if err := s.watched(ctx); err != nil {
			return fmt.Errorf("olbot does not watch the audit channel: %w", err)
		}
		do(c)
		return nil
	}
}

func redelivers(ctx context.Context, s *stage, _ args) error {
	if err := s.reachable(ctx); err != nil {
		return err
	}
	if !s.slack.Redeliver(s.last.EnvelopeID) {
		return errors.New("nothing was delivered before")
	}
	return nil
}

func resends(ctx context.Context, s *stage, _ args) error {
	if err := s.reachable(ctx); err != nil {
		return err
	}
	if s.slack.Resend(s.last.EnvelopeID) == "" {
		return errors.New("nothing was delivered before")
	}
	return nil
}

var slackFault = regexp.MustCompile(`^(?:(\d{3})(?: for ([\d.]+)s)?|(a cut)|(silence)|(odd echoes)|(ok alone)|([a-z_]+))(?: (after the effect))?(?:, (always|\d+ times))?$`)

func slackAnswers(_ context.Context, s *stage, a args) error {
	m := slackFault.FindStringSubmatch(a[2])
	if m == nil {
		return fmt.Errorf("no answer of Slack's is called %s", a[2])
	}
	retryAfter, _ := strconv.ParseFloat(m[2], 64)
	f := slacksim.Fault{
		Method: a[0], Status: int(number(m[1])), RetryAfter: retryAfter, Cut: m[3] != "", Hang: m[4] != "",
		Error: m[7], After: m[8] != "", Times: 1,
	}
	switch {
	case m[5] != "":
		f.Alter = slacksim.OddEchoes
	case m[6] != "":
		f.Alter = slacksim.OKAlone
	}
	if m[9] == "always" {
		f.Times = 0
	} else if m[9] != "" {
		f.Times = int(number(m[9]))
	}
	if a[1] != "" {
		match, err := s.addressed(a[1])
		if err != nil {
			return err
		}
		f.Match = match
	}
	s.slack.Fail(f)
	return nil
}

// addressed fits calls to a person, in whatever way they name them, or to #audit.
func (s *stage) addressed(to string) (func(map[string]string) bool, error) {
	if name, ok := strings.CutPrefix(to, "#"); ok {
		id := s.slack.Channel(name).ID()
		return func(args map[string]string) bool { return args["channel"] == id }, nil
	}
	p, err := s.inSlack(to)
	if err != nil {
		return nil, err
	}
	// The DM is found out before: Slack is locked while it asks whether a call fits.
	names := []string{p.ID(), p.BotDM().ID()}
	return func(args map[string]string) bool {
		return slices.Contains(names, args["channel"]) || slices.Contains(names, args["user"]) || slices.Contains(names, args["users"])
	}, nil
}
