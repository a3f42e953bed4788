package onelogin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// The validity a token can have. OneLogin documents the maximum; the minimum is what its own Java SDK checks for.
const (
	MinValidity = 120 * time.Second
	MaxValidity = 259200 * time.Second // 72 hours
)

const (
	generateTimeout = 30 * time.Second
	maxMFAToken     = 128 // bytes; tokens seen have 8 to 11
)

// An MFAToken is a temporary MFA token as OneLogin made it. What OneLogin did not say is not filled in from what was asked:
// it is for the caller to compare the two.
type MFAToken struct {
	// Token is what the user types in. Mostly 8 digits, but not always digits, and leading zeros count.
	Token Secret

	// ExpiresAt is when the token ends by OneLogin's clock; zero if OneLogin did not say.
	ExpiresAt time.Time

	// Reusable says whether the token works more than once until it ends; nil if OneLogin did not say.
	Reusable *bool

	// DeviceID names the temporary device of the user, such as user_temp_otp_36216766. It is the same for all tokens of a
	// user and so no receipt. "" if OneLogin did not say, or nothing that could be an id.
	DeviceID string

	// ServerTime is the Date of the answer: the clock that ExpiresAt goes by. Zero if the answer has none.
	ServerTime time.Time
}

// GenerateMFAToken makes a temporary MFA token for a user, valid for the given time (whole seconds, [MinValidity] to
// [MaxValidity]) and usable once or, if reusable, until it ends. It is the counterpart of New-OneLoginTemporaryOTP in
// PowerShell. https://developers.onelogin.com/api-docs/2/multi-factor-authentication/generate-mfa-token
//
// It makes one request (two after a 401, which refuses the first) and is never repeated by itself. Every error is either
// [ErrNotIssued], with one of the causes beside it, or [ErrUnknown]:
//
//   - not issued: bad arguments ([ErrInvalid]), no access token, no connection or a context that ended before there was one
//     ([ErrUnavailable]), and every 4xx except 408 and 499 ([ErrCredentials], [ErrNotFound], [ErrInvalid], [ErrRateLimited],
//     [ErrUnexpected]). [Retryable] tells which of them may be tried again.
//   - unknown: anything else after there was a connection: a timeout, a cancelled context, a cut, 3xx, 408, 499, 5xx, and a
//     success whose body is cut short, cannot be read or has no token in it.
//
// The whole call takes at most 30 s. Calls for one user wait for each other: a new token probably ends the one before.
func (c *Client) GenerateMFAToken(ctx context.Context, userID int64, validity time.Duration, reusable bool) (MFAToken, error) {
	ctx, cancel := context.WithTimeout(ctx, generateTimeout)
	defer cancel()
	token, err := c.generateMFAToken(ctx, userID, validity, reusable)
	switch {
	case err == nil:
		return token, nil
	case errors.Is(err, ErrUnknown):
		return MFAToken{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return MFAToken{}, fmt.Errorf("%w: %w", ErrNotIssued, err)
}

func (c *Client) generateMFAToken(ctx context.Context, userID int64, validity time.Duration, reusable bool) (MFAToken, error) {
	cl := call{
		op:     "generate MFA token",
		method: http.MethodPost,
		path:   "/api/2/mfa/users/" + strconv.FormatInt(userID, 10) + "/mfa_token",
		// Both are always given: OneLogin's default is 72 hours.
		body:   fmt.Appendf(nil, `{"expires_in":%d,"reusable":%t}`, validity/time.Second, reusable),
		oneWay: true,
	}
	if userID <= 0 {
		return MFAToken{}, &Error{Op: cl.op, Message: "a user id must be positive", kind: ErrInvalid}
	}
	if validity < MinValidity || validity > MaxValidity || validity%time.Second != 0 {
		return MFAToken{}, &Error{Op: cl.op, Message: "the validity must be 120 to 259200 whole seconds", kind: ErrInvalid}
	}
	unlock, err := c.users.lock(ctx, userID)
	if err != nil {
		return MFAToken{}, c.noAnswer(ctx, cl, err, false)
	}
	defer unlock()
	ans, err := c.do(ctx, cl)
	if err != nil {
		return MFAToken{}, err
	}
	token, ok := decodeMFAToken(ans.body)
	if ans.err != nil || !ok {
		return MFAToken{}, c.unreadable(cl, ans, "the answer has no MFA token that can be read")
	}
	token.ServerTime = serverTime(ans.header)
	return token, nil
}

// decodeMFAToken refuses a token that is not a text or that nobody could type, and an expiry or reusability that is given
// but cannot be read: the caller could not tell whether it is what was approved. The device id is not worth losing a token.
func decodeMFAToken(body []byte) (MFAToken, bool) {
	var wire struct {
		Token     string          `json:"mfa_token"`
		ExpiresAt timestamp       `json:"expires_at"`
		Reusable  boolean         `json:"reusable"`
		DeviceID  json.RawMessage `json:"device_id"`
	}
	if json.Unmarshal(body, &wire) != nil || strings.TrimSpace(wire.Token) == "" || len(wire.Token) > maxMFAToken {
		return MFAToken{}, false
	}
	if strings.ContainsFunc(wire.Token, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return MFAToken{}, false
	}
	token := MFAToken{Token: NewSecret(wire.Token), ExpiresAt: wire.ExpiresAt.Time}
	if wire.Reusable.given {
		token.Reusable = new(wire.Reusable.value)
	}
	if _ = json.Unmarshal(wire.DeviceID, &token.DeviceID); !isDevice(token.DeviceID) {
		token.DeviceID = ""
	}
	return token, true
}
