package onelogin_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"olbot/onelogin"
)

const removeRoute = "DELETE /api/2/mfa/users/36216766/devices/user_temp_otp_36216766"

func TestRemoveMFADeviceTakesAnySuccess(t *testing.T) {
	for _, status := range []int{200, 204, 299} {
		f := newFake(t)
		f.on(removeRoute, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if err := f.client(t).RemoveMFADevice(t.Context(), ana, "user_temp_otp_36216766"); err != nil {
			t.Errorf("%d: %v", status, err)
		}
		got := f.got(removeRoute)
		if len(got) != 1 || got[0].body != "" || len(got[0].query) != 0 || got[0].header.Get("Authorization") != "Bearer access-1" {
			t.Errorf("%d: sent %+v", status, got)
		}
	}
}

// A device id comes from an answer of OneLogin's. Whatever stands in it, no other call may come of it.
func TestRemoveMFADeviceRefusesBadArguments(t *testing.T) {
	f := newFake(t)
	c := f.client(t)
	for _, device := range []string{
		"", ".", "..", "../../../users/1", "a/b", "/", "1?x=y", "1#x", "%2e%2e", "a b", "a\n", "ü", "\\x", "a:b", "a@b", "[a]", "`", strings.Repeat("a", 129),
	} {
		if err := c.RemoveMFADevice(t.Context(), ana, device); !errors.Is(err, onelogin.ErrInvalid) || onelogin.Retryable(err) {
			t.Errorf("%q: %v", device, err)
		}
		f.on(issueRoute, answer(200, strings.Replace(issueAnswer, `"user_temp_otp_36216766"`, fmt.Sprintf("%q", device), 1)))
		if token, err := issue(t.Context(), c); err == nil && token.DeviceID != "" {
			t.Errorf("%q is handed out as a device", token.DeviceID)
		}
	}
	for _, user := range []int64{0, -1} {
		if err := c.RemoveMFADevice(t.Context(), user, "1"); !errors.Is(err, onelogin.ErrInvalid) {
			t.Errorf("user %d: %v", user, err)
		}
	}
	for _, r := range f.got("") {
		if strings.HasPrefix(r.route, "DELETE") {
			t.Errorf("sent %s", r.route)
		}
	}
	for _, device := range []string{"3920360", "0_9-aAzZ", strings.Repeat("a", 128)} {
		f.on("DELETE /api/2/mfa/users/36216766/devices/"+device, answer(200, `{}`))
		if err := c.RemoveMFADevice(t.Context(), ana, device); err != nil {
			t.Errorf("%q: %v", device, err)
		}
	}
}

func TestWhyADeviceWasNotRemoved(t *testing.T) {
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   error
		again  bool
	}{
		"400":      {answer(400, `{"status":{"type":"bad request","code":400,"message":"Factor could not be found","error":true}}`), onelogin.ErrInvalid, false},
		"401":      {answer(401, `{"statusCode":401,"name":"UnauthorizedError","message":"Insufficient Permission"}`), onelogin.ErrCredentials, false},
		"403":      {answer(403, ``), onelogin.ErrForbidden, false},
		"404":      {answer(404, `{"statusCode":404,"name":"NotFoundError","message":"The resource with the given id could not be found"}`), onelogin.ErrNotFound, false},
		"429":      {answer(429, ``), onelogin.ErrRateLimited, true},
		"500":      {answer(500, ``), onelogin.ErrUnavailable, true},
		"cut":      {cut, onelogin.ErrUnavailable, true},
		"redirect": {answer(308, ``, "Location", "/elsewhere"), onelogin.ErrUnexpected, false},
	} {
		f := newFake(t)
		f.on(removeRoute, tt.answer)
		err := f.client(t).RemoveMFADevice(t.Context(), ana, "user_temp_otp_36216766")
		if !errors.Is(err, tt.want) || onelogin.Retryable(err) != tt.again {
			t.Errorf("%s: %v, want %v, again %t", name, err, tt.want, tt.again)
		}
		f.wantCount(t, "GET /elsewhere", 0)
	}
}
