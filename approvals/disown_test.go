package approvals_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

// disowns is Ana's This wasn't me, and the work that follows.
func (w *world) disowns(id approvals.ID) approvals.Request {
	w.t.Helper()
	if _, err := w.Disown(w.t.Context(), approvals.Press{By: "U0ANA", Request: id}); err != nil {
		w.t.Fatal(err)
	}
	w.works()
	return w.request(id)
}

// disowned is a request that Ana disowned when its code was made.
func (w *world) disowned() approvals.Request {
	w.t.Helper()
	r := w.approved()
	w.works()
	w.disowns(r.ID)
	return w.stands(r.ID, approvals.Disowned)
}

func (w *world) lifts(by string, id approvals.ID) error {
	w.t.Helper()
	_, err := w.Lift(w.t.Context(), approvals.Press{By: by, Request: id})
	w.works()
	return err
}

func withContacts(contacts ...string) func(*approvals.Policy) {
	return func(p *approvals.Policy) {
		p.SecurityContacts, p.OwnerLimit, p.AgentLimit = principals(contacts...), 0, 0
	}
}

// TestABlockedAccountCannotBeAskedFor until a contact, who is nobody of the request, lifts it.
func TestABlockedAccountCannotBeAskedFor(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL", "U0MARIA"))
	r := w.disowned()
	why := w.refused(approvals.OwnerBlocked, approvals.Owner)
	if why.Request != r.ID || why.Person.OneLogin != 2 {
		t.Errorf("%+v", why)
	}
	for by, want := range map[string]approvals.RefusalCode{
		"U0JOE": approvals.NotYours, "U0ANA": approvals.NotYours, "U0BOB": approvals.NotYours, "": approvals.NotYours, "U0MARIA": approvals.Involved,
	} {
		before := w.count(approvals.EventPressRefused)
		if err := w.lifts(by, r.ID); codeOf(err) != want {
			t.Errorf("%q lifts it: %v", by, err)
		}
		if e := w.lastOf(approvals.EventPressRefused); w.count(approvals.EventPressRefused) != before+1 || e.Button != approvals.ButtonLift || e.Actor.Slack != by {
			t.Errorf("%q: no word of it in the trail: %+v", by, e)
		}
	}
	w.refused(approvals.OwnerBlocked, approvals.Owner)
	if err := w.lifts("U0CAROL", r.ID); err != nil {
		t.Fatal(err)
	}
	if e := w.lastOf(approvals.EventBlockLifted); e.Actor.Email != "carol@example.com" || e.Owner.OneLogin != 2 {
		t.Errorf("%+v", e)
	}
	if err := w.lifts("U0CAROL", r.ID); codeOf(err) != approvals.NotBlocked {
		t.Errorf("again: %v", err)
	}
	w.pending()
}

// TestABlockStopsWhatWasUnderWay: another request for the account, approved before or after.
func TestABlockStopsWhatWasUnderWay(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	w.away["U0JOE"], w.away["U0BOB"] = true, true
	first := w.approvedLate()
	w.works()
	w.presses(first, 1)
	second := w.approvedLate(func(a *approvals.Submission) { a.Agent = "U0BOB" }) // a code was made: the first is not open any more
	w.works()
	w.stands(second.ID, approvals.Approved)
	w.disowns(first.ID)
	if _, err := w.Claim(t.Context(), approvals.Press{By: "U0BOB", Request: second.ID, Attempt: 1}); err != nil {
		t.Fatal(err)
	}
	issues := w.issues
	w.works()
	if r := w.stands(second.ID, approvals.Refused); r.Refusal.Code != approvals.OwnerBlocked || r.Refusal.Request != first.ID || w.issues != issues {
		t.Errorf("%+v, %d codes more", r.Refusal, w.issues-issues)
	}
}

// TestWhoLiftsIsReadFresh (invariants 1 and 8): by every id, and not at all if that cannot be done.
func TestWhoLiftsIsReadFresh(t *testing.T) {
	t.Run("by the organisation's id", func(t *testing.T) {
		w := newWorld(t, withContacts("W0CAROL"))
		c := *carol.Slack
		c.OrgID = "W0CAROL"
		w.knows(approvals.Profile{Slack: &c, OneLogin: carol.OneLogin})
		r := w.disowned()
		if err := w.lifts("U0CAROL", r.ID); err != nil {
			t.Error(err)
		}
	})
	t.Run("Maria with another Slack user", func(t *testing.T) {
		w := newWorld(t, withContacts("U0MARIA2"))
		m := *maria.Slack
		m.ID = "U0MARIA2"
		w.people[approvals.Ref{Slack: "U0MARIA2"}] = approvals.Profile{Slack: &m, OneLogin: maria.OneLogin}
		r := w.disowned()
		if err := w.lifts("U0MARIA2", r.ID); codeOf(err) != approvals.Involved {
			t.Error(err)
		}
	})
	t.Run("gone from Slack", func(t *testing.T) {
		w := newWorld(t, withContacts("U0CAROL", "*"))
		r := w.disowned()
		delete(w.people, approvals.Ref{Slack: "U0CAROL"})
		if err := w.lifts("U0CAROL", r.ID); codeOf(err) != approvals.NotYours {
			t.Error(err)
		}
	})
	for name, broken := range map[string]string{"the contact": "U0CAROL", "the group": "S0SEC"} {
		t.Run(name+" cannot be read", func(t *testing.T) {
			w := newWorld(t, withContacts("S0SEC"))
			w.groups["S0SEC"] = []string{"U0CAROL"}
			r := w.disowned()
			w.failing[broken] = errors.New("500")
			if err := w.lifts("U0CAROL", r.ID); codeOf(err) != approvals.NotLifted || !w.request(r.ID).Blocks() {
				t.Error(err)
			}
			delete(w.failing, broken)
			if err := w.lifts("U0CAROL", r.ID); err != nil || w.request(r.ID).Blocks() {
				t.Error(err)
			}
		})
	}
}

// TestDisownAfterTheEnd works while a code may.
func TestDisownAfterTheEnd(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	r := w.approved(func(a *approvals.Submission) { a.Validity = time.Hour })
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.NewToken("1"), approvals.Answer{ExpiresAt: w.now().Add(time.Hour), Now: w.now(), Device: "user_temp_otp_2"}, nil
	}
	w.works()
	w.Policy.Requesters = nil
	w.presses(r, 2) // which the fresh check refuses
	r = w.stands(r.ID, approvals.Refused)
	w.Policy.Requesters = principals("U0JOE")
	r = w.disowns(r.ID)
	if r.State != approvals.Refused || !r.Blocks() || r.Revocation.Outcome != approvals.RevocationTaken {
		t.Errorf("%s, blocks %t, %+v", r.State, r.Blocks(), r.Revocation)
	}
	w.refused(approvals.OwnerBlocked, approvals.Owner)
	if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); codeOf(err) != approvals.DisownedBefore {
		t.Errorf("twice: %v", err)
	}
}

// TestWhatCameOfRevokingIsTold as what it is.
func TestWhatCameOfRevokingIsTold(t *testing.T) {
	for name, tt := range map[string]struct {
		revoke func() error
		want   approvals.Revocation
	}{
		"taken":         {func() error { return nil }, approvals.Revocation{Outcome: approvals.RevocationTaken}},
		"refused":       {func() error { return &approvals.NotRevokedError{Status: 404, Err: errors.New("404")} }, approvals.Revocation{Outcome: approvals.RevocationRefused, Status: 404}},
		"nobody knows":  {func() error { return errors.New("cut") }, approvals.Revocation{Outcome: approvals.RevocationNoAnswer}},
		"it has a time": {func() error { return context.DeadlineExceeded }, approvals.Revocation{Outcome: approvals.RevocationNoAnswer}},
	} {
		w := newWorld(t, withContacts("U0CAROL"))
		w.revoke = tt.revoke
		r := w.disowned()
		if e := w.lastOf(approvals.EventRevocation); r.Revocation != tt.want || e.Revocation != tt.want || !e.Until.Equal(r.CodeUntil) || !r.Blocks() {
			t.Errorf("%s: %+v, told %+v", name, r.Revocation, e)
		}
		w.passes(time.Minute)
		w.works()
		if len(w.revoked) != 1 || w.revoked[0] != "user_temp_otp_2" || w.count(approvals.EventRevocation) != 1 {
			t.Errorf("%s: OneLogin was asked for %v", name, w.revoked)
		}
	}
}

func TestRevokingIsTriedAgainWhileTheCodeMayWork(t *testing.T) {
	for name, failure := range map[string]error{
		"throttled":    &approvals.TemporaryError{After: time.Second, NotYet: true, Err: errors.New("429")},
		"no answer":    &approvals.TemporaryError{Err: errors.New("503")},
		"says for how": &approvals.TemporaryError{After: 20 * time.Second, Err: errors.New("503")},
	} {
		w := newWorld(t, withContacts("U0CAROL"))
		answer := failure
		w.revoke = func() error { return answer }
		r := w.disowned()
		if r.Revocation.Outcome != "" || len(w.revoked) != 1 {
			t.Fatalf("%s: %+v after %d tries", name, r.Revocation, len(w.revoked))
		}
		answer = nil
		w.worksFor(31)
		if r = w.request(r.ID); r.Revocation.Outcome != approvals.RevocationTaken || len(w.revoked) != 2 {
			t.Errorf("%s: %+v after %d tries", name, r.Revocation, len(w.revoked))
		}
	}
}

// TestACodeThatHasEndedIsNotRevoked: the user's next one has the same device.
func TestACodeThatHasEndedIsNotRevoked(t *testing.T) {
	for name, tt := range map[string]struct {
		failure error
		pass    func(*world, approvals.ID)
		want    approvals.RevocationOutcome
	}{
		"the code ended, nobody answered": {&approvals.TemporaryError{Err: errors.New("503")},
			func(w *world, _ approvals.ID) { w.passes(10 * time.Minute) }, approvals.RevocationNoAnswer},
		"the code ended, never in turn": {&approvals.TemporaryError{After: time.Second, NotYet: true, Err: errors.New("429")},
			func(w *world, _ approvals.ID) { w.passes(10 * time.Minute) }, approvals.RevocationNotTried},
		"the block was lifted": {&approvals.TemporaryError{Err: errors.New("503")}, func(w *world, id approvals.ID) {
			if err := w.lifts("U0CAROL", id); err != nil {
				w.t.Error(err)
			}
			w.passes(time.Minute)
		}, approvals.RevocationNoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, withContacts("U0CAROL"))
			w.revoke = func() error { return tt.failure }
			r := w.disowned()
			tries := len(w.revoked)
			tt.pass(w, r.ID)
			w.works()
			if r = w.request(r.ID); r.Revocation.Outcome != tt.want || len(w.revoked) != tries {
				t.Errorf("%+v after %d tries more", r.Revocation, len(w.revoked)-tries)
			}
		})
	}
}

func TestWithoutADeviceNothingIsRevoked(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, errors.New("cut")
	}
	r := w.approved()
	w.works()
	w.stands(r.ID, approvals.Unknown)
	r = w.disowns(r.ID)
	if r.State != approvals.Disowned || r.Revocation.Outcome != approvals.RevocationNotTried || len(w.revoked) != 0 {
		t.Errorf("%s, %+v, asked for %v", r.State, r.Revocation, w.revoked)
	}
}

// TestWhatIsTooLateIsToldOfTheOwnerAlone: their press is an alarm even when there
// is nothing left to stop, anybody else's was only slower than somebody.
func TestWhatIsTooLateIsToldOfTheOwnerAlone(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	r := w.pending()
	if _, err := w.Deny(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, approvals.Denial{}); err != nil {
		t.Fatal(err)
	}
	for name, press := range map[string]func() error{
		"approve": func() error {
			_, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
			return err
		},
		"withdraw": func() error {
			_, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID})
			return err
		},
		"disown": func() error { _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); return err },
	} {
		want := approvals.TooLate
		if name == "disown" {
			want = approvals.ObjectionOver
		}
		before := w.count(approvals.EventPressRefused)
		if err := press(); codeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
		if told := w.count(approvals.EventPressRefused) > before; told != (name == "disown") {
			t.Errorf("%s: told %t", name, told)
		}
	}
}

// TestABlockThrowsAwayACodeThatIsBeingMade: the owner says it of one request while
// OneLogin is asked for another (invariant 8).
func TestABlockThrowsAwayACodeThatIsBeingMade(t *testing.T) {
	w := newWorld(t)
	first := w.approved()
	w.works()
	w.stands(first.ID, approvals.Issued)
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: first.ID}); err != nil {
			t.Error(err)
		}
		return w.code("25992782")
	}
	second := w.approved()
	shown := len(w.codes)
	w.works()
	r := w.stands(second.ID, approvals.Failed)
	if r.Refusal.Code != approvals.OwnerBlocked || r.Refusal.Request != first.ID || len(w.codes) != shown {
		t.Errorf("%+v, %d codes shown", r.Refusal, len(w.codes)-shown)
	}
	if r.CodeUntil.IsZero() {
		t.Error("nobody is told until when the code may work")
	}
}

// TestACodeThatNobodyMayHaveIsRevoked when its request is disowned or stopped as well: it
// may work as any other.
func TestACodeThatNobodyMayHaveIsRevoked(t *testing.T) {
	wider := func(w *world) (approvals.Token, approvals.Answer, error) {
		token, answer, err := w.code("25992782")
		yes := true
		answer.Reusable = &yes
		return token, answer, err
	}
	blocked := func(w *world) (approvals.Token, approvals.Answer, error) {
		w.must(w.blocks("U0CAROL"))
		return w.code("25992782")
	}
	interrupt := map[string]func(*world, approvals.ID){
		"stopped": func(w *world, id approvals.ID) {
			_, err := w.Stop(t.Context(), approvals.Press{By: "U0MARIA", Request: id}, false)
			w.must(err)
		},
		"disowned": func(w *world, id approvals.ID) {
			_, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: id})
			w.must(err)
		},
	}
	for name, answer := range map[string]func(*world) (approvals.Token, approvals.Answer, error){"wider": wider, "blocked": blocked} {
		for how, do := range interrupt {
			w := newWorld(t, withContacts("U0CAROL"))
			r := w.approved()
			w.issue = func(int) (approvals.Token, approvals.Answer, error) {
				do(w, r.ID)
				return answer(w)
			}
			w.works()
			if r := w.request(r.ID); !r.State.Ended() || r.Revocation.Outcome != approvals.RevocationTaken || len(w.revoked) != 1 || len(w.codes) != 0 {
				t.Errorf("%s, %s: %s, revoked %v, %+v", name, how, r.State, w.revoked, r.Revocation)
			}
		}
		w := newWorld(t, withContacts("U0CAROL"))
		w.issue = func(int) (approvals.Token, approvals.Answer, error) { return answer(w) }
		r := w.approved()
		w.works()
		w.stands(r.ID, approvals.Failed)
		if r := w.disowns(r.ID); r.Revocation.Outcome != approvals.RevocationTaken {
			t.Errorf("%s, disowned after the end: %+v", name, r.Revocation)
		}
	}
}
