package main

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"olbot/internal/testbed/slacksim"
)

const second = time.Second

// socketTroubles are those of Slack's sockets, and of what comes over them.
func socketTroubles() []trouble {
	once := span{second, second}
	socket := func(do func(*slacksim.Server, int)) func(*world, *rand.Rand) func() {
		return func(w *world, rng *rand.Rand) func() {
			if open := w.slack.Connections(); len(open) > 0 {
				do(w.slack, open[rng.IntN(len(open))].Number)
			}
			return nil
		}
	}
	return []trouble{
		{name: "warned socket", weight: 4, lasts: once, begin: socket(func(s *slacksim.Server, n int) { s.Disconnect(slacksim.Warning, n) })},
		{name: "refreshed socket", weight: 2, lasts: once, begin: socket(func(s *slacksim.Server, n int) { s.Disconnect(slacksim.RefreshRequested, n) })},
		{name: "cut socket", weight: 3, lasts: once, begin: socket(func(s *slacksim.Server, n int) { s.Cut(n) })},
		{name: "silent socket", weight: 4, lasts: once, begin: socket(func(s *slacksim.Server, n int) { s.Freeze(n) })},
		{name: "all sockets silent", weight: 1, lasts: once, begin: func(w *world, _ *rand.Rand) func() { w.slack.Freeze(); return nil }},
		{name: "all sockets cut", weight: 1, lasts: once, begin: func(w *world, _ *rand.Rand) func() { w.slack.Cut(); return nil }},
		{name: "kicked after hello", weight: 2, lasts: brief(), begin: func(w *world, rng *rand.Rand) func() {
			w.slack.KickAfterHello(1 + rng.IntN(4))
			return func() { w.slack.KickAfterHello(0) }
		}},
		{name: "envelopes twice", weight: 3, lasts: middling(), begin: func(w *world, rng *rand.Rand) func() {
			w.slack.DeliverTwice(1 + rng.IntN(3))
			return func() { w.slack.DeliverTwice(0) }
		}},
		{name: "envelopes again", weight: 3, lasts: once, begin: func(w *world, rng *rand.Rand) func() {
			for sent := w.slack.Envelopes(); len(sent) > 0; sent = nil {
				w.slack.Redeliver(sent[rng.IntN(len(sent))].ID)
				w.slack.Resend(sent[rng.IntN(len(sent))].ID)
			}
			return nil
		}},
		{name: "late envelopes", weight: 2, lasts: span{second, 4 * second}, begin: func(w *world, _ *rand.Rand) func() {
			w.slack.HoldDelivery()
			return w.slack.ReleaseDelivery
		}},
		{name: "odd fields", weight: 5, lasts: span{20 * second, 60 * second}, begin: func(w *world, _ *rand.Rand) func() {
			w.slack.Distort(slacksim.OddFields)
			return func() { w.slack.Distort(nil) }
		}},
	}
}

// The methods of which answers may be odd: those that do something.
var doing = []string{"chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.open", "views.open", "views.publish"}

// The methods that say who is who.
var asking = []string{"users.info", "users.lookupByEmail", "users.list", "usergroups.users.list"}

// Most troubles of the Web API last so long.
func brief() span    { return span{5 * second, 15 * second} }
func middling() span { return span{10 * second, 30 * second} }

// messageTroubles are those of what Slack answers to messages and forms.
func messageTroubles() []trouble {
	return []trouble{
		{name: "odd echoes", weight: 4, lasts: middling(), begin: spoils(doing, 0.5, slacksim.Fault{Alter: slacksim.OddEchoes})},
		{name: "ok alone", weight: 4, lasts: brief(), begin: spoils(doing, 0.5, slacksim.Fault{Alter: slacksim.OKAlone})},
		{name: "a DM closed", weight: 6, lasts: middling(), begin: func(w *world, rng *rand.Rand) func() {
			return w.slack.Fail(slacksim.Fault{
				Method: "chat.postMessage", Error: oneOf(rng, "cannot_dm_bot", "user_disabled", "restricted_action", "messages_tab_disabled"),
				Match: w.to(oneOf(rng, "agent", "owner", "manager", "manager", "fallback", "contact"), rng.IntN(3)),
			})
		}},
		{name: "no Messages tab", weight: 1, lasts: brief(), begin: func(w *world, _ *rand.Rand) func() {
			w.slack.SetMessagesTab(false)
			return func() { w.slack.SetMessagesTab(true) }
		}},
		{name: "cards not updated", weight: 3, lasts: middling(), begin: spoils([]string{"chat.update"}, 0.5,
			slacksim.Fault{Error: "message_not_found"}, slacksim.Fault{Error: "edit_window_closed"}, slacksim.Fault{Error: "cant_update_message"})},
	}
}

// feedTroubles are those of the audit channel.
func feedTroubles() []trouble {
	return []trouble{
		{name: "feed refused", weight: 1, lasts: span{125 * second, 150 * second}, begin: func(w *world, rng *rand.Rand) func() {
			return w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Match: w.toFeed(1, rng), Error: oneOf(rng, "no_permission", "app_muted_by_admin", "is_archived")})
		}},
		{name: "feed archived", weight: 1, start: true, lasts: middling(), begin: func(w *world, _ *rand.Rand) func() {
			w.audit.Archive()
			return w.audit.Unarchive
		}},
		{name: "feed without an answer", weight: 2, lasts: brief(), begin: func(w *world, rng *rand.Rand) func() {
			return w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Match: w.toFeed(0.8, rng), Status: http.StatusServiceUnavailable, After: true})
		}},
		{name: "feed throttled", weight: 3, lasts: middling(), begin: func(w *world, rng *rand.Rand) func() {
			return w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Match: w.toFeed(0.7, rng), Status: http.StatusTooManyRequests, RetryAfter: 2.5})
		}},
	}
}

// callTroubles are those of all other calls.
func callTroubles() []trouble {
	return []trouble{
		{name: "a DM throttled", weight: 3, lasts: middling(), begin: func(w *world, rng *rand.Rand) func() {
			return w.slack.Fail(slacksim.Fault{
				Method: "chat.postMessage", Match: w.to(oneOf(rng, "agent", "owner", "manager"), rng.IntN(3)),
				Status: http.StatusTooManyRequests, RetryAfter: oneOf(rng, 0.4, 1.5, 3),
			})
		}},
		{name: "token revoked", weight: 2, start: true, lasts: span{3 * second, 30 * second}, begin: func(w *world, _ *rand.Rand) func() {
			w.slack.RevokeBotToken()
			return w.slack.RestoreBotToken
		}},
		{name: "no presence", weight: 3, lasts: span{20 * second, 60 * second}, begin: spoils([]string{"users.getPresence"}, 0.8,
			slacksim.Fault{Status: http.StatusServiceUnavailable}, slacksim.Fault{Error: "unknown_method"}, slacksim.Fault{Alter: slacksim.OKAlone})},
		{name: "calls throttled", weight: 4, lasts: brief(), begin: spoils([]string{""}, 0.3,
			slacksim.Fault{Status: http.StatusTooManyRequests, RetryAfter: 1.5}, slacksim.Fault{Status: http.StatusTooManyRequests})},
		{name: "calls fail", weight: 4, start: true, lasts: middling(), begin: spoils([]string{""}, 0.2,
			slacksim.Fault{Status: http.StatusServiceUnavailable}, slacksim.Fault{Status: http.StatusBadGateway, After: true}, slacksim.Fault{Cut: true},
			slacksim.Fault{Cut: true, After: true}, slacksim.Fault{Error: "internal_error"}, slacksim.Fault{NoError: true})},
		{name: "calls slow", weight: 3, lasts: middling(), begin: spoils([]string{""}, 0.5, slacksim.Fault{Latency: 300 * time.Millisecond}, slacksim.Fault{Latency: 2 * second})},
		{name: "code not taken", weight: 4, lasts: middling(), begin: spoils([]string{"chat.postEphemeral"}, 0.6,
			slacksim.Fault{Status: http.StatusTooManyRequests, RetryAfter: 1.2}, slacksim.Fault{Cut: true, After: true},
			slacksim.Fault{Status: http.StatusServiceUnavailable}, slacksim.Fault{Error: "user_not_in_channel"})},
		{name: "answers not taken", weight: 2, lasts: middling(), begin: spoils([]string{"response_url"}, 0.6,
			slacksim.Fault{Status: http.StatusNotFound}, slacksim.Fault{Status: http.StatusInternalServerError}, slacksim.Fault{Cut: true})},
		{name: "forms not opened", weight: 2, lasts: middling(), begin: spoils([]string{"views.open"}, 0.6,
			slacksim.Fault{Error: "expired_trigger_id"}, slacksim.Fault{Latency: 2500 * time.Millisecond}, slacksim.Fault{Status: http.StatusBadGateway, After: true})},
		{name: "look-ups fail", weight: 3, lasts: brief(), begin: spoils(asking, 0.5,
			slacksim.Fault{Status: http.StatusServiceUnavailable}, slacksim.Fault{Error: "fatal_error"}, slacksim.Fault{Alter: slacksim.OKAlone})},
	}
}

// spoils lets calls of the methods meet one of the faults, with a probability.
func spoils(methods []string, probability float64, faults ...slacksim.Fault) func(*world, *rand.Rand) func() {
	return func(w *world, rng *rand.Rand) func() {
		fault := oneOf(rng, faults...)
		fault.Match = dice(rng, new(sync.Mutex), probability)
		var ends []func()
		for _, method := range methods {
			fault.Method = method
			ends = append(ends, w.slack.Fail(fault))
		}
		return func() {
			for _, end := range ends {
				end()
			}
		}
	}
}

// to fits the calls to every third person of a role, beginning with one.
func (w *world) to(role string, third int) func(map[string]string) bool {
	return func(args map[string]string) bool {
		p, known := w.roles[args["channel"]]
		return known && p.role == role && p.n%3 == third
	}
}

// toFeed fits calls to the audit channel, with a probability.
func (w *world) toFeed(probability float64, rng *rand.Rand) func(map[string]string) bool {
	yes, id := dice(rng, new(sync.Mutex), probability), w.audit.ID()
	return func(args map[string]string) bool { return args["channel"] == id && yes(args) }
}
