package scenarios

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Options say how a story is played.
type Options struct {
	Program  Program
	Database string // OLBOT_DATABASE_URL
	Files    string // directory of a SQLite database, searched for codes and secrets at the end; empty: none

	// Dump, if not nil, reads all that a database which is no file holds, to be searched in the same way.
	Dump func(ctx context.Context) ([]byte, error)

	// RestartAt says whether olbot is restarted before the line that stands at
	// that place, counted from 0; nil: never.
	RestartAt  func(line int) bool
	AckTimeout time.Duration // Slack's patience with acks; 0: the real three seconds

	Summary *Summary // if not nil, it is filled at a good end
	// Watch, if not nil, is told of every line that is about to be played.
	Watch func(*Scene, Line)
}

// A Summary is what a story came to, checked.
type Summary struct {
	Events int    // in the trail, all of them told in the feed
	Anchor string // number and first 12 hex digits of the hash of the last event
	Codes  int    // made by OneLogin
}

// Play plays a story and checks what has to hold at its end. The error says
// which line failed, what people saw then and what olbot logged last.
func Play(ctx context.Context, story Story, o Options) (err error) {
	s, err := newStage(o)
	if err != nil {
		return err
	}
	defer func() {
		if stopped := s.close(); err == nil {
			err = stopped
		}
	}()
	for name, value := range story.Settings {
		s.settings[name] = value
	}
	for _, line := range story.People {
		if err := s.say(ctx, line); err != nil {
			return s.failed(story, line, err)
		}
	}
	if err := s.start(ctx); err != nil {
		return s.failed(story, Line{}, err)
	}
	for i, line := range story.Lines {
		if o.RestartAt != nil && i > 0 && !line.Breath && o.RestartAt(i) {
			if err := s.restart(ctx); err != nil {
				return s.failed(story, line, fmt.Errorf("restart before: %w", err))
			}
		}
		if o.Watch != nil {
			o.Watch(&Scene{s}, line)
		}
		if err := s.say(ctx, line); err != nil {
			return s.failed(story, line, err)
		}
	}
	summary, err := s.checkEnd(ctx, o)
	if err != nil {
		return s.failed(story, Line{}, err)
	}
	if o.Summary != nil {
		*o.Summary = summary
	}
	return nil
}

// say plays one line.
func (s *stage) say(ctx context.Context, line Line) error {
	sentence, a, ok := understand(line.Text)
	if !ok {
		return fmt.Errorf("no sentence reads so")
	}
	return sentence.do(ctx, s, a)
}

// failed tells what went wrong, and what there was to see.
func (s *stage) failed(story Story, line Line, err error) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.txtar", story.Name)
	if line.Number > 0 {
		fmt.Fprintf(&b, ":%d: %s", line.Number, line.Text)
	} else {
		b.WriteString(": at the end")
	}
	fmt.Fprintf(&b, "\n    %v\n", err)
	b.WriteString(s.describe())
	return fmt.Errorf("%s", b.String())
}

// describe is what everybody sees and what olbot logged last.
func (s *stage) describe() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.people)) {
		a := s.people[name]
		if a.slack == nil {
			continue
		}
		for _, m := range a.slack.Screen() {
			if m.Channel == s.audit.ID() {
				continue
			}
			fmt.Fprintf(&b, "  %s sees in %s:\n%s\n", name, m.Where, indented(m.Words()))
		}
	}
	for _, m := range s.audit.Messages() {
		fmt.Fprintf(&b, "  #audit:\n%s\n", indented(m.Words()))
	}
	log := strings.Split(strings.TrimSpace(string(s.log.Bytes())), "\n")
	if len(log) > 25 {
		log = log[len(log)-25:]
	}
	fmt.Fprintf(&b, "  log:\n%s\n", indented(strings.Join(log, "\n")))
	return b.String()
}

func indented(text string) string { return "    | " + strings.ReplaceAll(text, "\n", "\n    | ") }
