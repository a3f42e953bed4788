package onelogin

import (
	"context"
	"net/http"
	"strconv"
	"strings"
)

// maxDevice bounds the length of a device id, in bytes.
const maxDevice = 128

// RemoveMFADevice removes an MFA device of a user: deviceID as [MFAToken.DeviceID] names it.
// https://developers.onelogin.com/api-docs/2/multi-factor-authentication/remove-factor needs the scope Manage All.
//
// No error says that OneLogin took the call. Nothing documents that this ends the temporary tokens of a device such as
// user_temp_otp_36216766, so it is no proof that a token has ended. The call takes at most 30 s, and removing a device
// twice is harmless: [Retryable] errors may be tried again. A device or user that OneLogin does not know is [ErrNotFound].
func (c *Client) RemoveMFADevice(ctx context.Context, userID int64, deviceID string) error {
	cl := call{
		op:     "remove MFA device",
		method: http.MethodDelete,
		path:   "/api/2/mfa/users/" + strconv.FormatInt(userID, 10) + "/devices/" + deviceID,
	}
	if userID <= 0 || !isDevice(deviceID) {
		return &Error{Op: cl.op, Message: "a user id must be positive, and a device id letters, digits, - and _", kind: ErrInvalid}
	}
	ctx, cancel := context.WithTimeout(ctx, generateTimeout)
	defer cancel()
	_, err := c.do(ctx, cl)
	return err
}

// isDevice says whether the id can stand in a path as it is. It comes from an answer, and a DELETE must not end up elsewhere.
func isDevice(id string) bool {
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '_' && r != '-'
	}
	return id != "" && len(id) <= maxDevice && !strings.ContainsFunc(id, odd)
}
