package export

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"olbot/approvals"
)

// A syslog sends messages of RFC 5424, framed by their length, over TLS (RFC 5425).
//
// Syslog has no answer. What comes nearest is the end of a connection: olbot says that it is
// done, the receiver reads up to there and closes its side. So every batch has a connection of
// its own, and counts as taken only if the receiver closed after olbot did. A receiver that was
// killed meanwhile resets the connection, or closes it too early. What it has read and not
// written yet when it is killed is lost, and nobody here can know.
type syslog struct {
	addr     string // host and port
	dialer   tls.Dialer
	hostname string
}

// settle is how long a new connection is watched before anything is sent: what stands between
// may accept one for a receiver that is not there, and close it at once.
const settle = 200 * time.Millisecond

func newSyslog(to *url.URL) *syslog {
	return &syslog{
		addr:     to.Host,
		dialer:   tls.Dialer{Config: &tls.Config{ServerName: to.Hostname(), MinVersion: tls.VersionTLS12}},
		hostname: hostname(),
	}
}

func (d *syslog) dial(ctx context.Context) (*tls.Conn, error) {
	c, err := d.dialer.DialContext(ctx, "tcp", d.addr)
	if err != nil {
		return nil, err
	}
	conn := c.(*tls.Conn)
	if deadline, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(deadline)
	}
	return conn, err
}

var (
	errClosedEarly = errors.New("it closes the connection before it has read anything")
	errNotClosed   = errors.New("it does not close the connection when olbot does, so that nobody knows what it has read")
)

func (d *syslog) send(ctx context.Context, lines []line) (taken int, err error) {
	conn, err := d.dial(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	closed := make(chan error, 1) // nil: in good order
	go func() { _, err := io.Copy(io.Discard, conn); closed <- err }()
	select {
	case err := <-closed:
		return 0, errors.Join(errClosedEarly, err)
	case <-time.After(settle):
	}
	if _, err := conn.Write(d.frames(lines)); err != nil {
		return 0, err
	}
	select {
	case err := <-closed:
		return 0, errors.Join(errClosedEarly, err)
	default:
	}
	if err := conn.CloseWrite(); err != nil {
		return 0, err
	}
	select {
	case err := <-closed:
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return 0, errNotClosed
		}
		if err != nil {
			return 0, err
		}
		return len(lines), nil
	case <-ctx.Done():
		return 0, errNotClosed
	}
}

func (d *syslog) reach(ctx context.Context) error {
	conn, err := d.dial(ctx)
	if err != nil {
		return err
	}
	return conn.Close()
}

// frames are the messages of the lines, each behind its length.
func (d *syslog) frames(lines []line) []byte {
	var all bytes.Buffer
	for _, l := range lines {
		head := fmt.Sprintf("<%d>1 %s %s olbot - %s - ", priority(l.Event), l.At.UTC().Format("2006-01-02T15:04:05.000000Z"), d.hostname, l.Kind)
		fmt.Fprintf(&all, "%d %s%s", len(head)+len(l.text), head, l.text)
	}
	return all.Bytes()
}

// The facility and the severities of RFC 5424.
const (
	facilityAuthpriv = 10

	severityAlert  = 1
	severityNotice = 5
	severityInfo   = 6
)

// priority is the facility of security messages, with the severity of the event.
func priority(e approvals.Event) int { return facilityAuthpriv*8 + severity(e) }

// severity is high for what somebody has to look at, as the alarms of the audit channel.
func severity(e approvals.Event) int {
	switch e.Kind {
	case approvals.EventDisowned, approvals.EventStopped, approvals.EventTampered, approvals.EventUnknown,
		approvals.EventKeyReplaced, approvals.EventFeedLost, approvals.EventForeign:
		return severityAlert
	case approvals.EventDenied:
		if e.Denial.Alarms() {
			return severityAlert
		}
		return severityNotice
	case approvals.EventFailed:
		if e.Refusal != nil && e.Refusal.Code == approvals.CodeWider {
			return severityAlert
		}
		return severityNotice
	case approvals.EventCommandRefused, approvals.EventRefused, approvals.EventPressRefused, approvals.EventTooMany,
		approvals.EventAccountBlocked, approvals.EventPaused, approvals.EventSettings, approvals.EventNotShown:
		return severityNotice
	}
	return severityInfo
}

// hostname is this machine's, as a message may have it.
func hostname() string {
	name, err := os.Hostname()
	odd := func(r rune) bool { return r <= ' ' || r > '~' }
	if err != nil || name == "" || len(name) > 255 || strings.ContainsFunc(name, odd) {
		return "-"
	}
	return name
}
