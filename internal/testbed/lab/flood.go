package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A flood is so many commands of one person in so short a time.
const (
	floodCommands = 300
	floodTime     = 3 * time.Second
)

// What others may have to wait meanwhile.
const (
	floodCard = 5 * time.Second  // until an approver or a security contact has a card
	floodFeed = 15 * time.Second // until the audit channel says so
	floodWait = 3 * time.Minute  // is given up after
)

// floodFigures are how long others waited during a flood, zero for what never came.
type floodFigures struct {
	by                     string
	card, alarm, asked, no time.Duration // approver's card, contact's alarm, the feed's lines of both
	accepted, refused      int           // of the flooder's commands
	lookUps                int           // of the flooder in OneLogin
}

// floods has somebody send 300 commands in 3 s who may not ask, and then somebody who
// may, while one agent asks for a code, and one owner says This wasn't me.
func floods(ctx context.Context, c config) (*report, error) {
	r := &report{config: c}
	for _, by := range []string{"outsider", "requester"} {
		f, err := flood(ctx, c, by)
		if err != nil {
			return nil, err
		}
		r.floods = append(r.floods, f)
		for what, took := range map[string]struct{ got, limit time.Duration }{
			"the approver's card": {f.card, floodCard}, "the contact's alarm": {f.alarm, floodCard},
			"the feed's line of the request": {f.asked, floodFeed}, "the feed's line of the alarm": {f.no, floodFeed},
		} {
			if took.got == 0 || took.got > took.limit {
				r.add(lost, "a flood of one %s: %s after %v, wanted within %v (0: never)", by, what, took.got, took.limit)
			}
		}
		if by == "outsider" && (f.accepted > 0 || f.lookUps > 0) {
			r.add(lost, "of somebody who may not ask %d commands were accepted, and %d look-ups made in OneLogin", f.accepted, f.lookUps)
		}
	}
	return r, nil
}

// A floodedHouse is a house with the people of a flood.
type floodedHouse struct {
	*house
	flooder, contact  *slacksim.Person
	flooderID         int64 // OneLogin's
	honest, regretted cast
	victims           []cast // whom the flooder asks codes for
}

func newFloodedHouse(ctx context.Context, c config, by string) (*floodedHouse, error) {
	h, err := newHouse(ctx, c, slacksim.Options{}, nil)
	if err != nil {
		return nil, err
	}
	f := &floodedHouse{house: h, honest: h.enlist(0), regretted: h.enlist(1)}
	for n := range 20 {
		f.victims = append(f.victims, h.enlist(2+n))
	}
	f.flooder = h.slack.AddUser(slacksim.User{Name: "flooder"})
	f.flooderID = h.onelogin.AddUser(oneloginsim.User{Email: "flooder@example.com"})
	f.contact = h.slack.AddUser(slacksim.User{Name: "contact"})
	h.onelogin.AddUser(oneloginsim.User{Email: "contact@example.com"})
	may := []*slacksim.Person{f.honest.agent, f.regretted.agent}
	if by == "requester" {
		may = append(may, f.flooder)
	}
	group := h.slack.AddUserGroup("helpdesk", may...)
	for _, r := range h.replicas {
		r.program.env = append(r.program.env, "OLBOT_REQUESTERS="+group, "OLBOT_SECURITY_CONTACTS="+f.contact.ID(),
			"OLBOT_AGENT_LIMIT=10", "OLBOT_APPROVAL_TIMEOUT=15m")
	}
	return f, nil
}

func flood(ctx context.Context, c config, by string) (floodFigures, error) {
	figures := floodFigures{by: by}
	c.dir = filepath.Join(c.dir, by)
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return figures, err
	}
	f, err := newFloodedHouse(ctx, c, by)
	if err != nil {
		return figures, err
	}
	defer f.close()
	if err := f.start(ctx); err != nil {
		return figures, err
	}
	ctx, cancel := context.WithTimeout(ctx, floodWait)
	defer cancel()
	ask := func(p cast) slacksim.Answer {
		return p.agent.Runs(fmt.Sprintf("/tempotp %s -- please", p.owner.Mention()))
	}
	ask(f.regretted)
	notice, err := f.regretted.owner.WaitsForButton(ctx, disown)
	if err != nil {
		return figures, fmt.Errorf("wait for the owner's notice: %w", err)
	}
	before := len(f.onelogin.Calls())
	var all sync.WaitGroup
	all.Go(func() { figures.accepted, figures.refused = f.floods() })
	time.Sleep(floodTime / 3)
	began := time.Now()
	since := func(took *time.Duration, err error) {
		if err == nil {
			*took = time.Since(began)
		}
	}
	all.Go(func() {
		id := idPattern.FindString(ask(f.honest).Words())
		_, err := f.honest.manager.WaitsForButton(ctx, approve)
		since(&figures.card, err)
		since(&figures.asked, f.waitsForFeed(ctx, id, "Approval asked"))
	})
	all.Go(func() {
		id := idPattern.FindString(notice.Words())
		f.regretted.owner.PressesOn(notice, disown)
		_, err := f.contact.WaitsForButton(ctx, "Lift block")
		since(&figures.alarm, err)
		since(&figures.no, f.waitsForFeed(ctx, id, "ALARM"))
	})
	all.Wait()
	for _, call := range f.onelogin.Calls()[before:] {
		if strings.HasSuffix(call.Path, fmt.Sprint("/users/", f.flooderID)) || strings.Contains(call.Query, "flooder") {
			figures.lookUps++
		}
	}
	return figures, f.stop()
}

// floods sends the commands, and says how many were accepted and refused.
func (f *floodedHouse) floods() (accepted, refused int) {
	var sent []*slacksim.Pending
	for n := range floodCommands {
		sent = append(sent, f.flooder.Sends(fmt.Sprintf("/tempotp %s -- number %d", f.victims[n%len(f.victims)].owner.Mention(), n)))
		time.Sleep(floodTime / floodCommands)
	}
	for _, p := range sent {
		if idPattern.MatchString(p.Answer().Words()) {
			accepted++
		} else {
			refused++
		}
	}
	return accepted, refused
}

// waitsForFeed waits until the audit channel says something of a request.
func (f *floodedHouse) waitsForFeed(ctx context.Context, id, words string) error {
	return f.slack.Wait(ctx, func() bool {
		for _, m := range f.audit.Messages() {
			for line := range strings.Lines(m.Words()) {
				if strings.Contains(line, id) && strings.Contains(line, words) {
					return true
				}
			}
		}
		return false
	})
}

func (r *report) printFloods(w io.Writer) {
	fmt.Fprintf(w, "\n%d commands in %v by one person, while another agent asks and an owner says This wasn't me\n\n", floodCommands, floodTime)
	fmt.Fprintf(w, "| flood of one | approver's card | contact's alarm | feed: asked | feed: alarm | accepted | OneLogin look-ups of the sender |\n|---|---|---|---|---|---|---|\n")
	s := func(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
	for _, f := range r.floods {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %d of %d | %d |\n", f.by, s(f.card), s(f.alarm), s(f.asked), s(f.no), f.accepted, f.accepted+f.refused, f.lookUps)
	}
	fmt.Fprintln(w)
}
