package socketmode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// requestURL gets the URL of one connection from Slack
// (https://docs.slack.dev/reference/methods/apps.connections.open). The URL carries a ticket. The
// error is an *Error or a *passingError.
func (s *Socket) requestURL(ctx context.Context) (string, error) {
	const doing = "ask for a connection"
	failed := func(err error) error { return &passingError{reason: doing + ": " + describe(err)} }
	ctx, cancel := context.WithTimeout(ctx, s.timing.connect)
	defer cancel()
	endpoint := strings.TrimSuffix(s.cfg.APIURL, "/") + "/apps.connections.open"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, http.NoBody)
	if err != nil {
		return "", failed(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.cfg.AppToken)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.client.Do(req)
	if err != nil {
		return "", failed(err)
	}
	defer func() { _ = resp.Body.Close() }()

	pause := retryAfter(resp.Header)
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500 {
		return "", &passingError{fmt.Sprintf("%s: HTTP status %d", doing, resp.StatusCode), pause}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return "", failed(err)
	}
	var answer struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
		URL   string `json:"url"`
	}
	switch {
	case json.Unmarshal(body, &answer) != nil:
		return "", &passingError{reason: fmt.Sprintf("%s: no JSON answer, HTTP status %d", doing, resp.StatusCode)}
	case !answer.OK:
		return "", refusedBySlack(doing, answer.Error, pause)
	case !isUsable(answer.URL):
		return "", &passingError{reason: doing + ": Slack answered no wss URL"}
	}
	return answer.URL, nil
}

// Try asks Slack for a connection, and opens none: Slack goes on giving every payload to whoever is
// connected. The error is an *Error or one that may pass.
func (s *Socket) Try(ctx context.Context) error {
	_, err := s.requestURL(ctx)
	return err
}

// isUsable tells whether a connection may be made to rawURL: wss, or ws on this machine.
func isUsable(rawURL string) bool {
	u, err := url.Parse(rawURL)
	return err == nil && isSecure(u, "wss", "ws")
}

// isSecure tells whether u has a host and the scheme safe, or the scheme plain on loopback.
func isSecure(u *url.URL, safe, plain string) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	loopback := host == "localhost" || ip != nil && ip.IsLoopback()
	return u.Host != "" && (u.Scheme == safe || u.Scheme == plain && loopback)
}

// retryAfter reads the header of that name: seconds, whole ones as Slack documents it
// (https://docs.slack.dev/apis/web-api/rate-limits), and fractions as it has been seen. More than an hour makes no sense and counts as a minute.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseFloat(h.Get("Retry-After"), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || !(seconds > 0) { // NaN is not
		return 0
	}
	if seconds > 3600 {
		return time.Minute
	}
	return time.Duration(math.Ceil(seconds)) * time.Second
}

// dial connects to a URL that requestURL returned. The error is a *passingError.
func (s *Socket) dial(ctx context.Context, rawURL string) (*websocket.Conn, error) {
	const doing = "connect to Socket Mode"
	ctx, cancel := context.WithTimeout(ctx, s.timing.connect)
	defer cancel()
	disarm := func() bool { return true }
	dialer := s.dialer
	dialer.NetDialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := s.dialer.NetDialContext(ctx, network, addr)
		if err == nil {
			// gorilla's handshake heeds the deadline of ctx but not its cancellation.
			disarm = context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	}
	ws, resp, err := dialer.DialContext(ctx, rawURL, nil)
	disarm()
	switch {
	case errors.Is(err, websocket.ErrBadHandshake):
		return nil, &passingError{fmt.Sprintf("%s: HTTP status %d", doing, resp.StatusCode), retryAfter(resp.Header)}
	case err != nil:
		return nil, &passingError{reason: doing + ": " + describe(err)}
	}
	return ws, nil
}
