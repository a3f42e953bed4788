package onelogin

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	lookupTimeout = 10 * time.Second
	maxValue      = 254 // runes; the longest e-mail address
)

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
// value is in no error. See [Client.User] for the other errors. The whole call takes at most 10 s.
func (c *Client) FindUser(ctx context.Context, by Field, value string) (User, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	op := "find user by " + string(by)
	if by != ByEmail && by != ByUsername {
		return User{}, &Error{Op: "find user", Message: "a user can be found by email or username", kind: ErrInvalid}
	}
	if problem := valueProblem(value); problem != "" {
		return User{}, &Error{Op: op, Message: "the value " + problem, kind: ErrInvalid}
	}
	id, err := c.findID(ctx, op, by, value)
	if err != nil {
		return User{}, err
	}
	user, err := c.user(ctx, id)
	if err != nil {
		return User{}, err
	}
	if !same(user.field(by), value) {
		return User{}, &Error{Op: op, Message: "the user has another " + string(by) + " than the list says", kind: ErrUnexpected}
	}
	return user, nil
}

// User reads a user by id. Errors: [ErrNotFound], [ErrUnavailable], [ErrRateLimited], [ErrCredentials], [ErrInvalid] and
// [ErrUnexpected]; the call takes at most 10 s and is not repeated (but for an access token that has ended).
func (c *Client) User(ctx context.Context, id int64) (User, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	return c.user(ctx, id)
}

func (c *Client) user(ctx context.Context, id int64) (User, error) {
	cl := call{op: "get user", method: http.MethodGet, path: "/api/2/users/" + strconv.FormatInt(id, 10)}
	if id <= 0 {
		return User{}, &Error{Op: cl.op, Message: "a user id must be positive", kind: ErrInvalid}
	}
	ans, err := c.do(ctx, cl)
	if err != nil {
		return User{}, err
	}
	user, ok := decodeUser(ans.body)
	if ans.err != nil || !ok {
		return User{}, c.unreadable(cl, ans, "the user cannot be read")
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

// pick insists on a list of one: with more, the filter did something else than asked, and the page of two says nothing
// about who else there is.
func pick(op string, by Field, value string, rows []User) (int64, error) {
	matches := 0
	for _, row := range rows {
		if strings.EqualFold(row.field(by), value) {
			matches++
		}
	}
	switch {
	case matches > 1:
		return 0, &Error{Op: op, Message: "more than one match", kind: ErrAmbiguous}
	case matches < len(rows) || !same(rows[0].field(by), value):
		return 0, &Error{Op: op, Message: "OneLogin did not filter the users as asked", kind: ErrUnexpected}
	}
	return rows[0].ID, nil
}

// listUsers reads at most two users; the list has no more than id, names, status and state of each.
func (c *Client) listUsers(ctx context.Context, op string, by Field, value string) ([]User, error) {
	cl := call{
		op:      op,
		method:  http.MethodGet,
		path:    "/api/2/users",
		query:   url.Values{string(by): {value}, "limit": {"2"}},
		causes:  map[int]error{http.StatusNotFound: ErrUnexpected}, // a missing page, not a missing user
		private: []string{value},
	}
	ans, err := c.do(ctx, cl)
	if err != nil {
		return nil, err
	}
	var raw []json.RawMessage
	bad := ans.err != nil || !bytes.HasPrefix(bytes.TrimSpace(ans.body), []byte("[")) || json.Unmarshal(ans.body, &raw) != nil
	rows := make([]User, len(raw))
	for i := range raw {
		var ok bool
		rows[i], ok = decodeUser(raw[i])
		bad = bad || !ok
	}
	if bad {
		return nil, c.unreadable(cl, ans, "the list of users cannot be read")
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

// decodeUser reads only what is used. It refuses a user without an id and any field of another type than documented:
// a manager or role that cannot be read must not pass for none.
func decodeUser(body []byte) (User, bool) {
	var wire struct {
		ID        integer   `json:"id"`
		Username  string    `json:"username"`
		Email     string    `json:"email"`
		FirstName string    `json:"firstname"`
		LastName  string    `json:"lastname"`
		Status    integer   `json:"status"`
		State     integer   `json:"state"`
		GroupID   integer   `json:"group_id"`
		RoleIDs   []integer `json:"role_ids"`
		ManagerID integer   `json:"manager_user_id"`
	}
	if json.Unmarshal(body, &wire) != nil || wire.ID.value <= 0 || wire.ManagerID.value < 0 || wire.GroupID.value < 0 {
		return User{}, false
	}
	u := User{
		ID: wire.ID.value, Username: wire.Username, Email: wire.Email, FirstName: wire.FirstName, LastName: wire.LastName,
		Status: StatusNotGiven, State: StateNotGiven, GroupID: wire.GroupID.id(), ManagerID: wire.ManagerID.id(),
	}
	if wire.Status.given {
		u.Status = Status(wire.Status.value)
	}
	if wire.State.given {
		u.State = State(wire.State.value)
	}
	if wire.RoleIDs != nil {
		u.RoleIDs = make([]int64, 0, len(wire.RoleIDs))
	}
	for _, role := range wire.RoleIDs {
		if !role.given {
			return User{}, false
		}
		u.RoleIDs = append(u.RoleIDs, role.value)
	}
	return u, true
}
