package player

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// machineSentences are what whoever runs olbot does on its machine, and what it says there.
func machineSentences() []sentence {
	return []sentence{
		{form: onFile, do: beforeTheStory},
		{form: onServer, do: beforeTheStory},
		{form: toServer, do: beforeTheStory},
		{form: "olbot stops", do: func(_ context.Context, s *stage, _ args) error { return s.stop() }},
		{form: "olbot is given TEXT", do: isGiven},
		{form: "olbot starts", do: starts},
		{form: "olbot starts from a backup", do: startsFromBackup},
		{form: "olbot does not start: TEXT", do: doesNotStart},
		{form: "restart[ with TEXT]", do: restarts},
		{form: "another olbot starts with TEXT", do: anotherStarts},
		{form: "the other olbot stops", do: otherStops},
		{form: "olbot SHORT prints at last TEXT", do: printsAtLast},
		{form: "olbot TEXT prints TEXT", do: prints},
		{form: "olbot SHORT fails: TEXT", do: failsSaying},
		{form: "olbot logs nothing of TEXT", do: logsNothingOf},
		{form: "olbot logs TEXT", do: logs},
		{form: "the file TEXT is lost", do: losesFile},
	}
}

// These stand among the people of a story and say what it can be played on; without
// one of them it is played on each kind of database.
const (
	onFile   = "olbot's database is a file"
	onServer = "olbot's database is on a server"
	toServer = "olbot's database is a file, and there is an empty one on a server"
)

// beforeTheStory is what Parse and whoever plays the story have seen to.
func beforeTheStory(context.Context, *stage, args) error { return nil }

func (s *stage) running() error {
	if s.bot == nil {
		return nil
	}
	return errors.New("olbot runs")
}

func starts(ctx context.Context, s *stage, _ args) error {
	if err := s.running(); err != nil {
		return err
	}
	return s.start(ctx)
}

// startsFromBackup starts olbot on a database that knows less than it has told and done.
func startsFromBackup(ctx context.Context, s *stage, a args) error {
	_, events, err := s.export(ctx)
	if err != nil {
		return err
	}
	s.backup = backup{events: int64(len(events)), messages: len(s.audit.Messages()), codes: len(s.onelogin.Codes())}
	for _, e := range events {
		if e.Kind == "issued" {
			s.backup.codes--
		}
	}
	return starts(ctx, s, a)
}

func restarts(ctx context.Context, s *stage, a args) error {
	if err := s.set(a[0]); err != nil {
		return err
	}
	return s.restart(ctx)
}

// isGiven gives olbot other settings for its next start, and for its other commands.
func isGiven(_ context.Context, s *stage, a args) (err error) {
	if err := errors.Join(s.running(), s.set(a[0])); err != nil {
		return err
	}
	s.env, err = s.environment()
	return err
}

// anotherStarts starts a second olbot on the same database, with settings that differ.
func anotherStarts(ctx context.Context, s *stage, a args) error {
	if s.other != nil {
		return errors.New("there is another already")
	}
	mine := maps.Clone(s.settings)
	defer func() { s.settings = mine }()
	if err := s.set(a[0]); err != nil {
		return err
	}
	env, err := s.environment()
	if err != nil {
		return err
	}
	before := len(s.slack.Connections())
	if s.other, err = s.program.Start(ctx, env, s.clock.now, &s.log); err != nil {
		return fmt.Errorf("start another olbot: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if s.slack.Wait(ctx, func() bool { return len(s.slack.Connections()) > before }) != nil {
		return errors.New("the other olbot is not connected to Slack")
	}
	return nil
}

func otherStops(ctx context.Context, s *stage, _ args) error {
	if s.other == nil {
		return errors.New("there is no other")
	}
	other := s.other
	s.other = nil
	return other.Stop(ctx)
}

// set changes settings: NAME=value, several with a comma and a space between; NAME= is as if it were not set.
func (s *stage) set(settings string) error {
	if settings == "" {
		return nil
	}
	for setting := range strings.SplitSeq(settings, ", ") {
		name, value, ok := strings.Cut(setting, "=")
		if !ok {
			return fmt.Errorf("%q is no setting", setting)
		}
		s.settings[name] = value
	}
	return nil
}

// doesNotStart lets olbot end by itself, and say why.
func doesNotStart(ctx context.Context, s *stage, a args) error {
	if err := s.running(); err != nil {
		return err
	}
	logged := len(s.log.Bytes())
	bot, err := s.program.Start(ctx, s.env, s.clock.now, &s.log)
	if err != nil {
		return fmt.Errorf("start olbot: %w", err)
	}
	select {
	case <-bot.Done():
	case <-time.After(patience):
		s.bot = bot
		return errors.New("olbot has started")
	}
	if err = bot.Stop(ctx); err == nil {
		return errors.New("olbot ended as if it had been told to")
	}
	return s.said("olbot says", err.Error()+": "+string(s.log.Bytes()[logged:]), a[0])
}

// said is nil if a text has been said.
func (s *stage) said(who, words, text string) error {
	if ok, err := s.says(words, text); !ok {
		return fmt.Errorf("%s %q: %w", who, plain(words), errorOr(err))
	}
	return nil
}

// command runs another command of olbot's on its machine. What it said to the standard error is in the error.
func (s *stage) command(ctx context.Context, line string) (string, error) {
	line, err := s.fill(line)
	if err != nil {
		return "", err
	}
	return s.program.Command(ctx, s.env, s.machineClock(), strings.Fields(line)...)
}

// machineClock is the story's, but for a server's database: that has a clock of its own, which olbot compares with
// before it writes there, and which cannot be put forward.
func (s *stage) machineClock() func() time.Time {
	if strings.HasPrefix(s.env["OLBOT_DATABASE_URL"], "sqlite:") {
		return s.clock.now
	}
	return time.Now
}

func prints(ctx context.Context, s *stage, a args) error {
	printed, err := s.command(ctx, a[0])
	if err != nil {
		return err
	}
	return s.said("olbot prints", printed, a[1])
}

// printsAtLast repeats a command that only reads until it says what is wanted.
func printsAtLast(ctx context.Context, s *stage, a args) error {
	var last error
	err := until(ctx, func() (bool, error) {
		last = prints(ctx, s, a)
		return last == nil, nil
	})
	return errors.Join(err, last)
}

func failsSaying(ctx context.Context, s *stage, a args) error {
	printed, err := s.command(ctx, a[0])
	if err == nil {
		return fmt.Errorf("olbot prints %q", plain(printed))
	}
	return s.said("olbot fails:", err.Error(), a[1])
}

func logs(ctx context.Context, s *stage, a args) error {
	return until(ctx, func() (bool, error) { return s.says(string(s.log.Bytes()), a[0]) })
}

func logsNothingOf(ctx context.Context, s *stage, a args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	if ok, err := s.says(string(s.log.Bytes()), a[0]); ok || err != nil {
		return errors.Join(errors.New("olbot logs it"), err)
	}
	return nil
}

func losesFile(_ context.Context, s *stage, a args) error {
	return os.Remove(filepath.Join(s.folder, a[0]))
}
