package player

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"olbot/internal/testbed/slacksim"
)

// actSentences are what people do in Slack, and the time that passes.
func actSentences() []sentence {
	return []sentence{
		{form: "NAME runs TEXT, N times in a row", do: runsOften},
		{form: "NAME runs TEXT", do: runs},
		{form: "NAME types TEXT, which slack holds back", do: types},
		{form: "slack lets it go", do: letsGo},
		{form: "NAME goes away", do: person(func(p *slacksim.Person) { p.GoesAway() })},
		{form: "NAME comes back", do: person(func(p *slacksim.Person) { p.ComesBack() })},
		{form: "NAME reloads", do: person(func(p *slacksim.Person) { p.Reloads() })},
		{form: "time passes DURATION", do: timePasses},
	}
}

var requestID = regexp.MustCompile(`OTP-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// escapes in what is typed: \n and \u202e.
var escapes = regexp.MustCompile(`\\n|\\u[0-9a-f]{4}`)

func unescape(text string) string {
	return escapes.ReplaceAllStringFunc(text, func(e string) string {
		if e == `\n` {
			return "\n"
		}
		var r rune
		fmt.Sscanf(e[2:], "%x", &r)
		return string(r)
	})
}

func runs(ctx context.Context, s *stage, a args) error {
	who, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	line, err := s.fill(unescape(a[1]))
	if err != nil {
		return err
	}
	answer, err := s.again(ctx, func() slacksim.Answer { return who.Runs(line) })
	s.did(a[0], answer)
	return err
}

func runsOften(ctx context.Context, s *stage, a args) error {
	n, err := strconv.Atoi(a[2])
	for range n {
		err = cmp.Or(err, runs(ctx, s, a))
	}
	return err
}

// again repeats what somebody does as long as Slack has no socket to deliver it
// to and tells them so, as somebody would.
func (s *stage) again(ctx context.Context, act func() slacksim.Answer) (answer slacksim.Answer, err error) {
	err = until(ctx, func() (bool, error) {
		answer = act()
		return answer.Err != slacksim.ErrNoSocket, nil
	})
	return answer, err
}

// types runs a command that olbot does not get before slack lets it go.
func types(ctx context.Context, s *stage, a args) error {
	who, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	line, err := s.fill(unescape(a[1]))
	if err != nil {
		return err
	}
	s.slack.HoldDelivery()
	s.held = append(s.held, held{a[0], who.Sends(line)})
	return nil
}

// letsGo delivers what was held back and waits for the answers.
func letsGo(ctx context.Context, s *stage, _ args) error {
	if err := s.reachable(ctx); err != nil {
		return err
	}
	s.slack.ReleaseDelivery()
	for _, h := range s.held {
		s.did(h.name, h.pending.Answer())
	}
	s.held = nil
	return nil
}

// did notes what came of something that somebody did.
func (s *stage) did(name string, answer slacksim.Answer) {
	s.last, s.answers[name] = answer, answer
	if id := requestID.FindString(answer.Words()); id != "" && !slices.Contains(s.requests, id) {
		s.requests = append(s.requests, id)
	}
}

// reachable waits until Slack has a socket to deliver to.
func (s *stage) reachable(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.slack.Wait(ctx, func() bool { return len(s.slack.Connections()) > 0 }); err != nil {
		return errors.New("olbot is not connected to Slack")
	}
	return nil
}

// person makes a sentence of something that somebody in Slack does.
func person(do func(*slacksim.Person)) func(context.Context, *stage, args) error {
	return func(_ context.Context, s *stage, a args) error {
		p, err := s.inSlack(a[0])
		if err == nil {
			do(p)
		}
		return err
	}
}

// timePasses puts the clock forward, at a moment at which olbot is doing nothing.
func timePasses(ctx context.Context, s *stage, a args) error {
	d, err := duration(a[0])
	if err != nil {
		return err
	}
	if err := s.settled(ctx); err != nil {
		return err
	}
	s.clock.forward(d)
	return nil
}

// duration reads 90s, 16m, 2h and 3d.
func duration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		_, err := fmt.Sscan(days, &n)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}
