package oneloginsim_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

func devicePath(id int64, device string) string {
	return fmt.Sprintf("/api/2/mfa/users/%d/devices/%s", id, device)
}

func (a *account) remove(id int64, device string) reply {
	a.t.Helper()
	return a.do("DELETE", devicePath(id, device), "", "Authorization", "Bearer "+a.token())
}

func TestTheTemporaryDeviceIsUnknownUnlessItMayBeRemoved(t *testing.T) {
	a := start(t, oneloginsim.Options{Scope: oneloginsim.ScopeManageAll})
	ana := a.AddUser(oneloginsim.User{})
	device := a.makeCode(ana, `{}`).field(t, "device_id").(string)
	a.remove(ana, device).want(t, 404)
	if err := a.SignIn(ana, a.Codes()[0].Value); err != nil {
		t.Errorf("the code ended with a 404: %v", err)
	}
}

func TestRemovingTheTemporaryDeviceEndsTheCodes(t *testing.T) {
	a := start(t, oneloginsim.Options{Scope: oneloginsim.ScopeManageAll, RemovableCodes: true, OlderCodesStay: true})
	ana, joe := a.AddUser(oneloginsim.User{}), a.AddUser(oneloginsim.User{})
	device := fmt.Sprint("user_temp_otp_", ana)
	a.remove(ana, device).want(t, 404) // before there is a code
	a.makeCode(ana, `{"reusable":true}`)
	a.makeCode(ana, `{"reusable":true}`)
	a.makeCode(joe, `{"reusable":true}`)
	for _, other := range []string{"1", "user_temp_otp_", fmt.Sprint("user_temp_otp_", joe)} {
		a.remove(ana, other).want(t, 404)
	}
	a.remove(7, "user_temp_otp_7").want(t, 404)
	r := a.remove(ana, device).want(t, 204)
	if len(r.body) > 0 || r.Header.Get("Content-Type") != "" {
		t.Errorf("a 204 with %q, %q", r.body, r.Header.Get("Content-Type"))
	}
	for i, c := range a.Codes() {
		if err := a.SignIn(c.UserID, c.Value); errors.Is(err, oneloginsim.ErrRemoved) != (c.UserID == ana) || c.Removed != (c.UserID == ana) {
			t.Errorf("code %d: %v, %+v", i, err, c)
		}
	}
	a.remove(ana, device).want(t, 404) // it is gone
	a.makeCode(ana, `{"expires_in":300}`)
	a.clock.Advance(300 * time.Second)
	a.remove(ana, device).want(t, 404) // it went by itself
}

func TestWhetherCodesCanBeRemovedMayChange(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana := a.AddUser(oneloginsim.User{})
	device := a.makeCode(ana, `{}`).field(t, "device_id").(string)
	a.SetRemovableCodes(true)
	if r := a.remove(ana, device).want(t, 401); r.field(t, "message") != "Insufficient Permission" {
		t.Errorf("without the scope: %s", r.body)
	}
	a.SetScope(oneloginsim.ScopeManageAll)
	a.remove(ana, device).want(t, 204)
}

func TestRemovalCanGoWrongLikeEveryCall(t *testing.T) {
	a := start(t, oneloginsim.Options{Scope: oneloginsim.ScopeManageAll, RemovableCodes: true})
	ana := a.AddUser(oneloginsim.User{})
	device := a.makeCode(ana, `{}`).field(t, "device_id").(string)
	a.FailNext(oneloginsim.CallRemoveDevice, oneloginsim.TooManyRequests(time.Second))
	a.remove(ana, device).want(t, 429)
	a.FailNext(oneloginsim.CallRemoveDevice, oneloginsim.Cut().AfterEffect())
	_, err := a.try(t.Context(), "DELETE", devicePath(ana, device), "", "Authorization", "Bearer "+a.token())
	if err == nil || !a.Codes()[0].Removed {
		t.Errorf("cut after the effect: %v, %+v", err, a.Codes()[0])
	}
	if n := a.Count(oneloginsim.CallRemoveDevice); n < 2 {
		t.Errorf("%d calls in the log", n)
	}
	a.do("DELETE", devicePath(ana, device), "").want(t, 401)
	a.do("GET", devicePath(ana, device), "", "Authorization", "Bearer "+a.token()).want(t, 404)
}
