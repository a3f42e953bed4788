package oneloginsim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

// oddly asks for a code that OneLogin makes and tells of in an odd way.
func oddly(t *testing.T, e oneloginsim.Effect) made {
	t.Helper()
	m := askWith(t, oneloginsim.Options{}, e)
	if m.err != nil || m.StatusCode > 201 || m.codes != 1 || !m.answered || !json.Valid(m.body) {
		t.Errorf("%s: %v, %d codes, answered %v, %s", e, m.err, m.codes, m.answered, m.body)
	}
	return m
}

func TestOddAnswersAboutACodeStillHoldIt(t *testing.T) {
	m := oddly(t, oneloginsim.Padded())
	if code := m.field(t, "mfa_token").(string); strings.TrimSpace(code) == code {
		t.Errorf("%q is not padded", code)
	}
	m = oddly(t, oneloginsim.Misspelt())
	var fields map[string]any
	if json.Unmarshal(m.body, &fields) != nil || fields["reusable"] != nil || fields["resuable"] != false {
		t.Errorf("%s", m.body)
	}
	m = oddly(t, oneloginsim.TimesAs("2006-01-02 15:04:05 UTC"))
	if at := m.field(t, "expires_at"); at != noon.UTC().Add(5*time.Minute).Format("2006-01-02 15:04:05")+" UTC" {
		t.Errorf("expires at %v", at)
	}
	m = oddly(t, oneloginsim.AlsoSays(`"Reusable":true,"reusable":true`))
	if !strings.HasSuffix(string(m.body), `,"Reusable":true,"reusable":true}`) {
		t.Errorf("%s", m.body)
	}
}

func TestACodeWithANumericDeviceIsRemovedByTheNumber(t *testing.T) {
	a := start(t, oneloginsim.Options{Scope: oneloginsim.ScopeManageAll, RemovableCodes: true})
	ana := a.AddUser(oneloginsim.User{})
	a.FailNext(oneloginsim.CallMFAToken, oneloginsim.NumericDevice(3920360))
	if device := fmt.Sprint(a.makeCode(ana, ask).field(t, "device_id")); device != "3920360" {
		t.Errorf("device %s", device)
	}
	a.remove(ana, fmt.Sprint("user_temp_otp_", ana)).want(t, 404)
	a.remove(ana, "3920360").want(t, 204)
}

func TestOddRefusals(t *testing.T) {
	m := askWith(t, oneloginsim.Options{}, oneloginsim.UnprocessableBecause("expires_in", "is too long"))
	if m.want(t, 422); !strings.Contains(string(m.body), `"is too long"`) {
		t.Errorf("%s", m.body)
	}
	m = askWith(t, oneloginsim.Options{}, oneloginsim.AddressRefused())
	if m.want(t, 403); !strings.Contains(string(m.body), "IP address") {
		t.Errorf("%s", m.body)
	}
	m = askWith(t, oneloginsim.Options{}, oneloginsim.TooManyRequestsSaying("X-RateLimit-Reset", "1772452800"))
	if m.want(t, 429); m.Header.Get("X-RateLimit-Reset") != "1772452800" || m.Header.Get("Retry-After") != "" {
		t.Errorf("%v", m.Header)
	}
	m = askWith(t, oneloginsim.Options{}, oneloginsim.TooManyRequestsSaying("Retry-After", "1.5"))
	if m.want(t, 429); m.Header.Get("Retry-After") != "1.5" || m.Header.Get("X-RateLimit-Reset") != "" {
		t.Errorf("%v", m.Header)
	}
}

func TestAListThatIgnoresItsFilterHasEverybody(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	for _, name := range []string{"ana", "joe"} {
		a.AddUser(oneloginsim.User{Email: name + "@example.com"})
	}
	a.FailNext(oneloginsim.CallFindUsers, oneloginsim.Unfiltered())
	for _, want := range []int{2, 1} {
		r := a.do("GET", "/api/2/users?email=ana@example.com", "", "Authorization", "Bearer "+a.token()).want(t, 200)
		var all []any
		if err := json.Unmarshal(r.body, &all); err != nil || len(all) != want {
			t.Errorf("%d users, %v; want %d", len(all), err, want)
		}
	}
	a.FailNext(oneloginsim.CallFindUsers, oneloginsim.Echoing())
	r := a.do("GET", "/api/2/users?email=ana@example.com", "", "Authorization", "Bearer "+a.token()).want(t, 400)
	if !strings.Contains(string(r.body), "ana at example.com") || !strings.Contains(string(r.body), "Bearer") {
		t.Errorf("no echo in %s", r.body)
	}
}
