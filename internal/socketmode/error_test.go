package socketmode

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/gorilla/websocket"
)

func TestNetworkErrorsAreDescribedWithoutWhatTheyQuote(t *testing.T) {
	secret := "wss://ana:" + fakeSecret + "@proxy/link?ticket=" + fakeTicket
	for want, err := range map[string]error{
		"timeout":                              &url.Error{Op: "Post", URL: secret, Err: context.DeadlineExceeded},
		"dial tcp: connection refused":         &url.Error{Op: "Post", URL: secret, Err: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}},
		"lookup wss.example.com: no such host": &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "wss.example.com"}},
		"read tcp: timeout":                    fmt.Errorf("read: %w", &net.OpError{Op: "read", Net: "tcp", Err: timeoutError{secret}}),
		"closed by Slack (1011)":               &websocket.CloseError{Code: 1011, Text: secret},
		"*url.EscapeError":                     &url.Error{Op: "parse", URL: secret, Err: new(url.EscapeError)},
		"*errors.errorString":                  &url.Error{Op: "Post", URL: secret, Err: errors.New("invalid proxy address " + secret)},
		"websocket: read limit exceeded":       websocket.ErrReadLimit,
		"the server does not speak TLS":        &url.Error{Op: "Post", URL: secret, Err: tls.RecordHeaderError{Msg: secret}},
	} {
		if got := describe(err); got != want {
			t.Errorf("%T is described as %q, not %q", err, got, want)
		}
	}
}

type timeoutError struct{ text string }

func (e timeoutError) Error() string { return e.text }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

func TestOnlyPlainWordsFromOutsideAreLogged(t *testing.T) {
	for s, ok := range map[string]bool{
		"too_many_websockets":   true,
		"":                      false,
		"line\nbreak":           false,
		fakeToken:               false,
		strings.Repeat("a", 65): false,
	} {
		if got := safeWord(s); (got == s) != ok {
			t.Errorf("%q is logged as %q", s, got)
		}
	}
}

func TestConnectionsGoOnlyToTLSOrLoopback(t *testing.T) {
	for u, want := range map[string]bool{
		"wss://wss-primary.slack.com/link/?ticket=1": true,
		"ws://127.0.0.1:8080/link":                   true,
		"ws://[::1]:8080/link":                       true,
		"ws://localhost/link":                        true,
		"ws://wss-primary.slack.com/link":            false,
		"ws://127.0.0.1.example.com/link":            false,
		"ws://10.0.0.1/link":                         false,
		"https://wss-primary.slack.com/link":         false,
		"wss:///link":                                false,
		"":                                           false,
		"wss://[/":                                   false,
	} {
		if got := isUsable(u); got != want {
			t.Errorf("%q: %v", u, got)
		}
	}
}
