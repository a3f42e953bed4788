package people

import (
	"errors"
	"fmt"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/onelogin"
)

// codeOf is Slack's word for the error, "" if it said none.
func codeOf(err error) string { return slackapi.CodeOf(slackapi.Sort(err)) }

// slackError sorts an error of a call to Slack that changed nothing, so that
// one of which the effect is unknown may be made again like one that had none.
func slackError(doing string, err error) error {
	if errors.Is(err, approvals.ErrUnreliable) { // ours, about an answer that was complete
		return fmt.Errorf("%s: %w", doing, err)
	}
	err = slackapi.Sort(err)
	if slackapi.Credentials(err) {
		return fmt.Errorf("%s: %w: %w", doing, approvals.ErrCredentials, err)
	}
	wrapped := fmt.Errorf("%s: %w", doing, err)
	if e, ok := errors.AsType[*slackapi.Error](err); ok && e.Effect != slackapi.Refused {
		return &approvals.TemporaryError{After: e.After, NotYet: e.Code == "ratelimited" || e.Code == "rate_limited", Err: wrapped}
	}
	return wrapped
}

// oneLoginError sorts an error of a look-up in OneLogin.
func oneLoginError(err error) error {
	const doing = "look up in OneLogin"
	if onelogin.Retryable(err) {
		return &approvals.TemporaryError{
			After: retryAfter(err), NotYet: errors.Is(err, onelogin.ErrRateLimited), Err: fmt.Errorf("%s: %w", doing, err),
		}
	}
	return fmt.Errorf("%s: %w: %w", doing, lookUpKind(err), err)
}

// lookUpKind is what an error of a look-up that will not pass by itself means to the rules.
func lookUpKind(err error) error {
	e, _ := errors.AsType[*onelogin.Error](err)
	switch {
	case errors.Is(err, onelogin.ErrCredentials) && e.Scope:
		return approvals.ErrScope
	case errors.Is(err, onelogin.ErrCredentials):
		return approvals.ErrCredentials
	case errors.Is(err, onelogin.ErrForbidden):
		return approvals.ErrForbidden
	case errors.Is(err, onelogin.ErrAmbiguous):
		return approvals.ErrAmbiguous
	case errors.Is(err, onelogin.ErrInvalid) && e.Status == 0: // never sent
		return approvals.ErrNotAskable
	}
	return approvals.ErrUnreliable
}
