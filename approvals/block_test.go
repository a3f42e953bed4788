package approvals

import (
	"errors"
	"testing"
	"time"
)

func TestDisownWorksUntilTheLastCodeHasEnded(t *testing.T) {
	for _, s := range []State{Issued, Unknown, Refused, Failed, Lapsed, Disowned, Closed} {
		r := at(s)
		r.CodeUntil = t0.Add(7 * time.Minute)
		c, err := r.Disown(ana.Slack, r.CodeUntil.Add(-1))
		if err != nil {
			t.Errorf("%s, while a code works: %v", s, err)
			continue
		}
		if e := c.Event; e.Kind != EventDisowned || !e.Until.Equal(r.CodeUntil) || e.Actor != ana {
			t.Errorf("%s: %+v", s, e)
		}
		if due(c, JobRevoke).IsZero() || !c.Request.Blocks() {
			t.Errorf("%s: jobs %v, blocks %t", s, c.Jobs, c.Request.Blocks())
		}
		if s.Ended() && (c.Request.State != s || !c.Request.EndedAt.Equal(r.EndedAt)) {
			t.Errorf("%s became %s, ended at %v", s, c.Request.State, c.Request.EndedAt)
		}
		_, err = r.Disown(ana.Slack, r.CodeUntil)
		if why, late := errors.AsType[*Refusal](err); s.Ended() && (!late || why.Code != ObjectionOver) {
			t.Errorf("%s, after the code: %v", s, err)
		}
	}
}

// TestAnObjectionIsNeverTooLateToMatter: whatever the request ended as, for as long as the
// window lasts, and longer while a code may work.
func TestAnObjectionIsNeverTooLateToMatter(t *testing.T) {
	const window = 7 * 24 * time.Hour
	for _, s := range States() {
		if !s.Ended() {
			continue
		}
		for code, until := range map[time.Duration]time.Time{0: t0.Add(2*time.Minute + window), 8 * 24 * time.Hour: t0.Add(8 * 24 * time.Hour)} {
			r := at(s)
			r.ObjectionWindow, r.CodeUntil = window, time.Time{}
			if code > 0 {
				r.CodeUntil = t0.Add(code)
			}
			c, err := r.Disown(ana.Slack, until.Add(-1))
			if err != nil || !c.Request.Blocks() || c.Request.State != s || !c.Request.EndedAt.Equal(r.EndedAt) || c.Event.State != s {
				t.Errorf("%s, in time: %+v, %v", s, c.Event, err)
			}
			if revokes := !due(c, JobRevoke).IsZero(); revokes != (code > 0) || c.Event.Until.IsZero() == revokes {
				t.Errorf("%s: revokes %t, a code until %v", s, revokes, c.Event.Until)
			}
			if c, err = r.Disown(ana.Slack, until); codeOf(err) != ObjectionOver || !c.Zero() {
				t.Errorf("%s, a week and a bit later: %v", s, err)
			}
		}
	}
}

// TestTheOwnersCardIsPaintedWhenTheObjectionWindowEnds, if the owner can press anything.
func TestTheOwnersCardIsPaintedWhenTheObjectionWindowEnds(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	for name, tt := range map[string]struct {
		change func(*Request)
		want   time.Time
	}{
		"a week":            {func(r *Request) { r.ObjectionWindow = 7 * 24 * time.Hour }, now.Add(7 * 24 * time.Hour)},
		"no window":         {func(*Request) {}, time.Time{}},
		"owner unknown":     {func(r *Request) { r.ObjectionWindow, r.Owner = time.Hour, Person{} }, time.Time{}},
		"disowned meantime": {func(r *Request) { r.ObjectionWindow, r.DisownedAt = time.Hour, t0 }, time.Time{}},
	} {
		r := at(Pending)
		tt.change(&r)
		c, err := r.Withdraw(joe.Slack, now)
		if err != nil || !due(c, JobObjection).Equal(tt.want) {
			t.Errorf("%s: %v, %v, want %v", name, due(c, JobObjection), err, tt.want)
		}
	}
}

func TestWhereNoCodeWasMadeNoneIsRevoked(t *testing.T) {
	for _, s := range []State{Pending, Approved} {
		c, err := at(s).Disown(ana.Slack, t0.Add(2*time.Minute))
		if err != nil || !due(c, JobRevoke).IsZero() || !c.Event.Until.IsZero() || !c.Request.Blocks() {
			t.Errorf("%s: %+v, %v", s, c, err)
		}
	}
}

// TestACodeThatIsBeingMadeIsRevokedWhenItIsMade, if it was.
func TestACodeThatIsBeingMadeIsRevokedWhenItIsMade(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	c, err := at(Issuing).Disown(ana.Slack, now)
	if err != nil || !due(c, JobRevoke).IsZero() || !c.Request.Blocks() {
		t.Fatalf("%+v, %v", c, err)
	}
	r, until := c.Request, t0.Add(7*time.Minute)
	for name, tt := range map[string]struct {
		end   func(Request) (Change, error)
		lives bool
	}{
		"made":                  {func(r Request) (Change, error) { return r.Issued(1, Grant{Until: until}, now) }, true},
		"not known":             {func(r Request) (Change, error) { return r.OutcomeUnknown(1, now) }, true},
		"made wider":            {func(r Request) (Change, error) { return r.Fail(1, &Refusal{}, until, now) }, true},
		"not made":              {func(r Request) (Change, error) { return r.Fail(1, &Refusal{}, time.Time{}, now) }, false},
		"not sent":              {func(r Request) (Change, error) { return r.NotSent(1, DelayBusy, now, now) }, false},
		"not made, but earlier": {func(r Request) (Change, error) { r.KnownUntil = until; return r.NotSent(1, DelayBusy, now, now) }, true},
	} {
		c, err := tt.end(r)
		if err != nil || c.Request.State != Disowned || !due(c, JobRevoke).IsZero() != tt.lives || !c.Event.Until.IsZero() != tt.lives {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

func TestTheDeviceOfAnEarlierCodeIsRemembered(t *testing.T) {
	r := at(Issuing)
	r.Grant.Device = "user_temp_otp_2"
	for named, want := range map[string]string{"": "user_temp_otp_2", "user_temp_otp_3": "user_temp_otp_3"} {
		c, err := r.Issued(1, Grant{Until: t0.Add(7 * time.Minute), Device: named}, t0.Add(2*time.Minute))
		if err != nil || c.Request.Grant.Device != want {
			t.Errorf("OneLogin named %q: %q, %v", named, c.Request.Grant.Device, err)
		}
	}
}

func TestWhatCameOfRevokingIsNotedOnce(t *testing.T) {
	r := at(Disowned)
	r.DisownedAt, r.CodeUntil = t0, t0.Add(7*time.Minute)
	came := Revocation{Outcome: RevocationRefused, Status: 404}
	c, err := r.Revoked(came, t0.Add(time.Minute))
	if err != nil || c.Request.Revocation != came || c.Event.Kind != EventRevocation || c.Event.Revocation != came || !c.Event.Until.Equal(r.CodeUntil) {
		t.Fatalf("%+v, %v", c, err)
	}
	if again, err := c.Request.Revoked(Revocation{Outcome: RevocationTaken}, t0.Add(2*time.Minute)); err != nil || !again.Zero() {
		t.Errorf("noted again: %+v, %v", again.Event, err)
	}
}

// TestABlockIsLiftedByNobodyOfTheRequest (invariant 1: by no id that both have): who was asked
// and did not decide is none.
func TestABlockIsLiftedByNobodyOfTheRequest(t *testing.T) {
	tom := Person{Slack: "U0TOM", SlackOrg: "W0TOM", OneLogin: 9, Email: "tom@example.com"}
	now := t0.Add(time.Minute)
	blocked := func() Request {
		r := at(Disowned)
		r.DisownedAt = t0
		return r
	}
	for name, put := range map[string]func(*Request){
		"agent":   func(r *Request) { r.Agent = tom },
		"owner":   func(r *Request) { r.Owner = tom },
		"decided": func(r *Request) { r.DecidedBy = AskedPerson{tom, principal("manager")} },
	} {
		r := blocked()
		put(&r)
		for id, who := range map[string]Person{
			"Slack id": {Slack: "U0TOM"}, "organisation's id": {Slack: "W0TOM"}, "their other id": {Slack: "U0NEW", SlackOrg: "W0TOM"},
			"OneLogin": {Slack: "U0NEW", OneLogin: 9}, "e-mail": {Slack: "U0NEW", Email: "Tom@Example.com"},
		} {
			c, err := r.Lift(who, true, now)
			if why, ok := errors.AsType[*Refusal](err); !ok || why.Code != Involved || !c.Zero() {
				t.Errorf("the %s, by %s: %v", name, id, err)
			}
		}
	}
	r := blocked()
	r.Approvers = []AskedPerson{{maria, principal("manager")}, {tom, principal("S0LEADS")}}
	r.PassedOn = []Passing{{AskedPerson: AskedPerson{tom, principal("manager")}}}
	if _, err := r.Lift(tom, false, now); err == nil || err.(*Refusal).Code != NotYours {
		t.Errorf("no contact: %v", err)
	}
	c, err := r.Lift(tom, true, now)
	if err != nil || c.Request.Blocks() || c.Request.LiftedBy != tom || !c.Request.LiftedAt.Equal(now) || c.Request.State != Disowned {
		t.Fatalf("%+v, %v", c.Request, err)
	}
	if e := c.Event; e.Kind != EventBlockLifted || e.Actor != tom {
		t.Errorf("%+v", e)
	}
	if _, err := c.Request.Lift(carol, true, now); err == nil || err.(*Refusal).Code != NotBlocked || err.(*Refusal).By != tom {
		t.Errorf("again: %v", err)
	}
}
