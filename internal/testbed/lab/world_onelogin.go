package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

// The calls by which people are looked up.
var lookUps = []string{oneloginsim.CallGetUser, oneloginsim.CallFindUsers}

// oneloginTroubles are those of OneLogin.
func oneloginTroubles() []trouble {
	door := []string{oneloginsim.CallMFAToken}
	every := append(slices.Clone(lookUps), oneloginsim.CallMFAToken)
	return []trouble{
		{name: "slow look-ups", weight: 4, lasts: middling(), begin: answers(lookUps, oneloginsim.Always,
			oneloginsim.Latency(time.Second), oneloginsim.Latency(4*second), oneloginsim.Latency(8*second))},
		{name: "slow codes", weight: 3, lasts: middling(), begin: answers(door, oneloginsim.Always,
			oneloginsim.Latency(3*second), oneloginsim.Latency(8*second), oneloginsim.Latency(5*second).AfterEffect())},
		{name: "a code that never comes", weight: 1, lasts: middling(), begin: answers(door, 1, oneloginsim.Latency(35*second).AfterEffect())},
		{name: "401 in passing", weight: 4, lasts: middling(), begin: answers(every, 2, oneloginsim.Unauthorized())},
		{name: "403", weight: 2, lasts: brief(), begin: answers(every, 1, oneloginsim.Forbidden(), oneloginsim.AddressRefused())},
		{name: "odd codes", weight: 8, lasts: middling(), begin: answers(door, 2,
			oneloginsim.With("expires_at", "2021-07-27T23:25:50Z"), oneloginsim.With("expires_at", "soon"), oneloginsim.With("expires_at", nil),
			oneloginsim.With("expires_at", 0), oneloginsim.Without("expires_at"), oneloginsim.Without("reusable"), oneloginsim.With("reusable", "yes"),
			oneloginsim.Misspelt(), oneloginsim.Padded(), oneloginsim.TimesAs("2006-01-02 15:04:05 UTC"), oneloginsim.NumericDevice(3920360),
			oneloginsim.AlsoSays(`"Reusable": true`), oneloginsim.Shorter(30*second), oneloginsim.SingleUse(), oneloginsim.Longer(10*time.Minute))},
		{name: "nonsense Retry-After", weight: 4, lasts: middling(), begin: func(w *world, rng *rand.Rand) func() {
			header := oneOf(rng, "Retry-After", "X-RateLimit-Reset")
			value := oneOf(rng, fmt.Sprint(time.Now().Unix()), "3599", "0.5", "soon", "-1", "2")
			return answers(every, 1, oneloginsim.TooManyRequestsSaying(header, value))(w, rng)
		}},
		{name: "somebody else", weight: 3, lasts: middling(), begin: answers([]string{oneloginsim.CallGetUser}, 2, oneloginsim.With("id", 4711), oneloginsim.With("email", "else@example.com"))},
		{name: "everybody", weight: 2, lasts: brief(), begin: answers([]string{oneloginsim.CallFindUsers}, 2, oneloginsim.Unfiltered())},
		{name: "code cut", weight: 5, lasts: middling(), begin: answers(door, 2,
			oneloginsim.Cut(), oneloginsim.Cut().AfterEffect(), oneloginsim.Cut().DuringAnswer(), oneloginsim.Undecodable(), oneloginsim.Trailing("x"),
			oneloginsim.BadGateway(), oneloginsim.InternalServerError().AfterEffect(), oneloginsim.GatewayTimeout().AfterEffect())},
		{name: "users not read", weight: 4, lasts: middling(), begin: answers(lookUps, 4,
			oneloginsim.Cut(), oneloginsim.BadGateway(), oneloginsim.Unavailable(), oneloginsim.Undecodable(), oneloginsim.InternalServerError())},
		{name: "tokens revoked", weight: 3, lasts: span{second, second}, begin: func(w *world, _ *rand.Rand) func() { w.onelogin.RevokeTokens(); return nil }},
		{name: "credentials disabled", weight: 2, start: true, lasts: span{3 * second, 30 * second}, begin: func(w *world, _ *rand.Rand) func() {
			w.onelogin.DisableCredentials()
			return w.onelogin.EnableCredentials
		}},
		{name: "OneLogin down", weight: 2, start: true, lasts: brief(), begin: func(w *world, _ *rand.Rand) func() {
			w.onelogin.Down()
			return func() { w.failed(w.onelogin.Up()) }
		}},
		{name: "codes not ended", weight: 2, lasts: middling(), begin: answers([]string{oneloginsim.CallRemoveDevice}, 3,
			oneloginsim.Unauthorized(), oneloginsim.Unavailable(), oneloginsim.Cut().AfterEffect())},
	}
}

// answers lets so many of each of the calls meet one of the effects.
func answers(calls []string, times int, effects ...oneloginsim.Effect) func(*world, *rand.Rand) func() {
	return func(w *world, rng *rand.Rand) func() {
		effect := oneOf(rng, effects...)
		var ends []func()
		for _, call := range calls {
			ends = append(ends, w.onelogin.Fail(oneloginsim.Fault{Call: call, Effect: effect, Times: times}))
		}
		return func() {
			for _, end := range ends {
				end()
			}
		}
	}
}
