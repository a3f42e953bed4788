package oneloginsim_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"olbot/internal/testbed/oneloginsim"
)

func userPath(id int64) string { return fmt.Sprintf("/api/2/users/%d", id) }

// cast adds Joe, Ana and Maria and returns how a query finds them.
func cast(a *account) (find func(query string) string) {
	maria := a.AddUser(oneloginsim.User{ID: 3, Email: "maria@example.com", FirstName: "Maria", Username: "maria"})
	a.AddUser(oneloginsim.User{ID: 2, Email: "Ana+work@example.com", FirstName: "Ana", SAMAccountName: "ana",
		ManagerUserID: maria, RoleIDs: []int64{7, 8}, Attributes: map[string]string{"desk": "4"}})
	a.AddUser(oneloginsim.User{ID: 1, Email: "joe@example.com", FirstName: "Joe", DirectoryID: 9})
	names := map[string]string{"1": "joe", "2": "ana", "3": "maria"}
	return func(query string) string {
		var found []string
		for _, u := range a.get("/api/2/users?"+query).want(a.t, 200).list(a.t) {
			found = append(found, names[u["id"].(json.Number).String()])
		}
		return strings.Join(found, " ")
	}
}

func TestFiltersSelectAsOneLoginDoes(t *testing.T) {
	find := cast(start(t, oneloginsim.Options{}))
	for query, want := range map[string]string{
		"email=ana%2Bwork@example.com":           "ana",
		"email=ANA%2Bwork@example.com":           "ana", // case-insensitive unless told otherwise
		"email=ana+work@example.com":             "",    // an unescaped plus is a space
		"email=ana":                              "",
		"email=*@example.com":                    "joe ana maria",
		"email=*a*@*":                            "ana maria",
		"email=m*a@example.com":                  "maria",
		"email=!joe@example.com":                 "ana maria",
		"email=!*a%40example.com":                "joe ana",
		"email=":                                 "joe ana maria", // an empty filter is none
		"emial=joe@example.com":                  "joe ana maria", // so is a misspelt one
		"":                                       "joe ana maria",
		"username=maria":                         "maria",
		"username=*":                             "joe ana maria",
		"samaccountname=ana":                     "ana",
		"firstname=Joe&email=maria@example.com":  "",
		"directory_id=9":                         "joe",
		"user_ids=1,3":                           "joe maria",
		"custom_attributes.desk=4":               "ana",
		"created_since=2026-03-02T11:00:00.000Z": "joe ana maria",
		"created_until=2026-03-02T11:00:00.000Z": "",
		"updated_until=2026-03-02T13:00:00Z":     "joe ana maria",
		"last_login_since=2026-03-02T11:00:00Z":  "",
		"created_until=yesterday":                "joe ana maria",
		"external_id=x":                          "",
		"lastname=x":                             "",
		"app_id=5":                               "",
	} {
		if got := find(query); got != want {
			t.Errorf("%q found %q, want %q", query, got, want)
		}
	}
}

func TestFiltersCanBeCaseSensitive(t *testing.T) {
	find := cast(start(t, oneloginsim.Options{CaseSensitive: true}))
	if got := find("email=JOE@example.com"); got != "" {
		t.Errorf("found %q", got)
	}
	if got := find("email=joe@example.com"); got != "joe" {
		t.Errorf("found %q", got)
	}
}

func TestListIsReducedAndGetIsFull(t *testing.T) {
	a := start(t, oneloginsim.Options{ManagerAs: oneloginsim.ManagerNumber})
	cast(a)
	listed := a.get("/api/2/users?user_ids=2").list(t)[0]
	full := a.get(userPath(2)).want(t, 200).object(t)
	for _, f := range []string{"manager_user_id", "role_ids", "title", "custom_attributes"} {
		if _, ok := listed[f]; ok {
			t.Errorf("the list shows %q", f)
		}
		if _, ok := full[f]; !ok {
			t.Errorf("the user lacks %q", f)
		}
	}
	if got := fmt.Sprintf("%v %v %v %v", full["manager_user_id"], full["role_ids"], full["status"], full["state"]); got != "3 [7 8] 1 1" {
		t.Errorf("manager, roles, status, state: %s", got)
	}
	shown := a.get("/api/2/users?user_ids=2&fields=id,manager_user_id").list(t)[0]
	if shown["manager_user_id"] != json.Number("3") || shown["email"] != nil {
		t.Errorf("fields=id,manager_user_id shows %v", shown)
	}
}

func TestManagerComesInTheChosenForm(t *testing.T) {
	for form, want := range map[oneloginsim.ManagerForm]any{
		oneloginsim.ManagerNumber: json.Number("3"),
		oneloginsim.ManagerString: "3",
		oneloginsim.ManagerNull:   nil,
	} {
		a := start(t, oneloginsim.Options{ManagerAs: form})
		cast(a)
		if got := a.get(userPath(2)).field(t, "manager_user_id"); got != want {
			t.Errorf("form %d: %#v, want %#v", form, got, want)
		}
		if got := a.get(userPath(3)).field(t, "manager_user_id"); got != nil {
			t.Errorf("form %d, no manager: %#v", form, got)
		}
	}
}

func TestUnknownUserIsNotFound(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	cast(a)
	a.RemoveUser(1)
	for _, path := range []string{userPath(1), userPath(99), "/api/2/users/ana", "/api/2/users/-2", "/api/2/users/2%2F",
		"/api/2/users/99999999999999999999"} {
		a.get(path).want(t, 404)
	}
}

func TestChangesOfAUserAreSeen(t *testing.T) {
	a := start(t, oneloginsim.Options{ManagerAs: oneloginsim.ManagerNull})
	cast(a)
	a.UpdateUser(2, func(u *oneloginsim.User) {
		u.Status, u.GroupID = new(oneloginsim.Locked), 12
		u.RoleIDs[0] = 70
	})
	o := a.get(userPath(2)).object(t)
	if got := fmt.Sprintf("%v %v %v", o["status"], o["group_id"], o["role_ids"]); got != "3 12 [70 8]" {
		t.Errorf("status, group, roles: %s", got)
	}
	id := a.AddUser(oneloginsim.User{Status: new(oneloginsim.Unactivated), State: new(oneloginsim.Unapproved)})
	o = a.get(userPath(id)).object(t)
	if got := fmt.Sprintf("%v %v %v", o["status"], o["state"], o["email"]); got != "0 0 <nil>" {
		t.Errorf("status, state, email: %s", got)
	}
}

func TestPagesAreReachedByNumberAndByCursor(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	for i := range 120 {
		a.AddUser(oneloginsim.User{ID: int64(i + 1), Email: fmt.Sprintf("user%d@example.com", i)})
	}
	sizes := func(query string) (all []int) {
		for {
			r := a.get("/api/2/users?"+query).want(t, 200)
			if r.Header.Get("Total-Count") != "120" {
				t.Errorf("Total-Count %q", r.Header.Get("Total-Count"))
			}
			all = append(all, len(r.list(t)))
			next := r.Header.Get("After-Cursor")
			if next == "" {
				return all
			}
			query = "cursor=" + url.QueryEscape(next)
		}
	}
	for query, want := range map[string][]int{
		"": {50, 50, 20}, "limit=1000": {100, 20}, "limit=50&page=2": {50, 20}, "limit=100&page=9": {0},
	} {
		if got := sizes(query); !slices.Equal(got, want) {
			t.Errorf("%q: pages of %v, want %v", query, got, want)
		}
	}
	h := a.get("/api/2/users?limit=50&page=2&email=*").Header
	if h.Get("Before-Cursor") == "" || h.Get("Total-Pages") != "3" || h.Get("Current-Page") != "2" || h.Get("Page-Items") != "50" {
		t.Errorf("headers of the second page: %v", h)
	}
	if got, want := h.Get("Link"), `</api/2/users?email=%2A&limit=50&page=1>; rel="first", `+
		`</api/2/users?email=%2A&limit=50&page=3>; rel="next"`; got != want {
		t.Errorf("Link %s, want %s", got, want)
	}
	if h := a.get("/api/2/users?limit=60&page=1").Header; h.Get("Before-Cursor") != "" || h.Get("Total-Pages") != "2" {
		t.Errorf("headers of the first of two pages: %v", h)
	}
	cursor := url.QueryEscape(a.get("/api/2/users?limit=2").Header.Get("After-Cursor"))
	for _, wrong := range []string{"cursor=" + cursor + "&limit=2", "cursor=" + cursor + "&page=1", "cursor=%2A",
		"cursor=YQ==", "limit=0", "limit=x", "page=-1"} {
		a.get("/api/2/users?"+wrong).want(t, 400)
	}
}
