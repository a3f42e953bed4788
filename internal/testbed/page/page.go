// Package page is olbot in a browser: Slack as several people see it side by side, on the
// simulators, with the real olbot behind it as a process of its own that can be killed.
//
// The server sends the browser what each person sees, as JSON, whenever it changes (events.go), and
// does for people what they click and type (acts.go). It knows Slack only by what slacksim exports,
// and nothing of olbot: what is drawn are the blocks that olbot really sent. Time can be put forward
// for all of them (clock.go).
//
// One thing is simpler than in Slack. olbot's manifest makes its Messages tab read-only, so there
// a command is typed, and answered, in some other conversation. Here each person types it in
// the direct message with olbot, so that everything stands in one place.
//
// In the browser: assets/main.js puts the page together and keeps it up to date, dom.js changes the
// document as little as it can, blocks.js and its neighbours draw Block Kit.
package page

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// Options say where the page is, which Slack app olbot is and how it is started.
type Options struct {
	Addr string // where the page is served, a loopback address and a port
	App  App

	// Settings are environment variables for olbot besides those that say where Slack and OneLogin
	// are, who the people are and which database there is.
	Settings map[string]string
	Database string // OLBOT_DATABASE_URL
	Clock    string // the file of the Clock that the simulators go by

	// Command is olbot run with exactly this environment and by that clock, not started yet. It is asked
	// for again each time olbot is started.
	Command func(environ []string) *exec.Cmd
}

// An App is what the Slack app's manifest says that people can see and use.
type App struct {
	Command   string     `json:"command"` // with the slash
	About     string     `json:"about"`   // what the command does
	Hint      string     `json:"hint"`    // how it goes on
	Shortcuts []Shortcut `json:"shortcuts"`
	HomeTab   bool       `json:"home"`
	Scopes    []string   `json:"-"`
	Events    []string   `json:"-"`
}

// A Shortcut is a global shortcut.
type Shortcut struct {
	Name       string `json:"name"`
	CallbackID string `json:"callback"`
	About      string `json:"about"`
}

// A Page is the page being served, and everything behind it.
type Page struct {
	o        Options
	clock    *Clock
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	cast     cast
	troubles *troubles
	olbot    *process

	listener net.Listener
	web      *http.Server
	running  sync.WaitGroup
	ended    context.Context
	end      context.CancelFunc

	mu      sync.Mutex
	changed chan struct{} // closed when what the browser shows may have changed
}

// errNotLoopback says that the page was to be served where other machines can reach it.
var errNotLoopback = errors.New("only a loopback address such as 127.0.0.1:8765 is allowed")

// Start starts the simulators and olbot, and serves the page until Close. It does not wait until olbot is
// connected: the page shows that.
func Start(o Options) (*Page, error) {
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, fmt.Errorf("serve the page: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("serve the page on %q: %w", o.Addr, errNotLoopback)
	}
	p := &Page{o: o, changed: make(chan struct{})}
	p.ended, p.end = context.WithCancel(context.Background())
	if p.listener, err = net.Listen("tcp", o.Addr); err != nil {
		return nil, fmt.Errorf("serve the page: %w", err)
	}
	if p.clock, err = OpenClock(o.Clock); err != nil {
		return nil, errors.Join(err, p.listener.Close())
	}
	if err := p.openStage(); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.web = &http.Server{
		Handler: p.handler(), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return p.ended },
	}
	p.running.Go(func() { _ = p.web.Serve(p.listener) }) // the error is that it was closed
	p.running.Go(p.watch)
	return p, nil
}

// openStage starts the simulators, lets the people in and starts olbot.
func (p *Page) openStage() error {
	p.slack = slacksim.New(slacksim.Options{
		Scopes: p.o.App.Scopes, Events: p.o.App.Events, Command: p.o.App.Command, NoHomeTab: !p.o.App.HomeTab,
		Now: p.clock.Now,
	})
	p.onelogin = oneloginsim.New(oneloginsim.Options{Now: p.clock.Now})
	if err := errors.Join(p.slack.Start(), p.onelogin.Start()); err != nil {
		return fmt.Errorf("start the simulators: %w", err)
	}
	p.cast = newCast(p.slack, p.onelogin)
	p.troubles = newTroubles(p.slack, p.onelogin)
	environ := p.environ()
	p.olbot = &process{command: func() *exec.Cmd { return p.o.Command(environ) }, told: p.touch}
	return p.olbot.start()
}

// URL is the address to open, such as http://127.0.0.1:8765/.
func (p *Page) URL() string { return "http://" + p.listener.Addr().String() + "/" }

// Close stops olbot, the page and the simulators, and returns when nothing of them is left.
func (p *Page) Close() error {
	p.end()
	var err error
	if p.olbot != nil {
		err = p.olbot.stop()
	}
	if p.web != nil {
		_ = p.web.Close()
	}
	_ = p.listener.Close() // closed already if it was served
	p.running.Wait()
	for _, sim := range []interface{ Close() }{p.slack, p.onelogin} {
		sim.Close()
	}
	return errors.Join(err, p.clock.file.Close())
}

// watch tells the browser of every change in the workspace.
func (p *Page) watch() {
	// The condition is asked again after each change, and never fulfilled.
	_ = p.slack.Wait(p.ended, func() bool { p.touch(); return false })
}

// touch says that what the browser shows may have changed.
func (p *Page) touch() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
}

// change is closed by the next touch.
func (p *Page) change() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}
