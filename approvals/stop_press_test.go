package approvals_test

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

// stops is somebody's Stop, and the work that follows.
func (w *world) stops(by string, id approvals.ID, block bool) error {
	w.t.Helper()
	_, err := w.Stop(w.t.Context(), approvals.Press{By: by, Request: id}, block)
	w.works()
	return err
}

// TestAStoppedCodeIsThrownAway (invariant 10), at whatever moment it is stopped.
func TestAStoppedCodeIsThrownAway(t *testing.T) {
	t.Run("before it is made", func(t *testing.T) {
		w := newWorld(t, withContacts("U0CAROL"))
		w.away["U0JOE"] = true
		r := w.approvedLate()
		w.works()
		if err := w.stops("U0MARIA", r.ID, false); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Claim(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: 1}); codeOf(err) != approvals.TooLate {
			t.Error(err)
		}
		w.stands(r.ID, approvals.Stopped)
		if w.works(); w.issues != 0 || len(w.revoked) != 0 {
			t.Errorf("OneLogin was asked for %d codes and %v", w.issues, w.revoked)
		}
	})
	t.Run("while it is made", func(t *testing.T) {
		w := newWorld(t, withContacts("U0CAROL"))
		r := w.approved()
		w.issue = func(int) (approvals.Token, approvals.Answer, error) {
			if _, err := w.Stop(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, false); err != nil {
				t.Error(err)
			}
			return w.code("25992782")
		}
		w.works()
		r = w.stands(r.ID, approvals.Stopped)
		if w.shows != 0 || w.count(approvals.EventStopped) != 2 || r.Revocation.Outcome != approvals.RevocationTaken || r.Blocks() {
			t.Errorf("%d tries to show, %v, %+v", w.shows, w.trail(), r.Revocation)
		}
	})
	t.Run("after it was made", func(t *testing.T) {
		w := newWorld(t, withContacts("U0CAROL"))
		r := w.approved()
		w.works()
		if err := w.stops("U0CAROL", r.ID, true); err != nil {
			t.Fatal(err)
		}
		r = w.stands(r.ID, approvals.Stopped)
		if e := w.lastOf(approvals.EventStopped); e.Actor.Email != "carol@example.com" || !e.Blocks || !e.Until.Equal(r.CodeUntil) {
			t.Errorf("%+v", e)
		}
		if len(w.revoked) != 1 || r.Revocation.Outcome != approvals.RevocationTaken {
			t.Errorf("asked to end %v, %+v", w.revoked, r.Revocation)
		}
		w.refused(approvals.OwnerBlocked, approvals.Owner)
	})
}

// TestNothingKeepsAnybodyFromStopping (invariant 10): no allowance that is used up, and
// no audit channel that is lost.
func TestNothingKeepsAnybodyFromStopping(t *testing.T) {
	for name, tt := range map[string]struct {
		by    string
		press func(*world, approvals.Press) error
	}{
		"Stop":            {"U0MARIA", func(w *world, p approvals.Press) error { _, err := w.Stop(t.Context(), p, false); return err }},
		"Stop, a contact": {"U0CAROL", func(w *world, p approvals.Press) error { _, err := w.Stop(t.Context(), p, false); return err }},
		"Deny": {"U0MARIA", func(w *world, p approvals.Press) error {
			_, err := w.Deny(t.Context(), p, approvals.Denial{})
			return err
		}},
		"Withdraw":       {"U0JOE", func(w *world, p approvals.Press) error { _, err := w.Withdraw(t.Context(), p); return err }},
		"This wasn't me": {"U0ANA", func(w *world, p approvals.Press) error { _, err := w.Disown(t.Context(), p); return err }},
	} {
		w := newWorld(t, withContacts("U0CAROL"))
		r := w.pending()
		if tt.by == "U0CAROL" || name == "Stop" {
			if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
				t.Fatal(err)
			}
		}
		for range 200 { // what is not theirs uses up their allowance
			_, err := w.Lift(t.Context(), approvals.Press{By: tt.by, Request: r.ID})
			_ = err
			_, err = w.Submit(t.Context(), approvals.Submission{Agent: tt.by, Owner: approvals.Ref{Slack: "U0ANA"}, Validity: 1})
			_ = err
		}
		if err := w.store.SetLost(t.Context(), approvals.FeedSink, true, approvals.Event{}); err != nil {
			t.Fatal(err)
		}
		if err := tt.press(w, approvals.Press{By: tt.by, Request: r.ID}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r := w.request(r.ID); !r.State.Ended() {
			t.Errorf("%s: it is %s", name, r.State)
		}
	}
}

// TestWhichContactsStop: the list decides, and a full member it has to be. That Slack and
// OneLogin do not answer keeps none of them from stopping.
func TestWhichContactsStop(t *testing.T) {
	guest := *carol.Slack
	guest.Membership = approvals.Guest
	for name, tt := range map[string]struct {
		contact string
		make    func(*world)
		want    approvals.RefusalCode
	}{
		"listed":            {"U0CAROL", func(*world) {}, ""},
		"of a listed group": {"S0SEC", func(w *world) { w.groups["S0SEC"] = []string{"U0CAROL"} }, ""},
		"not listed":        {"U0BOB", func(*world) {}, approvals.NotYours},
		"a guest":           {"U0CAROL", func(w *world) { w.knows(approvals.Profile{Slack: &guest, OneLogin: carol.OneLogin}) }, approvals.NotYours},
		"nobody answers":    {"U0CAROL", func(w *world) { w.failing["U0CAROL"] = errors.New("503") }, ""},
		"nobody answers, listed by the organisation's id": {"W0CAROL", func(w *world) {
			w.orgIDs = map[string]string{"U0CAROL": "W0CAROL"}
			w.failing["U0CAROL"] = errors.New("503")
		}, ""},
		"nobody answers, unlisted": {"U0BOB", func(w *world) { w.failing["U0CAROL"] = errors.New("503") }, approvals.NotYours},
		"the group is not read":    {"S0SEC", func(w *world) { w.failing["S0SEC"] = errors.New("503") }, approvals.NotStopped},
	} {
		w := newWorld(t, withContacts(tt.contact))
		r := w.approved()
		w.works()
		tt.make(w)
		if err := w.stops("U0CAROL", r.ID, false); codeOf(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
		if stopped := w.request(r.ID).State == approvals.Stopped; stopped != (tt.want == "") {
			t.Errorf("%s: stopped %t", name, stopped)
		}
		if told := w.count(approvals.EventPressRefused) == 1; told != (tt.want == approvals.NotYours) {
			t.Errorf("%s: the refusal is told: %t", name, told)
		}
	}
}

// TestWhoDecidedIsNotLookedUpToStop: they wait for nobody.
func TestWhoDecidedIsNotLookedUpToStop(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.works()
	before := w.asked["U0MARIA"]
	if err := w.stops("U0MARIA", r.ID, false); err != nil || w.asked["U0MARIA"] != before {
		t.Errorf("%v, looked up %d times", err, w.asked["U0MARIA"]-before)
	}
}

// TestAContactSeesWhatCanBeStopped at home, and nobody else does.
func TestAContactSeesWhatCanBeStopped(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	for _, who := range []string{"U0CAROL", "U0BOB"} {
		if err := w.OpenHome(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	r := w.approved()
	w.works()
	if h := w.homes["U0CAROL"]; len(h.Granted) != 1 || h.Granted[0].ID != r.ID || h.Granted[0].State != approvals.Issued {
		t.Errorf("%+v", h.Granted)
	}
	if h := w.homes["U0BOB"]; len(h.Granted) != 0 {
		t.Errorf("Bob sees %+v", h.Granted)
	}
	if err := w.stops("U0CAROL", r.ID, false); err != nil {
		t.Fatal(err)
	}
	if h := w.homes["U0CAROL"]; len(h.Granted) != 0 {
		t.Errorf("%+v", h.Granted)
	}
}

// TestALaterCodeIsNotRevokedForAStop: all codes of a user have the same device.
func TestALaterCodeIsNotRevokedForAStop(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL"))
	w.revoke = func() error { return &approvals.TemporaryError{After: 20 * time.Second, Err: errors.New("503")} }
	r := w.approved()
	w.works()
	if err := w.stops("U0MARIA", r.ID, false); err != nil {
		t.Fatal(err)
	}
	w.passes(time.Second)
	later := w.approved()
	w.works()
	w.stands(later.ID, approvals.Issued)
	tries := len(w.revoked)
	w.revoke = func() error { return nil }
	w.passes(time.Minute)
	w.works()
	if r = w.request(r.ID); len(w.revoked) != tries || r.Revocation.Outcome != approvals.RevocationNoAnswer {
		t.Errorf("%d tries more, %+v", len(w.revoked)-tries, r.Revocation)
	}
}
