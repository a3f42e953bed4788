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
func (w *world) opens(slackID string) approvals.Home {
	w.t.Helper()
	if err := w.OpenHome(w.t.Context(), slackID); err != nil {
		w.t.Fatal(err)
	}
	return w.homes[slackID]
}

func TestAHomeShowsWhatIsThePersonsOwn(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.OwnerLimit = 0 })
	var ended []approvals.ID
	for range 6 {
		r := w.pending()
		if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID}); err != nil {
			t.Fatal(err)
		}
		ended = append([]approvals.ID{r.ID}, ended...)
		w.passes(time.Minute)
	}
	r := w.pending()
	for who, want := range map[string]struct{ waiting, open, last []approvals.ID }{
		"U0JOE":   {nil, []approvals.ID{r.ID}, ended[:5]},
		"U0MARIA": {[]approvals.ID{r.ID}, nil, nil},
		"U0ANA":   {}, "U0CAROL": {}, "U0BOB": {}, "": {},
	} {
		h := w.opens(who)
		if !slices.Equal(ids(h.Waiting), want.waiting) || !slices.Equal(ids(h.Open), want.open) || !slices.Equal(ids(h.Last), want.last) || h.Blocks != nil {
			t.Errorf("%q: waiting %v, open %v, last %v, blocks %v", who, ids(h.Waiting), ids(h.Open), ids(h.Last), h.Blocks)
		}
	}
}

// TestAnOpenedHomeIsRepainted for everybody whose request it is, and for nobody who has not opened it.
func TestAnOpenedHomeIsRepainted(t *testing.T) {
	w := newChainWorld(t)
	m := *maria.Slack
	m.OrgID = "W0MARIA"
	w.knows(approvals.Profile{Slack: &m, OneLogin: maria.OneLogin})
	for _, id := range []string{"U0JOE", "W0MARIA", "U0LEA"} { // Slack calls Maria by her other id
		w.opens(id)
	}
	r := w.pending()
	waiting := func(id string, want bool) {
		t.Helper()
		if got := slices.Contains(ids(w.homes[id].Waiting), r.ID); got != want {
			t.Errorf("%s is asked on the Home: %t, want %t", id, got, want)
		}
	}
	waiting("W0MARIA", true)
	waiting("U0LEA", false)
	if !slices.Equal(ids(w.homes["U0JOE"].Open), []approvals.ID{r.ID}) {
		t.Errorf("Joe's open requests: %v", ids(w.homes["U0JOE"].Open))
	}
	w.passes(10 * time.Minute)
	w.works()
	waiting("U0LEA", true)
	w.passesOn(r, "U0MARIA")
	waiting("W0MARIA", false)
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0TOM", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.works()
	waiting("U0LEA", false)
	if _, opened := w.homes["U0TOM"]; opened || len(w.homes) != 3 {
		t.Errorf("Homes that nobody has opened: %v", w.homes)
	}
}

func TestAContactSeesBlocksOnTheHome(t *testing.T) {
	for name, contacts := range map[string][]string{"by id": {"U0CAROL"}, "by group": {"S0SEC"}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) { p.SecurityContacts = principals(contacts...) })
			w.groups["S0SEC"] = []string{"U0TOM", "U0CAROL"}
			w.opens("U0CAROL")
			w.opens("U0BOB")
			r := w.disowned()
			if h := w.homes["U0CAROL"]; !slices.Equal(ids(h.Blocks), []approvals.ID{r.ID}) {
				t.Errorf("blocks %v", ids(h.Blocks))
			}
			if h := w.opens("U0BOB"); h.Blocks != nil {
				t.Errorf("somebody who is no contact sees %v", ids(h.Blocks))
			}
			if _, err := w.Lift(t.Context(), approvals.Press{By: "U0CAROL", Request: r.ID}); err != nil {
				t.Fatal(err)
			}
			w.works()
			if h := w.homes["U0CAROL"]; h.Blocks != nil {
				t.Errorf("lifted, and still there: %v", ids(h.Blocks))
			}
		})
	}
}

// TestAGroupThatCannotBeReadLeavesNoHomeBehind: whom it is about is painted again when it can be.
func TestAGroupThatCannotBeReadLeavesNoHomeBehind(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.SecurityContacts = principals("S0SEC") })
	w.groups["S0SEC"] = []string{"U0CAROL"}
	w.opens("U0CAROL")
	w.opens("U0JOE")
	w.failing["S0SEC"] = errors.New("500")
	if err := w.OpenHome(t.Context(), "U0CAROL"); err == nil {
		t.Error("a Home that could not be read is shown")
	}
	r := w.disowned()
	if h := w.homes["U0JOE"]; len(h.Open) != 0 || len(h.Last) != 0 {
		t.Errorf("Joe's Home was read without knowing whether he is a contact: %+v", h)
	}
	delete(w.failing, "S0SEC")
	w.passes(time.Minute)
	w.works()
	if h := w.homes["U0CAROL"]; !slices.Equal(ids(h.Blocks), []approvals.ID{r.ID}) {
		t.Errorf("blocks %v", ids(h.Blocks))
	}
	if h := w.homes["U0JOE"]; !slices.Equal(ids(h.Last), []approvals.ID{r.ID}) {
		t.Errorf("Joe's last %v", ids(h.Last))
	}
}

// waitingCards are a Messenger that can post no card now.
type waitingCards struct{ *world }

func (waitingCards) Show(context.Context, approvals.Request) ([]string, error) {
	return nil, &approvals.TemporaryError{After: time.Hour, NotYet: true, Err: errors.New("429")}
}

// TestAHomeDoesNotWaitForCards: what cannot be posted to one person is no reason
// to show another an old tab.
func TestAHomeDoesNotWaitForCards(t *testing.T) {
	w := newWorld(t)
	w.opens("U0MARIA")
	w.Messenger = waitingCards{w}
	r := w.asks()
	w.works()
	if h := w.homes["U0MARIA"]; !slices.Equal(ids(h.Waiting), []approvals.ID{r.ID}) {
		t.Errorf("waiting %v", ids(h.Waiting))
	}
}

// stuckHomes are a Messenger to which Slack does not answer what it makes of a Home tab.
type stuckHomes struct {
	*world
	release chan struct{}
}

func (s stuckHomes) ShowHome(context.Context, string, bool, func(context.Context) (approvals.Home, error)) error {
	<-s.release
	return nil
}

// TestCardsDoNotWaitForHomes, however many requests change what a tab shows.
func TestCardsDoNotWaitForHomes(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.AgentLimit = 100 })
	w.opens("U0JOE")
	w.opens("U0MARIA")
	stuck := stuckHomes{w, make(chan struct{})}
	w.Messenger = stuck
	w.running()
	defer close(stuck.release)
	const requests = 20
	for range requests {
		w.asks() // one is asked for, the others are refused meanwhile
	}
	w.until("every card is shown", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		shown := 0
		for _, s := range w.painted {
			if s == approvals.Refused {
				shown++
			}
		}
		return shown >= requests-1
	})
}
