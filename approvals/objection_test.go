package approvals_test

import (
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// TestALateObjectionBlocks: of a request that was denied, expired or withdrawn, and of a
// code that has ended, until the window has passed.
func TestALateObjectionBlocks(t *testing.T) {
	const window = 7 * 24 * time.Hour
	press := func(by string, r approvals.Request) approvals.Press { return approvals.Press{By: by, Request: r.ID} }
	for name, end := range map[string]struct {
		as approvals.State
		do func(*world) approvals.Request
	}{
		"denied": {approvals.Denied, func(w *world) approvals.Request {
			r := w.pending()
			_, _ = w.Deny(t.Context(), press("U0MARIA", r), approvals.Denial{})
			return r
		}},
		"withdrawn": {approvals.Withdrawn, func(w *world) approvals.Request {
			r := w.pending()
			_, _ = w.Withdraw(t.Context(), press("U0JOE", r))
			return r
		}},
		"expired": {approvals.Expired, func(w *world) approvals.Request { r := w.pending(); w.passes(time.Hour); w.works(); return r }},
		"lapsed": {approvals.Lapsed, func(w *world) approvals.Request {
			w.Policy.Delivery = approvals.DeliverClaim
			r := w.approved()
			w.passes(time.Hour)
			w.works()
			return r
		}},
		"closed": {approvals.Closed, func(w *world) approvals.Request {
			r := w.approved()
			w.works()
			w.passes(time.Hour)
			w.works()
			return r
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, withContacts("U0CAROL"), func(p *approvals.Policy) { p.ObjectionWindow = window })
			w.opens("U0ANA")
			w.opens("U0CAROL")
			r := end.do(w)
			w.works()
			r = w.stands(r.ID, end.as)
			w.passes(r.EndedAt.Add(window).Sub(w.now()) - 1)
			if h := w.opens("U0ANA"); !slices.Equal(ids(h.Owned), []approvals.ID{r.ID}) {
				t.Errorf("at the owner's home are %v", ids(h.Owned))
			}
			r = w.disowns(r.ID)
			if r.State != end.as || !r.Blocks() {
				t.Errorf("it became %s, blocks: %t", r.State, r.Blocks())
			}
			if h := w.homes["U0CAROL"]; !slices.Equal(ids(h.Blocks), []approvals.ID{r.ID}) {
				t.Errorf("a contact's home shows the blocks %v", ids(h.Blocks))
			}
			w.refused(approvals.OwnerBlocked, approvals.Owner)
			if err := w.lifts("U0CAROL", r.ID); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestASuspicionBlocksAsThisWasntMeDoes: an approver who hears that the owner did not ask,
// or smells something, stops what comes next too.
func TestASuspicionBlocksAsThisWasntMeDoes(t *testing.T) {
	for _, why := range []approvals.DenialChoice{approvals.DidNotAsk, approvals.Suspicious} {
		w := newWorld(t, withContacts("U0CAROL", "U0MARIA"))
		w.opens("U0CAROL")
		r := w.pending()
		if _, err := w.Deny(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, approvals.Denial{Choice: why}); err != nil {
			t.Fatal(err)
		}
		w.works()
		w.stands(r.ID, approvals.Denied)
		if h := w.homes["U0CAROL"]; !slices.Equal(ids(h.Blocks), []approvals.ID{r.ID}) {
			t.Errorf("%s: a contact's home shows the blocks %v", why, ids(h.Blocks))
		}
		if no := w.refused(approvals.OwnerBlocked, approvals.Owner); no.Request != r.ID {
			t.Errorf("%s: %+v", why, no)
		}
		if err := w.lifts("U0MARIA", r.ID); codeOf(err) != approvals.Involved {
			t.Errorf("%s: who denied lifts it: %v", why, err)
		}
		if err := w.lifts("U0CAROL", r.ID); err != nil {
			t.Error(err)
		}
		w.pending()
	}
}

// TestTheOwnersHomeShowsTheNewestFirst, and each until its window has passed, when the
// cards follow.
func TestTheOwnersHomeShowsTheNewestFirst(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.ObjectionWindow = 24 * time.Hour })
	var all []approvals.ID
	for range 2 {
		r := w.pending()
		if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID}); err != nil {
			t.Fatal(err)
		}
		w.works()
		all = append([]approvals.ID{r.ID}, all...)
		w.passes(time.Hour)
	}
	if h := w.opens("U0ANA"); !slices.Equal(ids(h.Owned), all) {
		t.Errorf("at home are %v, want %v", ids(h.Owned), all)
	}
	painted := len(w.painted)
	w.passes(22 * time.Hour)
	w.works()
	if h := w.homes["U0ANA"]; !slices.Equal(ids(h.Owned), all[:1]) || len(w.painted) != painted+1 {
		t.Errorf("at home are %v, want %v; painted %d times", ids(h.Owned), all[:1], len(w.painted)-painted)
	}
	if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: all[1]}); codeOf(err) != approvals.ObjectionOver {
		t.Errorf("after the window: %v", err)
	}
	if e := w.lastOf(approvals.EventPressRefused); e.Button != approvals.ButtonDisown || e.Actor.Slack != "U0ANA" {
		t.Errorf("no word of it in the trail: %+v", e)
	}
}
