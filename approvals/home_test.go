package approvals_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

func ids(requests []approvals.Request) (all []approvals.ID) {
	for _, r := range requests {
		all = append(all, r.ID)
	}
	return all
}

// opens opens somebody's Home and returns what it shows.
func (o *office) opens(slackID string) approvals.Home {
	o.t.Helper()
	if err := o.OpenHome(o.t.Context(), slackID); err != nil {
		o.t.Fatal(err)
	}
	return o.homes[slackID]
}

func TestAHomeShowsWhatIsThePersonsOwn(t *testing.T) {
	o := newOffice(t, func(p *approvals.Policy) { p.OwnerLimit = 0 })
	var ended []approvals.ID
	for range 6 {
		r := o.pending()
		if _, err := o.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID}); err != nil {
			t.Fatal(err)
		}
		ended = append([]approvals.ID{r.ID}, ended...)
		o.passes(time.Minute)
	}
	r := o.pending()
	for who, want := range map[string]struct{ waiting, open, last []approvals.ID }{
		"U0JOE":   {nil, []approvals.ID{r.ID}, ended[:5]},
		"U0MARIA": {[]approvals.ID{r.ID}, nil, nil},
		"U0ANA":   {}, "U0CAROL": {}, "U0BOB": {}, "": {},
	} {
		h := o.opens(who)
		if !slices.Equal(ids(h.Waiting), want.waiting) || !slices.Equal(ids(h.Open), want.open) || !slices.Equal(ids(h.Last), want.last) || h.Blocks != nil {
			t.Errorf("%q: waiting %v, open %v, last %v, blocks %v", who, ids(h.Waiting), ids(h.Open), ids(h.Last), h.Blocks)
		}
	}
}

// TestAnOpenedHomeIsRepainted for everybody whose request it is, and for nobody who has not opened it.
func TestAnOpenedHomeIsRepainted(t *testing.T) {
	o := chainOffice(t)
	m := *maria.Slack
	m.OrgID = "W0MARIA"
	o.knows(approvals.Profile{Slack: &m, OneLogin: maria.OneLogin})
	for _, id := range []string{"U0JOE", "W0MARIA", "U0LEA"} { // Slack calls Maria by her other id
		o.opens(id)
	}
	r := o.pending()
	waiting := func(id string, want bool) {
		t.Helper()
		if got := slices.Contains(ids(o.homes[id].Waiting), r.ID); got != want {
			t.Errorf("%s is asked on the Home: %t, want %t", id, got, want)
		}
	}
	waiting("W0MARIA", true)
	waiting("U0LEA", false)
	if !slices.Equal(ids(o.homes["U0JOE"].Open), []approvals.ID{r.ID}) {
		t.Errorf("Joe's open requests: %v", ids(o.homes["U0JOE"].Open))
	}
	o.passes(10 * time.Minute)
	o.works()
	waiting("U0LEA", true)
	o.declines(r, "U0MARIA")
	waiting("W0MARIA", false)
	if _, err := o.Approve(t.Context(), approvals.Press{By: "U0TOM", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	o.works()
	waiting("U0LEA", false)
	if _, opened := o.homes["U0TOM"]; opened || len(o.homes) != 3 {
		t.Errorf("Homes that nobody has opened: %v", o.homes)
	}
}

func TestAContactSeesBlocksOnTheHome(t *testing.T) {
	for name, contacts := range map[string][]string{"by id": {"U0CAROL"}, "by group": {"S0SEC"}} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, func(p *approvals.Policy) { p.SecurityContacts = principals(contacts...) })
			o.groups["S0SEC"] = []string{"U0TOM", "U0CAROL"}
			o.opens("U0CAROL")
			o.opens("U0BOB")
			r := o.disowned()
			if h := o.homes["U0CAROL"]; !slices.Equal(ids(h.Blocks), []approvals.ID{r.ID}) {
				t.Errorf("blocks %v", ids(h.Blocks))
			}
			if h := o.opens("U0BOB"); h.Blocks != nil {
				t.Errorf("somebody who is no contact sees %v", ids(h.Blocks))
			}
			if _, err := o.Lift(t.Context(), approvals.Press{By: "U0CAROL", Request: r.ID}); err != nil {
				t.Fatal(err)
			}
			o.works()
			if h := o.homes["U0CAROL"]; h.Blocks != nil {
				t.Errorf("lifted, and still there: %v", ids(h.Blocks))
			}
		})
	}
}

// TestAGroupThatCannotBeReadLeavesNoHomeBehind: whom it is about is painted again when it can be.
func TestAGroupThatCannotBeReadLeavesNoHomeBehind(t *testing.T) {
	o := newOffice(t, func(p *approvals.Policy) { p.SecurityContacts = principals("S0SEC") })
	o.groups["S0SEC"] = []string{"U0CAROL"}
	o.opens("U0CAROL")
	o.opens("U0JOE")
	o.failing["S0SEC"] = errors.New("500")
	if err := o.OpenHome(t.Context(), "U0CAROL"); err == nil {
		t.Error("a Home that could not be read is shown")
	}
	r := o.disowned()
	if h := o.homes["U0JOE"]; len(h.Open) != 0 || len(h.Last) != 0 {
		t.Errorf("Joe's Home was read without knowing whether he is a contact: %+v", h)
	}
	delete(o.failing, "S0SEC")
	o.passes(time.Minute)
	o.works()
	if h := o.homes["U0CAROL"]; !slices.Equal(ids(h.Blocks), []approvals.ID{r.ID}) {
		t.Errorf("blocks %v", ids(h.Blocks))
	}
	if h := o.homes["U0JOE"]; !slices.Equal(ids(h.Last), []approvals.ID{r.ID}) {
		t.Errorf("Joe's last %v", ids(h.Last))
	}
}

// waitingCards are a Messenger that can post no card now.
type waitingCards struct{ *office }

func (waitingCards) Show(context.Context, approvals.Request) error {
	return &approvals.TemporaryError{After: time.Hour, NotYet: true, Err: errors.New("429")}
}

// TestAHomeDoesNotWaitForCards: what cannot be posted to one person is no reason
// to show another an old tab.
func TestAHomeDoesNotWaitForCards(t *testing.T) {
	o := newOffice(t)
	o.opens("U0MARIA")
	o.Messenger = waitingCards{o}
	r := o.asks()
	o.works()
	if h := o.homes["U0MARIA"]; !slices.Equal(ids(h.Waiting), []approvals.ID{r.ID}) {
		t.Errorf("waiting %v", ids(h.Waiting))
	}
}

// stuckHomes are a Messenger to which Slack does not answer what it makes of a Home tab.
type stuckHomes struct {
	*office
	release chan struct{}
}

func (s stuckHomes) ShowHome(context.Context, string, bool, func(context.Context) (approvals.Home, error)) error {
	<-s.release
	return nil
}

// TestCardsDoNotWaitForHomes, however many requests change what a tab shows.
func TestCardsDoNotWaitForHomes(t *testing.T) {
	o := newOffice(t, func(p *approvals.Policy) { p.AgentLimit = 0 })
	o.opens("U0JOE")
	o.opens("U0MARIA")
	stuck := stuckHomes{o, make(chan struct{})}
	o.Messenger = stuck
	o.running()
	defer close(stuck.release)
	const requests = 20
	for range requests {
		o.asks() // one is asked for, the others are refused meanwhile
	}
	o.until("every card is shown", func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		shown := 0
		for _, s := range o.painted {
			if s == approvals.Refused {
				shown++
			}
		}
		return shown >= requests-1
	})
}
