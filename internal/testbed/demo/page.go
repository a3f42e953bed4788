package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"olbot/internal/testbed/page"
)

// PageAddr is where the page is served unless the flag says otherwise.
const PageAddr = "127.0.0.1:8765"

// A Page is what ServePage needs.
type Page struct {
	Addr           string    // a loopback address
	Manifest       any       // of the Slack app; marshals to JSON
	Stdout, Stderr io.Writer // Stderr takes olbot's log

	// Olbot are the arguments, but for the last, with which this program is olbot run by a PageClock. The last is
	// the clock's file.
	Olbot []string
}

// PageClock is the clock that a page keeps in a file.
func PageClock(file string) (func() time.Time, error) {
	clock, err := page.OpenClock(file)
	if err != nil {
		return nil, &Error{err}
	}
	return clock.Now, nil
}

// pageSettings are olbot's behind the page. All others are as they come: the page can put time forward.
func pageSettings() map[string]string {
	return map[string]string{
		"OLBOT_OWNER_LIMIT": "0", // it is always Ana who has lost her phone
		"LOG_LEVEL":         "info",
		"LOG_FORMAT":        "console",
	}
}

// ServePage serves the page until ctx ends, with this program's olbot run as a process of its own.
func ServePage(ctx context.Context, p Page) (err error) {
	dir, err := os.MkdirTemp("", "olbot-demo-")
	if err != nil {
		return &Error{err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	self, err := os.Executable()
	if err != nil {
		return &Error{err}
	}
	app, err := pageApp(p.Manifest)
	if err != nil {
		return &Error{err}
	}
	clock := filepath.Join(dir, "clock")
	served, err := page.Start(page.Options{
		Addr: p.Addr, App: app, Settings: pageSettings(), Database: "sqlite:" + filepath.Join(dir, "olbot.db"), Clock: clock,
		Command: func(environ []string) *exec.Cmd {
			olbot := exec.Command(self, slices.Concat(p.Olbot, []string{clock})...)
			olbot.Dir, olbot.Env = dir, environ // a directory without .env
			olbot.Stderr = p.Stderr
			return olbot
		},
	})
	if err != nil {
		return &Error{err}
	}
	defer func() { err = errors.Join(err, served.Close()) }()
	fmt.Fprintf(p.Stdout, "Open %s in a browser. Ctrl-C ends the demo; nothing is left behind.\n\n", served.URL())
	<-ctx.Done()
	return nil
}

// pageApp is the Slack app as its manifest describes it.
func pageApp(described any) (page.App, error) {
	raw, err := json.Marshal(described)
	if err != nil {
		return page.App{}, fmt.Errorf("read the manifest: %w", err)
	}
	var manifest struct {
		Features struct {
			Home struct {
				Enabled bool `json:"home_tab_enabled"`
			} `json:"app_home"`
			Commands []struct {
				Command     string `json:"command"`
				Description string `json:"description"`
				Hint        string `json:"usage_hint"`
			} `json:"slash_commands"`
			Shortcuts []struct {
				Name        string `json:"name"`
				Type        string `json:"type"`
				CallbackID  string `json:"callback_id"`
				Description string `json:"description"`
			} `json:"shortcuts"`
		} `json:"features"`
		OAuth struct {
			Scopes struct {
				Bot []string `json:"bot"`
			} `json:"scopes"`
		} `json:"oauth_config"`
		Settings struct {
			Events struct {
				Bot []string `json:"bot_events"`
			} `json:"event_subscriptions"`
		} `json:"settings"`
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return page.App{}, fmt.Errorf("read the manifest: %w", err)
	}
	app := page.App{
		Scopes: manifest.OAuth.Scopes.Bot, HomeTab: manifest.Features.Home.Enabled,
		Events: append([]string{}, manifest.Settings.Events.Bot...), Shortcuts: []page.Shortcut{},
	}
	for _, c := range manifest.Features.Commands {
		app.Command, app.About, app.Hint = c.Command, c.Description, c.Hint
	}
	for _, s := range manifest.Features.Shortcuts {
		if s.Type == "global" {
			app.Shortcuts = append(app.Shortcuts, page.Shortcut{Name: s.Name, CallbackID: s.CallbackID, About: s.Description})
		}
	}
	return app, nil
}
