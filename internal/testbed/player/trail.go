package player

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An event is what the stories need of a line of olbot audit export.
type event struct {
	Number  int64  `json:"number"`
	Kind    string `json:"kind"`
	Hash    string `json:"hash"`
	Request string `json:"request"`
	State   string `json:"state"`
	Attempt int    `json:"attempt"`
	Quiet   bool   `json:"quiet"` // the feed does not tell it

	Restriction string `json:"restriction"`
}

// export is the trail as olbot audit export prints it, raw and read.
func (s *stage) export(ctx context.Context) (raw string, events []event, err error) {
	raw, err = s.program.Command(ctx, s.env, s.clock.now, "audit", "export")
	if err != nil {
		return "", nil, fmt.Errorf("export the trail: %w", err)
	}
	lines := bufio.NewScanner(strings.NewReader(raw))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return raw, nil, fmt.Errorf("read the trail: %w", err)
		}
		events = append(events, e)
	}
	return raw, events, lines.Err()
}

// states are the requests in order of their first event, and how each stands.
func states(events []event) (ids []string, state map[string]string) {
	state = map[string]string{}
	for _, e := range events {
		if e.Request == "" || e.State == "" {
			continue
		}
		if _, seen := state[e.Request]; !seen {
			ids = append(ids, e.Request)
		}
		state[e.Request] = e.State
	}
	return ids, state
}

// oneOf says whether a word is among those of "denied or issued".
func oneOf(word, list string) bool { return slices.Contains(strings.Split(list, " or "), word) }

func requestIs(ctx context.Context, s *stage, a args) error {
	return requestNumberIs(ctx, s, args{"", a[0]})
}

func requestNumberIs(ctx context.Context, s *stage, a args) error {
	id, err := s.request(a[0])
	if err != nil {
		return err
	}
	s.ends[id] = a[1]
	return s.inTrail(ctx, func(events []event) error {
		if _, state := states(events); !oneOf(state[id], a[1]) {
			return fmt.Errorf("%s is %s", id, state[id])
		}
		return nil
	})
}

func everyRequestIs(ctx context.Context, s *stage, a args) error {
	for _, id := range s.requests {
		s.ends[id] = a[0]
	}
	return s.inTrail(ctx, func(events []event) error {
		_, state := states(events)
		for id, is := range state {
			if !oneOf(is, a[0]) {
				return fmt.Errorf("%s is %s", id, is)
			}
		}
		return nil
	})
}

func noRequest(ctx context.Context, s *stage, _ args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	_, events, err := s.export(ctx)
	if ids, _ := states(events); len(ids) > 0 {
		return fmt.Errorf("there is %s", strings.Join(ids, ", "))
	}
	return err
}

func trailHas(ctx context.Context, s *stage, a args) error {
	return s.inTrail(ctx, func(events []event) error {
		n := 0
		for _, e := range events {
			if e.Kind == a[1] {
				n++
			}
		}
		if strconv.Itoa(n) != a[0] {
			return fmt.Errorf("the trail has %d", n)
		}
		return nil
	})
}

// inTrail waits until the trail is as wanted.
func (s *stage) inTrail(ctx context.Context, wanted func([]event) error) error {
	var last error
	err := until(ctx, func() (bool, error) {
		_, events, err := s.export(ctx)
		if err != nil {
			return false, err
		}
		last = wanted(events)
		return last == nil, nil
	})
	if err == errNotSo && last != nil {
		return last
	}
	return err
}
