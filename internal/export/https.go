package export

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"olbot/onelogin"
)

// https posts lines as JSON Lines. What is answered with 2xx is taken.
type https struct {
	to            *url.URL
	authorization onelogin.Secret
	userAgent     string
	client        *http.Client
	now           func() time.Time
}

func newHTTPS(c Config) *https {
	return &https{
		to: c.To, authorization: c.Authorization, userAgent: c.UserAgent, now: c.Now,
		client: &http.Client{
			Transport:     c.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// A StatusError is an answer that takes nothing.
type StatusError struct {
	Status int
	After  time.Duration // how long to wait, as the answer says; 0: it does not
}

// Error says what the status means to whoever runs olbot. Nothing else of the answer is in it.
func (e *StatusError) Error() string {
	switch {
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden:
		return fmt.Sprintf("it refuses OLBOT_EXPORT_AUTHORIZATION, or what it may do (%d)", e.Status)
	case e.Status == http.StatusRequestEntityTooLarge:
		return fmt.Sprintf("one event is too large for it (%d): let it take more", e.Status)
	case e.Status >= 300 && e.Status < 400:
		return fmt.Sprintf("it redirects (%d), which is not followed: set OLBOT_EXPORT to where it leads", e.Status)
	}
	return fmt.Sprintf("it answers %d %s", e.Status, http.StatusText(e.Status))
}

// send posts as many of the lines as the receiver takes at once.
func (d *https) send(ctx context.Context, lines []line) (taken int, err error) {
	for {
		status, err := d.post(ctx, lines)
		switch {
		case err != nil:
			return 0, err
		case status == nil:
			return len(lines), nil
		case status.Status == http.StatusRequestEntityTooLarge && len(lines) > 1:
			lines = lines[:len(lines)/2]
		default:
			return 0, status
		}
	}
}

func (d *https) post(ctx context.Context, lines []line) (*StatusError, error) {
	var body bytes.Buffer
	for _, l := range lines {
		body.Write(l.text)
		body.WriteByte('\n')
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.to.String(), &body)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	first, last := lines[0], lines[len(lines)-1]
	req.Header.Set("Content-Type", "application/x-ndjson")
	// The same events in one request have the same key, so that a receiver can know them again.
	req.Header.Set("Idempotency-Key", fmt.Sprintf(`"%d-%d-%.12s"`, first.Number, last.Number, last.Hash))
	if !d.authorization.IsZero() {
		req.Header.Set("Authorization", d.authorization.Reveal())
	}
	return d.do(req)
}

// do makes a request. Its answer is read, so that the connection can be used again, and forgotten.
func (d *https) do(req *http.Request) (*StatusError, error) {
	req.Header.Set("User-Agent", d.userAgent)
	resp, err := d.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil, nil
	}
	return &StatusError{resp.StatusCode, d.retryAfter(resp)}, nil
}

// retryAfter reads seconds or a date.
func (d *https) retryAfter(resp *http.Response) time.Duration {
	says := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(says, 10, 16); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(says); err == nil {
		return max(at.Sub(d.now()), 0)
	}
	return 0
}

// reach asks for nothing and tells no secret. Any answer will do: most receivers know POST alone.
func (d *https) reach(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, d.to.String(), nil)
	if err != nil {
		return fmt.Errorf("make a request: %w", err)
	}
	_, err = d.do(req)
	return err
}
