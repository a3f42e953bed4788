package player

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Options say how a story is played.
type Options struct {
	Program  Program
	Database string // OLBOT_DATABASE_URL
	Files    string // directory of a SQLite database, searched for codes and secrets at the end; empty: none
	Server   string // OLBOT_DATABASE_URL of an empty database on a server, for a story that moves there

	// Dump, if not nil, reads all that a database which is no file holds, to be searched in the same way.
	Dump func(ctx context.Context) ([]byte, error)

	// RestartAt says whether olbot is restarted before the line that stands at
	// that place, counted from 0; nil: never.
	RestartAt func(line int) bool

	// Tempo is how many times faster than documented Slack's limits are; 0: not at all. The Program has to know it too.
	Tempo float64

	Zone     string   // time zone of everybody in Slack, as for time.LoadLocation; empty: UTC
	Audience Audience // who watches; nil: nobody
}

// An Audience watches a story while it is played. It may take its time.
type Audience interface {
	Before(ctx context.Context, scene *Scene, line Line) // the line is about to be played
	After(ctx context.Context, scene *Scene, line Line)  // it was
}

// A Summary is what a story came to, checked.
type Summary struct {
	Events int    // in the trail, all of them told in the feed
	Anchor string // number and first 12 hex digits of the hash of the last event
	Codes  int    // made by OneLogin
}

// Play plays a story and checks what has to hold at its end. The error says
// which line failed, what people saw then and what olbot logged last.
func Play(ctx context.Context, story Story, o Options) (summary Summary, err error) {
	s, err := newStage(story, o)
	if err != nil {
		return summary, err
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
			return summary, s.failed(story, line, err)
		}
	}
	if err := s.start(ctx); err != nil {
		return summary, s.failed(story, Line{}, err)
	}
	for i, line := range story.Lines {
		if o.RestartAt != nil && i > 0 && !line.Breath && s.bot != nil && o.RestartAt(i) {
			if err := s.restart(ctx); err != nil {
				return summary, s.failed(story, line, fmt.Errorf("restart before: %w", err))
			}
		}
		if err := s.perform(ctx, line, o.Audience); err != nil {
			return summary, s.failed(story, line, err)
		}
	}
	if summary, err = s.checkEnd(ctx, o); err != nil {
		return summary, s.failed(story, Line{}, err)
	}
	return summary, nil
}

// perform plays one line before an audience.
func (s *stage) perform(ctx context.Context, line Line, a Audience) error {
	if a == nil {
		return s.say(ctx, line)
	}
	a.Before(ctx, &Scene{s}, line)
	if err := s.say(ctx, line); err != nil {
		return err
	}
	a.After(ctx, &Scene{s}, line)
	return ctx.Err()
}

// say plays one line.
func (s *stage) say(ctx context.Context, line Line) error {
	sentence, a, ok := understand(line.Text)
	if !ok {
		return errors.New("no sentence reads so")
	}
	return sentence.do(ctx, s, a)
}

// A Failure says where a story went another way than it is told.
type Failure struct {
	Story string
	Line  Line   // zero: at the start or the end
	Err   error  // what was not so
	Seen  string // what everybody saw then, and what olbot logged last
}

func (f *Failure) Error() string { return f.Brief() + "\n" + f.Seen }

// Brief is where and what, in one line.
func (f *Failure) Brief() string {
	if f.Line.Number == 0 {
		return fmt.Sprintf("%s.txtar: %v", f.Story, f.Err)
	}
	return fmt.Sprintf("%s.txtar:%d: %s: %v", f.Story, f.Line.Number, f.Line.Text, f.Err)
}

func (f *Failure) Unwrap() error { return f.Err }

func (s *stage) failed(story Story, line Line, err error) error {
	return &Failure{Story: story.Name, Line: line, Err: err, Seen: s.describe()}
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
