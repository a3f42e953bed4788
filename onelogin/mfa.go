package onelogin

import (
	"context"
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
	// user and so no receipt. "" if OneLogin did not say.
	DeviceID string

	// ServerTime is the Date of the answer: the clock that ExpiresAt goes by. Zero if the answer has none.
	ServerTime time.Time

	// Unreadable names the other fields that OneLogin gave and that cannot be read, and how they came, such as "expires_at
	// came as a number". They are as good as not given.
	Unreadable []string
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
// No error quotes the answer: a code may stand in any of it.
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
	token, err := decodeMFAToken(ans.body)
	if ans.err != nil || err != nil {
		return MFAToken{}, c.unreadable(cl, ans, "the answer has no MFA token that can be read", err)
	}
	token.ServerTime = serverTime(ans.header)
	return token, nil
}

// decodeMFAToken needs the token and nothing else: what is said beside it only informs, and a code that was made is not
// worth losing for that. What cannot be read is not given, and stands in Unreadable.
func decodeMFAToken(body []byte) (MFAToken, error) {
	o, err := readObject(body)
	if err != nil {
		return MFAToken{}, err
	}
	code, err := readCode(o)
	if err != nil {
		return MFAToken{}, err
	}
	var expires timestamp
	var reusable boolean
	var device deviceID
	uses := "reusable"
	if !o.has(uses) {
		uses = "resuable" // as OneLogin's OpenAPI file spells it for version 1
	}
	token := MFAToken{Token: NewSecret(code)}
	for _, err := range []error{o.read("expires_at", &expires), o.read(uses, &reusable), o.read("device_id", &device)} {
		if err != nil {
			token.Unreadable = append(token.Unreadable, err.Error())
		}
	}
	token.ExpiresAt, token.DeviceID = expires.Time, string(device)
	if reusable.given {
		token.Reusable = new(reusable.value)
	}
	return token, nil
}

// readCode reads a code without the white space around it. It refuses what is no text, because a number has lost its
// leading zeros, and what nobody could type.
func readCode(o object) (string, error) {
	const name = "mfa_token"
	var code string
	if err := o.read(name, &code); err != nil {
		return "", err
	}
	code = strings.TrimSpace(code)
	switch {
	case code == "":
		return "", &fieldError{name, "is missing"}
	case len(code) > maxMFAToken:
		return "", &fieldError{name, "is longer than any code"}
	case strings.ContainsFunc(code, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", &fieldError{name, "has characters that nobody can type"}
	}
	return code, nil
}
