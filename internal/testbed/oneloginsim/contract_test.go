package oneloginsim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"olbot/internal/testbed/oneloginsim"
)

// openAPI is what OneLogin's OpenAPI file says of the calls that are simulated. The type of an answer is the name of a
// JSON type or of one of Types, a list with the type of its items, or an object with the type of each field.
type openAPI struct {
	Answers map[string]any      `json:"answers"` // by "method path status"
	Types   map[string]any      `json:"types"`
	Scopes  map[string][]string `json:"scopes"` // by "method path"
}

func loadOpenAPI(t *testing.T) (o openAPI) {
	t.Helper()
	text, err := os.ReadFile("testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// Where the newer documentation and what clients have met differ from the file of 2023, these types are right too.
var alsoAllowed = map[string][]string{
	"manager_user_id": {"integer"},
	"member_of":       {"array"},
}

// nullHere are the fields of a user that the test's user has no value for; all others must have one.
var nullHere = []string{"title", "department", "company", "comment", "phone", "trusted_idp_id", "manager_ad_id",
	"userprincipalname", "distinguished_name", "external_id", "preferred_locale_code", "member_of", "last_login",
	"locked_until", "invitation_sent_at"}

// inputOnly are the fields of a user that can be set but are never told.
var inputOnly = []string{"password", "password_confirmation", "password_algorithm", "salt"}

// notListed are the fields of a user that the list leaves out, by the documentation's own sample.
var notListed = []string{"title", "department", "company", "comment", "role_ids", "trusted_idp_id", "manager_ad_id",
	"manager_user_id", "userprincipalname", "preferred_locale_code"}

func TestAnswersFollowTheOpenAPIFile(t *testing.T) {
	file := loadOpenAPI(t)
	a := start(t, oneloginsim.Options{MFAStatus: http.StatusCreated})
	maria := a.AddUser(oneloginsim.User{Email: "maria@example.com"})
	ana := a.AddUser(oneloginsim.User{Email: "ana@example.com", Username: "ana", FirstName: "Ana", LastName: "Abel",
		ManagerUserID: maria, GroupID: 4, RoleIDs: []int64{1}, DirectoryID: 5, SAMAccountName: "ana"})
	wrong := []string{"Authorization", "Basic eDp5", "Content-Type", "application/json"}
	for _, c := range []struct {
		method, path string
		got          reply
		absent       []string
	}{
		{"post", "/auth/oauth2/v2/token", a.basic(), nil},
		{"post", "/auth/oauth2/v2/token", a.do("POST", tokenPath, grant, wrong...), nil},
		{"get", "/auth/rate_limit", a.get("/auth/rate_limit"), nil},
		{"get", "/api/2/users", a.get("/api/2/users?user_ids=" + fmt.Sprint(ana)), append(notListed, inputOnly...)},
		{"get", "/api/2/users/{user_id}", a.get(userPath(ana)), inputOnly},
		{"post", "/api/2/mfa/users/{user_id}/mfa_token", a.makeCode(ana, ask), nil},
		{"post", "/api/2/mfa/users/{user_id}/mfa_token", a.do("POST", codePath(ana), ask, wrong...), nil},
		{"post", "/api/2/mfa/users/{user_id}/mfa_token", a.makeCode(ana, `{"expires_in":1}`), nil},
		{"post", "/auth/oauth2/revoke", a.do("POST", "/auth/oauth2/revoke", `{"access_token":"x"}`, wrong...), nil},
	} {
		name := fmt.Sprintf("%s %s %d", c.method, c.path, c.got.StatusCode)
		want, ok := file.Answers[name]
		if !ok {
			t.Errorf("%s is not in the file", name)
			continue
		}
		var body any
		c.got.decode(t, &body)
		file.compare(t, name, want, unwrap(body), c.absent)
	}
}

// unwrap takes the documentation's {"status":{…}} off an error of the calls under /auth, which the file shows without.
func unwrap(body any) any {
	if o, ok := body.(map[string]any); ok && o["data"] == nil {
		if inner, ok := o["status"].(map[string]any); ok {
			return inner
		}
	}
	return body
}

// compare checks that value has the wanted type and all its fields. The file does not say what may be null.
func (o openAPI) compare(t *testing.T, at string, want, value any, absent []string) {
	t.Helper()
	if name, ok := want.(string); ok && o.Types[name] != nil {
		want = o.Types[name]
	}
	field := at[strings.LastIndex(at, ".")+1:]
	got, wanted := jsonType(value), want
	switch want.(type) {
	case []any:
		wanted = "array"
	case map[string]any:
		wanted = "object"
	}
	if got == "null" && slices.Contains(nullHere, field) {
		return
	}
	if got != wanted && !slices.Contains(alsoAllowed[field], got) {
		t.Errorf("%s is %s, in the file %q", at, got, wanted)
		return
	}
	switch want := want.(type) {
	case []any:
		for _, item := range value.([]any) {
			o.compare(t, at, want[0], item, absent)
		}
	case map[string]any:
		for name, inner := range want {
			v, present := value.(map[string]any)[name]
			switch {
			case present == slices.Contains(absent, name):
				t.Errorf("%s.%s: present is %v", at, name, present)
			case present:
				o.compare(t, at+"."+name, inner, v, nil)
			}
		}
	}
}

func jsonType(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}

// TestScopesFollowTheOpenAPIFile leaves the code out: for it the file names Manage All alone, the newer documentation
// Manage users as well (developers.onelogin.com/api-docs/2/multi-factor-authentication/generate-mfa-token).
func TestScopesFollowTheOpenAPIFile(t *testing.T) {
	file := loadOpenAPI(t)
	allowed := func(call string, scope oneloginsim.Scope) bool {
		scopes, ok := file.Scopes[call]
		if !ok {
			t.Fatalf("%s has no scopes in the file", call)
		}
		return slices.Contains(scopes, string(scope))
	}
	for _, scope := range []oneloginsim.Scope{oneloginsim.ScopeAuthenticationOnly, oneloginsim.ScopeReadUsers,
		oneloginsim.ScopeManageUsers, oneloginsim.ScopeReadAll, oneloginsim.ScopeManageAll} {
		a := start(t, oneloginsim.Options{Scope: scope})
		ana := a.AddUser(oneloginsim.User{})
		for path, spelt := range map[string]string{
			"/auth/rate_limit": "/auth/rate_limit", "/api/2/users": "/api/2/users", "/api/2/users/{user_id}": userPath(ana),
		} {
			want := allowed("get "+path, scope)
			if r := a.get(spelt); (r.StatusCode == 200) != want {
				t.Errorf("%s with %s: status %d, allowed in the file: %v", path, scope, r.StatusCode, want)
			}
		}
		want := allowed("delete /api/2/mfa/users/{user_id}/devices/{device_id}", scope)
		if r := a.remove(ana, "1"); (r.StatusCode != 401) != want {
			t.Errorf("removing a device with %s: status %d, allowed in the file: %v", scope, r.StatusCode, want)
		}
	}
}
