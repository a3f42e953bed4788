package onelogin_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"olbot/onelogin"
)

func config(base string) onelogin.Config {
	return onelogin.Config{BaseURL: base, ClientID: clientID, ClientSecret: onelogin.NewSecret(clientSecret)}
}

func TestNewAcceptsSchemeAndHost(t *testing.T) {
	for _, base := range []string{
		"https://acme.onelogin.com", "https://acme.onelogin.com/", "https://login.example.com:8443",
		"http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:8080",
	} {
		if _, err := onelogin.New(config(base)); err != nil {
			t.Errorf("New(%q): %v", base, err)
		}
	}
}

func TestNewRefusesOtherBaseURLs(t *testing.T) {
	for base, hint := range map[string]string{
		"":                                  "must not be empty",
		"acme":                              "not a URL",
		"acme.onelogin.com":                 "not a URL",
		"https://":                          "not a URL",
		"https://<subdomain>.onelogin.com":  "placeholder",
		"https://{subdomain}.onelogin.com":  "placeholder",
		"https:acme.onelogin.com":           "not a URL",
		"https://acme.onelogin.com:x":       "not a URL",
		"http://acme.onelogin.com":          "must begin with https://",
		"http://127.0.0.1.example.com":      "must begin with https://",
		"http://10.0.0.1":                   "must begin with https://",
		"ftp://localhost":                   "must begin with https://",
		"https://joe:hunter2@acme.example":  "must not contain a user name or password",
		"https://acme.onelogin.com/api/2":   "scheme and host only",
		"https://acme.onelogin.com?x=1":     "scheme and host only",
		"https://acme.onelogin.com?":        "scheme and host only",
		"https://acme.onelogin.com/#x":      "scheme and host only",
		"https://acme.onelogin.com:99999":   "port",
		"https://acme.onelogin.com/../evil": "scheme and host only",
	} {
		_, err := onelogin.New(config(base))
		if err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("New(%q): %v, want %q", base, err, hint)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("New(%q) repeats the password: %v", base, err)
		}
	}
}

func TestNewNamesEveryProblemButNotTheSecret(t *testing.T) {
	_, err := onelogin.New(onelogin.Config{
		BaseURL: "acme", ClientID: "a:b", ClientSecret: onelogin.NewSecret(clientSecret + "\n"), UserAgent: "a\r\nX-Evil: 1",
	})
	if err == nil {
		t.Fatal("a configuration with four problems was accepted")
	}
	for _, part := range []string{"base URL", "client id", "client secret", "user agent"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not named in: %v", part, err)
		}
	}
	if strings.Contains(err.Error(), clientSecret) {
		t.Errorf("the secret is in the error: %v", err)
	}
	for _, cfg := range []onelogin.Config{
		{BaseURL: "https://a.example", ClientSecret: onelogin.NewSecret("s")}, {BaseURL: "https://a.example", ClientID: "i"},
	} {
		if _, err := onelogin.New(cfg); err == nil {
			t.Error("a missing credential was accepted")
		}
	}
}

func TestBaseURLForSubdomain(t *testing.T) {
	for _, sub := range []string{"acme", "ACME", "acme-dev1", "a", strings.Repeat("a", 35)} {
		got, err := onelogin.BaseURLForSubdomain(sub)
		if want := "https://" + strings.ToLower(sub) + ".onelogin.com"; err != nil || got != want {
			t.Errorf("BaseURLForSubdomain(%q) = %q, %v", sub, got, err)
		}
		if _, err := onelogin.New(config(got)); err != nil {
			t.Errorf("New does not take %q: %v", got, err)
		}
	}
	for _, sub := range []string{"", "acme.onelogin.com", "api.us", "evil.com/", "-acme", "acme-", "ac me", "a@b", "acme\n", strings.Repeat("a", 36)} {
		if got, err := onelogin.BaseURLForSubdomain(sub); err == nil {
			t.Errorf("BaseURLForSubdomain(%q) = %q, want an error", sub, got)
		}
	}
}

// Everything goes to the configured host, with the documented paths and as documented.
func TestRequestsAreAsDocumented(t *testing.T) {
	f := newFake(t)
	c := f.client(t)
	if err := c.CheckCredentials(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.FindUser(t.Context(), onelogin.ByEmail, anaMail); err != nil {
		t.Fatal(err)
	}
	if _, err := issue(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	var routes []string
	for _, r := range f.got("") {
		routes = append(routes, r.route)
		auth := "Bearer access-1"
		if r.route == tokenRoute {
			auth = "Basic aWQtb2Ytb2xib3Q6NWVjcmU3LTBmLTBsYjB0" // id-of-olbot:5ecre7-0f-0lb0t
		}
		if got := r.header.Get("Authorization"); got != auth {
			t.Errorf("%s: Authorization %q, want %q", r.route, got, auth)
		}
		if r.header.Get("User-Agent") != "olbot" || r.header.Get("Accept") != "application/json" {
			t.Errorf("%s: headers %v", r.route, r.header)
		}
		if strings.HasPrefix(r.route, "POST") && r.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: Content-Type %q", r.route, r.header.Get("Content-Type"))
		}
	}
	want := strings.Join([]string{tokenRoute, limitRoute, listRoute, userRoute, issueRoute}, ", ")
	if got := strings.Join(routes, ", "); got != want {
		t.Errorf("requests: %s\nwant:     %s", got, want)
	}
	if body := f.got(tokenRoute)[0].body; body != `{"grant_type":"client_credentials"}` {
		t.Errorf("token request: %s", body)
	}
}

func TestRefusesRedirects(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("redirect followed: %s %s", r.Method, r.URL)
	}))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{elsewhere.URL, "/api/2/users/1", "", "http://%zz"} {
			away := answer(status, "", "Location", location)
			f := newFake(t)
			f.on(userRoute, away)
			f.on(issueRoute, away)
			c := f.client(t)
			if _, err := c.User(t.Context(), ana); !errors.Is(err, onelogin.ErrUnexpected) {
				t.Errorf("User, %d: %v", status, err)
			}
			if _, err := issue(t.Context(), c); !errors.Is(err, onelogin.ErrUnknown) || onelogin.Retryable(err) {
				t.Errorf("GenerateMFAToken, %d: %v", status, err)
			}
			f.wantCount(t, "", 3)
			f.on(tokenRoute, away)
			_, err := issue(t.Context(), f.client(t))
			if !errors.Is(err, onelogin.ErrNotIssued) || !errors.Is(err, onelogin.ErrUnexpected) {
				t.Errorf("access token, %d: %v", status, err)
			}
			f.wantCount(t, "", 4)
		}
	}
}

func TestCheckCredentialsTellsWhatIsWrong(t *testing.T) {
	unauthorized := answer(401, `{"error":true,"code":401,"type":"Unauthorized","message":"Unauthorized Error"}`)
	for name, tc := range map[string]struct {
		token, limit http.HandlerFunc
		want         error
	}{
		"wrong pair":           {token: unauthorized, want: onelogin.ErrCredentials},
		"bad request":          {token: answer(400, ``), want: onelogin.ErrCredentials},
		"scope":                {limit: unauthorized, want: onelogin.ErrCredentials},
		"authorization format": {limit: answer(400, `{"status":{"message":"Authorization Information is incorrect"}}`), want: onelogin.ErrCredentials},
		"deleted owner":        {token: answer(500, ``), want: onelogin.ErrUnavailable},
		"bad gateway":          {limit: answer(502, `<html>`), want: onelogin.ErrUnavailable},
		"cut":                  {limit: cut, want: onelogin.ErrUnavailable},
		"cut in body":          {limit: cutInBody(200, `{"data":{}}`), want: onelogin.ErrUnavailable},
		"rate limit":           {limit: answer(429, ``), want: onelogin.ErrRateLimited},
		"other host":           {token: answer(404, `<html>`), want: onelogin.ErrUnexpected},
		"page for a token":     {token: answer(200, `<html>`), want: onelogin.ErrUnexpected},
		"no route":             {limit: answer(404, `{"status":{"message":"No Route Exists"}}`), want: onelogin.ErrUnexpected},
	} {
		f := newFake(t)
		if tc.token != nil {
			f.on(tokenRoute, tc.token)
		}
		if tc.limit != nil {
			f.on(limitRoute, tc.limit)
		}
		if err := f.client(t).CheckCredentials(t.Context()); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	c, err := onelogin.New(onelogin.Config{BaseURL: "http://" + nobody, ClientID: clientID, ClientSecret: onelogin.NewSecret(clientSecret)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.CheckCredentials(t.Context()); !errors.Is(err, onelogin.ErrUnavailable) {
		t.Errorf("unreachable host: %v", err)
	}
}
