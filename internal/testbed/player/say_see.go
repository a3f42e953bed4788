package player

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"olbot/internal/testbed/slacksim"
)

// seeSentences are what people can observe on their screens.
func seeSentences() []sentence {
	return []sentence{
		{form: "NAME reads TEXT", do: reads},
		{form: "NAME sees the button TEXT", do: seesButton},
		{form: "NAME sees no button TEXT", do: seesNoButton},
		{form: "NAME sees N message[s] with TEXT", do: seesMessages},
		{form: "NAME sees nothing of TEXT", do: seesNothingOf},
		{form: "NAME sees nothing", do: seesNothing},
		{form: "NAME sees TEXT", do: sees},
		{form: "NAME is asked SHORT before TEXT counts", do: isAsked},
		{form: "NAME is notified of TEXT", do: isNotified},
		{form: "NAME was not notified of TEXT", do: wasNotNotified},
		{form: "NAME was not notified", do: wasNotNotifiedAtAll},
		{form: "the feed tells nothing of TEXT", do: feedTellsNothingOf},
		{form: "the feed tells TEXT", do: feedTells},
	}
}

// plain is text as one line, so that a story need not know how it is broken.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// says looks, whatever the case, for a text in words, or for its pieces one after the other where it has … between them.
func (s *stage) says(words, text string) (bool, error) {
	text, err := s.fill(unescape(text))
	words = strings.ToLower(plain(words))
	for piece := range strings.SplitSeq(text, " … ") {
		_, after, found := strings.Cut(words, strings.ToLower(plain(piece)))
		if !found {
			return false, err
		}
		words = after
	}
	return true, err
}

func reads(_ context.Context, s *stage, a args) error {
	words := s.answers[a[0]].Words()
	ok, err := s.says(words, a[1])
	if err == nil && !ok {
		return fmt.Errorf("%s reads %q", a[0], plain(words))
	}
	return err
}

// looks waits until the screen of somebody is as cond says.
func (s *stage) looks(ctx context.Context, name string, cond func(screen []slacksim.Message) bool) error {
	p, err := s.inSlack(name)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if s.slack.Wait(ctx, func() bool { return cond(p.Screen()) }) != nil {
		return errNotSo
	}
	return nil
}

func (s *stage) countWith(screen []slacksim.Message, text string) int {
	n := 0
	for _, m := range screen {
		if ok, _ := s.says(m.Words(), text); ok {
			n++
		}
	}
	return n
}

func sees(ctx context.Context, s *stage, a args) error {
	return s.looks(ctx, a[0], func(screen []slacksim.Message) bool { return s.countWith(screen, a[1]) > 0 })
}

func seesMessages(ctx context.Context, s *stage, a args) error {
	return s.looks(ctx, a[0], func(screen []slacksim.Message) bool {
		return strconv.Itoa(s.countWith(screen, a[2])) == a[1]
	})
}

func seesNothingOf(ctx context.Context, s *stage, a args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	p, err := s.inSlack(a[0])
	if err == nil && s.countWith(p.Screen(), a[1]) > 0 {
		return fmt.Errorf("%s sees it", a[0])
	}
	return err
}

// seesNothing is about direct messages: olbot has told the person nothing.
func seesNothing(ctx context.Context, s *stage, a args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	p, err := s.inSlack(a[0])
	if err == nil && len(p.Inbox()) > 0 {
		return fmt.Errorf("%s has %d direct messages", a[0], len(p.Inbox()))
	}
	return err
}

func seesButton(ctx context.Context, s *stage, a args) error {
	_, _, err := s.withButton(ctx, a[0], a[1])
	return err
}

func seesNoButton(ctx context.Context, s *stage, a args) error {
	return s.looks(ctx, a[0], func(screen []slacksim.Message) bool {
		for _, m := range screen {
			if _, ok := m.Button(a[1]); ok {
				return false
			}
		}
		return true
	})
}

func isAsked(ctx context.Context, s *stage, a args) error {
	p, _, err := s.withButton(ctx, a[0], a[2])
	if err != nil {
		return err
	}
	dialog := p.Dialog(a[2])
	if dialog == nil {
		return fmt.Errorf("%s is asked nothing", a[0])
	}
	if ok, err := s.says(dialog.Title+" "+dialog.Text, a[1]); !ok {
		return fmt.Errorf("%s is asked %q: %w", a[0], dialog.Title+" "+dialog.Text, errorOr(err))
	}
	return nil
}

func errorOr(err error) error {
	if err != nil {
		return err
	}
	return errNotSo
}

func (s *stage) notified(p *slacksim.Person, text string) bool {
	for _, n := range p.Notifications() {
		if ok, _ := s.says(n.Text, text); ok {
			return true
		}
	}
	return false
}

func isNotified(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	return s.looks(ctx, a[0], func([]slacksim.Message) bool { return s.notified(p, a[1]) })
}

func wasNotNotified(ctx context.Context, s *stage, a args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	p, err := s.inSlack(a[0])
	if err == nil && s.notified(p, a[1]) {
		return fmt.Errorf("%s was notified of it", a[0])
	}
	return err
}

func wasNotNotifiedAtAll(ctx context.Context, s *stage, a args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	p, err := s.inSlack(a[0])
	if err == nil && len(p.Notifications()) > 0 {
		return fmt.Errorf("%s was notified of %q", a[0], p.Notifications()[0].Text)
	}
	return err
}

func feedTells(ctx context.Context, s *stage, a args) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if s.slack.Wait(ctx, func() bool { return s.countWith(s.audit.Messages(), a[0]) > 0 }) != nil {
		return errNotSo
	}
	return nil
}

func feedTellsNothingOf(ctx context.Context, s *stage, a args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	if s.countWith(s.audit.Messages(), a[0]) > 0 {
		return fmt.Errorf("the feed tells it")
	}
	return nil
}
