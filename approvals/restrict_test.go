package approvals_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"olbot/approvals"
)

func (w *world) blocks(by string) error {
	w.t.Helper()
	return w.BlockAccount(w.t.Context(), approvals.Press{By: by}, approvals.Ref{Email: "ana@example.com"}, "calls in her name")
}

func (w *world) pauses(by string) error {
	w.t.Helper()
	return w.PauseCodes(w.t.Context(), approvals.Press{By: by})
}

func (w *world) resumes(by string) error {
	w.t.Helper()
	all, err := w.store.Restrictions(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	pause, _ := all.Pause()
	return w.Resume(w.t.Context(), approvals.Press{By: by, Request: pause.ID})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestNothingIsMadeForABlockedAccount, at whatever moment it is blocked, and everything after the block is lifted.
func TestNothingIsMadeForABlockedAccount(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	r := w.approved()
	w.must(w.blocks("U0CAROL"))
	w.works()
	if r := w.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.AccountBlocked || w.issues != 0 {
		t.Errorf("%+v, OneLogin was asked %d times", r.Refusal, w.issues)
	}
	if why := w.refused(approvals.AccountBlocked, approvals.Owner); why.By.Email != "carol@example.com" || why.Person.OneLogin != 2 {
		t.Errorf("%+v", why)
	}
	if e := w.lastOf(approvals.EventAccountBlocked); e.Actor.Slack != "U0CAROL" || e.Owner.OneLogin != 2 || e.Reason != "calls in her name" {
		t.Errorf("%+v", e)
	}
	if err := w.blocks("U0CAROL"); codeOf(err) != approvals.AlreadyBlocked {
		t.Errorf("blocked twice: %v", err)
	}
	block := w.lastOf(approvals.EventAccountBlocked).Restriction
	w.must(w.lifts("U0CAROL", block))
	if err := w.lifts("U0CAROL", block); codeOf(err) != approvals.NotBlocked {
		t.Errorf("lifted twice: %v", err)
	}
	r = w.approved()
	w.works()
	w.stands(r.ID, approvals.Issued)
}

// TestACodeThatIsBeingMadeIsThrownAway when its account is blocked, or all codes are paused, meanwhile (invariant 5).
func TestACodeThatIsBeingMadeIsThrownAway(t *testing.T) {
	for want, restrict := range map[approvals.RefusalCode]func(*world) error{
		approvals.AccountBlocked: func(w *world) error { return w.blocks("U0CAROL") },
		approvals.Paused:         func(w *world) error { return w.pauses("U0CAROL") },
	} {
		w := newWorld(t, withContacts("U0CAROL"))
		w.issue = func(int) (approvals.Token, approvals.Answer, error) {
			w.must(restrict(w))
			return w.code("25992782")
		}
		r := w.approved()
		w.works()
		if r := w.stands(r.ID, approvals.Failed); r.Refusal.Code != want || len(w.codes) != 0 || w.shows != 0 {
			t.Errorf("%+v, shown %v", r.Refusal, w.codes)
		}
	}
}

// TestACodeThatIsNotShownYetIsKeptBack: Slack does not take the message, and before it is
// tried again the account is blocked, or all codes are paused.
func TestACodeThatIsNotShownYetIsKeptBack(t *testing.T) {
	for name, restrict := range map[string]func(*world) error{
		"blocked": func(w *world) error { return w.blocks("U0CAROL") },
		"paused":  func(w *world) error { return w.pauses("U0CAROL") },
		"stopped": func(w *world) error { return w.stops("U0CAROL", w.last().Request, false) },
	} {
		w := newWorld(t, withContacts("U0CAROL"))
		w.show = func(approvals.Token) error {
			if w.shows == 1 {
				w.must(restrict(w))
			}
			return &approvals.TemporaryError{Err: errors.New("429")}
		}
		r := w.approved()
		w.works()
		if w.shows != 1 || w.issues != 1 || w.request(r.ID).Showing == approvals.Shown {
			t.Errorf("%s: %d tries to show, %q", name, w.shows, w.request(r.ID).Showing)
		}
	}
}

// TestAPauseKeepsEveryCodeFromBeingMade: who was approved presses Show code when it is over.
func TestAPauseKeepsEveryCodeFromBeingMade(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	r := w.approved()
	w.must(w.pauses("U0CAROL"))
	w.works()
	held := w.stands(r.ID, approvals.Approved)
	if held.Making(w.now()) || held.Delay.Cause != approvals.DelayPaused || w.count(approvals.EventCodeHeld) != 1 || w.issues != 0 {
		t.Errorf("%+v, %d told, OneLogin was asked %d times", held, w.count(approvals.EventCodeHeld), w.issues)
	}
	if e := w.lastOf(approvals.EventCodeHeld); e.Attempt != 1 {
		t.Errorf("attempt %d is told as held", e.Attempt)
	}
	press := approvals.Press{By: "U0JOE", Request: r.ID, Attempt: 1}
	if _, err := w.Claim(t.Context(), press); codeOf(err) != approvals.Paused {
		t.Errorf("Show code: %v", err)
	}
	if _, err := w.Submit(t.Context(), approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}}); codeOf(err) != approvals.Paused {
		t.Errorf("a command: %v", err)
	}
	if err := w.pauses("U0CAROL"); codeOf(err) != approvals.Paused {
		t.Errorf("paused twice: %v", err)
	}
	w.must(w.resumes("U0CAROL"))
	if err := w.resumes("U0CAROL"); codeOf(err) != approvals.NotBlocked {
		t.Errorf("resumed twice: %v", err)
	}
	if _, err := w.Claim(t.Context(), press); err != nil {
		t.Fatal(err)
	}
	w.works()
	if r := w.stands(r.ID, approvals.Issued); r.Delay != (approvals.Delay{}) || len(w.codes) != 1 {
		t.Errorf("%+v, shown %d", r.Delay, len(w.codes))
	}
}

// TestApproveCountsWhilePaused, and an approval that nobody could use lapses.
func TestApproveCountsWhilePaused(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	r := w.asks()
	w.works()
	w.must(w.pauses("U0CAROL"))
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.works()
	w.stands(r.ID, approvals.Approved)
	w.passes(15 * time.Minute)
	w.works()
	w.stands(r.ID, approvals.Lapsed)
	if e := w.lastOf(approvals.EventLapsed); e.Delay.Cause != approvals.DelayPaused {
		t.Errorf("it lapsed for %+v", e.Delay)
	}
}

// TestWhoRestrictsIsReadFresh (invariant 8): a full member who is a contact, and nobody if that cannot be told.
func TestWhoRestrictsIsReadFresh(t *testing.T) {
	acts := map[approvals.Button]func(*world, string) error{
		approvals.ButtonBlock: (*world).blocks, approvals.ButtonPause: (*world).pauses, approvals.ButtonResume: (*world).resumes,
	}
	for button, act := range acts {
		t.Run(string(button), func(t *testing.T) {
			w := newWorld(t, withContacts("U0CAROL", "U0LEA", "S0SEC"))
			if button == approvals.ButtonResume {
				w.must(w.pauses("U0CAROL"))
			}
			before := len(w.trail())
			for name, tt := range map[string]struct {
				make func()
				by   string
				want approvals.RefusalCode
			}{
				"no contact":   {func() {}, "U0JOE", approvals.NotYours},
				"a guest":      {func() { w.becomes(approvals.Guest) }, "U0CAROL", approvals.NotYours},
				"deactivated":  {func() { w.becomes(approvals.Deactivated) }, "U0CAROL", approvals.NotYours},
				"unknown":      {func() {}, "U0LEA", approvals.NotYours},
				"Slack fails":  {func() { w.failing["U0CAROL"] = errors.New("500") }, "U0CAROL", approvals.NotChecked},
				"a group does": {func() { w.failing["S0SEC"] = errors.New("500") }, "U0BOB", approvals.NotChecked},
			} {
				w.failing = map[string]error{}
				w.knows(carol)
				tt.make()
				refused := w.count(approvals.EventPressRefused)
				if err := act(w, tt.by); codeOf(err) != tt.want {
					t.Errorf("%s: %v, want %s", name, err, tt.want)
				}
				if told := w.count(approvals.EventPressRefused) - refused; told != map[approvals.RefusalCode]int{approvals.NotYours: 1}[tt.want] {
					t.Errorf("%s: told %d times", name, told)
				}
			}
			if n := len(w.trail()) - w.count(approvals.EventPressRefused); n != before {
				t.Errorf("%d more events", n-before)
			}
			w.failing = map[string]error{}
			w.knows(approvals.Profile{Slack: carol.Slack, OneLogin: &approvals.User{ID: 4, Status: 3}})
			if err := act(w, "U0CAROL"); err != nil { // who is locked in OneLogin can stop things
				t.Error(err)
			}
		})
	}
}

// becomes makes Carol somebody else in Slack.
func (w *world) becomes(m approvals.Membership) {
	c := *carol.Slack
	c.Membership = m
	w.knows(approvals.Profile{Slack: &c, OneLogin: carol.OneLogin})
}

// TestWhoLiftsHasToBeFit as an approver has to (invariant 1).
func TestWhoLiftsHasToBeFit(t *testing.T) {
	for want, unfit := range map[approvals.RefusalCode]approvals.Profile{
		approvals.IsLocked:      {Slack: carol.Slack, OneLogin: &approvals.User{ID: 4, Status: 3, Email: "carol@example.com"}},
		approvals.NotInOneLogin: {Slack: carol.Slack},
		approvals.IsGuest:       {Slack: &approvals.Account{ID: "U0CAROL", Email: "carol@example.com", Membership: approvals.Guest}, OneLogin: carol.OneLogin},
	} {
		w := newWorld(t, withContacts("U0CAROL"))
		r := w.disowned()
		w.people[approvals.Ref{Slack: "U0CAROL"}] = unfit
		if err := w.lifts("U0CAROL", r.ID); codeOf(err) != want || !w.request(r.ID).Blocks() {
			t.Errorf("%v, want %s", err, want)
		}
		if e := w.lastOf(approvals.EventPressRefused); e.Button != approvals.ButtonLift || e.Refusal == nil || e.Refusal.Role != approvals.Contact {
			t.Errorf("%+v", e)
		}
	}
}

// TestWhoseAccountIsBlockedIsLookedUp: one OneLogin user, or nobody (invariant 8).
func TestWhoseAccountIsBlockedIsLookedUp(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	for want, failure := range map[approvals.RefusalCode]error{
		approvals.Ambiguous: approvals.ErrAmbiguous, approvals.NotAskable: approvals.ErrNotAskable, approvals.NotChecked: errors.New("500"),
	} {
		w.failing["ana@example.com"] = failure
		if err := w.blocks("U0CAROL"); codeOf(err) != want {
			t.Errorf("%v: %v", failure, err)
		}
	}
	delete(w.failing, "ana@example.com")
	nobody := approvals.Ref{Email: "nobody@example.com"}
	if err := w.BlockAccount(t.Context(), approvals.Press{By: "U0CAROL"}, nobody, ""); codeOf(err) != approvals.NotInOneLogin {
		t.Errorf("nobody: %v", err)
	}
	if n := w.count(approvals.EventAccountBlocked); n != 0 {
		t.Errorf("%d accounts are blocked", n)
	}
}

// TestARestrictionIsMadeOnceForADelivery (invariant 3).
func TestARestrictionIsMadeOnceForADelivery(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	for i, by := range []string{"U0JOE", "U0CAROL"} {
		press := approvals.Press{By: by, IdempotencyKeys: []string{fmt.Sprint("envelope:", i)}}
		first, second := w.PauseCodes(t.Context(), press), w.PauseCodes(t.Context(), press)
		if by == "U0JOE" && (codeOf(first) != approvals.NotYours || codeOf(second) != approvals.RefusedBefore) || by == "U0CAROL" && (first != nil || second != nil) {
			t.Errorf("%s: %v, then %v", by, first, second)
		}
	}
	if n := w.count(approvals.EventPaused); n != 1 {
		t.Errorf("paused %d times", n)
	}
}

// TestContactsSeeWhatIsRestricted, and others that all codes are paused.
func TestContactsSeeWhatIsRestricted(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	w.opens("U0CAROL")
	w.must(w.blocks("U0CAROL"))
	w.must(w.pauses("U0CAROL"))
	w.works()
	if h := w.homes["U0CAROL"]; !h.Contact || len(h.Restrictions) != 2 {
		t.Errorf("a contact sees %+v", h)
	}
	if h := w.opens("U0JOE"); h.Contact || len(h.Restrictions) != 1 || !h.Restrictions[0].Pauses() {
		t.Errorf("an agent sees %+v", h)
	}
}

// TestTheMachineLiftsWhatNobodyCan, once, and the trail says who and why.
func TestTheMachineLiftsWhatNobodyCan(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	r := w.disowned()
	w.must(w.blocks("U0CAROL"))
	block := w.lastOf(approvals.EventAccountBlocked).Restriction
	w.must(w.pauses("U0CAROL"))
	pause := w.lastOf(approvals.EventPaused).Restriction
	root := approvals.Person{Operator: "root"}
	for _, id := range []approvals.ID{r.ID, block, pause} {
		for _, want := range []approvals.RefusalCode{"", approvals.NotBlocked} {
			if err := approvals.LiftOnMachine(t.Context(), w.store, id, root, "cleared up", w.now()); codeOf(err) != want {
				t.Errorf("%s: %v, want %q", id, err, want)
			}
		}
		if e := w.last(); e.Actor != root || e.Reason != "cleared up" {
			t.Errorf("%+v", e)
		}
	}
	if err := approvals.LiftOnMachine(t.Context(), w.store, "OTP-0000-0000", root, "", w.now()); codeOf(err) != approvals.NotBlocked {
		t.Errorf("nothing: %v", err)
	}
	again := w.approved()
	w.works()
	w.stands(again.ID, approvals.Issued)
}
