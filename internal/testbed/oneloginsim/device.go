package oneloginsim

import (
	"net/http"
	"strconv"
)

// temporaryDevice is the user's, not the code's.
func temporaryDevice(userID int64) string { return "user_temp_otp_" + strconv.FormatInt(userID, 10) }

// SetRemovableCodes changes Options.RemovableCodes for the calls from now on.
func (s *Server) SetRemovableCodes(removable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removable = removable
}

// removeDevice is DELETE /api/2/mfa/users/{id}/devices/{device_id}. The users here have no other device than the
// temporary one, and that only while codes of theirs work.
func (x *exchange) removeDevice() answer {
	u, ok := x.userByPath()
	if !ok || !x.s.removeCodes(u.ID, x.device) {
		return notFound(x).answer(x, ShapeOfCall)
	}
	return answer{status: http.StatusNoContent}
}

// removeCodes ends the user's codes of that device, if that can be done and there are any.
func (s *Server) removeCodes(userID int64, device string) (removed bool) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.codes {
		c := &s.codes[i]
		if s.removable && c.UserID == userID && hasDevice(*c, device) && !c.Replaced && !c.Removed && now.Before(c.ExpiresAt) {
			c.Removed, removed = true, true
		}
	}
	return removed
}
