package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"olbot/approvals"
	"olbot/onelogin"
)

// An Issuer is an approvals.Issuer: OneLogin's temporary MFA tokens.
type Issuer struct {
	onelogin *onelogin.Client
}

var _ approvals.Issuer = (*Issuer)(nil)

// NewIssuer returns an Issuer. It should share the client with the Directory:
// calls for one user wait for each other there.
func NewIssuer(ol *onelogin.Client) *Issuer { return &Issuer{onelogin: ol} }

// Issue makes a code for the owner's OneLogin user. See approvals.Issuer for what
// its errors say; the facts are those of onelogin.Client.GenerateMFAToken.
func (i *Issuer) Issue(ctx context.Context, owner approvals.Person, validity time.Duration, reusable bool) (approvals.Token, approvals.Answer, error) {
	made, err := i.onelogin.GenerateMFAToken(ctx, owner.OneLogin, validity, reusable)
	if err != nil {
		return approvals.Token{}, approvals.Answer{}, notIssued(err)
	}
	answer := approvals.Answer{
		ExpiresAt: made.ExpiresAt, Now: made.ServerTime, Reusable: made.Reusable, Device: made.DeviceID,
		Unreadable: strings.Join(made.Unreadable, ", "),
	}
	return approvals.NewToken(made.Token.Reveal()), answer, nil
}

// Revoke tries to remove the owner's temporary device, with
// onelogin.Client.RemoveMFADevice. See approvals.Issuer for what its errors say.
func (i *Issuer) Revoke(ctx context.Context, owner approvals.Person, device string) error {
	err := i.onelogin.RemoveMFADevice(ctx, owner.OneLogin, device)
	switch {
	case err == nil:
		return nil
	case onelogin.Retryable(err):
		return &approvals.TemporaryError{After: retryAfter(err), NotYet: errors.Is(err, onelogin.ErrRateLimited), Err: fmt.Errorf("revoke: %w", err)}
	case statusOf(err) >= 400: // a 3xx says nothing of what was done
		return &approvals.NotRevokedError{Status: statusOf(err), Passing: onelogin.Passing(err), Err: err}
	}
	return fmt.Errorf("revoke: %w", err)
}

// notIssued turns an error that says that no code was made into a
// *approvals.NotIssuedError, and leaves every other as it is.
func notIssued(err error) error {
	if !errors.Is(err, onelogin.ErrNotIssued) {
		return fmt.Errorf("issue: %w", err)
	}
	not := &approvals.NotIssuedError{Err: err}
	switch {
	case errors.Is(err, onelogin.ErrRateLimited):
		not.Retry, not.Cause, not.After = true, approvals.DelayBusy, retryAfter(err)
	case onelogin.Retryable(err):
		not.Retry, not.Cause, not.After = true, approvals.DelayUnreachable, retryAfter(err)
	default:
		not.Refusal = &approvals.Refusal{Code: notIssuedCode(err), Status: statusOf(err)}
	}
	if onelogin.Passing(err) { // tried a few times, and then told
		not.Retry, not.Cause = true, approvals.DelayRejected
	}
	return not
}

func notIssuedCode(err error) approvals.RefusalCode {
	e, _ := errors.AsType[*onelogin.Error](err)
	switch {
	case errors.Is(err, onelogin.ErrCredentials) && e.Scope:
		return approvals.CodeScope
	case errors.Is(err, onelogin.ErrCredentials):
		return approvals.CodeCredentials
	case errors.Is(err, onelogin.ErrForbidden):
		return approvals.CodeForbidden
	}
	return approvals.CodeRefused
}

// statusOf is the HTTP status that OneLogin answered with, 0 if it was not asked.
func statusOf(err error) int {
	if e, ok := errors.AsType[*onelogin.Error](err); ok {
		return e.Status
	}
	return 0
}

// retryAfter is how long OneLogin asked to wait, 0 if it did not say.
func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*onelogin.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}
