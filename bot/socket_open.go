package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// open asks Slack for the URL of one connection
// (https://docs.slack.dev/reference/methods/apps.connections.open). The URL carries a ticket. The
// error is a *SocketError or a *passingError.
func (s *Socket) open(ctx context.Context) (string, error) {
	const doing = "ask for a connection"
	ctx, cancel := context.WithTimeout(ctx, s.timing.answer)
	defer cancel()
	endpoint := strings.TrimSuffix(s.cfg.APIURL, "/") + "/apps.connections.open"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, http.NoBody)
	if err != nil {
		return "", &passingError{reason: doing + ": " + networkCause(err)}
	}
	req.Header.Set("Authorization", "Bearer "+s.cfg.AppToken)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.client.Do(req)
	if err != nil {
		return "", &passingError{reason: doing + ": " + networkCause(err)}
	}
	defer func() { _ = resp.Body.Close() }()

	pause := retryAfterOf(resp.Header)
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500 {
		return "", &passingError{fmt.Sprintf("%s: HTTP status %d", doing, resp.StatusCode), pause}
	}
	var answer struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
		URL   string `json:"url"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return "", &passingError{reason: doing + ": " + networkCause(err)}
	}
	if json.Unmarshal(body, &answer) != nil {
		return "", &passingError{reason: fmt.Sprintf("%s: no JSON answer, HTTP status %d", doing, resp.StatusCode)}
	}
	switch {
	case !answer.OK:
		return "", openRefused(doing, answer.Error, pause)
	case !usableURL(answer.URL):
		return "", &passingError{reason: doing + ": Slack answered no wss URL"}
	}
	return answer.URL, nil
}

// usableURL tells whether a connection may be made to rawURL: wss, or ws on this machine.
func usableURL(rawURL string) bool {
	u, err := url.Parse(rawURL)
	return err == nil && secureURL(u, "wss", "ws")
}

// secureURL tells whether u has a host and the scheme safe, or the scheme plain on loopback.
func secureURL(u *url.URL, safe, plain string) bool {
	if u.Host == "" {
		return false
	}
	return u.Scheme == safe || u.Scheme == plain && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// retryAfterOf reads the header of that name, in whole seconds, as Slack writes it
// (https://docs.slack.dev/apis/web-api/rate-limits). An absurd value counts as an hour.
func retryAfterOf(h http.Header) time.Duration {
	seconds, err := strconv.ParseUint(h.Get("Retry-After"), 10, 63)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	return time.Duration(min(seconds, 3600)) * time.Second
}

// dial connects to a URL that open returned, and returns what lies beneath the WebSocket too. The error is a *passingError.
func (s *Socket) dial(ctx context.Context, rawURL string) (*websocket.Conn, *gatheringConn, error) {
	const doing = "connect to Socket Mode"
	ctx, cancel := context.WithTimeout(ctx, s.timing.answer)
	defer cancel()
	var beneath *gatheringConn
	disarm := func() bool { return true }
	dialer := s.dialer
	dialer.NetDialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := s.reach(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		// gorilla's handshake heeds the deadline of ctx but not its cancellation.
		disarm = context.AfterFunc(ctx, func() { _ = conn.Close() })
		beneath = newGatheringConn(conn)
		return beneath, nil
	}
	ws, resp, err := dialer.DialContext(ctx, rawURL, nil)
	disarm()
	switch {
	case errors.Is(err, websocket.ErrBadHandshake):
		return nil, nil, &passingError{fmt.Sprintf("%s: HTTP status %d", doing, resp.StatusCode), retryAfterOf(resp.Header)}
	case err != nil:
		return nil, nil, &passingError{reason: doing + ": " + networkCause(err)}
	}
	return ws, beneath, nil
}
