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

// A world is a Slack and a OneLogin on this machine, and the configuration that fits them.
type world struct {
	t        *testing.T
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	channel  *slacksim.Conversation
	vars     map[string]string
	dir      string // where .env may be

	pressTime time.Duration // how long a live check waits
}

func newWorld(t *testing.T, o slacksim.Options) *world {
	t.Helper()
	w := &world{t: t, slack: slacksim.New(o), onelogin: oneloginsim.New(oneloginsim.Options{Seed: 1})}
	for _, start := range []func() error{w.slack.Start, w.onelogin.Start} {
		if err := start(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(w.slack.Close)
	t.Cleanup(w.onelogin.Close)
	w.channel = w.slack.AddChannel(slacksim.Channel{ID: "C0AUDIT", Name: "otp-audit", WithBot: true})
	w.vars = map[string]string{
		"SLACK_BOT_TOKEN": w.slack.BotToken(), "SLACK_APP_TOKEN": w.slack.AppToken(), "SLACK_API_URL": w.slack.URL(),
		"ONELOGIN_API_URL":   w.onelogin.URL(),
		"ONELOGIN_CLIENT_ID": w.onelogin.ClientID(), "ONELOGIN_CLIENT_SECRET": w.onelogin.ClientSecret(),
		"OLBOT_DATABASE_URL":  "sqlite:" + filepath.Join(t.TempDir(), "olbot.db"),
		"OLBOT_AUDIT_CHANNEL": "C0AUDIT", "OLBOT_REQUESTERS": "S0HELPDESK", "OLBOT_SECURITY_CONTACTS": "none",
		"OLBOT_HTTP_ADDR": "127.0.0.1:0", "LOG_LEVEL": "error",
	}
	return w
}

// run runs olbot without patience for what may pass.
func (w *world) run(args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	var out, err bytes.Buffer
	p := &program{environ: environ(w.vars), dir: w.dir, stdout: &out, stderr: &err, now: time.Now}
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute) // what should have ended by itself
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
func (w *world) keepsSecrets(text string) {
	w.t.Helper()
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ONELOGIN_CLIENT_ID", "ONELOGIN_CLIENT_SECRET"} {
		if secret := w.vars[name]; len(secret) > 8 && strings.Contains(text, secret) {
			w.t.Errorf("%s is in the output:\n%s", name, text)
		}
	}
	if strings.Contains(text, "hunter2") {
		w.t.Errorf("the database's password is in the output:\n%s", text)
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
	world *world
	log   lockedBuffer
	out   bytes.Buffer
	stop  context.CancelFunc
	code  chan int
}

// start starts olbot and waits until Slack can reach it.
func (w *world) start() *started { w.t.Helper(); return w.startAt(1) }

// startAt is start for a Slack whose limits are so many times the documented ones.
func (w *world) startAt(tempo float64) *started {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	b := &started{world: w, stop: stop, code: make(chan int, 1)}
	p := &program{
		environ: environ(w.vars), stdout: &b.out, stderr: &b.log, now: time.Now,
		slackPace: tempo, slackPatience: time.Minute, stopTime: time.Minute, patience: time.Minute,
	}
	over, ever := make(chan struct{}), w.slack.ConnectionsEver() // that of an olbot that ended may still be counted
	go func() {
		defer close(over)
		b.code <- p.run(ctx, []string{"run"})
	}()
	w.t.Cleanup(func() {
		stop()
		<-over // it may still have a file open in a directory that is about to be removed
	})
	b.wait("olbot is connected", func() bool { return w.slack.ConnectionsEver() > ever })
	return b
}

// wait waits until something is so.
func (b *started) wait(what string, so func() bool) {
	b.world.t.Helper()
	b.world.until(what, so, b.log.String)
}

// until waits until something is so; if it does not become so, context says more.
func (w *world) until(what string, so func() bool, context ...func() string) {
	w.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().Before(deadline) {
			continue
		}
		for _, more := range context {
			what += "\n" + more()
		}
		w.t.Fatalf("it did not become so: %s", what)
	}
}

// ends stops olbot and returns its exit code.
func (b *started) ends() int {
	b.stop()
	return <-b.code
}

// people are Joe of the helpdesk, Ana, and Maria, her manager.
func (w *world) people() (joe, ana, maria *slacksim.Person) {
	for name, p := range map[string]**slacksim.Person{"joe": &joe, "ana": &ana, "maria": &maria} {
		*p = w.slack.AddUser(slacksim.User{Name: name, RealName: strings.ToUpper(name[:1]) + name[1:], Email: name + "@example.com"})
	}
	boss := w.onelogin.AddUser(oneloginsim.User{Email: "maria@example.com", FirstName: "Maria"})
	w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com", FirstName: "Ana", ManagerUserID: boss})
	w.onelogin.AddUser(oneloginsim.User{Email: "joe@example.com", FirstName: "Joe"})
	w.vars["OLBOT_REQUESTERS"] = joe.ID()
	return joe, ana, maria
}

// page asks olbot's HTTP server for a page.
func (b *started) page(path string) (int, string) {
	b.world.t.Helper()
	resp, err := http.Get("http://" + b.world.vars["OLBOT_HTTP_ADDR"] + path)
	if err != nil {
		return 0, err.Error() // it has not begun to listen, or stops
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.world.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// asks lets Joe ask for a code for Ana.
func (b *started) asks(joe, ana *slacksim.Person) {
	b.world.t.Helper()
	if a := joe.Runs("/tempotp " + ana.Mention() + " 300 reusable lost her phone"); !a.OK() {
		b.world.t.Fatalf("the command was answered with %v", a)
	}
}

func (b *started) approves(maria *slacksim.Person) {
	b.world.t.Helper()
	b.wait("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })
	if a := maria.Presses("Approve"); !a.OK() {
		b.world.t.Fatalf("the press was answered with %v", a)
	}
}

// issues lets Joe ask, Maria approve, and Joe have the code that it returns.
func (b *started) issues(joe, ana, maria *slacksim.Person) (code string) {
	b.world.t.Helper()
	b.asks(joe, ana)
	b.approves(maria)
	b.wait("a code is made", func() bool { return len(b.world.onelogin.Codes()) == 1 })
	code = b.world.onelogin.Codes()[0].Value
	b.wait("Joe has the code", func() bool { _, ok := joe.Finds(code); return ok })
	return code
}

// environ is a map as a process's environment.
func environ(vars map[string]string) []string {
	var list []string
	for name, value := range vars {
		list = append(list, name+"="+value)
	}
	return list
}
