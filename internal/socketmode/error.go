package socketmode

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// An Error ends Socket Mode for good: trying again cannot heal it, a person must act.
type Error struct {
	Code    string // Slack's error code or disconnect reason, or "app_mismatch"
	Message string // what to do
}

func (e *Error) Error() string { return "run Socket Mode: " + e.Code + ": " + e.Message }

const codeAppMismatch = "app_mismatch"

// permanentCodes says, for each answer that does not heal by itself, what to do. Codes from
// https://docs.slack.dev/reference/methods/apps.connections.open and the unrecoverable ones of
// Slack's SDK for Node. Every other code is taken as passing.
var permanentCodes = map[string]string{
	"invalid_auth":           adviceToken,
	"not_authed":             adviceToken,
	"missing_args":           adviceToken,
	"token_revoked":          adviceToken,
	"token_expired":          adviceToken,
	"not_allowed_token_type": "SLACK_APP_TOKEN is not an app-level token; those begin with xapp-",
	"missing_scope":          "the app-level token lacks the scope connections:write; make a new one with it",
	"link_disabled":          "Socket Mode is switched off in the Slack app's settings; switch it on and start again",

	"account_inactive":          adviceInstall,
	"user_removed_from_team":    adviceInstall,
	"team_disabled":             adviceInstall,
	"forbidden_team":            adviceForbidden,
	"access_denied":             adviceForbidden,
	"no_permission":             adviceForbidden,
	"enterprise_is_restricted":  adviceForbidden,
	"two_factor_setup_required": adviceForbidden,

	"insecure_request":    adviceURL,
	"unknown_method":      adviceURL,
	"method_deprecated":   adviceURL,
	"deprecated_endpoint": adviceURL,
}

const (
	adviceToken     = "Slack does not accept SLACK_APP_TOKEN; make a new app-level token under Basic Information in the Slack app's settings"
	adviceInstall   = "the Slack app, or the workspace it is installed in, is no longer active; install the app again"
	adviceForbidden = "Slack does not let this workspace or app use Socket Mode; ask a Slack administrator"
	adviceURL       = "the server at SLACK_API_URL does not offer apps.connections.open as Slack does; check the URL"
)

// A passingError is worth another try.
type passingError struct {
	reason     string // safe to log
	retryAfter time.Duration
}

func (e *passingError) Error() string { return e.reason }

// refusedBySlack is the error for a code that Slack answered.
func refusedBySlack(doing, code string, retryAfter time.Duration) error {
	if advice, ok := permanentCodes[code]; ok {
		return &Error{Code: code, Message: advice}
	}
	return &passingError{reason: doing + ": Slack answered " + safeWord(code), retryAfter: retryAfter}
}

// describe describes a network error without anything it may quote: *url.Error and some others carry
// the whole URL, and the URL of a connection carries its ticket. So only texts of kinds that are
// known to quote hosts and addresses at most are passed on.
func describe(err error) string {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err
	}
	if ce, ok := errors.AsType[*websocket.CloseError](err); ok {
		return fmt.Sprintf("closed by Slack (%d)", ce.Code)
	}
	if se, ok := errors.AsType[*Error](err); ok {
		return se.Code
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.Error()
	}
	if cert, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return cert.Error()
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "the server does not speak TLS"
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Op + " " + op.Net + ": " + describe(op.Err)
	}
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		return "timeout"
	}
	if no, ok := errors.AsType[syscall.Errno](err); ok {
		return no.Error()
	}
	for _, known := range []error{
		context.Canceled, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		websocket.ErrReadLimit, errBadFrames,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return fmt.Sprintf("%T", err)
}

// safeWord returns s if it looks like one of Slack's codes, reasons or types. Anything else came from
// somewhere unexpected and stays out of the log.
func safeWord(s string) string {
	return safeText(s, "abcdefghijklmnopqrstuvwxyz0123456789_")
}

// safeID does the same for envelope ids.
func safeID(s string) string {
	return safeText(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
}

func safeText(s, alphabet string) string {
	if s == "" || len(s) > 64 || strings.Trim(s, alphabet) != "" {
		return "(odd)"
	}
	return s
}
