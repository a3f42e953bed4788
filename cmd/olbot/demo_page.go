package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"olbot/internal/slackapi"
	"olbot/internal/testbed/page"
)

// pageAddr is where the demo's page is served unless the flag says otherwise.
const pageAddr = "127.0.0.1:8765"

// pageSettings are olbot's behind the page: so short that somebody who tries it out sees what waiting leads to.
func pageSettings() map[string]string {
	return map[string]string{
		"OLBOT_APPROVAL_TIMEOUT": "5m",
		"OLBOT_REMIND_AFTER":     "1m",
		"OLBOT_ESCALATE_AFTER":   "2m",
		"OLBOT_OWNER_LIMIT":      "0", // it is always Ana who has lost her phone
		"LOG_LEVEL":              "info",
		"LOG_FORMAT":             "console",
	}
}

// demoPage serves the page until ctx ends, with olbot as a process of its own that logs to standard error.
func (p *program) demoPage(ctx context.Context, addr string) (err error) {
	dir, err := os.MkdirTemp("", "olbot-demo-")
	if err != nil {
		return &demoError{err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	self, err := os.Executable()
	if err != nil {
		return &demoError{err}
	}
	app, err := pageApp()
	if err != nil {
		return &demoError{err}
	}
	served, err := page.Start(page.Options{
		Addr: addr, App: app, Settings: pageSettings(), Database: "sqlite:" + filepath.Join(dir, "olbot.db"),
		Command: func(environ []string) *exec.Cmd {
			olbot := exec.Command(self, "run")
			olbot.Dir, olbot.Env = dir, environ // a directory without .env
			olbot.Stderr = p.stderr
			return olbot
		},
	})
	if err != nil {
		return &demoError{err}
	}
	defer func() { err = errors.Join(err, served.Close()) }()
	fmt.Fprintf(p.stdout, "Open %s in a browser. Ctrl-C ends the demo; nothing is left behind.\n\n", served.URL())
	<-ctx.Done()
	return nil
}

// pageApp is the Slack app as its manifest describes it.
func pageApp() (page.App, error) {
	const command = "/tempotp"
	raw, err := json.Marshal(slackManifest(command))
	if err != nil {
		return page.App{}, fmt.Errorf("read the manifest: %w", err)
	}
	var manifest struct {
		Features struct {
			Home struct {
				Enabled bool `json:"home_tab_enabled"`
			} `json:"app_home"`
			Commands []struct {
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
		Command: command, Scopes: slackapi.Scopes(), HomeTab: manifest.Features.Home.Enabled,
		Events: append([]string{}, manifest.Settings.Events.Bot...), Shortcuts: []page.Shortcut{},
	}
	for _, c := range manifest.Features.Commands {
		app.About, app.Hint = c.Description, c.Hint
	}
	for _, s := range manifest.Features.Shortcuts {
		if s.Type == "global" {
			app.Shortcuts = append(app.Shortcuts, page.Shortcut{Name: s.Name, CallbackID: s.CallbackID, About: s.Description})
		}
	}
	return app, nil
}
