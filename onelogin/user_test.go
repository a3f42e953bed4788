package onelogin_test

import (
	"errors"
	"strings"
	"testing"

	"olbot/onelogin"
)

func readUser(t *testing.T, fields string) (onelogin.User, error) {
	t.Helper()
	f := newFake(t)
	f.on(userRoute, answer(200, `{"id":36216766`+fields+`}`))
	return f.client(t).User(t.Context(), ana)
}

func TestManagerInEveryDocumentedType(t *testing.T) {
	for fields, want := range map[string]int64{
		`,"manager_user_id":99`:   99,
		`,"manager_user_id":"99"`: 99,
		`,"manager_user_id":null`: 0,
		`,"manager_user_id":""`:   0,
		`,"manager_ad_id":99`:     onelogin.NotGiven,
		``:                        onelogin.NotGiven,
	} {
		if u, err := readUser(t, fields); err != nil || u.ManagerID != want {
			t.Errorf("{%s}: manager %d, %v; want %d", fields, u.ManagerID, err, want)
		}
	}
}

// A manager, role or status that cannot be read must not pass for none.
func TestUnreadableUserIsAnError(t *testing.T) {
	for _, fields := range []string{
		`,"manager_user_id":"maria"`, `,"manager_user_id":9.5`, `,"manager_user_id":1e3`, `,"manager_user_id":true`, `,"manager_user_id":-9`,
		`,"manager_user_id":[99]`, `,"manager_user_id":"+99"`, `,"manager_user_id":99999999999999999999`, `,"role_ids":["admin"]`,
		`,"role_ids":[null]`, `,"role_ids":7`, `,"group_id":"x"`, `,"group_id":-1`, `,"status":"active"`, `,"state":{}`, `,"email":["a@example.com"]`, `,`,
	} {
		if u, err := readUser(t, fields); !errors.Is(err, onelogin.ErrUnexpected) {
			t.Errorf("{%s}: %+v, %v", fields, u, err)
		}
	}
}

// The error names the field and the type it came as, and no value.
func TestAnUnreadableUserSaysWhichField(t *testing.T) {
	for fields, want := range map[string]string{
		`,"manager_user_id":"maria"`:               "manager_user_id came as a text",
		`,"role_ids":"admin"`:                      "role_ids came as a text",
		`,"email":["ana@example.com"]`:             "email came as a list",
		`,"status":1,"status":3`:                   "status came twice",
		`,"manager_user_id":7,"manager_user_id":9`: "manager_user_id came twice",
	} {
		_, err := readUser(t, fields)
		e, ok := errors.AsType[*onelogin.Error](err)
		if !ok || e.Message != "the user cannot be read: "+want {
			t.Errorf("%s: %v", fields, err)
		}
	}
}

// Kind: a second key in another case wins. Names are exact, and what is not read may have any shape.
func TestFieldsOfAUserAreReadByTheirExactNames(t *testing.T) {
	u, err := readUser(t, `,"status":3,"manager_user_id":99,"Manager_User_ID":7,"STATUS":1,"ID":8,"Role_IDs":[1],"firstname":7,"lastname":{}`)
	if err != nil || u.ID != ana || u.ManagerID != 99 || !u.Locked() || u.RoleIDs != nil || u.FirstName != "" {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestNullsAndMissingFieldsOfAUser(t *testing.T) {
	u, err := readUser(t, `,"username":null,"email":null,"firstname":null,"lastname":null,"group_id":null,"role_ids":null,"status":null`)
	if err != nil {
		t.Fatal(err)
	}
	if u.Username != "" || u.Email != "" || u.GroupID != 0 || u.RoleIDs != nil {
		t.Errorf("%+v", u)
	}
	if u.Status != onelogin.StatusNotGiven || u.State != onelogin.StateNotGiven || u.Active() {
		t.Errorf("status %v, state %v: what is not given must not look like a code", u.Status, u.State)
	}
	if u, err := readUser(t, `,"username":"ana"`); err != nil || u.GroupID != onelogin.NotGiven || u.ManagerID != onelogin.NotGiven {
		t.Errorf("a group and a manager that are not given must not pass for none: %+v, %v", u, err)
	}
	if u, err := readUser(t, `,"role_ids":[]`); err != nil || u.RoleIDs == nil || len(u.RoleIDs) != 0 {
		t.Errorf("no roles must differ from roles not given: %v, %v", u.RoleIDs, err)
	}
	if u, err := readUser(t, `,"status":3,"state":1,"locked_until":"2020-07-08T21:59:56.811Z","member_of":["a"],"custom_attributes":{"food":1}`); err != nil || !u.Locked() {
		t.Errorf("unused fields of any type must not matter: %+v, %v", u, err)
	}
}

func TestAnswersOfUpToAMebibyteAreRead(t *testing.T) {
	const rest = len(`{"id":36216766}`)
	if _, err := readUser(t, strings.Repeat(" ", 1<<20-rest)); err != nil {
		t.Error(err)
	}
	_, err := readUser(t, strings.Repeat(" ", 1<<20-rest+1))
	if !errors.Is(err, onelogin.ErrUnexpected) || !strings.Contains(err.Error(), "too large") {
		t.Error(err)
	}
}

func TestOnlyStatusOneAndStateOneAreActive(t *testing.T) {
	for status := onelogin.Status(-1); status < 10; status++ {
		for state := onelogin.State(-1); state < 5; state++ {
			u := onelogin.User{Status: status, State: state}
			if u.Active() != (status == 1 && state == 1) {
				t.Errorf("Active with status %d, state %d: %t", status, state, u.Active())
			}
			if u.Locked() != (status == 3) {
				t.Errorf("Locked with status %d: %t", status, u.Locked())
			}
		}
	}
}

func TestCodesHaveNames(t *testing.T) {
	for status, want := range map[onelogin.Status]string{
		0: "unactivated", 1: "active", 2: "suspended", 3: "locked", 4: "password expired", 5: "awaiting password reset",
		6: "status 6", 7: "password pending", 8: "security questions required", -1: "not given",
	} {
		if got := status.String(); got != want {
			t.Errorf("status %d is %q, want %q", int(status), got, want)
		}
	}
	for state, want := range map[onelogin.State]string{
		0: "unapproved", 1: "approved", 2: "rejected", 3: "unlicensed", 4: "state 4", -1: "not given",
	} {
		if got := state.String(); got != want {
			t.Errorf("state %d is %q, want %q", int(state), got, want)
		}
	}
}

func TestNameIsNeverEmpty(t *testing.T) {
	for want, u := range map[string]onelogin.User{
		"Ana Lee":         {FirstName: " Ana ", LastName: "Lee", Username: "ana"},
		"Ana":             {FirstName: "Ana"},
		"Lee":             {LastName: "Lee"},
		"ana":             {Username: "ana", Email: anaMail},
		anaMail:           {Email: anaMail},
		"OneLogin user 7": {ID: 7, FirstName: " "},
	} {
		if got := u.Name(); got != want {
			t.Errorf("%+v is called %q, want %q", u, got, want)
		}
	}
}
