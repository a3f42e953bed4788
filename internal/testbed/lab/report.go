package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A verdict is what a finding counts as.
type verdict string

// The verdicts. See the package's documentation.
const (
	lost         verdict = "lost"
	doubled      verdict = "doubled"
	untold       verdict = "untold"
	unreconciled verdict = "unreconciled"
	ownEnd       verdict = "ended by itself"
)

// A finding is one thing that is not as it should be.
type finding struct {
	verdict verdict
	text    string
}

// A report is what an experiment came to.
type report struct {
	sent, acked, presses, ackedPresses, requests, decided int
	intents, calls, codes, issued, shown, unknown, events int
	waiting                                               int // requests whose codes have not ended

	flows, kills, sockets       int
	missed                      []string // flows that did not come to their end
	spoiltSlack, spoiltOneLogin int
	feedMessages                int
	took                        time.Duration
	recovered                   []time.Duration // sorted
	config                      config
	storm                       *stormFigures // nil if it was none
	floods                      []floodFigures
	troubles                    []outage       // of a world
	failedStarts, missing       int            // because of them; events that the feed says may be missing
	leftCards                   []string       // that offer what is over
	ends, refusals              map[string]int // requests by their state, refusals by their code

	findings []finding
	seen     map[string]int // messages by code
}

func (r *report) add(v verdict, format string, args ...any) {
	r.findings = append(r.findings, finding{v, fmt.Sprintf(format, args...)})
}

func (r *report) count(v verdict) int {
	n := 0
	for _, f := range r.findings {
		if f.verdict == v {
			n++
		}
	}
	return n
}

func (r *report) good() bool { return len(r.findings) == 0 }

// measure adds what is good to know about the run itself.
func (r *report) measure(h *house, k *killer, c config) {
	r.config, r.flows, r.kills = c, c.flows, len(k.kills)
	r.sockets = h.slack.ConnectionsEver()
	r.feedMessages = len(h.audit.Messages())
	for _, call := range h.slack.Calls() {
		if call.Fault {
			r.spoiltSlack++
		}
	}
	for _, call := range h.onelogin.Calls() {
		if call.Fault != "" {
			r.spoiltOneLogin++
		}
	}
	var acks []time.Time
	for _, e := range h.slack.Envelopes() {
		if !e.AckedAt.IsZero() && e.Err == "" {
			acks = append(acks, e.AckedAt)
		}
	}
	slices.SortFunc(acks, time.Time.Compare)
	for i, killed := range k.kills {
		next, _ := slices.BinarySearchFunc(acks, killed, time.Time.Compare)
		// A process that is killed again before it could answer is one outage.
		if next < len(acks) && (i+1 == len(k.kills) || acks[next].Before(k.kills[i+1]) || len(h.replicas) > 1) {
			r.recovered = append(r.recovered, acks[next].Sub(killed))
		}
	}
	slices.Sort(r.recovered)
	for n, replica := range h.replicas {
		for _, e := range replica.ownExits() {
			if e.neverWorked && c.excuses != nil && c.excuses(e) {
				r.failedStarts++
				continue
			}
			r.add(ownEnd, "replica %d ended: %s, %v after its start", n+1, e.how, e.at.Sub(e.began).Round(time.Millisecond))
		}
	}
}

// verify lets olbot check its trail against the newest anchor in the feed.
func (r *report) verify(ctx context.Context, h *house) {
	args := []string{"audit", "verify"}
	if last := readFeed(h.audit.Messages(), nil).last; last != "" {
		args = append(args, "--anchor", last)
	}
	if _, err := h.program.call(ctx, args...); err != nil {
		r.add(unreconciled, "%v", err)
	}
}

// print prints the table, and what was found.
func (r *report) print(w io.Writer) {
	if r.floods != nil {
		r.printFloods(w)
		r.printFindings(w)
		return
	}
	database := "SQLite"
	if r.config.postgres() {
		database = "PostgreSQL"
	}
	fmt.Fprintf(w, "\n%s, %d olbot, seed %d: %d flows in %v, %d of them to the end people meant\n",
		database, r.config.replicas, r.config.seed, r.flows, r.took.Round(time.Second), r.flows-len(r.missed))
	fmt.Fprintf(w, "%d kills (every %v), %d sockets, %d Slack calls and %d OneLogin calls spoilt\n\n",
		r.kills, &r.config.kill, r.sockets, r.spoiltSlack, r.spoiltOneLogin)
	row := func(name string, value any) { fmt.Fprintf(w, "| %-16s | %8v |\n", name, value) }
	row("record", "count")
	fmt.Fprintf(w, "|%s|%s:|\n", strings.Repeat("-", 18), strings.Repeat("-", 9))
	row("sent", r.sent)
	row("acked", r.acked)
	row("requests", r.requests)
	row("presses", r.presses)
	row("presses acked", r.ackedPresses)
	row("decided", r.decided)
	row("intents", r.intents)
	row("OneLogin asked", r.calls)
	row("codes", r.codes)
	row("issued", r.issued)
	row("shown", r.shown)
	row("unknown", r.unknown)
	row("not yet over", r.waiting)
	row("events", r.events)
	row("feed messages", r.feedMessages)
	row("lost", r.count(lost))
	row("doubled", r.count(doubled))
	row("untold", r.count(untold))
	row("unreconciled", r.count(unreconciled))
	row("ended by itself", r.count(ownEnd))
	if n := len(r.recovered); n > 0 {
		row("recovered p50", r.recovered[n/2].Round(time.Millisecond))
		row("recovered max", r.recovered[n-1].Round(time.Millisecond))
	}
	if r.storm != nil {
		fmt.Fprintln(w)
		r.storm.print(w)
	}
	if r.troubles != nil {
		r.printWorld(w)
	}
	r.printFindings(w)
}

// printFindings names the findings, at most 20 of a kind; all are in findings.txt.
func (r *report) printFindings(w io.Writer) {
	var all strings.Builder
	told := map[verdict]int{}
	for _, f := range r.findings {
		line := fmt.Sprintf("%s: %s\n", f.verdict, f.text)
		all.WriteString(line)
		if told[f.verdict]++; told[f.verdict] <= 20 {
			fmt.Fprint(w, line)
		}
	}
	if all.Len() > 0 {
		_ = os.WriteFile(filepath.Join(r.config.dir, "findings.txt"), []byte(all.String()), 0o600)
	}
}
