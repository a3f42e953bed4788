package player

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"olbot/internal/testbed/slacksim"
)

// A secret is something that must not be found, and what to call it.
type secret struct {
	name string
	in   func(text string) bool
}

// secrets are the codes that were made, however spelled, and what olbot was
// given to keep to itself.
func (s *stage) secrets() []secret {
	return append(s.codes(),
		secret{"the bot token", containing(s.slack.BotToken())},
		secret{"the app token", containing(s.slack.AppToken())},
		secret{"the client secret", containing(s.onelogin.ClientSecret())},
		secret{"the key of the trail", containing(trailKey)},
		secret{"another key of the trail", containing(slices.Collect(maps.Values(s.keys))...)},
		secret{"a socket's ticket", containing("ticket=")},
		secret{"a response_url", containing("/actions/"+s.slack.TeamID()+"/", "/commands/"+s.slack.TeamID()+"/")},
	)
}

func (s *stage) codes() []secret {
	var all []secret
	for i, code := range s.onelogin.Codes() {
		all = append(all, secret{fmt.Sprintf("code %d", i+1), func(text string) bool { return spelled(code.Value, text) }})
	}
	return all
}

func containing(any ...string) func(string) bool {
	return func(text string) bool {
		return slices.ContainsFunc(any, func(s string) bool { return strings.Contains(text, s) })
	}
}

func noSecretIn(where, text string, secrets []secret) error {
	for _, secret := range secrets {
		if secret.in(text) {
			return fmt.Errorf("%s stands in %s (invariant 5)", secret.name, where)
		}
	}
	return nil
}

// checkSecrecy looks for codes and secrets everywhere they must not be (invariant 5).
func (s *stage) checkSecrecy(ctx context.Context, o Options) error {
	secrets := s.secrets()
	found := []error{
		noSecretIn("the log", string(s.log.Bytes()), secrets),
		s.checkFiles(o.Files, secrets),
		s.checkDump(ctx, o, secrets),
		s.checkMessages(secrets),
		s.checkCalls(),
	}
	for _, who := range s.people {
		if who.slack == nil {
			continue
		}
		for _, n := range who.slack.Notifications() {
			found = append(found, noSecretIn("a notification to "+who.name, n.Text, secrets))
		}
	}
	return errors.Join(found...)
}

// checkFiles searches the database, its log of changes included.
func (s *stage) checkFiles(dir string, secrets []secret) error {
	if dir == "" {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreGone(err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return ignoreGone(err)
		}
		return noSecretIn("the file "+filepath.Base(path), string(raw), secrets)
	})
}

func (s *stage) checkDump(ctx context.Context, o Options, secrets []secret) error {
	if o.Dump == nil {
		return nil
	}
	kept, err := o.Dump(ctx)
	if err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	return noSecretIn("the database", string(kept), secrets)
}

// ignoreGone lets a file disappear while it is looked for, as SQLite's do.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// checkMessages looks at every message as it was ever painted. A code may stand
// in the blocks of an ephemeral message in an agent's direct message, where
// people read it, and nowhere else.
func (s *stage) checkMessages(secrets []secret) error {
	agents := map[string]bool{}
	for _, c := range s.slack.Commands() {
		if p := s.slack.Person(c.UserID); p != nil {
			agents[p.BotDM().ID()] = true
		}
	}
	for _, last := range s.slack.Messages() {
		for _, m := range append(s.slack.Revisions(last), last) {
			if err := noSecretIn("the text of a message", m.Text, secrets); err != nil {
				return err
			}
			if m.Ephemeral && agents[m.Channel] {
				if err := s.checkCodeMessage(m); err != nil {
					return err
				}
				continue
			}
			if err := noSecretIn("a message in "+m.Where, string(m.Blocks)+"\n"+m.Words(), secrets); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkCodeMessage looks at what travels with a press: ids and values.
func (s *stage) checkCodeMessage(m slacksim.Message) error {
	var tree any
	if len(m.Blocks) == 0 {
		return nil
	}
	if err := json.Unmarshal(m.Blocks, &tree); err != nil {
		return fmt.Errorf("read blocks: %w", err)
	}
	var travelling strings.Builder
	collect(tree, &travelling)
	return noSecretIn("an id or a value of a button", travelling.String(), s.codes())
}

// collect gathers every string that is not a text which people read.
func collect(node any, into *strings.Builder) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			collect(child, into)
		}
	case map[string]any:
		for key, child := range node {
			if text, ok := child.(string); ok && key != "text" {
				fmt.Fprintln(into, text)
			}
			collect(child, into)
		}
	}
}

// checkCalls looks at what olbot sent to Slack: a code only in the blocks of chat.postEphemeral.
func (s *stage) checkCalls() error {
	codes := s.codes()
	for _, call := range s.slack.Calls() {
		for name, value := range call.Args {
			if call.Method == "chat.postEphemeral" && name == "blocks" {
				continue
			}
			if err := noSecretIn(call.Method+" ("+name+")", value, codes); err != nil {
				return err
			}
		}
	}
	return nil
}
