package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// An event is what the laboratory needs of a line of olbot audit export.
type event struct {
	Number  int64     `json:"number"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	Hash    string    `json:"hash"`
	Request string    `json:"request"`
	State   string    `json:"state"`
	Attempt int       `json:"attempt"`
	Quiet   bool      `json:"quiet"` // the feed does not tell it
	Reason  string    `json:"reason"`
	Until   time.Time `json:"until"`
	Count   int       `json:"count"`
	Refusal struct {
		Code string `json:"code"`
	} `json:"refusal"`
	Owner struct {
		OneLogin int64 `json:"onelogin"`
	} `json:"owner"`
}

func (h *house) export(ctx context.Context) ([]event, error) {
	raw, err := h.program.call(ctx, "audit", "export")
	if err != nil {
		return nil, err
	}
	var events []event
	for line := range bytes.Lines(raw) {
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("read the trail: %w", err)
		}
		events = append(events, e)
	}
	return events, nil
}

// A story is what the trail says of one request, in order.
type story []event

func stories(events []event) map[string]story {
	all := map[string]story{}
	for _, e := range events {
		if e.Request != "" {
			all[e.Request] = append(all[e.Request], e)
		}
	}
	return all
}

func (s story) state() string { return s[len(s)-1].State }

func (s story) count(kinds ...string) int {
	n := 0
	for _, e := range s {
		if slices.Contains(kinds, e.Kind) {
			n++
		}
	}
	return n
}

// owner is the OneLogin id of the owner, 0 if nobody was looked up.
func (s story) owner() int64 {
	for _, e := range s {
		if e.Owner.OneLogin != 0 {
			return e.Owner.OneLogin
		}
	}
	return 0
}

// claimUntil is when the time to make codes is over, zero if it never began.
func (s story) claimUntil() time.Time {
	for _, e := range s {
		if e.Kind == "approved" {
			return e.Until
		}
	}
	return time.Time{}
}

// ended says whether nothing can follow the state.
func ended(state string) bool {
	switch state {
	case "refused", "denied", "withdrawn", "expired", "lapsed", "failed", "disowned", "stopped", "closed":
		return true
	}
	return false
}

// atRest says whether the state only waits for the time of its codes to end.
func atRest(state string) bool { return ended(state) || state == "issued" || state == "unknown" }

// An intent is an attempt to make a code, and what the trail says became of it.
type intent struct {
	request string
	attempt int
	at      time.Time
	outcome string // issued, unknown, not_sent, failed, disowned, stopped; empty: none
	refusal string // why it failed
	again   int    // further outcomes
	codes   int    // really made
	calls   int    // that OneLogin did not turn away as unauthorized
}

// intents lists the attempts of a request. A number comes again after not_sent.
func (s story) intents() []*intent {
	var all []*intent
	for _, e := range s {
		switch {
		case e.Kind == "issuing":
			all = append(all, &intent{request: e.Request, attempt: e.Attempt, at: e.At})
		case len(all) == 0:
		case e.Kind == "issued", e.Kind == "unknown", e.Kind == "not_sent", e.Kind == "failed",
			(e.Kind == "disowned" || e.Kind == "stopped") && e.State == e.Kind && all[len(all)-1].outcome == "":
			last := all[len(all)-1]
			if last.outcome != "" {
				last.again++
				continue
			}
			last.outcome, last.refusal = e.Kind, e.Refusal.Code
		}
	}
	return all
}
