package onelogin

import (
	"fmt"
	"strings"
)

// A User is a OneLogin user: https://developers.onelogin.com/api-docs/2/users/get-user
type User struct {
	ID        int64
	Username  string // "" if there is none: users from a directory may have no username, others no e-mail address
	Email     string
	FirstName string
	LastName  string
	Status    Status
	State     State
	GroupID   int64   // 0 if the user is in no group, NotGiven if OneLogin did not say
	RoleIDs   []int64 // nil if OneLogin did not say, which is not the same as no role
	ManagerID int64   // OneLogin id of the manager, 0 if there is none, NotGiven; it may be of a user that no longer exists
}

// NotGiven stands for an id that OneLogin's answer did not mention, which is not the same as none.
const NotGiven int64 = -1

// Name is first and last name, or what else there is to call the user by.
func (u User) Name() string {
	name := strings.TrimSpace(strings.TrimSpace(u.FirstName) + " " + strings.TrimSpace(u.LastName))
	switch {
	case name != "":
		return name
	case u.Username != "":
		return u.Username
	case u.Email != "":
		return u.Email
	}
	return fmt.Sprintf("OneLogin user %d", u.ID)
}

// Active reports whether the user can log in: status active and state approved.
func (u User) Active() bool { return u.Status == StatusActive && u.State == StateApproved }

// Locked reports whether the account has the status locked. OneLogin may say so some time after the lock has ended.
func (u User) Locked() bool { return u.Status == StatusLocked }

// A Status says whether a user can log in. OneLogin has no status 6.
type Status int

// The statuses. Only StatusActive lets a user log in.
const (
	StatusNotGiven                  Status = -1 // OneLogin did not say
	StatusUnactivated               Status = 0
	StatusActive                    Status = 1
	StatusSuspended                 Status = 2
	StatusLocked                    Status = 3
	StatusPasswordExpired           Status = 4
	StatusAwaitingPasswordReset     Status = 5
	StatusPasswordPending           Status = 7
	StatusSecurityQuestionsRequired Status = 8
)

var statusNames = map[Status]string{
	StatusNotGiven:                  "not given",
	StatusUnactivated:               "unactivated",
	StatusActive:                    "active",
	StatusSuspended:                 "suspended",
	StatusLocked:                    "locked",
	StatusPasswordExpired:           "password expired",
	StatusAwaitingPasswordReset:     "awaiting password reset",
	StatusPasswordPending:           "password pending",
	StatusSecurityQuestionsRequired: "security questions required",
}

// String is the status in words, such as "locked"; "status 6" for one that is not known.
func (s Status) String() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	return fmt.Sprintf("status %d", int(s))
}

// A State says whether an administrator has let the user in.
type State int

// The states.
const (
	StateNotGiven   State = -1 // OneLogin did not say
	StateUnapproved State = 0
	StateApproved   State = 1
	StateRejected   State = 2
	StateUnlicensed State = 3
)

var stateNames = map[State]string{
	StateNotGiven:   "not given",
	StateUnapproved: "unapproved",
	StateApproved:   "approved",
	StateRejected:   "rejected",
	StateUnlicensed: "unlicensed",
}

// String is the state in words, such as "approved"; "state 4" for one that is not known.
func (s State) String() string {
	if name, ok := stateNames[s]; ok {
		return name
	}
	return fmt.Sprintf("state %d", int(s))
}
