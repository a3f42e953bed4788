package approvals_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

// disowns is Ana's This wasn't me, and the work that follows.
func (o *office) disowns(id approvals.ID) approvals.Request {
	o.t.Helper()
	if _, err := o.Disown(o.t.Context(), approvals.Press{By: "U0ANA", Request: id}); err != nil {
		o.t.Fatal(err)
	}
	o.works()
	return o.request(id)
}

// disowned is a request that Ana disowned when its code was made.
func (o *office) disowned() approvals.Request {
	o.t.Helper()
	r := o.approved()
	o.works()
	o.disowns(r.ID)
	return o.stands(r.ID, approvals.Disowned)
}

func (o *office) lifts(by string, id approvals.ID) error {
	o.t.Helper()
	_, err := o.Lift(o.t.Context(), approvals.Press{By: by, Request: id})
	o.works()
	return err
}

func withContacts(contacts ...string) func(*approvals.Policy) {
	return func(p *approvals.Policy) { p.SecurityContacts, p.OwnerLimit, p.AgentLimit = principals(contacts...), 0, 0 }
}

// TestABlockedAccountCannotBeAskedFor until a contact, who is nobody of the request, lifts it.
func TestABlockedAccountCannotBeAskedFor(t *testing.T) {
	o := newOffice(t, withContacts("U0CAROL", "U0MARIA"))
	r := o.disowned()
	why := o.refused(approvals.OwnerBlocked, approvals.Owner)
	if why.Request != r.ID || why.Person.OneLogin != 2 {
		t.Errorf("%+v", why)
	}
	for by, want := range map[string]approvals.RefusalCode{
		"U0JOE": approvals.NotYours, "U0ANA": approvals.NotYours, "U0BOB": approvals.NotYours, "": approvals.NotYours, "U0MARIA": approvals.Involved,
	} {
		before := o.count(approvals.EventPressRefused)
		if err := o.lifts(by, r.ID); codeOf(err) != want {
			t.Errorf("%q lifts it: %v", by, err)
		}
		if e := o.lastOf(approvals.EventPressRefused); o.count(approvals.EventPressRefused) != before+1 || e.Button != approvals.ButtonLift || e.Actor.Slack != by {
			t.Errorf("%q: no word of it in the trail: %+v", by, e)
		}
	}
	o.refused(approvals.OwnerBlocked, approvals.Owner)
	if err := o.lifts("U0CAROL", r.ID); err != nil {
		t.Fatal(err)
	}
	if e := o.lastOf(approvals.EventBlockLifted); e.Actor.Email != "carol@example.com" || e.Owner.OneLogin != 2 {
		t.Errorf("%+v", e)
	}
	if err := o.lifts("U0CAROL", r.ID); codeOf(err) != approvals.NotBlocked {
		t.Errorf("again: %v", err)
	}
	o.pending()
}

// TestABlockStopsWhatWasUnderWay: another request for the account, approved before or after.
func TestABlockStopsWhatWasUnderWay(t *testing.T) {
	o := newOffice(t, withContacts("U0CAROL"))
	o.away["U0JOE"], o.away["U0BOB"] = true, true
	first := o.approved()
	o.works()
	o.presses(first, 1)
	second := o.approved(func(a *approvals.Ask) { a.Agent = "U0BOB" }) // a code was made: the first is not open any more
	o.works()
	o.stands(second.ID, approvals.Approved)
	o.disowns(first.ID)
	if _, err := o.Claim(t.Context(), approvals.Press{By: "U0BOB", Request: second.ID, Attempt: 1}); err != nil {
		t.Fatal(err)
	}
	issues := o.issues
	o.works()
	if r := o.stands(second.ID, approvals.Refused); r.Refusal.Code != approvals.OwnerBlocked || r.Refusal.Request != first.ID || o.issues != issues {
		t.Errorf("%+v, %d codes more", r.Refusal, o.issues-issues)
	}
}

// TestWhoLiftsIsReadFresh (invariants 1 and 8): by every id, and not at all if that cannot be done.
func TestWhoLiftsIsReadFresh(t *testing.T) {
	t.Run("by the organisation's id", func(t *testing.T) {
		o := newOffice(t, withContacts("W0CAROL"))
		c := *carol.Slack
		c.OrgID = "W0CAROL"
		o.knows(approvals.Profile{Slack: &c, OneLogin: carol.OneLogin})
		r := o.disowned()
		if err := o.lifts("U0CAROL", r.ID); err != nil {
			t.Error(err)
		}
	})
	t.Run("Maria with another Slack user", func(t *testing.T) {
		o := newOffice(t, withContacts("U0MARIA2"))
		m := *maria.Slack
		m.ID = "U0MARIA2"
		o.people[approvals.Ref{Slack: "U0MARIA2"}] = approvals.Profile{Slack: &m, OneLogin: maria.OneLogin}
		r := o.disowned()
		if err := o.lifts("U0MARIA2", r.ID); codeOf(err) != approvals.Involved {
			t.Error(err)
		}
	})
	t.Run("gone from Slack", func(t *testing.T) {
		o := newOffice(t, withContacts("U0CAROL", "*"))
		r := o.disowned()
		delete(o.people, approvals.Ref{Slack: "U0CAROL"})
		if err := o.lifts("U0CAROL", r.ID); codeOf(err) != approvals.NotYours {
			t.Error(err)
		}
	})
	for name, broken := range map[string]string{"the contact": "U0CAROL", "the group": "S0SEC"} {
		t.Run(name+" cannot be read", func(t *testing.T) {
			o := newOffice(t, withContacts("S0SEC"))
			o.groups["S0SEC"] = []string{"U0CAROL"}
			r := o.disowned()
			o.failing[broken] = errors.New("500")
			if err := o.lifts("U0CAROL", r.ID); codeOf(err) != approvals.NotLifted || !o.request(r.ID).Blocks() {
				t.Error(err)
			}
			delete(o.failing, broken)
			if err := o.lifts("U0CAROL", r.ID); err != nil || o.request(r.ID).Blocks() {
				t.Error(err)
			}
		})
	}
}

// TestDisownAfterTheEnd works while a code may.
func TestDisownAfterTheEnd(t *testing.T) {
	o := newOffice(t, withContacts("U0CAROL"))
	r := o.approved(func(a *approvals.Ask) { a.Validity = time.Hour })
	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.NewToken("1"), approvals.Answer{ExpiresAt: o.now().Add(time.Hour), Now: o.now(), Device: "user_temp_otp_2"}, nil
	}
	o.works()
	o.Policy.Requesters = nil
	o.presses(r, 2) // which the fresh check refuses
	r = o.stands(r.ID, approvals.Refused)
	o.Policy.Requesters = principals("U0JOE")
	r = o.disowns(r.ID)
	if r.State != approvals.Refused || !r.Blocks() || r.Revocation.Outcome != approvals.RevocationTaken {
		t.Errorf("%s, blocks %t, %+v", r.State, r.Blocks(), r.Revocation)
	}
	o.refused(approvals.OwnerBlocked, approvals.Owner)
	if _, err := o.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); codeOf(err) != approvals.TooLate {
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
		o := newOffice(t, withContacts("U0CAROL"))
		o.revoke = tt.revoke
		r := o.disowned()
		if e := o.lastOf(approvals.EventRevocation); r.Revocation != tt.want || e.Revocation != tt.want || !e.Until.Equal(r.CodeUntil) || !r.Blocks() {
			t.Errorf("%s: %+v, told %+v", name, r.Revocation, e)
		}
		o.passes(time.Minute)
		o.works()
		if len(o.revoked) != 1 || o.revoked[0] != "user_temp_otp_2" || o.count(approvals.EventRevocation) != 1 {
			t.Errorf("%s: OneLogin was asked for %v", name, o.revoked)
		}
	}
}

func TestRevokingIsTriedAgainWhileTheCodeMayWork(t *testing.T) {
	for name, failure := range map[string]error{
		"throttled":    &approvals.TemporaryError{After: time.Second, NotYet: true, Err: errors.New("429")},
		"no answer":    &approvals.TemporaryError{Err: errors.New("503")},
		"says for how": &approvals.TemporaryError{After: 20 * time.Second, Err: errors.New("503")},
	} {
		o := newOffice(t, withContacts("U0CAROL"))
		answer := failure
		o.revoke = func() error { return answer }
		r := o.disowned()
		if r.Revocation.Outcome != "" || len(o.revoked) != 1 {
			t.Fatalf("%s: %+v after %d tries", name, r.Revocation, len(o.revoked))
		}
		answer = nil
		o.worksFor(31)
		if r = o.request(r.ID); r.Revocation.Outcome != approvals.RevocationTaken || len(o.revoked) != 2 {
			t.Errorf("%s: %+v after %d tries", name, r.Revocation, len(o.revoked))
		}
	}
}

// TestACodeThatHasEndedIsNotRevoked: the user's next one has the same device.
func TestACodeThatHasEndedIsNotRevoked(t *testing.T) {
	for name, tt := range map[string]struct {
		failure error
		pass    func(*office, approvals.ID)
		want    approvals.RevocationOutcome
	}{
		"the code ended, nobody answered": {&approvals.TemporaryError{Err: errors.New("503")},
			func(o *office, _ approvals.ID) { o.passes(10 * time.Minute) }, approvals.RevocationNoAnswer},
		"the code ended, never in turn": {&approvals.TemporaryError{After: time.Second, NotYet: true, Err: errors.New("429")},
			func(o *office, _ approvals.ID) { o.passes(10 * time.Minute) }, approvals.RevocationNotTried},
		"the block was lifted": {&approvals.TemporaryError{Err: errors.New("503")}, func(o *office, id approvals.ID) {
			if err := o.lifts("U0CAROL", id); err != nil {
				o.t.Error(err)
			}
			o.passes(time.Minute)
		}, approvals.RevocationNoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, withContacts("U0CAROL"))
			o.revoke = func() error { return tt.failure }
			r := o.disowned()
			tries := len(o.revoked)
			tt.pass(o, r.ID)
			o.works()
			if r = o.request(r.ID); r.Revocation.Outcome != tt.want || len(o.revoked) != tries {
				t.Errorf("%+v after %d tries more", r.Revocation, len(o.revoked)-tries)
			}
		})
	}
}

func TestWithoutADeviceNothingIsRevoked(t *testing.T) {
	o := newOffice(t, withContacts("U0CAROL"))
	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, errors.New("cut")
	}
	r := o.approved()
	o.works()
	o.stands(r.ID, approvals.Unknown)
	r = o.disowns(r.ID)
	if r.State != approvals.Disowned || r.Revocation.Outcome != approvals.RevocationNotTried || len(o.revoked) != 0 {
		t.Errorf("%s, %+v, asked for %v", r.State, r.Revocation, o.revoked)
	}
}

// TestWhatIsTooLateIsToldOfTheOwnerAlone: their press is an alarm even when there
// is nothing left to stop, anybody else's was only slower than somebody.
func TestWhatIsTooLateIsToldOfTheOwnerAlone(t *testing.T) {
	o := newOffice(t, withContacts("U0CAROL"))
	r := o.pending()
	if _, err := o.Deny(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, approvals.Denial{}); err != nil {
		t.Fatal(err)
	}
	for name, press := range map[string]func() error{
		"approve": func() error {
			_, err := o.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
			return err
		},
		"withdraw": func() error {
			_, err := o.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID})
			return err
		},
		"disown": func() error { _, err := o.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); return err },
	} {
		before := o.count(approvals.EventPressRefused)
		if err := press(); codeOf(err) != approvals.TooLate {
			t.Errorf("%s: %v", name, err)
		}
		if told := o.count(approvals.EventPressRefused) > before; told != (name == "disown") {
			t.Errorf("%s: told %t", name, told)
		}
	}
}

// TestABlockThrowsAwayACodeThatIsBeingMade: the owner says it of one request while
// OneLogin is asked for another (invariant 8).
func TestABlockThrowsAwayACodeThatIsBeingMade(t *testing.T) {
	o := newOffice(t)
	first := o.approved()
	o.works()
	o.stands(first.ID, approvals.Issued)
	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		if _, err := o.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: first.ID}); err != nil {
			t.Error(err)
		}
		return o.code("25992782")
	}
	second := o.approved()
	shown := len(o.codes)
	o.works()
	r := o.stands(second.ID, approvals.Failed)
	if r.Refusal.Code != approvals.OwnerBlocked || r.Refusal.Request != first.ID || len(o.codes) != shown {
		t.Errorf("%+v, %d codes shown", r.Refusal, len(o.codes)-shown)
	}
	if r.CodeUntil.IsZero() {
		t.Error("nobody is told until when the code may work")
	}
}
