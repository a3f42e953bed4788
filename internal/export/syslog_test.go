package export

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/internal/testbed/leftout"
)

// receive accepts connections on this machine, calls handle with the nth of them, and returns its sink's URL.
func receive(t *testing.T, config *tls.Config, handle func(n int, c *tls.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			handle(n, tls.Server(c, config))
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-over })
	return "syslog+tls://" + l.Addr().String()
}

// readFrame reads a message of a connection (RFC 6587, 3.4.1).
func readFrame(in *bufio.Reader) (string, error) {
	length, err := in.ReadString(' ')
	if err != nil {
		return "", err
	}
	var n int
	if _, err := fmt.Sscanf(length, "%d ", &n); err != nil || n <= 0 || n > 1<<20 {
		return "", fmt.Errorf("the length %q", length)
	}
	message := make([]byte, n)
	_, err = io.ReadFull(in, message)
	return string(message), err
}

var messagePattern = regexp.MustCompile(`(?s)^<(\d+)>1 (\S+) (\S+) olbot - (\S+) - (\{.*\})$`)

func TestSyslogGetsMessagesOfRFC5424(t *testing.T) {
	ca := authority(t)
	got := make(chan []string, 1)
	url := receive(t, certificate(ca), func(_ int, c *tls.Conn) {
		var all []string
		in := bufio.NewReader(c)
		for {
			m, err := readFrame(in)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Error(err)
				break
			}
			all = append(all, m)
		}
		got <- all
	})
	sent := events(1, 9)
	sent[1].Kind = approvals.EventTampered
	sent[2].Kind, sent[2].Denial = approvals.EventDenied, approvals.Denial{Choice: approvals.Suspicious}
	sent[3].Kind = approvals.EventDenied
	newWorld(t, url, ca).send(sent, 9)
	var lines []string
	want := map[int]string{0: "86 2026-11-30T14:17:01.123456Z asked", 1: "81 2026-11-30T14:17:02.123456Z tampered", 2: "81 2026-11-30T14:17:03.123456Z denied", 3: "85 2026-11-30T14:17:04.123456Z denied"}
	for i, m := range <-got {
		parts := messagePattern.FindStringSubmatch(m)
		if parts == nil {
			t.Fatalf("%.200q is no message", m)
		}
		if head := parts[1] + " " + parts[2] + " " + parts[4]; want[i] != "" && head != want[i] {
			t.Errorf("message %d has %s, want %s", i, head, want[i])
		}
		if parts[3] != hostname() {
			t.Errorf("it is from %s", parts[3])
		}
		lines = append(lines, parts[5])
	}
	inOrder(t, lines, 9)
}

// What olbot counts as sent, the receiver has read; what breaks is sent again.
func TestSyslogThatBreaksGetsEverythingInOrder(t *testing.T) {
	ca := authority(t)
	var got lineLog
	url := receive(t, certificate(ca), func(n int, c *tls.Conn) {
		if n%6 == 0 {
			return // not even a handshake
		}
		if err := c.Handshake(); err != nil {
			return
		}
		switch n % 6 {
		case 1: // nobody behind it
			c.Close()
			return
		case 2: // killed with what it has not read
			_ = c.NetConn().(*net.TCPConn).SetLinger(0)
			_, _ = c.Read(make([]byte, 10))
			return
		}
		in := bufio.NewReader(c)
		for read := 0; ; read++ {
			m, err := readFrame(in)
			if err != nil {
				break
			}
			got.add(messagePattern.FindStringSubmatch(m)[5])
			if n%6 == 3 && read == 10 {
				_ = c.NetConn().(*net.TCPConn).SetLinger(0)
				return
			}
		}
		c.Close()
	})
	w := newWorld(t, url, ca)
	w.sendAll(events(1, 300))
	if again := inOrder(t, got.all(), 300); again == 0 {
		t.Error("nothing came again, so nothing was cut")
	}
}

func TestWhatIsWrongWithSyslogIsSaid(t *testing.T) {
	ca := authority(t)
	over := make(chan struct{})
	hangs := func(_ int, c *tls.Conn) {
		_ = c.Handshake()
		<-over
	}
	for _, c := range []struct {
		name, url, says string
		trusted         bool
	}{
		{"nobody listens", "syslog+tls://" + nobody(t), "connection refused", true},
		{"it is not trusted", receive(t, certificate(ca), func(_ int, c *tls.Conn) { _ = c.Handshake() }), "certificate", false},
		{"it closes at once", receive(t, certificate(ca), func(_ int, c *tls.Conn) { _ = c.Handshake(); c.Close() }), errClosedEarly.Error(), true},
		{"it never closes", receive(t, certificate(ca), hangs), errNotClosed.Error(), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, c.url, map[bool]*testServer{true: ca}[c.trusted])
			if c.says == errNotClosed.Error() {
				w.sink.limit = 2 * settle
			}
			w.fails(events(1, 2), c.says)
		})
	}
	close(over)
}

func TestReachSaysWhetherSyslogIsThere(t *testing.T) {
	ca := authority(t)
	url := receive(t, certificate(ca), func(_ int, c *tls.Conn) { _ = c.Handshake() })
	if err := newWorld(t, url, ca).sink.Reach(t.Context()); err != nil {
		t.Error(err)
	}
	if err := newWorld(t, url, nil).sink.Reach(t.Context()); err == nil {
		t.Error("a certificate that nobody knows was taken")
	}
}

// TestDebiansRsyslogWritesEverythingInOrder: rsyslog is the judge, also of a power cut in between.
func TestDebiansRsyslogWritesEverythingInOrder(t *testing.T) {
	dir := leftout.Syslog.Need(t)
	home := filepath.Join(dir, "syslog")
	read := func(name string) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(home, name))
		if err != nil && name != "messages" {
			t.Fatal(err)
		}
		return b
	}
	rsyslog := func(command string) {
		t.Helper()
		if out, err := exec.Command("../../ci/syslog", command, dir).CombinedOutput(); err != nil {
			t.Fatalf("ci/syslog %s: %v\n%s", command, err, out)
		}
	}
	before := len(read("messages"))
	w := newWorld(t, "syslog+tls://"+strings.TrimSpace(string(read("address"))), nil)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(read("ca.pem"))
	w.sink.to.(*syslog).dialer.Config.RootCAs = roots

	all := events(1, 400)
	w.sendAll(all[:120])
	rsyslog("kill")
	w.fails(all[120:121], "refused")
	rsyslog("again")
	killed := make(chan struct{})
	go func() { // while events are sent
		defer close(killed)
		_ = exec.Command("../../ci/syslog", "kill", dir).Run()
		_ = exec.Command("../../ci/syslog", "again", dir).Run()
	}()
	w.sendAll(all[120:300])
	<-killed
	w.sendAll(all[300:])
	inOrder(t, split(read("messages")[before:]), 400)
}
