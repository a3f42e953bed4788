package oneloginsim

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The range of expires_in in seconds. The maximum and the default are documented; the minimum is the one OneLogin's own
// Java SDK enforces.
const (
	minExpiresIn     = 120
	maxExpiresIn     = 259200
	defaultExpiresIn = 259200
)

// A Code is a temporary OTP that was really made, whether or not anybody was told.
type Code struct {
	UserID    int64
	Value     string // usually 8 digits
	MadeAt    time.Time
	ExpiresAt time.Time
	Reusable  bool
	RequestID string // of the call that made it
	Answered  bool   // an answer holding the code was written to its end, to a client still connected
	Uses      int    // successful sign-ins
	Device    int64  // the id of its device, if that is a number
	Replaced  bool   // a newer code took its place
	Removed   bool   // its device was removed
}

// Codes returns every code made so far, in order.
func (s *Server) Codes() []Code {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.codes)
}

// NextCodes sets the values of the next codes, before random ones come again.
func (s *Server) NextCodes(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextCodes = append(s.nextCodes, values...)
}

// makeCode is POST /api/2/mfa/users/{id}/mfa_token. Whether OneLogin refuses users who are not active is not documented;
// this does not.
func (x *exchange) makeCode() answer {
	if contentType(x.r) != "application/json" {
		return wrongContentType().answer(x, ShapeOfCall)
	}
	u, ok := x.userByPath()
	if !ok {
		return notFound(x).answer(x, ShapeOfCall)
	}
	seconds, reusable, bad := x.wishes()
	if bad != nil {
		return bad.answer(x, ShapeOfCall)
	}
	c, layout := x.keepCode(u.ID, time.Duration(seconds)*time.Second, reusable)
	status := x.s.options.MFAStatus
	if status == 0 {
		status = pick(x.s.dice, http.StatusOK, http.StatusCreated)
	}
	return answer{status: status, body: object{
		"mfa_token":  c.Value,
		"expires_at": c.ExpiresAt.UTC().Format(layout),
		"reusable":   c.Reusable,
		"device_id":  deviceOf(c),
	}}
}

// wishes reads the body. What is absent gets OneLogin's default, and 300 may be written "300", true "true".
func (x *exchange) wishes() (seconds int64, reusable bool, bad *problem) {
	seconds = defaultExpiresIn
	var body map[string]json.RawMessage
	if err := json.Unmarshal(x.body, &body); err != nil && len(x.body) > 0 {
		p := badRequest("Request Failure")
		return 0, false, &p
	}
	invalid := unprocessable(x)
	if v, ok := body["expires_in"]; ok && string(v) != "null" {
		n, err := strconv.ParseInt(strings.Trim(string(v), `"`), 10, 64)
		if err != nil || n < minExpiresIn || n > maxExpiresIn {
			return 0, false, &invalid
		}
		seconds = n
	}
	if v, ok := body["reusable"]; ok && string(v) != "null" {
		switch strings.Trim(string(v), `"`) {
		case "true":
			reusable = true
		case "false":
		default:
			return 0, false, &invalid
		}
	}
	return seconds, reusable, nil
}

// keepCode makes the code and puts it into the log; layout is how the answer writes its expiry.
func (x *exchange) keepCode(userID int64, life time.Duration, reusable bool) (c Code, layout string) {
	s, now := x.s, x.s.now()
	layout, unit := "2006-01-02T15:04:05.000Z", time.Millisecond
	if pick(s.dice, true, false) {
		layout, unit = "2006-01-02T15:04:05Z", time.Second
	}
	c = Code{UserID: userID, MadeAt: now, ExpiresAt: now.Add(life), Reusable: reusable,
		RequestID: x.w.Header().Get("X-Request-Id")}
	if x.effect.layout != "" {
		layout, unit = x.effect.layout, time.Second
	}
	if x.effect.grant != nil {
		x.effect.grant(&c)
	}
	c.ExpiresAt = c.ExpiresAt.Truncate(unit) // the answer tells the whole truth
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.nextCodes) > 0 {
		c.Value, s.nextCodes = s.nextCodes[0], s.nextCodes[1:]
	} else {
		c.Value = s.dice.code()
	}
	for i := range s.codes {
		if s.codes[i].UserID == userID && !s.options.OlderCodesStay {
			s.codes[i].Replaced = true
		}
	}
	x.code = len(s.codes)
	s.codes = append(s.codes, c)
	s.tell()
	return c, layout
}

// Why SignIn refuses.
var (
	ErrNoUser    = errors.New("there is no such user")
	ErrNotActive = errors.New("the user is not active")
	ErrWrongCode = errors.New("no such code was made for the user")
	ErrReplaced  = errors.New("a newer code took this one's place")
	ErrRemoved   = errors.New("the code's device was removed")
	ErrExpired   = errors.New("the code has expired")
	ErrUsed      = errors.New("the single-use code was used before")
)

// SignIn types the code into OneLogin's sign-in page as that user, and returns nil if it is let in. A single-use code is
// used up by that.
func (s *Server) SignIn(userID int64, code string) error {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[userID]
	if u == nil {
		return ErrNoUser
	}
	if *u.Status != Active {
		return ErrNotActive
	}
	for i := len(s.codes) - 1; i >= 0; i-- {
		c := &s.codes[i]
		if c.UserID != userID || c.Value != code {
			continue
		}
		switch {
		case c.Replaced:
			return ErrReplaced
		case c.Removed:
			return ErrRemoved
		case !now.Before(c.ExpiresAt):
			return ErrExpired
		case c.Uses > 0 && !c.Reusable:
			return ErrUsed
		}
		c.Uses++
		u.LastLogin = now
		return nil
	}
	return ErrWrongCode
}
