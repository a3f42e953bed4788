package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"olbot/internal/testbed/slacksim"
)

// countEnds counts what became of the requests, and what olbot refused with words.
func (r *report) countEnds(in records, all map[string]story) {
	r.ends, r.refusals = map[string]int{}, map[string]int{}
	for _, s := range all {
		r.ends[s.state()]++
	}
	for _, e := range in.events {
		switch e.Kind {
		case "command_refused", "refused", "failed", "lapsed":
			if e.Refusal.Code != "" {
				r.refusals[e.Refusal.Code]++
			}
		}
	}
	r.missing = in.feed.missing
	r.leftCards = leftCards(in, all)
}

// claims are what olbot says of the world, and of which troubles that is true.
func claims() map[string][]string {
	return map[string][]string{
		"feed_lost":        {"feed refused", "feed archived"},
		"slack_refuses":    {"token revoked"},
		"onelogin_refuses": {"credentials disabled"},
	}
}

// noticed is how long olbot may take to notice that a trouble is over.
const noticed = 30 * time.Second

// reconcileClaims: what the trail says of Slack and OneLogin was so.
func (r *report) reconcileClaims(events []event) {
	for _, e := range events {
		claim := e.Kind
		if e.Kind == "command_refused" && e.Refusal.Code != "feed_lost" {
			claim = e.Refusal.Code
		}
		of, is := claims()[claim]
		so := slices.ContainsFunc(r.troubles, func(o outage) bool {
			return slices.Contains(of, o.trouble) && o.from.Before(e.At) && e.At.Before(o.to.Add(noticed))
		})
		if is && !so {
			r.add(unreconciled, "event %d (%s) says %s at %s, and it was not so", e.Number, e.Kind, claim, e.At.Format(time.TimeOnly))
		}
	}
}

// leftCards are the messages that are the last somebody was sent about a request, and offer what is
// over: it has ended, and there is a button to decide on it, to withdraw it or to have its code.
func leftCards(in records, all map[string]story) []string {
	last := map[string]slacksim.Message{} // by channel and request
	for _, m := range in.messages {
		if id := requestOf(m); id != "" && !m.Deleted && !m.Ephemeral {
			last[m.Channel+" "+id] = m
		}
	}
	var left []string
	for _, m := range last {
		for _, b := range m.Buttons() {
			s := all[idPattern.FindString(b.Value)]
			if slices.Contains([]string{approve, deny, withdraw, showCode}, b.Label) && len(s) > 0 && ended(s.state()) {
				left = append(left, fmt.Sprintf("%s on %s (%s) in %s %s%s", b.Label, b.Value, s.kinds(), m.Channel, m.TS, paintedBy(in.painted, m, idPattern.FindString(b.Value))))
			}
		}
	}
	slices.Sort(left)
	return left
}

// paintedBy lists, in the order in which they took effect, the calls that may have posted
// or painted a message about the request.
func paintedBy(calls []slacksim.Call, m slacksim.Message, id string) string {
	var list strings.Builder
	for _, c := range calls {
		text := c.Args["text"] + c.Args["blocks"] + c.Args["body"]
		if c.Args["ts"] == m.TS || strings.Contains(text, id) {
			words := c.Args["text"] + c.Args["body"]
			fmt.Fprintf(&list, "\n      %s %s %s to %s %d %s fault %t %.90q", c.At.Format("15:04:05.000"), c.Method, c.Args["ts"], c.Args["channel"], c.Status, c.Error, c.Fault, words)
		}
	}
	return list.String()
}

// requestOf is the request a message is about, "" if it does not say.
func requestOf(m slacksim.Message) string {
	for _, b := range m.Buttons() {
		if id := idPattern.FindString(b.Value); id != "" {
			return id
		}
	}
	return idPattern.FindString(m.Words())
}

// printWorld prints what happened in a world besides the table.
func (r *report) printWorld(w io.Writer) {
	happened := map[string]int{}
	for _, o := range r.troubles {
		happened[o.trouble]++
	}
	fmt.Fprintf(w, "\n%d starts failed because of trouble; the feed says that %d events may be missing\n", r.failedStarts, r.missing)
	fmt.Fprintf(w, "%d buttons offer what is over, and nothing later was sent\n", len(r.leftCards))
	for _, card := range r.leftCards {
		fmt.Fprintf(w, "  %s\n", card)
	}
	fmt.Fprintf(w, "troubles: %s\n", listed(happened))
	fmt.Fprintf(w, "requests ended: %s\n", listed(r.ends))
	fmt.Fprintf(w, "refused with words: %s\n", listed(r.refusals))
}

// listed lists counts, the highest first.
func listed(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", counts[name], name)
	}
	return strings.Join(names, ", ")
}
