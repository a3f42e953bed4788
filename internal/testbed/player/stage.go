package player

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// patience is how long an observation may take to come true. It only costs time
// when a story fails.
const patience = 30 * time.Second

// SlackPatience is how long Slack waits for an ack, and with a form, in a story:
// stories are about what happens, on a slow machine too. A Program's olbot has to
// count on as much.
const SlackPatience = time.Minute

// A stage is where one story is played: Slack, OneLogin, the people and olbot.
type stage struct {
	clock    clock
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	people   map[string]*actor
	groups   map[string]string // user group ids by handle
	audit    *slacksim.Conversation

	program  Program
	database string
	folder   string            // where its file is; empty: it is none
	server   string            // the other database
	keys     map[string]string // of the trail, by what the story calls them
	zone     string            // time zone of everybody in Slack
	settings map[string]string // as the story writes them
	env      map[string]string // what olbot was started with
	log      lockedBuffer
	bot      Bot
	other    Bot // on the same database
	looked   int // how often olbot had looked at the channels when it was started last

	backup   backup
	requests []string                    // ids in the order of asking
	kept     map[string]slacksim.Message // by who kept it
	homes    map[string]slacksim.Form    // Home tabs, likewise
	last     slacksim.Answer             // of the last command or press
	answers  map[string]slacksim.Answer  // the same, by who acted
	ends     map[string]string           // the state each request was last said to be in
	held     []held                      // commands and presses that Slack holds back
}

// A backup is what olbot was last started from one with. The zero backup is none.
type backup struct {
	events   int64 // in it
	messages int   // that the audit channel had when olbot started from it
	codes    int   // made by then of which it does not know
}

// held is something that somebody did and Slack has not delivered yet.
type held struct {
	name    string
	pending *slacksim.Pending
}

// lockedBuffer is where olbot's log goes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) Bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.b.Bytes())
}

// newStage starts the simulators and lets the default cast in.
func newStage(story Story, o Options) (*stage, error) {
	s := &stage{
		program: o.Program, database: o.Database, folder: o.Files, server: o.Server, zone: o.Zone, keys: map[string]string{},
		people: map[string]*actor{}, groups: map[string]string{},
		settings: defaultSettings(),
		kept:     map[string]slacksim.Message{}, homes: map[string]slacksim.Form{}, answers: map[string]slacksim.Answer{}, ends: map[string]string{},
	}
	workspace := slacksim.Options{Now: s.clock.now, AckTimeout: SlackPatience, TriggerLife: SlackPatience, Events: []string{"app_home_opened"}, Tempo: o.Tempo}
	if slices.ContainsFunc(story.People, func(l Line) bool { return l.Text == inEnterprise }) {
		workspace.EnterpriseID = "E0EXAMPLE"
	}
	s.slack = slacksim.New(workspace)
	s.onelogin = oneloginsim.New(oneloginsim.Options{Now: s.clock.now})
	if err := cmp.Or(s.slack.Start(), s.onelogin.Start()); err != nil {
		s.close()
		return nil, fmt.Errorf("start the simulators: %w", err)
	}
	s.castDefault()
	return s, nil
}

// close ends everything. olbot is stopped by then if the story went well.
func (s *stage) close() error {
	var err error
	if s.other != nil {
		err = s.other.Stop(context.Background())
		s.other = nil
	}
	if s.bot != nil {
		err = errors.Join(err, s.stop())
	}
	s.slack.Close()
	s.onelogin.Close()
	return err
}

// start starts olbot with the settings and waits until Slack can reach it.
func (s *stage) start(ctx context.Context) error {
	env, err := s.environment()
	if err != nil {
		return err
	}
	s.looked = s.looksAtChannels()
	bot, err := s.program.Start(ctx, env, s.clock.now, &s.log)
	if err != nil {
		return fmt.Errorf("start olbot: %w", err)
	}
	s.bot, s.env = bot, env
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	go func() {
		select {
		case <-bot.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := s.reachable(ctx); err != nil {
		return errors.Join(err, s.stop())
	}
	if err := s.firstTold(ctx); err != nil {
		return errors.Join(err, s.stop())
	}
	return nil
}

// firstTold waits until the audit channel has been told of the first start, so that what
// happens to the channel next does not meet that message, or does, as it happens.
func (s *stage) firstTold(ctx context.Context) error {
	return until(ctx, func() (bool, error) { return len(s.audit.Messages()) > 0, nil })
}

// stop ends olbot gracefully, and waits until Slack has noticed.
func (s *stage) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	bot := s.bot
	s.bot = nil
	if err := bot.Stop(ctx); err != nil {
		return fmt.Errorf("stop olbot: %w", err)
	}
	if s.other == nil && s.slack.Wait(ctx, func() bool { return len(s.slack.Connections()) == 0 }) != nil {
		return errors.New("olbot stopped and left a connection to Slack open")
	}
	return nil
}

func (s *stage) restart(ctx context.Context) error {
	if err := s.stop(); err != nil {
		return err
	}
	return s.start(ctx)
}

func (s *stage) looksAtChannels() int { return len(s.slack.Calls("conversations.info")) }

// watched waits until olbot has looked at the audit channel twice since its
// start, once to see whether it may start and once for its watch, so that what
// happens to the channel next is not found out by these.
func (s *stage) watched(ctx context.Context) error {
	return until(ctx, func() (bool, error) { return s.looksAtChannels() >= s.looked+2, nil })
}

// settled waits until olbot has not called anybody for a little while, so that
// the clock can be put forward, or something be found missing, at a quiet moment.
// The while is many turns, and not one sleep: on a busy machine olbot has its
// turns between them.
func (s *stage) settled(ctx context.Context) error {
	const turns, turn, most = 15, 10 * time.Millisecond, 150
	calls := -1
	for quiet, all := 0, 0; quiet < turns && all < most; quiet, all = quiet+1, all+1 {
		if now := len(s.slack.Calls()) + s.onelogin.Count(oneloginsim.AnyCall); now != calls {
			calls, quiet, all = now, 0, 0
		}
		began := time.Now()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(turn):
		}
		if time.Since(began) > 2*turn { // others keep the machine from olbot, too
			quiet = 0
		}
	}
	return nil
}

// until waits for cond, which is about anything.
func until(ctx context.Context, cond func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		ok, err := cond()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errNotSo
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// errNotSo says that an observation did not come true.
var errNotSo = errors.New("it did not become so")
