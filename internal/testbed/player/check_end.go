package player

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"olbot/internal/testbed/slacksim"
)

// checkEnd checks what has to hold at the end of every story, and stops olbot.
func (s *stage) checkEnd(ctx context.Context, o Options) (Summary, error) {
	running, raw, events, err := s.end(ctx, o)
	if err != nil {
		return Summary{}, err
	}
	r := Summary{Events: len(events), Codes: len(s.onelogin.Codes())}
	if r.Events > 0 {
		last := events[r.Events-1]
		r.Anchor = fmt.Sprintf("%d:%.12s", last.Number, last.Hash)
	}
	return r, errors.Join(
		running,
		s.checkSecrecy(ctx, o),
		noSecretIn("the trail", raw, s.secrets()),
		s.checkFindings(),
		s.checkEnds(events),
		s.checkFeed(events),
		s.checkIntents(events),
		s.checkChain(ctx, r.Anchor),
	)
}

// end stops olbot when the feed has told the trail. What was still being stored
// in that moment is told after another start. running is what was found wrong
// before the stop.
func (s *stage) end(ctx context.Context, o Options) (running error, raw string, events []event, err error) {
	for {
		if err := s.feedCaughtUp(ctx); err != nil {
			return nil, "", nil, err
		}
		running = s.checkSecrecy(ctx, o)
		if err := s.stop(); err != nil {
			return nil, "", nil, err
		}
		raw, events, err = s.export(ctx)
		if err != nil {
			return nil, "", nil, err
		}
		told, err := s.told(events)
		if err != nil || told == int64(len(events)) {
			return running, raw, events, err
		}
		if err := s.start(ctx); err != nil {
			return nil, "", nil, err
		}
	}
}

// feedCaughtUp waits until the audit channel has been told the whole trail (invariant 6).
func (s *stage) feedCaughtUp(ctx context.Context) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	told, last := int64(0), int64(0)
	err := until(ctx, func() (bool, error) {
		_, events, err := s.export(ctx)
		if err != nil {
			return false, err
		}
		if len(events) > 0 {
			last = events[len(events)-1].Number
		}
		told, err = s.told(events)
		return told == last, err
	})
	if errors.Is(err, errNotSo) {
		return fmt.Errorf("the feed has told the trail up to %d of %d (invariant 6)", told, last)
	}
	return err
}

var (
	feedLine   = regexp.MustCompile(`^#(\d+) `)
	feedAnchor = regexp.MustCompile(`^Trail up to (\d+):([0-9a-f]{12})$`)
)

// feed is what the audit channel was told by the olbot whose trail there is now: what an olbot told
// that was lost after its last backup cannot fit.
func (s *stage) feed() []slacksim.Message { return s.audit.Messages()[s.backup.messages:] }

// told is how far the feed has told the trail, in order and without a gap. A
// message whose fate was not known may stand there twice. What is quiet need not be told.
func (s *stage) told(events []event) (int64, error) {
	past := func(n int64) int64 { // what need not be told after n
		for n < int64(len(events)) && events[n].Quiet {
			n++
		}
		return n
	}
	told := past(s.backup.events)
	for _, m := range s.feed() {
		last := int64(0)
		for line := range strings.Lines(m.Words()) {
			match := feedLine.FindStringSubmatch(line)
			if match == nil {
				continue
			}
			n, _ := strconv.ParseInt(match[1], 10, 64)
			if last > 0 && n != past(last)+1 || n > told+1 {
				return told, fmt.Errorf("the feed tells event %d after %d (invariant 6)", n, max(last, told))
			}
			last, told = n, max(told, past(n))
		}
		if last == 0 {
			return told, fmt.Errorf("the feed has a message without an event: %q", plain(m.Words()))
		}
	}
	return told, nil
}

// checkFeed compares what the feed told with the trail, anchors included.
func (s *stage) checkFeed(events []event) error {
	hashes := map[string]string{}
	for i, e := range events {
		if e.Number != int64(i+1) {
			return fmt.Errorf("the trail has event %d in place %d", e.Number, i+1)
		}
		hashes[strconv.FormatInt(e.Number, 10)] = e.Hash
	}
	told, err := s.told(events)
	if err != nil {
		return err
	}
	if told != int64(len(events)) {
		return fmt.Errorf("the feed has told %d of %d events (invariant 6)", told, len(events))
	}
	for _, m := range s.feed() {
		anchors := 0
		for line := range strings.Lines(m.Words()) {
			if a := feedAnchor.FindStringSubmatch(strings.TrimSpace(line)); a != nil {
				anchors++
				if !strings.HasPrefix(hashes[a[1]], a[2]) {
					return fmt.Errorf("the feed's anchor %s is not the trail's %s", a[0], hashes[a[1]])
				}
			}
		}
		if anchors != 1 {
			return fmt.Errorf("a message of the feed has %d anchors: %q", anchors, plain(m.Words()))
		}
	}
	return nil
}

// checkChain lets olbot check its trail, also against the feed's last anchor.
func (s *stage) checkChain(ctx context.Context, anchor string) error {
	args := []string{"audit", "verify"}
	if anchor != "" {
		args = append(args, "--anchor", anchor)
	}
	if _, err := s.program.Command(ctx, s.env, s.clock.now, args...); err != nil {
		return fmt.Errorf("verify the trail: %w", err)
	}
	return nil
}

// checkEnds compares how the requests stand with what the story says.
func (s *stage) checkEnds(events []event) error {
	ids, state := states(events)
	for _, id := range ids {
		switch want := s.ends[id]; {
		case want == "":
			return fmt.Errorf("%s is %s, and the story does not say so; add a line: the request is %s", id, state[id], state[id])
		case !oneOf(state[id], want):
			return fmt.Errorf("%s is %s, and the story says %s", id, state[id], want)
		}
	}
	return nil
}

// checkIntents counts: no code without an intent that was stored before, none
// told of that was not made (invariant 4).
func (s *stage) checkIntents(events []event) error {
	intents, issued := 0, 0
	for _, e := range events {
		switch e.Kind {
		case "issuing":
			intents++
		case "issued":
			issued++
		}
	}
	if codes := len(s.onelogin.Codes()) - s.backup.codes; codes > intents || issued > codes {
		return fmt.Errorf("%d codes were made, %d intended, %d told of (invariant 4)", codes, intents, issued)
	}
	return nil
}

// checkFindings asks Slack whether olbot did something it should not.
func (s *stage) checkFindings() error {
	var all []error
	for _, f := range s.slack.Findings() {
		all = append(all, fmt.Errorf("what Slack found: %s %s: %s", f.Kind, f.Method, f.Detail))
	}
	return errors.Join(all...)
}
