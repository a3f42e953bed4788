package oneloginsim

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// The codes of User.Status. There is no 6.
const (
	Unactivated               = 0
	Active                    = 1
	Suspended                 = 2
	Locked                    = 3
	PasswordExpired           = 4
	AwaitingPasswordReset     = 5
	PasswordPending           = 7
	SecurityQuestionsRequired = 8
)

// The codes of User.State.
const (
	Unapproved = 0
	Approved   = 1
	Rejected   = 2
	Unlicensed = 3
)

// A User is one account. What is empty or 0 goes over the wire as null, unless said otherwise.
type User struct {
	ID             int64 // 0: a random one is given
	Username       string
	Email          string
	FirstName      string
	LastName       string
	SAMAccountName string
	ExternalID     string
	Status         *int // any number; nil: Active
	State          *int // any number; nil: Approved
	GroupID        int64
	DirectoryID    int64
	RoleIDs        []int64
	ManagerUserID  int64 // need not exist
	Attributes     map[string]string

	CreatedAt   time.Time // zero: now
	UpdatedAt   time.Time // set whenever the user changes
	LastLogin   time.Time
	LockedUntil time.Time
}

// ManagerForm is the JSON type of manager_user_id: the OpenAPI file says string, the service was seen to send numbers.
type ManagerForm int

// The forms. A user without a manager has null in each.
const (
	ManagerAny    ManagerForm = iota // number or string, at random
	ManagerNumber                    // 36216766
	ManagerString                    // "36216766"
	ManagerNull                      // null, also if there is a manager
)

// AddUser adds an account and returns its id. Two users may share an e-mail or a name, as in untidy directories; an id
// that is taken panics.
func (s *Server) AddUser(u User) int64 {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.ID == 0 {
		u.ID = s.freeID()
	} else if s.users[u.ID] != nil {
		panic(fmt.Sprintf("oneloginsim: user id %d is taken", u.ID))
	}
	if u.Status == nil {
		u.Status = new(Active)
	}
	if u.State == nil {
		u.State = new(Approved)
	}
	u.UpdatedAt = now
	if u.CreatedAt.IsZero() {
		u.CreatedAt = now
	}
	u = u.clone()
	s.users[u.ID] = &u
	return u.ID
}

// freeID returns an id nobody has. The caller holds s.mu.
func (s *Server) freeID() int64 {
	for {
		if id := s.dice.userID(); s.users[id] == nil {
			return id
		}
	}
}

// UpdateUser changes an account, as an administrator would. It panics if there is none with that id.
func (s *Server) UpdateUser(id int64, change func(*User)) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.users[id]
	if old == nil {
		panic(fmt.Sprintf("oneloginsim: there is no user %d", id))
	}
	u := old.clone()
	change(&u)
	u.ID, u.UpdatedAt = id, now
	if u.Status == nil || u.State == nil {
		panic("oneloginsim: a user must keep a status and a state")
	}
	s.users[id] = &u
}

// RemoveUser deletes an account; the ids that point to it keep doing so.
func (s *Server) RemoveUser(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.users, id)
}

// User returns the account with that id.
func (s *Server) User(id int64) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[id]
	if u == nil {
		return User{}, false
	}
	return u.clone(), true
}

// matching returns the accounts that every filter lets pass, in order of their ids.
func (s *Server) matching(filters []filter) (all []User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.users {
		if !slices.ContainsFunc(filters, func(passes filter) bool { return !passes(u) }) {
			all = append(all, u.clone())
		}
	}
	slices.SortFunc(all, func(a, b User) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// clone shares nothing with u.
func (u *User) clone() User {
	c := *u
	c.RoleIDs, c.Attributes = slices.Clone(u.RoleIDs), maps.Clone(u.Attributes)
	if u.Status != nil {
		c.Status = new(*u.Status)
	}
	if u.State != nil {
		c.State = new(*u.State)
	}
	return c
}

// userByPath returns the account a path names.
func (x *exchange) userByPath() (User, bool) {
	for _, c := range x.userID {
		if c < '0' || c > '9' {
			return User{}, false
		}
	}
	id, err := strconv.ParseInt(x.userID, 10, 64)
	if err != nil {
		return User{}, false
	}
	return x.s.User(id)
}

// getUser is GET /api/2/users/{id}.
func (x *exchange) getUser() answer {
	u, ok := x.userByPath()
	if !ok {
		return notFound(x).answer(x, ShapeOfCall)
	}
	return answer{status: http.StatusOK, body: x.s.fullUser(u)}
}

// listedUser has the fields of the list: no manager, no roles.
func (s *Server) listedUser(u User) object {
	return object{
		"id": u.ID, "username": text(u.Username), "email": text(u.Email), "firstname": text(u.FirstName),
		"lastname": text(u.LastName), "samaccountname": text(u.SAMAccountName), "external_id": text(u.ExternalID),
		"status": *u.Status, "state": *u.State, "group_id": number(u.GroupID), "directory_id": number(u.DirectoryID),
		"member_of":          pick[any](s.dice, nil, "CN=Staff,DC=example,DC=com", []string{"CN=Staff,DC=example,DC=com"}),
		"distinguished_name": nil, "phone": nil, "invalid_login_attempts": 0,
		"created_at": date(u.CreatedAt), "updated_at": date(u.UpdatedAt), "activated_at": date(u.CreatedAt),
		"last_login": date(u.LastLogin), "locked_until": date(u.LockedUntil), "password_changed_at": date(u.CreatedAt),
		"invitation_sent_at": nil,
	}
}

// fullUser has all fields of a user fetched by id.
func (s *Server) fullUser(u User) object {
	o := s.listedUser(u)
	attributes := make(map[string]any, len(u.Attributes))
	for k, v := range u.Attributes {
		attributes[k] = text(v)
	}
	o["role_ids"] = append([]int64{}, u.RoleIDs...) // never null
	o["manager_user_id"] = s.managerID(u)
	o["custom_attributes"] = attributes
	for _, f := range []string{"manager_ad_id", "title", "department", "company", "comment", "userprincipalname",
		"trusted_idp_id", "preferred_locale_code"} {
		o[f] = nil
	}
	return o
}

func (s *Server) managerID(u User) any {
	form := s.options.ManagerAs
	if form == ManagerAny {
		form = pick(s.dice, ManagerNumber, ManagerString)
	}
	switch {
	case u.ManagerUserID == 0 || form == ManagerNull:
		return nil
	case form == ManagerString:
		return strconv.FormatInt(u.ManagerUserID, 10)
	}
	return u.ManagerUserID
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func number(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
