package onelogin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxValue = 254 // runes; the longest e-mail address

// A Field is what a user can be found by.
type Field string

// The fields: https://developers.onelogin.com/api-docs/2/users/list-users
const (
	ByEmail    Field = "email"
	ByUsername Field = "username"
)

// FindUser finds the one user whose e-mail address or username is value, ignoring case, and reads that user.
//
// OneLogin's filter is not trusted: it knows wildcards, lists everybody for a filter it does not know, and does not say
// whether it minds the case. So a value that is empty, longer than 254 characters or contains "*", "!", "," or anything
// unprintable is [ErrInvalid] and not sent; anything but one exact match is an error; and the user read by id is compared
// again. No match is [ErrNotFound], several are [ErrAmbiguous], a list that does not fit the filter is [ErrUnexpected]. The
// value is in no error. See [Client.User] for the other errors. The list and the reading take at most [Config.Timeout] each.
func (c *Client) FindUser(ctx context.Context, by Field, value string) (User, error) {
	id, err := c.FindID(ctx, by, value)
	if err != nil {
		return User{}, err
	}
	return c.UserWith(ctx, id, by, value)
}

// FindID is the first half of [Client.FindUser], for who has something else to do meanwhile: it finds the id of the one user
// whose e-mail address or username is value. [Client.UserWith] is the second.
func (c *Client) FindID(ctx context.Context, by Field, value string) (int64, error) {
	op := "find user by " + string(by)
	if by != ByEmail && by != ByUsername {
		return 0, &Error{Op: "find user", Message: "a user can be found by email or username", kind: ErrInvalid}
	}
	if problem := valueProblem(value); problem != "" {
		return 0, &Error{Op: op, Message: "the value " + problem, kind: ErrInvalid}
	}
	return c.findID(ctx, op, by, value)
}

// UserWith is [Client.User] of a user who must have the value: [ErrUnexpected] if they have another one.
func (c *Client) UserWith(ctx context.Context, id int64, by Field, value string) (User, error) {
	user, err := c.User(ctx, id)
	if err != nil {
		return User{}, err
	}
	if !same(user.field(by), value) {
		return User{}, &Error{Op: "find user by " + string(by), Message: "the user has another " + string(by) + " than the list says", kind: ErrUnexpected}
	}
	return user, nil
}

// SomeIDs lists the ids of up to 100 users, whichever OneLogin lists first. Errors are as with [Client.User].
func (c *Client) SomeIDs(ctx context.Context) (ids []int64, err error) {
	cl := call{
		op: "list users", method: http.MethodGet, path: "/api/2/users", query: url.Values{"limit": {"100"}},
		causes: map[int]error{http.StatusNotFound: ErrUnexpected}, private: true,
	}
	ans, err := c.lookUp(ctx, cl)
	if err != nil {
		return nil, err
	}
	rows, err := decodeUsers(ans.body, ByEmail)
	if ans.err != nil || err != nil {
		return nil, c.unreadable(cl, ans, "the list of users cannot be read", err)
	}
	for _, row := range rows {
		ids = append(ids, row.id)
	}
	return ids, nil
}

// lookUp is do within the time that a look-up may take.
func (c *Client) lookUp(ctx context.Context, cl call) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	return c.do(ctx, cl)
}

// User reads a user by id. Errors: [ErrNotFound], [ErrUnavailable], [ErrRateLimited], [ErrCredentials], [ErrForbidden], [ErrInvalid] and
// [ErrUnexpected]; the call takes at most [Config.Timeout] and is not repeated (but for an access token that has ended).
func (c *Client) User(ctx context.Context, id int64) (User, error) {
	cl := call{op: "get user", method: http.MethodGet, path: "/api/2/users/" + strconv.FormatInt(id, 10)}
	if id <= 0 {
		return User{}, &Error{Op: cl.op, Message: "a user id must be positive", kind: ErrInvalid}
	}
	ans, err := c.lookUp(ctx, cl)
	if err != nil {
		return User{}, err
	}
	user, err := decodeUser(ans.body)
	if ans.err != nil || err != nil {
		return User{}, c.unreadable(cl, ans, "the user cannot be read", err)
	}
	if user.ID != id {
		return User{}, c.failure(cl, ans, "the answer is about another user", ErrUnexpected)
	}
	return user, nil
}

// findID asks once as given and, since nobody documents whether the filter minds the case, once more in lower case.
func (c *Client) findID(ctx context.Context, op string, by Field, value string) (int64, error) {
	for _, spelling := range []string{value, strings.ToLower(value)} {
		rows, err := c.listUsers(ctx, op, by, spelling)
		if err != nil {
			return 0, err
		}
		if len(rows) > 0 {
			return pick(op, by, value, rows)
		}
		if spelling == strings.ToLower(value) {
			break
		}
	}
	return 0, &Error{Op: op, Message: "no match", kind: ErrNotFound}
}

// A listedUser is what is read of a user in the list: the rest is read by id.
type listedUser struct {
	id    int64
	value string // of the field that was asked for
}

// pick insists on a list of one: with more, the filter did something else than asked, and the page of two says nothing
// about who else there is.
func pick(op string, by Field, value string, rows []listedUser) (int64, error) {
	matches := 0
	for _, row := range rows {
		if strings.EqualFold(row.value, value) {
			matches++
		}
	}
	switch {
	case matches > 1:
		return 0, &Error{Op: op, Message: "more than one match", kind: ErrAmbiguous}
	case matches < len(rows) || !same(rows[0].value, value):
		return 0, &Error{Op: op, Message: "OneLogin did not filter the users as asked", kind: ErrUnexpected}
	}
	return rows[0].id, nil
}

// listUsers reads at most two users.
func (c *Client) listUsers(ctx context.Context, op string, by Field, value string) ([]listedUser, error) {
	cl := call{
		op:      op,
		method:  http.MethodGet,
		path:    "/api/2/users",
		query:   url.Values{string(by): {value}, "limit": {"2"}},
		causes:  map[int]error{http.StatusNotFound: ErrUnexpected}, // a missing page, not a missing user
		private: true,
	}
	ans, err := c.lookUp(ctx, cl)
	if err != nil {
		return nil, err
	}
	rows, err := decodeUsers(ans.body, by)
	if ans.err != nil || err != nil {
		return nil, c.unreadable(cl, ans, "the list of users cannot be read", err)
	}
	return rows, nil
}

func decodeUsers(body []byte, by Field) ([]listedUser, error) {
	var raw []json.RawMessage
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) || json.Unmarshal(body, &raw) != nil {
		return nil, errors.New("it is no JSON list")
	}
	rows := make([]listedUser, len(raw))
	for i := range raw {
		o, err := readObject(raw[i])
		if err != nil {
			return nil, err
		}
		if rows[i].id, err = readID(o); err != nil {
			return nil, err
		}
		if err := o.read(string(by), &rows[i].value); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// same compares like [strings.EqualFold] but does not take a letter outside of ASCII for one inside: the Kelvin sign and
// the long s fold to k and s, and have another length.
func same(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

func valueProblem(value string) string {
	switch {
	case value == "":
		return "must not be empty"
	case !utf8.ValidString(value), strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "must not contain control or other invisible characters"
	case strings.TrimSpace(value) != value:
		return "must not begin or end with a space"
	case strings.ContainsAny(value, "*!,"):
		return `must not contain "*", "!" or ","`
	case utf8.RuneCountInString(value) > maxValue:
		return "must not be longer than 254 characters"
	}
	return ""
}

func (u User) field(by Field) string {
	if by == ByEmail {
		return u.Email
	}
	return u.Username
}

// decodeUser reads only what is used. It refuses a user without an id, and one of whom anything that decides has another
// type than documented: a manager or role that cannot be read must not pass for none. First and last name only inform.
func decodeUser(body []byte) (User, error) {
	o, err := readObject(body)
	if err != nil {
		return User{}, err
	}
	u := User{Status: StatusNotGiven, State: StateNotGiven}
	var status, state, group, manager integer
	u.ID, err = readID(o)
	err = cmp.Or(err,
		o.read("username", &u.Username), o.read("email", &u.Email),
		o.read("status", &status), o.read("state", &state),
		o.read("group_id", &group), o.read("manager_user_id", &manager))
	if err != nil {
		return User{}, err
	}
	if group.value < 0 || manager.value < 0 {
		return User{}, errors.New("group_id or manager_user_id is negative")
	}
	_, _ = o.read("firstname", &u.FirstName), o.read("lastname", &u.LastName)
	u.GroupID, u.ManagerID = group.id(), manager.id()
	if status.given {
		u.Status = Status(status.value)
	}
	if state.given {
		u.State = State(state.value)
	}
	u.RoleIDs, err = readRoles(o)
	return u, err
}

func readID(o object) (int64, error) {
	var id integer
	if err := o.read("id", &id); err != nil {
		return 0, err
	}
	if id.value <= 0 {
		return 0, &fieldError{"id", "is missing or not positive"}
	}
	return id.value, nil
}

// readRoles returns nil if OneLogin did not say which roles there are.
func readRoles(o object) ([]int64, error) {
	var roles []integer
	if err := o.read("role_ids", &roles); err != nil || roles == nil {
		return nil, err
	}
	ids := make([]int64, 0, len(roles))
	for _, role := range roles {
		if !role.given {
			return nil, &fieldError{"role_ids", "has an entry that is no id"}
		}
		ids = append(ids, role.value)
	}
	return ids, nil
}
