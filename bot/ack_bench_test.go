//go:build unix

package bot

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

// BenchmarkAck measures what this package does for one accepted command: from the bytes of the
// WebSocket to the written ack, over loopback TCP, with a store that accepts at once. The crowd's
// commands arrive at one time. Processor time holds Slack's end too, which only counts frames.
func BenchmarkAck(b *testing.B) {
	for _, crowd := range []int{1, 150} {
		b.Run(fmt.Sprint("crowd=", crowd), func(b *testing.B) {
			service := approvals.NewService(approvals.Ports{Store: acceptingStore{}}, approvals.Policy{
				Requesters: principals("*"), DefaultValidity: 5 * time.Minute, MaxValidity: time.Hour,
				ApprovalTimeout: 15 * time.Minute, AgentLimit: 10, OwnerLimit: 3,
			}, 0, zap.NewNop(), time.Now)
			answering := New(service, NewMessenger(MessengerConfig{Now: time.Now}), "/tempotp", zap.NewNop())

			slack := newFakeSlack(b)
			ready, over := make(chan net.Conn), make(chan struct{})
			slack.onConnect = func(c *fakeConn) {
				c.hello()
				ready <- c.ws.NetConn()
				<-over
			}
			socket := NewSocket(SocketConfig{
				APIURL: slack.url, AppToken: fakeToken, AppID: "A1", Connections: 1, Handler: answering.Handle,
				HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
				Hooks:      SocketHooks{Acked: func(string, time.Duration) {}, Counted: func(SocketCount) {}},
			})
			ctx, stop := context.WithCancel(b.Context())
			var running sync.WaitGroup
			running.Go(func() { _ = socket.Run(ctx) })
			line := &slackLine{Conn: <-ready}
			line.in = bufio.NewReaderSize(line, 64<<10)
			for range 2000 / crowd { // warm
				line.round(b, crowd)
			}

			b.ReportAllocs()
			b.ResetTimer()
			before := processorTime(b)
			for left := b.N; left > 0; left -= crowd {
				line.round(b, min(crowd, left))
			}
			b.StopTimer()
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
			close(over)
			stop()
			running.Wait()
		})
	}
}

// BenchmarkFrame measures the reading of one command as Slack sends it.
func BenchmarkFrame(b *testing.B) {
	data := fullCommand(1)
	b.ReportAllocs()
	for b.Loop() {
		f, ok := parseFrame(data)
		if e, opened := f.opened(); !ok || !opened || len(e.receipts()) != 2 {
			b.Fatal("not read")
		}
	}
}

// BenchmarkAnswer measures the answer to an accepted command, from the request to the ack's bytes.
func BenchmarkAnswer(b *testing.B) {
	s := NewSocket(SocketConfig{})
	d := arrival{Envelope: Envelope{ID: "dbdd0ef3-1234-4c3a-9c3e-1234567890ab", AcceptsResponse: true}}
	r := approvals.Request{ID: "OTP-7F3K-9QXM", Asked: approvals.Ref{Slack: "U0123456789"}}
	b.ReportAllocs()
	for b.Loop() {
		if frame := s.ackFrame(d, s.encode(d, ephemeral(LookingUp(r)))); len(frame) < 200 {
			b.Fatalf("%s", frame)
		}
	}
}

// A slackLine is Slack's end of a connection, made cheap.
type slackLine struct {
	net.Conn
	in   *bufio.Reader
	out  []byte
	sent int
}

// round delivers n commands at one time and waits until all are acked.
func (l *slackLine) round(b *testing.B, n int) {
	l.out = l.out[:0]
	for range n {
		l.sent++
		data := fullCommand(l.sent)
		l.out = append(l.out, 0x81, 126) // a text in one frame, its length in two bytes (RFC 6455, section 5.2)
		l.out = binary.BigEndian.AppendUint16(l.out, uint16(len(data)))
		l.out = append(l.out, data...)
	}
	if _, err := l.Write(l.out); err != nil {
		b.Fatal(err)
	}
	for n > 0 {
		head, size := l.frame(b)
		if head == 0x81 {
			n--
		}
		if head == 0x81 && size < 200 {
			b.Fatalf("an ack of %d bytes says nothing", size)
		}
	}
}

func (l *slackLine) frame(b *testing.B) (head byte, size int) {
	h, err := l.in.Peek(4)
	if err != nil {
		b.Fatal(err)
	}
	head, size = h[0], int(h[1]&0x7f)
	header := 2 + 4 // with the mask
	if size == 126 {
		header, size = header+2, int(binary.BigEndian.Uint16(h[2:]))
	}
	if _, err := l.in.Discard(header + size); err != nil {
		b.Fatal(err)
	}
	return head, size
}

// fullCommand is the n-th command, with all that Slack sends
// (https://docs.slack.dev/interactivity/implementing-slash-commands).
func fullCommand(n int) []byte {
	return fmt.Appendf(nil, `{"envelope_id":"dbdd0ef3-1234-4c3a-9c3e-%012d","payload":{"token":"verification-token",`+
		`"team_id":"T0123456789","team_domain":"example","enterprise_id":"E0123456789","enterprise_name":"Example",`+
		`"is_enterprise_install":"false","channel_id":"D0123456789","channel_name":"directmessage",`+
		`"user_id":"U0123456788","user_name":"joe","command":"\/tempotp","text":"<@U0123456789|ana> 300 lost her phone",`+
		`"api_app_id":"A1","response_url":"https:\/\/hooks.slack.com\/commands\/T0123456789\/1234567890123\/AbCdEfGhIjKlMnOpQrStUvWx",`+
		`"trigger_id":"13345224609.738474920.%032d"},"type":"slash_commands","accepts_response_payload":true}`, n, n)
}

// An acceptingStore stores nothing and says that it did.
type acceptingStore struct{ approvals.Store }

func (acceptingStore) Create(_ context.Context, _ []string, fn func(approvals.View) (approvals.Change, error)) (approvals.Request, error) {
	c, err := fn(emptyView{})
	return c.Request, err
}

type emptyView struct{ approvals.View }

func (emptyView) FeedLost() (bool, error)    { return false, nil }
func (emptyView) OpenOf(string) (int, error) { return 0, nil }

// processorTime is what this process has taken of all processors.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
