package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// worldKill is how often a process is killed.
var worldKill = span{10 * time.Second, 40 * time.Second}

// ghostLife is how long Slack goes on counting a connection that ended without a close frame:
// less than its hours, since they would be more than olbot remembers.
const ghostLife = 2 * time.Minute

// A world is a house in which everything happens that Slack and OneLogin were seen to do.
type world struct {
	*house
	fallback, contact *slacksim.Person
	roles             map[string]part // by every id that a message can be addressed to
	memory            *memory
	progress          io.Writer

	mu      sync.Mutex
	outages []outage
	broken  error // the laboratory itself
}

// A part is what somebody is, in which flow.
type part struct {
	role string
	n    int
}

// playWorld plays flows for a time while all kinds of trouble happen, and reconciles what came of them.
func playWorld(ctx context.Context, c config) (*report, error) {
	w, flows, err := newWorld(ctx, c)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := w.start(ctx); err != nil {
		return nil, err
	}
	began := time.Now()
	seeded := func(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(c.seed, stream)) }
	k := &killer{house: w.house, every: c.kill, rng: seeded(2)}
	trouble, end := context.WithCancel(ctx)
	defer end()
	var all sync.WaitGroup
	var killed error
	all.Go(func() { killed = k.run(trouble) })
	all.Go(func() { w.suffer(trouble, plan(troubles(), seeded(3), c.lasts)) })
	all.Go(func() { w.standsIn(trouble, seeded(4)) })
	w.play(ctx, c, flows, seeded(5))
	end()
	all.Wait()
	if err := errors.Join(killed, w.broken, ctx.Err()); err != nil {
		return nil, err
	}
	fmt.Fprintf(c.progress, "all %d flows are played after %v; everything settles\n", len(flows), time.Since(began).Round(time.Second))
	c.flows, c.excuses = len(flows), w.excuses
	r, events, err := conclude(ctx, c, w.house, k, w.memory, began)
	if err != nil {
		return nil, err
	}
	r.troubles = w.outages
	r.reconcileClaims(events)
	return r, nil
}

// newWorld makes the house and all people. The requesters are a group, so that there can be a fallback approver.
func newWorld(ctx context.Context, c config) (*world, []*flow, error) {
	h, err := newHouse(ctx, c, slacksim.Options{
		NoBurst: !c.burst, Drain: 2 * time.Second, GhostLife: ghostLife, SocketPing: 10 * time.Second,
	}, map[string]string{
		"OLBOT_APPROVAL_TIMEOUT": "60s", "OLBOT_MAX_CODES": "3", "OLBOT_CLAIM_WINDOW": "45s", "OLBOT_REMIND_AFTER": "20s", "OLBOT_ESCALATE_AFTER": "40s",
	})
	if err != nil {
		return nil, nil, err
	}
	w := &world{house: h, roles: map[string]part{}, memory: &memory{}, progress: c.progress}
	h.onelogin.SetScope(oneloginsim.ScopeManageAll)
	h.onelogin.SetRemovableCodes(true)
	join := func(name string) *slacksim.Person {
		h.onelogin.AddUser(oneloginsim.User{Email: name + "@example.com", Username: name, FirstName: name})
		return w.cast(h.slack.AddUser(slacksim.User{Name: name, Email: name + "@example.com"}), name, 0)
	}
	w.fallback, w.contact = join("fallback"), join("contact")
	n := int(c.lasts / c.every)
	deck := deal(n, rand.New(rand.NewPCG(c.seed, 1)))
	var flows []*flow
	var agents []*slacksim.Person
	for n := range n {
		f := &flow{cast: h.enlist(n), n: n, kind: deck[n], rng: rand.New(rand.NewPCG(c.seed, 1000+uint64(n))), memory: w.memory}
		flows, agents = append(flows, f), append(agents, w.cast(f.agent, "agent", n))
		w.cast(f.owner, "owner", n)
		w.cast(f.manager, "manager", n)
	}
	group := h.slack.AddUserGroup("helpdesk", agents...)
	for _, r := range h.replicas {
		r.program.env = append(r.program.env, "OLBOT_REQUESTERS="+group, "OLBOT_APPROVERS=manager,"+w.fallback.ID(),
			"OLBOT_SECURITY_CONTACTS="+w.contact.ID())
	}
	return w, flows, nil
}

// cast notes what somebody is.
func (w *world) cast(p *slacksim.Person, role string, n int) *slacksim.Person {
	w.roles[p.ID()], w.roles[p.BotDM().ID()] = part{role, n}, part{role, n}
	return p
}

// failed notes that the laboratory itself does not work.
func (w *world) failed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = errors.Join(w.broken, err)
}

// play begins one flow after the other, and returns when all of them are over.
func (w *world) play(ctx context.Context, c config, flows []*flow, rng *rand.Rand) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, f := range flows {
		all.Go(func() { f.run(ctx, c.bother) })
		if !waits(ctx, span{c.every / 2, c.every * 3 / 2}.draw(rng)) {
			return
		}
	}
}

// standsIn lets the fallback approver answer most of what is asked of them, each card once.
func (w *world) standsIn(ctx context.Context, rng *rand.Rand) {
	answered := map[string]bool{}
	for {
		var next slacksim.Message
		err := w.fallback.Waits(ctx, func() bool {
			for _, m := range w.fallback.DM() {
				if b, ok := m.Button(approve); ok && !answered[b.Value] {
					next = m
					return true
				}
			}
			return false
		})
		if err != nil {
			return
		}
		b, _ := next.Button(approve)
		answered[b.Value] = true
		if rng.IntN(4) > 0 {
			w.memory.pressed(next, approve, w.fallback.PressesOn(next, approve))
		}
	}
}
