package approvals_test

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

func oneCode(p *approvals.Policy) { p.MaxCodes = 0 }

// wantsMore is Joe's Ask … for another code.
func (w *world) wantsMore(id approvals.ID) error {
	w.t.Helper()
	r := w.request(id)
	_, err := w.AskAnother(w.t.Context(), approvals.Press{By: "U0JOE", Request: id, Attempt: r.Attempt + 1})
	w.works()
	return err
}

func (w *world) allows(id approvals.ID) error {
	w.t.Helper()
	r := w.request(id)
	_, err := w.AllowMore(w.t.Context(), approvals.Press{By: "U0MARIA", Request: id, Attempt: r.Attempt + 1})
	w.works()
	return err
}

// TestOneApprovalIsForOneCode: the agent alone makes one, and each of two more only when
// whoever decided allows it, after a fresh check of everybody (invariant 1).
func TestOneApprovalIsForOneCode(t *testing.T) {
	w := newWorld(t, oneCode)
	r := w.approved()
	w.works()
	for n := 2; n <= approvals.MaxCodes; n++ {
		if _, err := w.Claim(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: n}); codeOf(err) != approvals.NoneLeft {
			t.Errorf("code %d without having asked: %v", n, err)
		}
		if err := w.wantsMore(r.ID); err != nil {
			t.Fatal(err)
		}
		if w.works(); w.issues != n-1 {
			t.Errorf("code %d was made without having been allowed", n)
		}
		if err := w.allows(r.ID); err != nil {
			t.Fatal(err)
		}
		if w.stands(r.ID, approvals.Issued); w.issues != n || len(w.codes) != n {
			t.Errorf("%d calls, %d shown, want %d", w.issues, len(w.codes), n)
		}
	}
	if err := w.wantsMore(r.ID); codeOf(err) != approvals.NoneLeft {
		t.Errorf("a fourth: %v", err)
	}
	w.Policy.Requesters = principals("U0BOB")
	w.passes(20 * time.Minute)
	w.works()
	w.stands(r.ID, approvals.Closed)
}

// TestOneMoreIsOneMore: what the approval left unused is not allowed with it.
func TestOneMoreIsOneMore(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.Delivery = approvals.DeliverClaim })
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		no := false
		return approvals.NewToken("1"), approvals.Answer{ExpiresAt: w.now().Add(time.Hour), Now: w.now(), Reusable: &no}, nil
	}
	r := w.approved(func(a *approvals.Submission) { a.Validity = time.Hour })
	w.presses(r, 1)
	w.stands(r.ID, approvals.Issued) // two more could have been made
	w.passes(20 * time.Minute)
	w.works()
	w.must(w.wantsMore(r.ID))
	w.must(w.allows(r.ID))
	if e := w.lastOf(approvals.EventAllowedMore); e.Codes != 2 {
		t.Errorf("it tells of %d codes", e.Codes)
	}
	w.presses(r, 2)
	if _, err := w.Claim(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: 3}); codeOf(err) != approvals.NoneLeft || w.issues != 2 {
		t.Errorf("a code that nobody allowed: %v, %d made", err, w.issues)
	}
}

// TestAnotherCodeIsCheckedLikeTheFirst (invariant 1).
func TestAnotherCodeIsCheckedLikeTheFirst(t *testing.T) {
	w := newWorld(t, oneCode)
	r := w.approved()
	w.works()
	if err := w.wantsMore(r.ID); err != nil {
		t.Fatal(err)
	}
	w.manager(4) // Maria is not her manager any more
	if err := w.allows(r.ID); err != nil {
		t.Fatal(err)
	}
	if r = w.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.Changed || w.issues != 1 {
		t.Errorf("%+v, %d calls", r.Refusal, w.issues)
	}
}

// TestACodeThatNobodySawMayBeRepeated, three attempts in all.
func TestACodeThatNobodySawMayBeRepeated(t *testing.T) {
	w := newWorld(t, oneCode)
	w.issue = func(call int) (approvals.Token, approvals.Answer, error) {
		if call == 1 {
			return approvals.Token{}, approvals.Answer{}, errors.New("cut")
		}
		return w.code("25992782")
	}
	w.show = func(approvals.Token) error {
		if w.issues == 2 {
			return errors.New("cut")
		}
		return nil
	}
	r := w.approved()
	w.works()
	w.stands(r.ID, approvals.Unknown)
	w.presses(r, 2)
	w.presses(r, 3)
	if r = w.stands(r.ID, approvals.Issued); w.issues != 3 || len(w.codes) != 1 || r.Showing != approvals.Shown {
		t.Errorf("%d calls, %d shown", w.issues, len(w.codes))
	}
	if _, err := w.Claim(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: 4}); codeOf(err) != approvals.NoneLeft {
		t.Errorf("a fourth attempt: %v", err)
	}
}

// TestAnotherCodeWaitsForAnAgentWhoLeft: what was allowed is made at once by the rule of
// the approval.
func TestAnotherCodeWaitsForAnAgentWhoLeft(t *testing.T) {
	for name, tt := range map[string]struct {
		wait  time.Duration
		do    func(*world)
		there bool
	}{
		"asked just now": {time.Minute, func(*world) {}, true},
		"asked long ago": {2 * time.Minute, func(*world) {}, false},
		"pressed another one": {2 * time.Minute, func(w *world) {
			_, _ = w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: w.last().Request})
		}, true},
		"typed something": {2 * time.Minute, func(w *world) {
			_, _ = w.Submit(t.Context(), approvals.Submission{Agent: "U0JOE", Validity: 1})
		}, true},
	} {
		w := newWorld(t, oneCode)
		r := w.approved()
		w.works()
		if err := w.wantsMore(r.ID); err != nil {
			t.Fatal(err)
		}
		w.away["U0JOE"] = true
		w.passes(tt.wait)
		tt.do(w)
		if err := w.allows(r.ID); err != nil {
			t.Fatal(err)
		}
		if made := w.issues == 2; made != tt.there {
			t.Errorf("%s: made %t", name, made)
		}
		if !tt.there {
			if w.count(approvals.EventAgentAway) != 1 {
				t.Errorf("%s: %v", name, w.trail())
			}
			if w.presses(r, 2); w.issues != 2 {
				t.Errorf("%s: Show code makes none", name)
			}
		}
	}
}

// TestAllowedMoreHasATimeOfItsOwn: a claim window, after which the right is gone.
func TestAllowedMoreHasATimeOfItsOwn(t *testing.T) {
	w := newWorld(t, oneCode, func(p *approvals.Policy) { p.Delivery = approvals.DeliverClaim })
	r := w.approved(func(a *approvals.Submission) { a.Validity = time.Hour })
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		no := false
		return approvals.NewToken("1"), approvals.Answer{ExpiresAt: w.now().Add(time.Hour), Now: w.now(), Reusable: &no}, nil
	}
	w.works()
	w.presses(r, 1)
	w.passes(50 * time.Minute)
	w.works()
	if err := w.wantsMore(r.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.allows(r.ID); err != nil {
		t.Fatal(err)
	}
	w.passes(14 * time.Minute) // the first code has ended, the window has not
	w.works()
	w.presses(r, 2)
	if w.stands(r.ID, approvals.Issued); w.issues != 2 {
		t.Errorf("%d codes", w.issues)
	}
	if err := w.wantsMore(r.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.allows(r.ID); err != nil {
		t.Fatal(err)
	}
	w.passes(15 * time.Minute)
	w.works()
	if _, err := w.Claim(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: 3}); codeOf(err) != approvals.NoneLeft {
		t.Errorf("after the window: %v", err)
	}
}
