package onelogin

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
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
		path:   "/api/2/mfa/users/" + strconv.FormatInt(userID, 10) + "/devices/" + url.PathEscape(deviceID),
	}
	if userID <= 0 || deviceID == "" || deviceID == "." || deviceID == ".." || len(deviceID) > maxDevice {
		return &Error{Op: cl.op, Message: "a user id must be positive and a device id a short text", kind: ErrInvalid}
	}
	ctx, cancel := context.WithTimeout(ctx, generateTimeout)
	defer cancel()
	_, err := c.do(ctx, cl)
	return err
}
