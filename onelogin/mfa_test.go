package onelogin_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"olbot/onelogin"
)

func TestGenerateMFATokenAlwaysSendsBothFields(t *testing.T) {
	for want, ask := range map[string]struct {
		validity time.Duration
		reusable bool
	}{
		`{"expires_in":120,"reusable":false}`:    {2 * time.Minute, false},
		`{"expires_in":300,"reusable":true}`:     {5 * time.Minute, true},
		`{"expires_in":259200,"reusable":false}`: {72 * time.Hour, false},
	} {
		f := newFake(t)
		if _, err := f.client(t).GenerateMFAToken(t.Context(), ana, ask.validity, ask.reusable); err != nil {
			t.Fatal(err)
		}
		if got := f.got(issueRoute)[0].body; got != want {
			t.Errorf("sent %s, want %s", got, want)
		}
	}
}

func TestGenerateMFATokenRefusesBadArguments(t *testing.T) {
	f := newFake(t)
	c := f.client(t)
	for _, validity := range []time.Duration{
		0, -time.Minute, 119 * time.Second, 120*time.Second - 1, 120*time.Second + 1, 300*time.Second + 500*time.Millisecond,
		259201 * time.Second, 259200*time.Second + 1, 300, // a number taken for seconds
	} {
		_, err := c.GenerateMFAToken(t.Context(), ana, validity, false)
		if !errors.Is(err, onelogin.ErrNotIssued) || !errors.Is(err, onelogin.ErrInvalid) || onelogin.Retryable(err) {
			t.Errorf("validity %d: %v", validity, err)
		}
	}
	for _, id := range []int64{0, -1} {
		_, err := c.GenerateMFAToken(t.Context(), id, 5*time.Minute, false)
		if !errors.Is(err, onelogin.ErrNotIssued) || !errors.Is(err, onelogin.ErrInvalid) {
			t.Errorf("user %d: %v", id, err)
		}
	}
	f.wantCount(t, "", 0)
}

func TestEverySuccessStatusIsIssued(t *testing.T) {
	for _, status := range []int{200, 201, 202, 203, 299} {
		f := newFake(t)
		f.on(issueRoute, answer(status, issueAnswer, "Date", "Mon, 27 Jul 2026 23:20:50 GMT"))
		token, err := issue(t.Context(), f.client(t))
		if err != nil {
			t.Fatalf("%d: %v", status, err)
		}
		if token.Token.Reveal() != mfaToken {
			t.Errorf("%d: the code is %q", status, token.Token.Reveal())
		}
		if token.Reusable == nil || *token.Reusable || token.DeviceID != "user_temp_otp_36216766" {
			t.Errorf("%d: %+v", status, token)
		}
		if want := time.Date(2026, 7, 27, 23, 25, 50, 0, time.UTC); !token.ExpiresAt.Equal(want) {
			t.Errorf("%d: expires at %s", status, token.ExpiresAt)
		}
		if want := time.Date(2026, 7, 27, 23, 20, 50, 0, time.UTC); !token.ServerTime.Equal(want) {
			t.Errorf("%d: server time %s", status, token.ServerTime)
		}
	}
}

// A code is a text: leading zeros count and it need not be digits.
func TestCodeIsTakenAsItIs(t *testing.T) {
	for _, code := range []string{"00000000", "07592782", "UIOWE787979", "1234 5678", "0x1F", strings.Repeat("9", 128)} {
		for _, around := range []string{"", " ", `\r\n`, `\t`, `\u00a0`} { // white space is no part of it
			f := newFake(t)
			f.on(issueRoute, answer(200, `{"mfa_token":"`+around+code+around+`"}`))
			token, err := issue(t.Context(), f.client(t))
			if err != nil || token.Token.Reveal() != code {
				t.Errorf("%q: %q, %v", code, token.Token.Reveal(), err)
			}
		}
	}
}

// Kind: one field decides, others only inform. What cannot be read is as good as missing and is named, with the type it
// came as, and the code is not lost for it.
func TestWhatOnlyInformsLosesNoCode(t *testing.T) {
	for fields, want := range map[string]string{
		`"expires_at":"tomorrow"`:                         "expires_at came as a text",
		`"expires_at":1785194750`:                         "expires_at came as a number",
		`"expires_at":{"at":"2026-07-27T23:25:50Z"}`:      "expires_at came as an object",
		`"expires_at":"0001-01-01T00:00:00Z"`:             "expires_at came as a text",
		`"reusable":"no"`:                                 "reusable came as a text",
		`"reusable":0`:                                    "reusable came as a number",
		`"reusable":[false]`:                              "reusable came as a list",
		`"reusable":false,"reusable":true`:                "reusable came twice",
		`"reusable":false,"reusable":false`:               "reusable came twice",
		`"resuable":7`:                                    "resuable came as a number",
		`"device_id":"../1"`:                              "device_id came as a text",
		`"device_id":1.5`:                                 "device_id came as a number",
		`"device_id":true`:                                "device_id came as a boolean",
		`"expires_at":7,"reusable":8,"device_id":[9]`:     "expires_at came as a number, reusable came as a number, device_id came as a list",
		`"expires_at":null,"reusable":null`:               "",
		`"x":1,"x":2,"user":{"reusable":1},"Reusable":{}`: "",
	} {
		f := newFake(t)
		f.on(issueRoute, answer(200, `{"mfa_token":"07592782",`+fields+`}`))
		token, err := issue(t.Context(), f.client(t))
		if err != nil || token.Token.Reveal() != mfaToken {
			t.Errorf("%s: %v", fields, err)
		}
		if token.Reusable != nil || !token.ExpiresAt.IsZero() || token.DeviceID != "" {
			t.Errorf("%s: %+v", fields, token)
		}
		if got := strings.Join(token.Unreadable, ", "); got != want {
			t.Errorf("%s: %q, want %q", fields, got, want)
		}
	}
}

// Kind: a second key in another case wins. Names are exact.
func TestFieldsInAnotherCaseAreOtherFields(t *testing.T) {
	f := newFake(t)
	f.on(issueRoute, answer(200, strings.Replace(issueAnswer, "}", `,"Reusable":true,"EXPIRES_AT":"2026-07-30T23:25:50Z","Mfa_Token":"11111111","Device_ID":"1"}`, 1)))
	token, err := issue(t.Context(), f.client(t))
	if err != nil || token.Token.Reveal() != mfaToken || token.Reusable == nil || *token.Reusable ||
		token.ExpiresAt.Day() != 27 || token.DeviceID != "user_temp_otp_36216766" {
		t.Errorf("%+v, %v", token, err)
	}
}

// Version 1 of the call misspells reusable in OneLogin's OpenAPI file.
func TestAMisspeltReusableIsRead(t *testing.T) {
	for fields, want := range map[string]bool{`"resuable":true`: true, `"resuable":false`: false, `"reusable":false,"resuable":true`: false} {
		f := newFake(t)
		f.on(issueRoute, answer(200, `{"mfa_token":"07592782",`+fields+`}`))
		token, err := issue(t.Context(), f.client(t))
		if err != nil || token.Reusable == nil || *token.Reusable != want {
			t.Errorf("%s: %+v, %v", fields, token, err)
		}
	}
}

// What the answer to this call says is never quoted: the code may stand in any of it (invariant 5).
func TestTheAnswerAboutACodeIsNeverQuoted(t *testing.T) {
	for body, want := range map[string]string{
		`{"statusCode":422,"name":"07592782","message":"0759 2782","details":{"code":"07592782"}}`: "",
		`{"statusCode":422,"name":"ValidationError","message":"Validations failed"}`:               "",
		`{"statusCode":401,"name":"07592782","message":"Insufficient Permission"}`:                 "it names the scope of the API credentials",
	} {
		f := newFake(t)
		status := 422
		if want != "" {
			status = 401
		}
		f.on(issueRoute, answer(status, body, "X-Request-Id", "07592782"))
		_, err := issue(t.Context(), f.client(t))
		e, ok := errors.AsType[*onelogin.Error](err)
		if !ok || e.Name != "" || e.Message != want || e.Details != "" || e.RequestID != "" || e.Scope != (want != "") {
			t.Errorf("%s: %+v", body, e)
		}
	}
}

func TestExpiryInEveryForm(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2021-07-27T23:25:50Z":      time.Date(2021, 7, 27, 23, 25, 50, 0, time.UTC),
		"2021-07-27T23:25:12.807Z":  time.Date(2021, 7, 27, 23, 25, 12, 807e6, time.UTC),
		"2021-07-27T23:25:50+02:00": time.Date(2021, 7, 27, 21, 25, 50, 0, time.UTC),
		"2020-06-26 21:52:56+00:00": time.Date(2020, 6, 26, 21, 52, 56, 0, time.UTC),
		"2016-09-28 22:52:33 UTC":   time.Date(2016, 9, 28, 22, 52, 33, 0, time.UTC),
		"2016-09-28 22:52:33 +0000": time.Date(2016, 9, 28, 22, 52, 33, 0, time.UTC),
		"2016-09-28 22:52:33 +0200": time.Date(2016, 9, 28, 20, 52, 33, 0, time.UTC),
	} {
		f := newFake(t)
		f.on(issueRoute, answer(201, `{"mfa_token":"1","expires_at":"`+text+`"}`))
		token, err := issue(t.Context(), f.client(t))
		if err != nil || !token.ExpiresAt.Equal(want) || token.ExpiresAt.Location() != time.UTC {
			t.Errorf("%s: %s, %v", text, token.ExpiresAt, err)
		}
	}
}

// What OneLogin does not say is neither false nor what was asked for.
func TestMissingFieldsAreSeenAsMissing(t *testing.T) {
	for _, body := range []string{
		`{"mfa_token":"1"}`,
		`{"mfa_token":"1","expires_at":null,"reusable":null,"device_id":null}`,
		`{"mfa_token":"1","expires_at":"","reusable":"","device_id":""}`,
	} {
		f := newFake(t)
		f.on(issueRoute, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Date"] = nil
			answer(200, body)(w, r)
		})
		token, err := f.client(t).GenerateMFAToken(t.Context(), ana, 5*time.Minute, true)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if token.Reusable != nil || !token.ExpiresAt.IsZero() || token.DeviceID != "" || !token.ServerTime.IsZero() {
			t.Errorf("%s: %+v", body, token)
		}
	}
	for body, want := range map[string]bool{
		`{"mfa_token":"1","reusable":true}`: true, `{"mfa_token":"1","reusable":"true"}`: true,
		`{"mfa_token":"1","reusable":false}`: false, `{"mfa_token":"1","reusable":"false"}`: false,
	} {
		f := newFake(t)
		f.on(issueRoute, answer(200, body))
		token, err := issue(t.Context(), f.client(t))
		if err != nil || token.Reusable == nil || *token.Reusable != want {
			t.Errorf("%s: %+v, %v", body, token, err)
		}
	}
}

// A success without a code that can be read: OneLogin may have made one that nobody will ever see.
func TestUnreadableSuccessIsUnknown(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"empty body":         answer(200, ``),
		"no content":         answer(204, ``),
		"no token":           answer(200, `{"expires_at":"2026-07-27T23:25:50Z","reusable":false}`),
		"empty token":        answer(200, `{"mfa_token":""}`),
		"blank token":        answer(200, `{"mfa_token":"  "}`),
		"null token":         answer(200, `{"mfa_token":null}`),
		"number":             answer(200, `{"mfa_token":7592782}`),
		"token in two lines": answer(200, `{"mfa_token":"0759\n2782"}`),
		"endless token":      answer(200, `{"mfa_token":"`+strings.Repeat("1", 129)+`"}`),
		"array":              answer(200, `[`+issueAnswer+`]`),
		"page":               answer(200, `<html>07592782</html>`),
		"more after the end": answer(200, issueAnswer+`07592782`),
		"two codes":          answer(200, `{"mfa_token":"07592782","mfa_token":"07592783"}`),
		"another case":       answer(200, `{"MFA_Token":"07592782"}`),
		"error with a 200":   answer(200, v2Unauthorized),
		"cut in the body":    cutInBody(200, issueAnswer),
		"cut in a 201":       cutInBody(201, issueAnswer),
		"too large":          answer(200, issueAnswer+strings.Repeat(" ", 1<<20)),
	} {
		f := newFake(t)
		f.on(issueRoute, handler)
		token, err := issue(t.Context(), f.client(t))
		if !errors.Is(err, onelogin.ErrUnknown) || errors.Is(err, onelogin.ErrNotIssued) || onelogin.Retryable(err) {
			t.Errorf("%s: %v, want unknown", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "0759") {
			t.Errorf("%s: the code is in the error: %v", name, err)
		}
		if !token.Token.IsZero() {
			t.Errorf("%s: a token beside an error", name)
		}
		f.wantCount(t, issueRoute, 1)
	}
}
