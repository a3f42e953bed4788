package people

import (
	"context"
	"errors"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

func TestACodeComesWithWhatOneLoginSaysOfIt(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := w.onelogin.AddUser(oneloginsim.User{})
	w.onelogin.NextCodes("00000042", "00000043")
	token, answer, err := w.issuer.Issue(t.Context(), approvals.Person{OneLogin: ana}, 5*time.Minute, true)
	if err != nil || token.Reveal() != "00000042" {
		t.Fatalf("Issue: %v", err)
	}
	made := w.onelogin.Codes()
	if len(made) != 1 || made[0].UserID != ana || !made[0].Reusable {
		t.Fatalf("made %+v", made)
	}
	if life := made[0].ExpiresAt.Sub(made[0].MadeAt); life > 5*time.Minute || life <= 5*time.Minute-time.Second {
		t.Errorf("it lives %s", life)
	}
	if !answer.ExpiresAt.Equal(made[0].ExpiresAt) || answer.Reusable == nil || !*answer.Reusable || answer.Now.IsZero() {
		t.Errorf("answer = %+v", answer)
	}
	w.onelogin.FailNext(oneloginsim.CallMFAToken, oneloginsim.Without("reusable", "expires_at"))
	token, answer, err = w.issuer.Issue(t.Context(), approvals.Person{OneLogin: ana}, 2*time.Minute, false)
	if err != nil || token.Reveal() != "00000043" || answer.Reusable != nil || !answer.ExpiresAt.IsZero() {
		t.Errorf("answer with less = %+v, %v", answer, err)
	}
}

func TestOutcomesOfIssuingAreToldApart(t *testing.T) {
	type want struct {
		unknown bool
		retry   bool
		after   time.Duration
		code    approvals.RefusalCode
		status  int
		cause   approvals.DelayCause
	}
	const refused, busy, rejected = approvals.CodeRefused, approvals.DelayBusy, approvals.DelayRejected
	for name, tt := range map[string]struct {
		effect oneloginsim.Effect
		want   want
	}{
		"429":           {oneloginsim.TooManyRequests(7 * time.Second), want{retry: true, after: 7 * time.Second, cause: busy}},
		"429, bare":     {oneloginsim.TooManyRequestsBare(), want{retry: true, cause: busy}},
		"400":           {oneloginsim.BadRequest(), want{code: refused, status: 400}},
		"404":           {oneloginsim.NotFound(), want{code: refused, status: 404}},
		"422":           {oneloginsim.Unprocessable(), want{code: refused, status: 422}},
		"429, in ms":    {oneloginsim.TooManyRequestsSaying("Retry-After", "30000"), want{retry: true, after: time.Minute, cause: busy}},
		"401":           {oneloginsim.Unauthorized(), want{retry: true, code: approvals.CodeCredentials, status: 401, cause: rejected}},
		"scope":         {oneloginsim.InsufficientPermission(), want{code: approvals.CodeScope, status: 401}},
		"scope, v1":     {oneloginsim.InsufficientPermission().As(oneloginsim.ShapeV1), want{code: approvals.CodeScope, status: 401}},
		"403":           {oneloginsim.Forbidden(), want{code: approvals.CodeForbidden, status: 403}},
		"address":       {oneloginsim.AddressRefused(), want{code: approvals.CodeForbidden, status: 403}},
		"500":           {oneloginsim.InternalServerError(), want{unknown: true}},
		"504":           {oneloginsim.GatewayTimeout().AfterEffect(), want{unknown: true}},
		"redirect":      {oneloginsim.Redirect(307, ""), want{unknown: true}},
		"cut":           {oneloginsim.Cut(), want{unknown: true}},
		"cut, made":     {oneloginsim.Cut().AfterEffect(), want{unknown: true}},
		"cut answer":    {oneloginsim.Cut().DuringAnswer(), want{unknown: true}},
		"undecodable":   {oneloginsim.Undecodable(), want{unknown: true}},
		"no code in it": {oneloginsim.Without("mfa_token"), want{unknown: true}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
			ana := w.onelogin.AddUser(oneloginsim.User{})
			w.onelogin.FailAlways(oneloginsim.CallMFAToken, tt.effect)
			token, answer, err := w.issuer.Issue(t.Context(), approvals.Person{OneLogin: ana}, 5*time.Minute, false)
			checkOutcome(t, err, tt.want.unknown, tt.want.retry, tt.want.after, tt.want.code, tt.want.status)
			if not, ok := errors.AsType[*approvals.NotIssuedError](err); ok && not.Cause != tt.want.cause {
				t.Errorf("cause %q, want %q", not.Cause, tt.want.cause)
			}
			if token.Reveal() != "" || answer != (approvals.Answer{}) {
				t.Errorf("token or answer with an error: %+v", answer)
			}
			if made := len(w.onelogin.Codes()); made > 0 && !tt.want.unknown {
				t.Errorf("%d codes made", made)
			}
			discreet(t, err)
		})
	}
}

func checkOutcome(t *testing.T, err error, unknown, retry bool, after time.Duration, code approvals.RefusalCode, status int) {
	t.Helper()
	not, surely := errors.AsType[*approvals.NotIssuedError](err)
	switch {
	case err == nil || surely == unknown:
		t.Fatalf("err = %v, surely not issued: %t", err, surely)
	case unknown:
	case not.Retry != retry || not.After != after:
		t.Errorf("retry %t after %s, want %t after %s", not.Retry, not.After, retry, after)
	case (code != "") != (not.Refusal != nil):
		t.Errorf("refusal %+v", not.Refusal)
	case code != "" && (not.Refusal.Code != code || not.Refusal.Status != status):
		t.Errorf("refusal %+v, want %s with %d", not.Refusal, code, status)
	}
}

func TestACodeSurelyNotAskedForMayBeAskedForAgain(t *testing.T) {
	here := t.Context()
	gone, leave := context.WithCancel(here)
	leave()
	for name, tt := range map[string]struct {
		ctx     context.Context
		trouble func(*oneloginsim.Server)
	}{
		"the caller is gone":   {gone, func(*oneloginsim.Server) {}},
		"there is no token":    {here, func(s *oneloginsim.Server) { s.FailNext(oneloginsim.CallToken, oneloginsim.Unavailable()) }},
		"nobody listens there": {here, (*oneloginsim.Server).Down},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
			ana := approvals.Person{OneLogin: w.onelogin.AddUser(oneloginsim.User{})}
			tt.trouble(w.onelogin)
			_, _, err := w.issuer.Issue(tt.ctx, ana, 5*time.Minute, false)
			checkOutcome(t, err, false, true, 0, "", 0)
			if err := w.onelogin.Up(); err != nil {
				t.Fatal(err)
			}
			if _, _, err := w.issuer.Issue(here, ana, 5*time.Minute, false); err != nil {
				t.Errorf("Issue: %v", err)
			}
			if n := w.onelogin.Count(oneloginsim.CallMFAToken); n != 1 {
				t.Errorf("OneLogin was asked for %d codes", n)
			}
		})
	}
}

func TestAValidityThatNoCodeMayHaveIsRefusedHere(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := approvals.Person{OneLogin: w.onelogin.AddUser(oneloginsim.User{})}
	_, _, err := w.issuer.Issue(t.Context(), ana, time.Second, false)
	checkOutcome(t, err, false, false, 0, approvals.CodeRefused, 0)
	_, _, err = w.issuer.Issue(t.Context(), approvals.Person{}, 5*time.Minute, false)
	checkOutcome(t, err, false, false, 0, approvals.CodeRefused, 0)
	if w.onelogin.Count(oneloginsim.AnyCall) != 0 {
		t.Error("OneLogin was asked")
	}
}

// Kind: one field decides, others only inform; and keys are exact. Whatever OneLogin adds, misspells or leaves in a form of
// its own, the code is there, and what could not be read is named.
func TestACodeIsNotLostForWhatIsSaidBesideIt(t *testing.T) {
	for name, tt := range map[string]struct {
		effect     oneloginsim.Effect
		unreadable string
		reusable   bool // was said
		expires    bool
	}{
		"padded":             {oneloginsim.Padded(), "", true, true},
		"misspelt":           {oneloginsim.Misspelt(), "", true, true},
		"Ruby's time":        {oneloginsim.TimesAs("2006-01-02 15:04:05 UTC"), "", true, true},
		"Ruby's zone":        {oneloginsim.TimesAs("2006-01-02 15:04:05 -0700"), "", true, true},
		"an unreadable time": {oneloginsim.TimesAs("2 January 2006"), "expires_at came as a text", true, false},
		"an odd reusable":    {oneloginsim.With("reusable", []int{1}), "reusable came as a list", false, true},
		"another case":       {oneloginsim.AlsoSays(`"Reusable":true,"EXPIRES_AT":"2099-01-01T00:00:00Z","MFA_TOKEN":"11111111"`), "", true, true},
		"one field twice":    {oneloginsim.AlsoSays(`"reusable":true`), "reusable came twice", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
			ana := approvals.Person{OneLogin: w.onelogin.AddUser(oneloginsim.User{})}
			w.onelogin.FailNext(oneloginsim.CallMFAToken, tt.effect)
			token, answer, err := w.issuer.Issue(t.Context(), ana, 5*time.Minute, false)
			made := w.onelogin.Codes()
			if err != nil || len(made) != 1 || token.Reveal() != made[0].Value {
				t.Fatalf("%v, %d made", err, len(made))
			}
			if answer.Unreadable != tt.unreadable || (answer.Reusable != nil) != tt.reusable || answer.ExpiresAt.IsZero() == tt.expires {
				t.Errorf("%+v", answer)
			}
			if tt.reusable && *answer.Reusable || tt.expires && !answer.ExpiresAt.Equal(made[0].ExpiresAt) {
				t.Errorf("%+v, made %+v", answer, made[0])
			}
		})
	}
}
