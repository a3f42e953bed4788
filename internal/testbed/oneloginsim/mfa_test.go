package oneloginsim_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

func codePath(id int64) string { return fmt.Sprintf("/api/2/mfa/users/%d/mfa_token", id) }

func TestCodeIsMadeAsAskedOrByDefault(t *testing.T) {
	for body, want := range map[string]struct {
		seconds  int
		reusable bool
	}{
		`{"expires_in":300,"reusable":false}`:   {300, false},
		`{"expires_in":"300","reusable":true}`:  {300, true},
		`{"expires_in":120,"reusable":"true"}`:  {120, true},
		`{"expires_in":259200}`:                 {259200, false},
		`{"reusable":"false","unknown":1}`:      {259200, false},
		`{"Expires_In":300}`:                    {259200, false},
		`{}`:                                    {259200, false},
		``:                                      {259200, false},
		`{"expires_in":null,"reusable":null}`:   {259200, false},
		`{"expires_in": 7200, "reusable":true}`: {7200, true},
	} {
		a := start(t, oneloginsim.Options{MFAStatus: http.StatusCreated})
		ana := a.AddUser(oneloginsim.User{})
		r := a.makeCode(ana, body).want(t, 201)
		o, c := r.object(t), a.Codes()[0]
		told, err := time.Parse(time.RFC3339Nano, o["expires_at"].(string))
		if err != nil || !told.Equal(noon.Add(time.Duration(want.seconds)*time.Second)) || !told.Equal(c.ExpiresAt) {
			t.Errorf("%s: expires at %v, in the log %v, want %d s (%v)", body, told, c.ExpiresAt, want.seconds, err)
		}
		if o["reusable"] != want.reusable || c.Reusable != want.reusable {
			t.Errorf("%s: reusable %v, in the log %v", body, o["reusable"], c.Reusable)
		}
		if o["mfa_token"] != c.Value || o["device_id"] != fmt.Sprint("user_temp_otp_", ana) || c.UserID != ana {
			t.Errorf("%s: answer %v, log %+v", body, o, c)
		}
		if !c.Answered || c.RequestID == "" || c.RequestID != r.Header.Get("X-Request-Id") {
			t.Errorf("%s: answered %v, request ids %q %q", body, c.Answered, c.RequestID, r.Header.Get("X-Request-Id"))
		}
	}
}

func TestCodeIsRefusedWhenTheBodyIsWrong(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana := a.AddUser(oneloginsim.User{})
	for body, status := range map[string]int{
		`{"expires_in":119}`: 422, `{"expires_in":259201}`: 422, `{"expires_in":0}`: 422, `{"expires_in":-300}`: 422,
		`{"expires_in":300.5}`: 422, `{"expires_in":"5m"}`: 422, `{"expires_in":true}`: 422, `{"expires_in":""}`: 422,
		`{"reusable":1}`: 422, `{"reusable":"yes"}`: 422, `{"reusable":[]}`: 422,
		`{"expires_in":300`: 400, `[300]`: 400, `{} {}`: 400, `expires_in=300`: 400,
	} {
		a.makeCode(ana, body).want(t, status)
	}
	auth := []string{"Authorization", "Bearer " + a.token(), "Content-Type", "text/plain"}
	a.do("POST", codePath(ana), `{}`, auth...).want(t, 400)
	a.do("POST", codePath(ana), `{}`, auth[:2]...).want(t, 400)
	a.do("POST", codePath(ana), `{}`, auth[2:]...).want(t, 401)
	a.makeCode(ana+1, `{}`).want(t, 404)
	for _, path := range []string{codePath(ana), "/api/2/mfs/users/1/mfa_token", "/api/2/mfa/users//mfa_token"} {
		a.get(path).want(t, 404)
	}
	a.do("PUT", codePath(ana), `{}`, auth...).want(t, 404)
	if n := len(a.Codes()); n != 0 {
		t.Errorf("%d codes were made", n)
	}
}

func TestCodesAreEightDigitsAndDiffer(t *testing.T) {
	a := start(t, oneloginsim.Options{Seed: 1})
	ana := a.AddUser(oneloginsim.User{})
	statuses := map[int]bool{}
	seen, zeros := map[string]bool{}, 0
	for range 150 {
		r := a.makeCode(ana, `{}`)
		statuses[r.StatusCode] = true
		v := r.field(t, "mfa_token").(string)
		seen[v] = true
		if len(v) != 8 || strings.Trim(v, "0123456789") != "" {
			t.Errorf("code %q", v)
		}
		if v[0] == '0' {
			zeros++
		}
	}
	if len(seen) < 149 || zeros == 0 || !statuses[200] || !statuses[201] {
		t.Errorf("%d different codes, %d with a leading zero, statuses %v", len(seen), zeros, statuses)
	}
}

func TestSignInFollowsTheLifeOfACode(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana, joe := a.AddUser(oneloginsim.User{}), a.AddUser(oneloginsim.User{})
	signIn := func(user int64, code string, want error) {
		t.Helper()
		if err := a.SignIn(user, code); !errors.Is(err, want) {
			t.Errorf("sign in: %v, want %v", err, want)
		}
	}
	a.NextCodes("00000042", "00000043", "00000044")
	a.makeCode(ana, `{"expires_in":300,"reusable":false}`)
	signIn(joe, "00000042", oneloginsim.ErrWrongCode)
	signIn(7, "00000042", oneloginsim.ErrNoUser)
	signIn(ana, "42", oneloginsim.ErrWrongCode)
	signIn(ana, "00000042", nil)
	signIn(ana, "00000042", oneloginsim.ErrUsed)

	a.makeCode(ana, `{"expires_in":300,"reusable":true}`)
	signIn(ana, "00000042", oneloginsim.ErrReplaced)
	signIn(ana, "00000043", nil)
	signIn(ana, "00000043", nil)
	a.UpdateUser(ana, func(u *oneloginsim.User) { u.Status = new(oneloginsim.Suspended) })
	signIn(ana, "00000043", oneloginsim.ErrNotActive)
	a.UpdateUser(ana, func(u *oneloginsim.User) { u.Status = new(oneloginsim.Active) })
	a.clock.Advance(300*time.Second - 1)
	signIn(ana, "00000043", nil)
	a.clock.Advance(1)
	signIn(ana, "00000043", oneloginsim.ErrExpired)
	if c := a.Codes()[1]; c.Uses != 3 {
		t.Errorf("%d uses in the log, want 3", c.Uses)
	}
}

func TestOlderCodesCanStay(t *testing.T) {
	a := start(t, oneloginsim.Options{OlderCodesStay: true})
	ana := a.AddUser(oneloginsim.User{})
	a.makeCode(ana, `{}`)
	a.makeCode(ana, `{}`)
	for _, c := range a.Codes() {
		if err := a.SignIn(ana, c.Value); err != nil {
			t.Error(err)
		}
	}
}
