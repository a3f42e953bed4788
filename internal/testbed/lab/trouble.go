package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A killer kills processes and starts them again at once.
type killer struct {
	house *house
	every span
	rng   *rand.Rand
	kills []time.Time
}

func (k *killer) run(ctx context.Context) error {
	for k.every.max > 0 {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(k.every.draw(k.rng)):
		}
		r := k.house.replicas[k.rng.IntN(len(k.house.replicas))]
		r.kill()
		k.kills = append(k.kills, time.Now())
		if err := r.start(); err != nil {
			return err
		}
	}
	return nil
}

// dice says yes with a probability, from any goroutine.
func dice(rng *rand.Rand, mu *sync.Mutex, probability float64) func(map[string]string) bool {
	return func(map[string]string) bool {
		mu.Lock()
		defer mu.Unlock()
		return rng.Float64() < probability
	}
}

// spoilSlack lets one call in about twelve go wrong, the message with the code more often.
func spoilSlack(s *slacksim.Server, rng *rand.Rand) {
	var mu sync.Mutex
	for _, f := range []struct {
		probability float64
		fault       slacksim.Fault
	}{
		{0.10, slacksim.Fault{Method: "chat.postEphemeral", Status: http.StatusTooManyRequests, RetryAfter: 1}},
		{0.05, slacksim.Fault{Method: "chat.postEphemeral", Cut: true, After: true}},
		{0.05, slacksim.Fault{Method: "chat.postEphemeral", Status: http.StatusServiceUnavailable}},
		{0.02, slacksim.Fault{Status: http.StatusTooManyRequests, RetryAfter: 1}},
		{0.01, slacksim.Fault{Status: http.StatusServiceUnavailable}},
		{0.01, slacksim.Fault{Status: http.StatusBadGateway, After: true}},
		{0.01, slacksim.Fault{Cut: true}},
		{0.01, slacksim.Fault{Cut: true, After: true}},
		{0.005, slacksim.Fault{Error: "internal_error"}},
		{0.02, slacksim.Fault{Latency: 300 * time.Millisecond}},
	} {
		f.fault.Match = dice(rng, &mu, f.probability)
		s.Fail(f.fault)
	}
}

// spoilOneLogin lets one making of a code in four go wrong, and one look-up in thirty.
func spoilOneLogin(s *oneloginsim.Server, rng *rand.Rand, flows int) {
	door := []oneloginsim.Effect{
		oneloginsim.TooManyRequests(time.Second), oneloginsim.TooManyRequestsBare(),
		oneloginsim.BadGateway(), oneloginsim.InternalServerError().AfterEffect(), oneloginsim.GatewayTimeout().AfterEffect(),
		oneloginsim.Cut(), oneloginsim.Cut().AfterEffect(), oneloginsim.Cut().DuringAnswer(),
		oneloginsim.Undecodable(), oneloginsim.RevokesTokens(), oneloginsim.Shorter(30 * time.Second), oneloginsim.SingleUse(),
		oneloginsim.Latency(700 * time.Millisecond), oneloginsim.Latency(700 * time.Millisecond).AfterEffect(),
	}
	lookup := []oneloginsim.Effect{
		oneloginsim.TooManyRequests(time.Second), oneloginsim.BadGateway(), oneloginsim.Cut(),
		oneloginsim.InternalServerError(), oneloginsim.Latency(400 * time.Millisecond), oneloginsim.RevokesTokens(),
	}
	plan := func(call string, calls int, probability float64, effects []oneloginsim.Effect) {
		for skip := range calls {
			if rng.Float64() < probability {
				s.Fail(oneloginsim.Fault{Call: call, Effect: effects[rng.IntN(len(effects))], Skip: skip})
			}
		}
	}
	plan(oneloginsim.CallMFAToken, 3*flows, 0.25, door)
	plan(oneloginsim.CallGetUser, 10*flows, 0.03, lookup)
	plan(oneloginsim.CallFindUsers, 10*flows, 0.03, lookup)
}

// disturb does something to a socket, or lets Slack say something again, every now and then.
func disturb(ctx context.Context, s *slacksim.Server, rng *rand.Rand) {
	for {
		select {
		case <-ctx.Done():
			s.DeliverTwice(0)
			return
		case <-time.After(span{300 * time.Millisecond, 1200 * time.Millisecond}.draw(rng)):
		}
		open := s.Connections()
		if len(open) == 0 {
			continue
		}
		socket := open[rng.IntN(len(open))].Number
		switch rng.IntN(8) {
		case 0, 1:
			s.Disconnect(slacksim.Warning, socket)
		case 2:
			s.Disconnect(slacksim.RefreshRequested, socket)
		case 3:
			s.Cut(socket)
		case 4:
			s.Freeze(socket)
			time.AfterFunc(4*time.Second, func() { s.Cut(socket) })
		case 5:
			s.KickAfterHello(1)
		case 6:
			s.DeliverTwice(rng.IntN(4))
		case 7:
			if sent := s.Envelopes(); len(sent) > 0 {
				s.Redeliver(sent[rng.IntN(len(sent))].ID)
				s.Resend(sent[rng.IntN(len(sent))].ID)
			}
		}
	}
}
