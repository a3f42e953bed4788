package player

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"olbot/internal/testbed/slacksim"
)

// formSentences are about forms and the shortcut.
func formSentences() []sentence {
	return []sentence{
		{form: "NAME uses the shortcut CALL", do: usesShortcut},
		{form: "NAME fills SHORT with TEXT", do: fills},
		{form: "NAME empties the field TEXT", do: empties},
		{form: "NAME denies[ request N]", do: denies},
		{form: "NAME submits the form and NAME presses SHORT at the same moment", do: submitAndPressTogether},
		{form: "NAME submits the form twice", do: submitsTwice},
		{form: "NAME submits the form", do: submits},
		{form: "NAME submits the form in vain", do: submitsInVain},
		{form: "NAME closes the form", do: person(func(p *slacksim.Person) { p.Closes() })},
		{form: "NAME sees the form TEXT", do: seesForm},
		{form: "NAME sees no form", do: seesNoForm},
		{form: "NAME's field SHORT says TEXT", do: fieldSays},
		{form: "NAME's field SHORT is empty", do: fieldIsEmpty},
		{form: "NAME reads at SHORT: TEXT", do: readsAtField},
	}
}

func usesShortcut(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	return s.pressed(ctx, a[0], func() slacksim.Answer { return p.UsesShortcut(a[1]) })
}

func fills(_ context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	text, err := s.fill(unescape(a[2]))
	if err != nil {
		return err
	}
	return p.Fills(map[string]string{a[1]: text})
}

func empties(_ context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	return p.Fills(map[string]string{a[1]: ""})
}

// submits submits a form that has to be accepted.
func submits(ctx context.Context, s *stage, a args) error {
	answer, err := s.submit(ctx, a[0])
	if err != nil {
		return err
	}
	if len(answer.Fields) > 0 {
		return fmt.Errorf("%s reads in the form %q", a[0], answer.Fields)
	}
	return s.noteRequests(ctx)
}

// submitsInVain submits a form that has to stay open.
func submitsInVain(ctx context.Context, s *stage, a args) error {
	answer, err := s.submit(ctx, a[0])
	if err == nil && len(answer.Fields) == 0 {
		return errors.New("the form was accepted")
	}
	return err
}

// denies presses Deny and submits the form that opens, as it is.
func denies(ctx context.Context, s *stage, a args) error {
	press, pressed := presses, args{a[0], "Deny"}
	if a[1] != "" {
		press, pressed = pressesOn, args{a[0], "Deny", a[1]}
	}
	if err := press(ctx, s, pressed); err != nil {
		return err
	}
	if err := seesForm(ctx, s, args{a[0], "Deny this request"}); err != nil {
		return err
	}
	return submits(ctx, s, a)
}

func submitAndPressTogether(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	q, n, err := s.withButton(ctx, a[1], a[2])
	if err != nil {
		return err
	}
	first, second := p.SendsForm(), q.Clicks(n, a[2])
	return acked(first.Answer(), second.Answer())
}

// submitsTwice is an impatient finger: two deliveries of one form.
func submitsTwice(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	if err := s.reachable(ctx); err != nil {
		return err
	}
	first, second := p.SendsForm(), p.SendsForm()
	if err := acked(first.Answer(), second.Answer()); err != nil {
		return err
	}
	return s.noteRequests(ctx)
}

func (s *stage) submit(ctx context.Context, name string) (slacksim.Answer, error) {
	p, err := s.inSlack(name)
	if err != nil {
		return slacksim.Answer{}, err
	}
	answer, err := s.again(ctx, p.Submits)
	s.did(name, answer)
	return answer, errors.Join(err, acked(answer))
}

// noteRequests learns the ids of requests that no answer has told: a form is
// answered by closing.
func (s *stage) noteRequests(ctx context.Context) error {
	_, events, err := s.export(ctx)
	ids, _ := states(events)
	for _, id := range ids {
		if !slices.Contains(s.requests, id) {
			s.requests = append(s.requests, id)
		}
	}
	return err
}

// form waits until somebody's form is as cond says.
func (s *stage) form(ctx context.Context, name string, cond func(slacksim.Form, bool) bool) error {
	p, err := s.inSlack(name)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if s.slack.Wait(ctx, func() bool { return cond(p.Form()) }) != nil {
		form, _ := p.Form()
		return fmt.Errorf("the form is %q, with %q", plain(form.Words()), form.Fields)
	}
	return nil
}

func seesForm(ctx context.Context, s *stage, a args) error {
	return s.form(ctx, a[0], func(f slacksim.Form, open bool) bool {
		ok, _ := s.says(f.Words(), a[1])
		return open && ok
	})
}

func seesNoForm(ctx context.Context, s *stage, a args) error {
	return s.form(ctx, a[0], func(_ slacksim.Form, open bool) bool { return !open })
}

func fieldSays(ctx context.Context, s *stage, a args) error {
	return s.form(ctx, a[0], func(f slacksim.Form, open bool) bool {
		ok, _ := s.says(f.Fields[a[1]], a[2])
		return open && ok
	})
}

func fieldIsEmpty(ctx context.Context, s *stage, a args) error {
	return s.form(ctx, a[0], func(f slacksim.Form, open bool) bool {
		shown, has := f.Fields[a[1]]
		return open && has && shown == ""
	})
}

func readsAtField(ctx context.Context, s *stage, a args) error {
	return s.form(ctx, a[0], func(f slacksim.Form, open bool) bool {
		ok, _ := s.says(f.Errors[a[1]], a[2])
		return open && ok
	})
}
