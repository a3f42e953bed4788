package player

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"olbot/internal/testbed/slacksim"
)

// pressSentences are about buttons.
func pressSentences() []sentence {
	return []sentence{
		{form: "NAME presses SHORT, which slack holds back", do: pressesHeld},
		{form: "NAME presses SHORT twice", do: pressesTwice},
		{form: "NAME presses SHORT and NAME presses SHORT at the same moment", do: pressTogether},
		{form: "NAME presses SHORT on the kept message", do: pressesKept},
		{form: "NAME presses SHORT on request N", do: pressesOn},
		{form: "NAME presses NAME's SHORT", do: forges},
		{form: "NAME presses SHORT on the older message", do: pressesOlder},
		{form: "NAME presses TEXT", do: presses},
		{form: "NAME keeps the message with TEXT", do: keeps},
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
	return s.pressedMaking(ctx, a, func() slacksim.Answer { return p.PressesOn(m, a[1]) })
}

// asksAgain is the button that makes a request.
const asksAgain = "Ask again"

// pressedMaking is a press that may have made a request.
func (s *stage) pressedMaking(ctx context.Context, a args, press func() slacksim.Answer) error {
	if err := s.pressed(ctx, a[0], press); err != nil || a[1] != asksAgain {
		return err
	}
	return s.noteRequests(ctx)
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
	return s.pressedMaking(ctx, a, func() slacksim.Answer { return p.PressesOn(found, a[1]) })
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
	if err := acked(first.Answer(), second.Answer()); err != nil || a[1] != asksAgain {
		return err
	}
	return s.noteRequests(ctx)
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

// pressesHeld presses a button, and olbot is not told before slack lets it go.
func pressesHeld(ctx context.Context, s *stage, a args) error {
	p, m, err := s.withButton(ctx, a[0], a[1])
	if err != nil {
		return err
	}
	s.slack.HoldDelivery()
	s.held = append(s.held, held{a[0], p.Clicks(m, a[1])})
	return nil
}
