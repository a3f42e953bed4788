package people

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// revocable is a world where a code of Ana's was made and can be ended.
func revocable(t *testing.T, o oneloginsim.Options) (w *world, ana approvals.Person, device string) {
	t.Helper()
	w = newWorld(t, slacksim.Options{}, o)
	ana = approvals.Person{OneLogin: w.onelogin.AddUser(oneloginsim.User{})}
	_, answer, err := w.issuer.Issue(t.Context(), ana, 5*time.Minute, true)
	if err != nil || answer.Device == "" {
		t.Fatalf("Issue: %+v, %v", answer, err)
	}
	return w, ana, answer.Device
}

func TestRevokeRemovesTheDeviceOfTheCode(t *testing.T) {
	w, ana, device := revocable(t, oneloginsim.Options{Scope: oneloginsim.ScopeManageAll, RemovableCodes: true})
	if err := w.issuer.Revoke(t.Context(), ana, device); err != nil {
		t.Fatal(err)
	}
	if c := w.onelogin.Codes()[0]; !c.Removed {
		t.Errorf("%+v", c)
	}
}

// Kind: a numeric device_id was not revoked.
func TestADeviceThatIsANumberIsRemovedToo(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{Scope: oneloginsim.ScopeManageAll, RemovableCodes: true})
	ana := approvals.Person{OneLogin: w.onelogin.AddUser(oneloginsim.User{})}
	w.onelogin.FailNext(oneloginsim.CallMFAToken, oneloginsim.NumericDevice(3920360))
	_, answer, err := w.issuer.Issue(t.Context(), ana, 5*time.Minute, true)
	if err != nil || answer.Device != "3920360" {
		t.Fatalf("%+v, %v", answer, err)
	}
	if err := w.issuer.Revoke(t.Context(), ana, answer.Device); err != nil || !w.onelogin.Codes()[0].Removed {
		t.Errorf("%+v, %v", w.onelogin.Codes()[0], err)
	}
}

func TestOutcomesOfRevokingAreToldApart(t *testing.T) {
	all := oneloginsim.Options{Scope: oneloginsim.ScopeManageAll, RemovableCodes: true}
	for name, tt := range map[string]struct {
		options oneloginsim.Options
		effect  oneloginsim.Effect
		again   bool
		after   time.Duration
		notYet  bool
		status  int
		passing bool
	}{
		"without the scope":         {options: oneloginsim.Options{}, status: 401},
		"a 401 that may pass":       {options: all, effect: oneloginsim.Unauthorized(), status: 401, passing: true},
		"the device is not known":   {options: oneloginsim.Options{Scope: oneloginsim.ScopeManageAll}, status: 404},
		"400":                       {options: all, effect: oneloginsim.BadRequest(), status: 400},
		"429":                       {options: all, effect: oneloginsim.TooManyRequests(7 * time.Second), again: true, after: 7 * time.Second, notYet: true},
		"503":                       {options: all, effect: oneloginsim.Unavailable(), again: true},
		"cut, and it was done":      {options: all, effect: oneloginsim.Cut().AfterEffect(), again: true},
		"something else altogether": {options: all, effect: oneloginsim.Redirect(303, "https://example.com")},
	} {
		t.Run(name, func(t *testing.T) {
			w, ana, device := revocable(t, tt.options)
			if tt.effect.String() != "" {
				w.onelogin.FailAlways(oneloginsim.CallRemoveDevice, tt.effect)
			}
			err := w.issuer.Revoke(t.Context(), ana, device)
			temporary, again := errors.AsType[*approvals.TemporaryError](err)
			if again != tt.again || again && (temporary.After != tt.after || temporary.NotYet != tt.notYet) {
				t.Errorf("%+v, %v", temporary, err)
			}
			no, refused := errors.AsType[*approvals.NotRevokedError](err)
			if refused != (tt.status != 0) || refused && (no.Status != tt.status || no.Passing != tt.passing) {
				t.Errorf("%+v, %v", no, err)
			}
			discreet(t, err)
		})
	}
	w, ana, _ := revocable(t, all)
	err := w.issuer.Revoke(t.Context(), ana, "")
	if _, refused := errors.AsType[*approvals.NotRevokedError](err); err == nil || refused {
		t.Errorf("nothing to remove: %v", err)
	}
}
