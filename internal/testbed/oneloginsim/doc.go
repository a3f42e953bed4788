// Package oneloginsim is OneLogin on this machine: the calls olbot makes, spoken over real HTTP, with accounts that exist
// in memory and codes that open nothing. It serves tests, scenarios, the demo and the fault laboratory.
//
// It is honest: what it does is what OneLogin documents (developers.onelogin.com), down to the error bodies, the scopes
// and the traps. Examples of traps kept: a filter with a misspelt name lists everybody, a token asked for twice is the
// same token, a body without expires_in makes a code for 72 hours. Where the documentation shows several forms of one
// thing (200 or 201, a number or a string, a fraction of a second or none), the simulator takes turns at random, orders
// the keys of every object at random and adds fields nobody has heard of, so that a client cannot come to rely on an
// accident. Options.Seed makes the choices repeat.
//
// It is driven by verbs:
//
//	sim := oneloginsim.New(oneloginsim.Options{})
//	if err := sim.Start(); err != nil { … }
//	defer sim.Close()
//	maria := sim.AddUser(oneloginsim.User{Email: "maria@example.com"})
//	ana := sim.AddUser(oneloginsim.User{Email: "ana@example.com", ManagerUserID: maria})
//	sim.FailNext(oneloginsim.CallMFAToken, oneloginsim.Cut().AfterEffect())
//
// and keeps a log of every call received (Calls) and every code really made (Codes), against which a test can reconcile
// what a client believes.
//
// It is not for production: it listens on loopback addresses only and refuses calls that arrive on any other.
//
// The files: server.go and listen.go hold the server and its life, exchange.go and answer.go one call from arrival to
// answer, auth.go, ratelimit.go, users.go, filter.go, paging.go, mfa.go and device.go the calls, problem.go the error bodies,
// effect.go, faults.go and odd.go what can go wrong, dice.go the awkwardness.
package oneloginsim
