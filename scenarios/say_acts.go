package scenarios

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"olbot/internal/slacksim"
)

// actSentences are what people do, and what happens to olbot.
func actSentences() []sentence {
	return []sentence{
		{form: "NAME runs TEXT", do: runs},
		{form: "NAME types TEXT, which slack holds back", do: types},
		{form: "slack lets it go", do: letsGo},
		{form: "NAME presses SHORT twice", do: pressesTwice},
		{form: "NAME presses SHORT and NAME presses SHORT at the same moment", do: pressTogether},
		{form: "NAME presses SHORT on the kept message", do: pressesKept},
		{form: "NAME presses SHORT on request N", do: pressesOn},
		{form: "NAME presses NAME's SHORT", do: forges},
		{form: "NAME presses SHORT on the older message", do: pressesOlder},
		{form: "NAME presses TEXT", do: presses},
		{form: "NAME keeps the message with TEXT", do: keeps},
		{form: "NAME goes away", do: person(func(p *slacksim.Person) { p.GoesAway() })},
		{form: "NAME comes back", do: person(func(p *slacksim.Person) { p.ComesBack() })},
		{form: "NAME reloads", do: person(func(p *slacksim.Person) { p.Reloads() })},
		{form: "time passes DURATION", do: timePasses},
		{form: "restart", do: func(ctx context.Context, s *stage, _ args) error { return s.restart(ctx) }},
		{form: "restart with TEXT", do: restartWith},
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

// withButton waits until somebody sees a button.
func (s *stage) withButton(ctx context.Context, name, label string) (*slacksim.Person, slacksim.Message, error) {
	p, err := s.inSlack(name)
	if err != nil {
		return nil, slacksim.Message{}, err
	}
	if err := s.reachable(ctx); err != nil {
		return nil, slacksim.Message{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m, err := p.WaitsForButton(ctx, label)
	if err != nil {
		return nil, m, fmt.Errorf("%s sees no button %q", name, label)
	}
	return p, m, nil
}

// acked says that a press was not answered; every press has to be.
func acked(answers ...slacksim.Answer) error {
	for _, a := range answers {
		if !a.OK() {
			return fmt.Errorf("the press was answered with %s", a.Err)
		}
	}
	return nil
}

func presses(ctx context.Context, s *stage, a args) error {
	p, m, err := s.withButton(ctx, a[0], a[1])
	if err != nil {
		return err
	}
	return s.pressed(ctx, a[0], func() slacksim.Answer { return p.PressesOn(m, a[1]) })
}

// pressesOn presses the button on the newest message about a request.
func pressesOn(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	id, err := s.request(a[2])
	if err != nil {
		return err
	}
	var found slacksim.Message
	err = s.looks(ctx, a[0], func(screen []slacksim.Message) bool {
		for _, m := range screen {
			if _, has := m.Button(a[1]); has && strings.Contains(m.Words(), id) {
				found = m
			}
		}
		return found.TS != ""
	})
	if err != nil {
		return fmt.Errorf("%s sees no button %q about %s", a[0], a[1], id)
	}
	return s.pressed(ctx, a[0], func() slacksim.Answer { return p.PressesOn(found, a[1]) })
}

// pressed is somebody's press, which has to be answered.
func (s *stage) pressed(ctx context.Context, name string, press func() slacksim.Answer) error {
	answer, err := s.again(ctx, press)
	s.did(name, answer)
	return errors.Join(err, acked(answer))
}

func pressesTwice(ctx context.Context, s *stage, a args) error {
	p, m, err := s.withButton(ctx, a[0], a[1])
	if err != nil {
		return err
	}
	first, second := p.Clicks(m, a[1]), p.Clicks(m, a[1])
	return acked(first.Answer(), second.Answer())
}

func pressTogether(ctx context.Context, s *stage, a args) error {
	p, m, err := s.withButton(ctx, a[0], a[1])
	if err != nil {
		return err
	}
	q, n, err := s.withButton(ctx, a[2], a[3])
	if err != nil {
		return err
	}
	first, second := p.Clicks(m, a[1]), q.Clicks(n, a[3])
	return acked(first.Answer(), second.Answer())
}

// pressesOlder presses the button on the message before the newest that has it.
func pressesOlder(ctx context.Context, s *stage, a args) error {
	p, _, err := s.withButton(ctx, a[0], a[1])
	if err != nil {
		return err
	}
	return s.pressed(ctx, a[0], func() slacksim.Answer { return p.PressesNth(a[1], 1) })
}

func keeps(ctx context.Context, s *stage, a args) error {
	_, m, err := s.withButton(ctx, a[0], a[1])
	s.kept[a[0]] = m
	return err
}

func pressesKept(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	return s.pressed(ctx, a[0], func() slacksim.Answer { return p.PressesOn(s.kept[a[0]], a[1]) })
}

// forges presses a button that somebody else sees, or keeps.
func forges(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	m, kept := s.kept[a[1]]
	if _, has := m.Button(a[2]); !kept || !has {
		if _, m, err = s.withButton(ctx, a[1], a[2]); err != nil {
			return err
		}
	}
	b, _ := m.Button(a[2])
	return s.pressed(ctx, a[0], func() slacksim.Answer { return p.Forges(m, b) })
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

// restartWith changes settings between two starts: NAME=value, several with commas between.
func restartWith(ctx context.Context, s *stage, a args) error {
	for setting := range strings.SplitSeq(a[0], ", ") {
		name, value, ok := strings.Cut(setting, "=")
		if !ok {
			return fmt.Errorf("%q is no setting", setting)
		}
		s.settings[name] = value
	}
	return s.restart(ctx)
}
