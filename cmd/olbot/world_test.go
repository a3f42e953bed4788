package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A stage is a Slack and a OneLogin on this machine, and the configuration that fits them.
type stage struct {
	t        *testing.T
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	channel  *slacksim.Conversation
	vars     map[string]string
}

func newStage(t *testing.T, o slacksim.Options) *stage {
	t.Helper()
	s := &stage{t: t, slack: slacksim.New(o), onelogin: oneloginsim.New(oneloginsim.Options{Seed: 1})}
	for _, start := range []func() error{s.slack.Start, s.onelogin.Start} {
		if err := start(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(s.slack.Close)
	t.Cleanup(s.onelogin.Close)
	s.channel = s.slack.AddChannel(slacksim.Channel{ID: "C0AUDIT", Name: "otp-audit", WithBot: true})
	s.vars = map[string]string{
		"SLACK_BOT_TOKEN": s.slack.BotToken(), "SLACK_APP_TOKEN": s.slack.AppToken(), "SLACK_API_URL": s.slack.URL(),
		"ONELOGIN_API_URL":   s.onelogin.URL(),
		"ONELOGIN_CLIENT_ID": s.onelogin.ClientID(), "ONELOGIN_CLIENT_SECRET": s.onelogin.ClientSecret(),
		"OLBOT_DATABASE_URL":  "sqlite:" + filepath.Join(t.TempDir(), "olbot.db"),
		"OLBOT_AUDIT_CHANNEL": "C0AUDIT", "OLBOT_REQUESTERS": "S0HELPDESK",
		"OLBOT_HTTP_ADDR": "127.0.0.1:0", "LOG_LEVEL": "error",
	}
	return s
}

// run runs olbot without patience for what may pass.
func (s *stage) run(args ...string) (code int, stdout, stderr string) {
	s.t.Helper()
	var out, err bytes.Buffer
	p := &program{environ: environ(s.vars), stdout: &out, stderr: &err, now: time.Now}
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute) // what should have ended by itself
	defer cancel()
	code = p.run(ctx, args)
	return code, out.String(), err.String()
}

// nobody is an address at which nothing answers. Its port is below those that the system gives out: nobody gets it meanwhile
// who does not ask for it.
func nobody(t *testing.T) string {
	t.Helper()
	for range 100 {
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10000+rand.IntN(20000))); err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("of a hundred ports none is free")
	return ""
}

// keepsSecrets fails if a secret of the configuration is in the text.
func (s *stage) keepsSecrets(text string) {
	s.t.Helper()
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ONELOGIN_CLIENT_ID", "ONELOGIN_CLIENT_SECRET"} {
		if secret := s.vars[name]; len(secret) > 8 && strings.Contains(text, secret) {
			s.t.Errorf("%s is in the output:\n%s", name, text)
		}
	}
	if strings.Contains(text, "hunter2") {
		s.t.Errorf("the database's password is in the output:\n%s", text)
	}
}

// A lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A started is olbot run, in the background.
type started struct {
	stage *stage
	log   lockedBuffer
	out   bytes.Buffer
	stop  context.CancelFunc
	code  chan int
}

// start starts olbot and waits until Slack can reach it.
func (s *stage) start() *started { s.t.Helper(); return s.startAt(1) }

// startAt is start for a Slack whose limits are so many times the documented ones.
func (s *stage) startAt(tempo float64) *started {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	b := &started{stage: s, stop: stop, code: make(chan int, 1)}
	p := &program{
		environ: environ(s.vars), stdout: &b.out, stderr: &b.log, now: time.Now,
		slackPace: tempo, slackPatience: time.Minute, stopTime: time.Minute,
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		b.code <- p.run(ctx, []string{"run"})
	}()
	s.t.Cleanup(func() {
		stop()
		<-over // it may still have a file open in a directory that is about to be removed
	})
	b.wait("olbot is connected", func() bool { return len(s.slack.Connections()) > 0 })
	return b
}

// wait waits until something is so.
func (b *started) wait(what string, so func() bool) {
	b.stage.t.Helper()
	b.stage.until(what, so, b.log.String)
}

// until waits until something is so; if it does not become so, context says more.
func (s *stage) until(what string, so func() bool, context ...func() string) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().Before(deadline) {
			continue
		}
		for _, more := range context {
			what += "\n" + more()
		}
		s.t.Fatalf("it did not become so: %s", what)
	}
}

// ends stops olbot and returns its exit code.
func (b *started) ends() int {
	b.stop()
	return <-b.code
}

// people are Joe of the helpdesk, Ana, and Maria, her manager.
func (s *stage) people() (joe, ana, maria *slacksim.Person) {
	for name, p := range map[string]**slacksim.Person{"joe": &joe, "ana": &ana, "maria": &maria} {
		*p = s.slack.AddUser(slacksim.User{Name: name, RealName: strings.ToUpper(name[:1]) + name[1:], Email: name + "@example.com"})
	}
	boss := s.onelogin.AddUser(oneloginsim.User{Email: "maria@example.com", FirstName: "Maria"})
	s.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com", FirstName: "Ana", ManagerUserID: boss})
	s.onelogin.AddUser(oneloginsim.User{Email: "joe@example.com", FirstName: "Joe"})
	s.vars["OLBOT_REQUESTERS"] = joe.ID()
	return joe, ana, maria
}

// page asks olbot's HTTP server for a page.
func (b *started) page(path string) (int, string) {
	b.stage.t.Helper()
	resp, err := http.Get("http://" + b.stage.vars["OLBOT_HTTP_ADDR"] + path)
	if err != nil {
		return 0, err.Error() // it has not begun to listen, or stops
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.stage.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// asks lets Joe ask for a code for Ana.
func (b *started) asks(joe, ana *slacksim.Person) {
	b.stage.t.Helper()
	if a := joe.Runs("/tempotp " + ana.Mention() + " 300 reusable lost her phone"); !a.OK() {
		b.stage.t.Fatalf("the command was answered with %v", a)
	}
}

func (b *started) approves(maria *slacksim.Person) {
	b.stage.t.Helper()
	b.wait("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })
	if a := maria.Presses("Approve"); !a.OK() {
		b.stage.t.Fatalf("the press was answered with %v", a)
	}
}

// issues lets Joe ask, Maria approve, and Joe have the code that it returns.
func (b *started) issues(joe, ana, maria *slacksim.Person) (code string) {
	b.stage.t.Helper()
	b.asks(joe, ana)
	b.approves(maria)
	b.wait("a code is made", func() bool { return len(b.stage.onelogin.Codes()) == 1 })
	code = b.stage.onelogin.Codes()[0].Value
	b.wait("Joe has the code", func() bool { _, ok := joe.Finds(code); return ok })
	return code
}
