package onelogin_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"olbot/onelogin"
)

func TestFindUserReadsTheOneMatchById(t *testing.T) {
	f := newFake(t)
	got, err := f.client(t).FindUser(t.Context(), onelogin.ByEmail, "Ana+OTP@example.com")
	if err != nil {
		t.Fatal(err)
	}
	want := onelogin.User{
		ID: ana, Username: "ana", Email: anaMail, FirstName: "Ana", LastName: "Lee", Status: onelogin.StatusActive,
		State: onelogin.StateApproved, GroupID: 7, RoleIDs: []int64{11, 12}, ManagerID: 99,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	query := f.got(listRoute)[0].query
	if len(query) != 2 || query.Get("email") != "Ana+OTP@example.com" || query.Get("limit") != "2" {
		t.Errorf("query %v", query)
	}
	f.wantCount(t, userRoute, 1)
	if _, err := f.client(t).FindUser(t.Context(), onelogin.ByUsername, "ANA"); err != nil {
		t.Error(err)
	}
}

// Nobody documents whether OneLogin's filter minds the case.
func TestFindUserAsksAgainInLowerCase(t *testing.T) {
	f := newFake(t)
	f.on(listRoute, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("email") == anaMail {
			answer(200, "["+anaRow+"]")(w, r)
			return
		}
		answer(200, "[]")(w, r)
	})
	c := f.client(t)
	if u, err := c.FindUser(t.Context(), onelogin.ByEmail, strings.ToUpper(anaMail)); err != nil || u.ID != ana {
		t.Errorf("%+v, %v", u, err)
	}
	f.wantCount(t, listRoute, 2)
	if _, err := c.FindUser(t.Context(), onelogin.ByEmail, "joe@example.com"); !errors.Is(err, onelogin.ErrNotFound) {
		t.Error(err)
	}
	f.wantCount(t, listRoute, 3)
}

func TestFindUserRefusesValuesThatMeanMoreThanOneUser(t *testing.T) {
	f := newFake(t)
	c := f.client(t)
	for _, value := range []string{
		"", "*", "*@example.com", "ana*", "!ana@example.com", "ana@example.com,joe@example.com", " ", " ana@example.com",
		"ana@example.com ", "ana\n@example.com", "ana\x00", "ana\u202e@example.com", "ana\u200b@example.com", "ana\xff", strings.Repeat("a", 255),
	} {
		for _, by := range []onelogin.Field{onelogin.ByEmail, onelogin.ByUsername} {
			_, err := c.FindUser(t.Context(), by, value)
			if !errors.Is(err, onelogin.ErrInvalid) {
				t.Errorf("FindUser(%q): %v", value, err)
			}
		}
	}
	if _, err := c.FindUser(t.Context(), "custom_attributes.x", "ana"); !errors.Is(err, onelogin.ErrInvalid) {
		t.Errorf("another field: %v", err)
	}
	if _, err := c.User(t.Context(), 0); !errors.Is(err, onelogin.ErrInvalid) {
		t.Errorf("User(0): %v", err)
	}
	f.wantCount(t, "", 0)
}

func TestFindUserTrustsNoList(t *testing.T) {
	const (
		joe   = `{"id":1,"username":"joe","email":"joe@example.com"}`
		other = `{"id":2,"username":"ana2","email":"ANA+otp@example.com"}`
		blank = `{"id":3,"username":null,"email":null}`
	)
	for name, tc := range map[string]struct {
		list string
		want error
	}{
		"nobody":                       {`[]`, onelogin.ErrNotFound},
		"two that differ in case":      {`[` + anaRow + `,` + other + `]`, onelogin.ErrAmbiguous},
		"somebody else":                {`[` + joe + `]`, onelogin.ErrUnexpected},
		"filter ignored":               {`[` + joe + `,` + other + `]`, onelogin.ErrUnexpected},
		"everybody, with the right":    {`[` + joe + `,` + anaRow + `,` + blank + `]`, onelogin.ErrUnexpected},
		"the right and a null":         {`[` + anaRow + `,` + blank + `]`, onelogin.ErrUnexpected},
		"null e-mail and username":     {`[` + blank + `]`, onelogin.ErrUnexpected},
		"no id":                        {`[{"email":"ana+otp@example.com"}]`, onelogin.ErrUnexpected},
		"negative id":                  {`[{"id":-1,"email":"ana+otp@example.com"}]`, onelogin.ErrUnexpected},
		"null in the list":             {`[null]`, onelogin.ErrUnexpected},
		"null":                         {`null`, onelogin.ErrUnexpected},
		"an object":                    {`{"status":{"code":200},"data":[]}`, onelogin.ErrUnexpected},
		"a page":                       {`<html>`, onelogin.ErrUnexpected},
		"nothing":                      {``, onelogin.ErrUnexpected},
		"too much":                     {`[` + anaRow + strings.Repeat(" ", 1<<20) + `]`, onelogin.ErrUnexpected},
		"e-mail with a foreign letter": {`[{"id":4,"email":"ana+otp@example.com` + "\u212a" + `"}]`, onelogin.ErrUnexpected},
	} {
		f := newFake(t)
		f.on(listRoute, answer(200, tc.list))
		_, err := f.client(t).FindUser(t.Context(), onelogin.ByEmail, anaMail)
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
		f.wantCount(t, userRoute, 0)
	}
	// The Kelvin sign folds to k, but mike is not who was asked for.
	f := newFake(t)
	f.on(listRoute, answer(200, `[{"id":36216766,"email":"mike@example.com"}]`))
	f.on(userRoute, answer(200, `{"id":36216766,"email":"mike@example.com"}`))
	if u, err := f.client(t).FindUser(t.Context(), onelogin.ByEmail, "mi\u212ae@example.com"); err == nil {
		t.Errorf("a foreign letter found %+v", u)
	}
}

// Of the list nothing is read but the id and the field that was asked for.
func TestWhatTheListSaysOtherwiseMayHaveAnyShape(t *testing.T) {
	f := newFake(t)
	f.on(listRoute, answer(200, `[{"id":"36216766","email":"ana+otp@example.com","username":7,"status":"active","role_ids":"x","Email":"joe@example.com"}]`))
	if u, err := f.client(t).FindUser(t.Context(), onelogin.ByEmail, anaMail); err != nil || u.ID != ana {
		t.Errorf("%+v, %v", u, err)
	}
}

// Kind: details of a 422 dropped. They say which parameter it was, and are quoted where nothing private was sent.
func TestDetailsOfARefusalAreKept(t *testing.T) {
	f := newFake(t)
	f.on(userRoute, answer(422, `{"statusCode":422,"name":"ValidationError","message":"Validations failed","details":{"parameters":[{"name":"id","message":"is not an integer"}]}}`))
	_, err := f.client(t).User(t.Context(), ana)
	if err == nil || !strings.Contains(err.Error(), `Validations failed: {"parameters":[{"name":"id","message":"is not an integer"}]}`) {
		t.Error(err)
	}
	// Whoever is looked for may be named in any form, so that only what is documented is quoted.
	for said, want := range map[string]string{
		"Validations failed":                 "find user by email: OneLogin answered 422 ValidationError: Validations failed",
		"No user ana at example dot com":     "find user by email: OneLogin answered 422 ValidationError",
		"anna+otp&#64;example.com not valid": "find user by email: OneLogin answered 422 ValidationError",
	} {
		f.on(listRoute, answer(422, `{"statusCode":422,"name":"ValidationError","message":"`+said+`","details":{"parameters":["ana"]}}`))
		if _, err := f.client(t).FindUser(t.Context(), onelogin.ByEmail, anaMail); err == nil || err.Error() != want {
			t.Errorf("%s: %v", said, err)
		}
	}
}

// Kind: a 403 of an IP allow-list told as a scope. The scope is named only where OneLogin names it.
func TestTheScopeIsNamedOnlyWhereOneLoginNamesIt(t *testing.T) {
	for name, tc := range map[string]struct {
		status  int
		said    string
		want    error
		scope   bool
		passing bool
	}{
		"scope":             {401, "Insufficient Permission", onelogin.ErrCredentials, true, false},
		"scope as 403":      {403, "Insufficient Permission", onelogin.ErrCredentials, true, false},
		"credentials":       {401, "Authentication Failure", onelogin.ErrCredentials, false, true},
		"IP address":        {403, "Requests from this IP address are not allowed", onelogin.ErrForbidden, false, false},
		"said by the wrong": {422, "Insufficient Permission", onelogin.ErrInvalid, false, false},
	} {
		for _, route := range []string{userRoute, issueRoute} {
			f := newFake(t)
			f.on(route, answer(tc.status, `{"message":"`+tc.said+`"}`))
			_, err := f.client(t).User(t.Context(), ana)
			if route == issueRoute {
				_, err = issue(t.Context(), f.client(t))
			}
			e, ok := errors.AsType[*onelogin.Error](err)
			if !ok || !errors.Is(err, tc.want) || e.Scope != tc.scope || onelogin.Passing(err) != tc.passing {
				t.Errorf("%s, %s: %+v", name, route, e)
			}
		}
	}
}

func TestFindUserComparesTheUserReadById(t *testing.T) {
	for name, user := range map[string]string{
		"another id":     `{"id":1,"email":"ana+otp@example.com"}`,
		"another e-mail": `{"id":36216766,"email":"joe@example.com"}`,
		"no e-mail":      `{"id":36216766,"email":null}`,
	} {
		f := newFake(t)
		f.on(userRoute, answer(200, user))
		if _, err := f.client(t).FindUser(t.Context(), onelogin.ByEmail, anaMail); !errors.Is(err, onelogin.ErrUnexpected) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLookUpErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		answer     http.HandlerFunc
		list, user error
	}{
		"400":         {answer(400, `{"status":400,"error":"BadRequestError","description":"Invalid pagination cursor"}`), onelogin.ErrInvalid, onelogin.ErrInvalid},
		"404":         {answer(404, `{"message":"The resource with the given id could not be found","name":"NotFoundError","statusCode":404}`), onelogin.ErrUnexpected, onelogin.ErrNotFound},
		"405":         {answer(405, ``), onelogin.ErrUnexpected, onelogin.ErrUnexpected},
		"408":         {answer(408, ``), onelogin.ErrUnavailable, onelogin.ErrUnavailable},
		"429":         {answer(429, ``), onelogin.ErrRateLimited, onelogin.ErrRateLimited},
		"500":         {answer(500, ``), onelogin.ErrUnavailable, onelogin.ErrUnavailable},
		"502 page":    {answer(502, `<html>`), onelogin.ErrUnavailable, onelogin.ErrUnavailable},
		"cut in body": {cutInBody(200, anaUser), onelogin.ErrUnavailable, onelogin.ErrUnavailable},
		"204":         {answer(204, ``), onelogin.ErrUnexpected, onelogin.ErrUnexpected},
	} {
		f := newFake(t)
		f.on(listRoute, tc.answer)
		f.on(userRoute, tc.answer)
		c := f.client(t)
		if _, err := c.FindUser(t.Context(), onelogin.ByEmail, anaMail); !errors.Is(err, tc.list) {
			t.Errorf("FindUser, %s: %v, want %v", name, err, tc.list)
		}
		_, err := c.User(t.Context(), ana)
		if !errors.Is(err, tc.user) {
			t.Errorf("User, %s: %v, want %v", name, err, tc.user)
		}
		temporary := tc.user == onelogin.ErrUnavailable || tc.user == onelogin.ErrRateLimited
		if onelogin.Retryable(err) != temporary {
			t.Errorf("Retryable(%v) = %t", err, !temporary)
		}
		f.wantCount(t, listRoute, 1)
		f.wantCount(t, userRoute, 1)
	}
	f := newFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.client(t).User(ctx, ana); !errors.Is(err, context.Canceled) || !errors.Is(err, onelogin.ErrUnavailable) {
		t.Errorf("cancelled: %v", err)
	}
}
