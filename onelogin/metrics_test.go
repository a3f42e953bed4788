package onelogin_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"olbot/onelogin"
)

// Every request is one observation: also the refused one, the new access token and the one after it.
func TestObserveIsToldOfEveryRequest(t *testing.T) {
	f := newFake(t)
	var mu sync.Mutex
	var seen []string
	c, err := onelogin.New(onelogin.Config{
		BaseURL: f.URL, ClientID: clientID, ClientSecret: onelogin.NewSecret(clientSecret),
		HTTPClient: &http.Client{Transport: f.Client().Transport}, Now: f.clock,
		Observe: func(op string, status int, took time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, fmt.Sprint(op, " ", status))
			if took < 0 {
				t.Errorf("%s took %v", op, took)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.on(issueRoute, answer(401, `{}`), answer(200, issueAnswer), cut)
	f.on(tokenRoute, f.grant("access-1"), f.grant("access-2"))
	f.on(userRoute, answer(503, ``), cutInBody(200, anaUser), answer(200, anaUser))
	if _, err := issue(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := issue(t.Context(), c); err == nil {
		t.Error("a code was made of no answer")
	}
	for range 2 {
		if _, err := c.User(t.Context(), ana); err == nil {
			t.Error("a user was read from no answer")
		}
	}
	if _, err := c.FindUser(t.Context(), onelogin.ByEmail, anaMail); err != nil {
		t.Fatal(err)
	}
	if _, err := c.User(t.Context(), -1); err == nil {
		t.Error("a user was found by a negative id")
	}
	want := []string{
		"get access token 200", "generate MFA token 401", "get access token 200", "generate MFA token 200",
		"generate MFA token 0", "get user 503", "get user 0",
		"find user by email 200", "get user 200",
	}
	if !slices.Equal(seen, want) {
		t.Errorf("observed %q, want %q", seen, want)
	}
}
