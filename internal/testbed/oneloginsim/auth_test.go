package oneloginsim_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

const tokenPath = "/auth/oauth2/v2/token"

func TestTokenAcceptsTheThreeDocumentedStyles(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	a.basic().want(t, 200)
	a.do("POST", tokenPath, grant, "Content-Type", "application/json",
		"Authorization", "client_id:"+a.ClientID()+", client_secret:"+a.ClientSecret()).want(t, 200)
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {a.ClientID()},
		"client_secret": {a.ClientSecret()}}
	a.do("POST", tokenPath, form.Encode(), "Content-Type", "application/x-www-form-urlencoded").want(t, 200)
}

func TestTokenRefusesWhatIsWrong(t *testing.T) {
	a := start(t, oneloginsim.Options{ClientID: "id", ClientSecret: "secret"})
	good := "client_id:id, client_secret:secret"
	for name, c := range map[string]struct {
		method, body, contentType, authorization string
		status                                   int
	}{
		"wrong secret":        {"POST", grant, "application/json", "client_id:id, client_secret:other", 401},
		"wrong id":            {"POST", grant, "application/json", "client_id:other, client_secret:secret", 401},
		"no credentials":      {"POST", grant, "application/json", "", 400},
		"unknown style":       {"POST", grant, "application/json", "Bearer secret", 400},
		"no content type":     {"POST", grant, "", good, 400},
		"wrong content type":  {"POST", grant, "text/plain", good, 400},
		"wrong grant":         {"POST", `{"grant_type":"password"}`, "application/json", good, 400},
		"broken body":         {"POST", `{"grant_type"`, "application/json", good, 400},
		"wrong method":        {"GET", "", "application/json", good, 404},
		"wrong secret inform": {"POST", "grant_type=client_credentials&client_id=id&client_secret=x", "application/x-www-form-urlencoded", "", 401},
	} {
		t.Run(name, func(t *testing.T) {
			header := []string{"Authorization", c.authorization}
			if c.contentType != "" {
				header = append(header, "Content-Type", c.contentType)
			}
			a.do(c.method, tokenPath, c.body, header...).want(t, c.status)
		})
	}
}

func TestTheCredentialsCanBeDisabled(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	user := a.AddUser(oneloginsim.User{Email: "ana@example.com"})
	path := fmt.Sprint("/api/2/users/", user)
	old := a.token()
	a.DisableCredentials()
	a.basic().want(t, 401)
	a.do("GET", path, "", "Authorization", "Bearer "+old).want(t, 401)
	a.EnableCredentials()
	a.basic().want(t, 200)
	a.get(path).want(t, 200)
}

func TestTokenIsTheSameUntilItExpires(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	first := a.basic().object(t)
	if first["expires_in"] != json.Number("36000") || first["token_type"] != "bearer" {
		t.Errorf("the first answer was %v", first)
	}
	a.clock.Advance(10*time.Hour - time.Second)
	late := a.basic().object(t)
	if late["access_token"] != first["access_token"] || late["created_at"] != first["created_at"] ||
		late["expires_in"] != first["expires_in"] {
		t.Errorf("a second before expiry the answer was %v, first %v", late, first)
	}
	a.clock.Advance(time.Second)
	a.do("GET", "/auth/rate_limit", "", "Authorization", "Bearer "+first["access_token"].(string)).want(t, 401)
	if a.token() == first["access_token"] {
		t.Error("the expired token was handed out again")
	}
}

func TestRevokedTokenIsRefusedAndReplaced(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	for name, revoke := range map[string]func(token string){
		"by verb": func(string) { a.RevokeTokens() },
		"by call": func(token string) {
			a.do("POST", "/auth/oauth2/revoke", `{"access_token":"`+token+`"}`, "Content-Type", "application/json",
				"Authorization", "client_id:"+a.ClientID()+", client_secret:"+a.ClientSecret()).want(t, 200)
		},
	} {
		t.Run(name, func(t *testing.T) {
			old := a.token()
			revoke(old)
			a.do("GET", "/api/2/users", "", "Authorization", "Bearer "+old).want(t, 401)
			if a.token() == old {
				t.Error("the revoked token was handed out again")
			}
		})
	}
}

func TestAgedTokenHasLittleLifeLeft(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	a.AgeToken(10*time.Hour - time.Minute)
	o := a.basic().object(t)
	created, err := time.Parse(time.RFC3339Nano, o["created_at"].(string))
	if err != nil || !created.Equal(noon.Add(time.Minute-10*time.Hour)) {
		t.Errorf("created_at %v, %v", created, err)
	}
	a.clock.Advance(time.Minute)
	if a.token() == o["access_token"] {
		t.Error("the token outlived its minute")
	}
}

func TestBearerIsReadInEveryDocumentedSpelling(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	token := a.token()
	for _, spelling := range []string{"Bearer ", "bearer ", "bearer:", "bearer: ", "Bearer:", "BEARER "} {
		a.do("GET", "/api/2/users", "", "Authorization", spelling+token).want(t, 200)
	}
	for _, wrong := range []string{"", token, "Basic " + token, "Bearer", "Bearer" + token, "Bearer " + token + "0",
		"Bearer " + token + " " + token} {
		a.do("GET", "/api/2/users", "", "Authorization", wrong).want(t, 401)
	}
}

func TestScopeDecidesWhichCallsAreAdmitted(t *testing.T) {
	for scope, want := range map[oneloginsim.Scope]struct{ users, code int }{
		oneloginsim.ScopeAuthenticationOnly: {401, 401},
		oneloginsim.ScopeReadUsers:          {200, 401},
		oneloginsim.ScopeReadAll:            {200, 401},
		oneloginsim.ScopeManageUsers:        {200, 200},
		oneloginsim.ScopeManageAll:          {200, 200},
	} {
		t.Run(string(scope), func(t *testing.T) {
			a := start(t, oneloginsim.Options{Scope: scope, MFAStatus: 200})
			ana := a.AddUser(oneloginsim.User{})
			a.get("/api/2/users").want(t, want.users)
			a.get(userPath(ana)).want(t, want.users)
			r := a.makeCode(ana, `{}`).want(t, want.code)
			if want.code == 401 && !strings.Contains(string(r.body), "Insufficient Permission") {
				t.Errorf("the refusal reads %s", r.body)
			}
			if made := len(a.Codes()); (made == 1) != (want.code == 200) {
				t.Errorf("%d codes were made", made)
			}
		})
	}
}

func TestRateLimitCountsDownAndRefuses(t *testing.T) {
	a := start(t, oneloginsim.Options{RateLimit: 2})
	a.clock.Advance(time.Millisecond)
	if left := a.get("/api/2/users").want(t, 200).Header.Get("X-RateLimit-Remaining"); left != "1" {
		t.Errorf("remaining %q, want 1", left)
	}
	a.clock.Advance(10 * time.Minute)
	a.get("/api/2/users").want(t, 200)
	r := a.get("/api/2/users").want(t, 429)
	if r.Header.Get("X-RateLimit-Reset") != "3000" || r.Header.Get("X-RateLimit-Limit") != "2" {
		t.Errorf("headers %v", r.Header)
	}
	data := a.get("/auth/rate_limit").want(t, 200).field(t, "data").(map[string]any)
	if data["X-RateLimit-Remaining"].(interface{ String() string }).String() != "0" {
		t.Errorf("rate_limit says %v", data)
	}
	a.clock.Advance(50 * time.Minute)
	a.get("/api/2/users").want(t, 200)
}
