package player

import (
	"context"
	"fmt"
	"slices"

	"olbot/internal/testbed/slacksim"
)

// homeSentences are about the Home tab.
func homeSentences() []sentence {
	return []sentence{
		{form: "NAME opens the home tab", do: opensHome},
		{form: "NAME keeps the home tab", do: keepsHome},
		{form: "NAME presses SHORT on the kept home tab", do: pressesKeptHome},
		{form: "NAME presses SHORT at home", do: pressesAtHome},
		{form: "NAME is asked SHORT before SHORT at home counts", do: isAskedAtHome},
		{form: "NAME sees at home nothing of TEXT", do: seesNothingAtHome},
		{form: "NAME sees at home TEXT", do: seesAtHome},
		{form: "NAME has no home tab", do: hasNoHome},
	}
}

func opensHome(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	if err := s.reachable(ctx); err != nil {
		return err
	}
	p.OpensHome()
	return nil
}

// home waits until somebody's Home tab is as cond says.
func (s *stage) home(ctx context.Context, name string, cond func(slacksim.Form) bool) (*slacksim.Person, slacksim.Form, error) {
	p, err := s.inSlack(name)
	if err != nil {
		return nil, slacksim.Form{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var shown slacksim.Form
	err = s.slack.Wait(ctx, func() bool {
		f, there := p.Home()
		shown = f
		return there && cond(f)
	})
	if err != nil {
		return p, shown, fmt.Errorf("the home tab of %s is %q", name, plain(shown.Words()))
	}
	return p, shown, nil
}

func seesAtHome(ctx context.Context, s *stage, a args) error {
	_, _, err := s.home(ctx, a[0], func(f slacksim.Form) bool {
		ok, _ := s.says(f.Words(), a[1])
		return ok
	})
	return err
}

func seesNothingAtHome(ctx context.Context, s *stage, a args) error {
	_, _, err := s.home(ctx, a[0], func(f slacksim.Form) bool {
		ok, err := s.says(f.Words(), a[1])
		return !ok && err == nil
	})
	return err
}

func hasNoHome(ctx context.Context, s *stage, a args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	if f, there := p.Home(); there {
		return fmt.Errorf("the home tab is %q", plain(f.Words()))
	}
	return nil
}

func buttonIn(f slacksim.Form, label string) (slacksim.Button, bool) {
	all := f.Buttons()
	i := slices.IndexFunc(all, func(b slacksim.Button) bool { return b.Label == label })
	if i < 0 {
		return slacksim.Button{}, false
	}
	return all[i], true
}

// homeWith waits for a button on somebody's Home tab.
func (s *stage) homeWith(ctx context.Context, name, label string) (*slacksim.Person, slacksim.Form, slacksim.Button, error) {
	p, f, err := s.home(ctx, name, func(f slacksim.Form) bool {
		_, has := buttonIn(f, label)
		return has
	})
	b, _ := buttonIn(f, label)
	return p, f, b, err
}

func pressesAtHome(ctx context.Context, s *stage, a args) error {
	p, f, b, err := s.homeWith(ctx, a[0], a[1])
	if err != nil {
		return err
	}
	return s.pressed(ctx, a[0], func() slacksim.Answer { return p.PressesButton(f, b) })
}

func keepsHome(ctx context.Context, s *stage, a args) error {
	_, f, err := s.home(ctx, a[0], func(slacksim.Form) bool { return true })
	s.homes[a[0]] = f
	return err
}

func pressesKeptHome(ctx context.Context, s *stage, a args) error {
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	b, has := buttonIn(s.homes[a[0]], a[1])
	if !has {
		return fmt.Errorf("there was no button %q", a[1])
	}
	return s.pressed(ctx, a[0], func() slacksim.Answer { return p.PressesButton(s.homes[a[0]], b) })
}

func isAskedAtHome(ctx context.Context, s *stage, a args) error {
	_, _, b, err := s.homeWith(ctx, a[0], a[2])
	if err != nil {
		return err
	}
	if b.Confirm == nil {
		return fmt.Errorf("%s is asked nothing", a[0])
	}
	if ok, err := s.says(b.Confirm.Title+" "+b.Confirm.Text, a[1]); !ok {
		return fmt.Errorf("%s is asked %q: %w", a[0], b.Confirm.Title+" "+b.Confirm.Text, errorOr(err))
	}
	return nil
}
