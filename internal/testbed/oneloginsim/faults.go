package oneloginsim

import (
	"fmt"
	"slices"
	"time"
)

// Always, as Fault.Times, means until ClearFaults.
const Always = -1

// A Fault is an order to let something go wrong.
type Fault struct {
	Call   string // which call, one of the Call constants; AnyCall is every one
	Effect Effect // what goes wrong
	Times  int    // how many calls suffer it; 0 is one, Always is all
	Skip   int    // how many calls of that name are served well first
}

// Fail orders a fault. Where several fit a call, the one ordered first is used up first. It panics on a call that does not
// exist, because a slip of the pen would otherwise look like a client that copes. end takes this order back, as far as it
// is not used up.
func (s *Server) Fail(f Fault) (end func()) {
	mustBeCall(f.Call)
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = slices.DeleteFunc(s.faults, func(other *Fault) bool { return other == &f })
	}
}

// FailNext lets the next call of that name go wrong.
func (s *Server) FailNext(call string, e Effect) { s.Fail(Fault{Call: call, Effect: e}) }

// FailAlways lets every call of that name go wrong until ClearFaults.
func (s *Server) FailAlways(call string, e Effect) {
	s.Fail(Fault{Call: call, Effect: e, Times: Always})
}

// ClearFaults takes back every order not yet used up and releases what hangs.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	s.faults = nil
	s.mu.Unlock()
	s.Release()
}

// Release lets the calls go on that hang or have arrived and will; a Hang ordered for later calls stays ordered.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.release)
	s.release = make(chan struct{})
}

// CallNames returns the names of all calls, for those who read them from a text.
func CallNames() []string {
	return []string{CallToken, CallRevoke, CallRateLimit, CallFindUsers, CallGetUser, CallMFAToken, CallRemoveDevice, CallOther}
}

func mustBeCall(name string) {
	if name != AnyCall && !slices.Contains(CallNames(), name) {
		panic(fmt.Sprintf("oneloginsim: there is no call %q; the calls are %q", name, CallNames()))
	}
}

// takeFault returns the effect for a call of that name, if one is ordered. The caller holds s.mu.
func (s *Server) takeFault(name string) Effect {
	for i, f := range s.faults {
		if f.Call != AnyCall && f.Call != name {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times--; f.Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f.Effect
	}
	return Effect{}
}

// Reusable makes the code reusable although single use was asked for: wider than approved. The code really is reusable,
// and the answer says so.
func Reusable() Effect {
	return Effect{name: "reusable", grant: func(c *Code) { c.Reusable = true }}
}

// SingleUse makes a single-use code although a reusable one was asked for: narrower than approved, as in the
// documentation's own sample.
func SingleUse() Effect {
	return Effect{name: "single use", grant: func(c *Code) { c.Reusable = false }}
}

// Longer makes the code work d longer than asked for; the answer says so.
func Longer(d time.Duration) Effect {
	return Effect{name: "longer by " + d.String(), grant: func(c *Code) { c.ExpiresAt = c.ExpiresAt.Add(d) }}
}

// Shorter makes the code expire d earlier than asked for; the answer says so.
func Shorter(d time.Duration) Effect {
	return Effect{name: "shorter by " + d.String(), grant: func(c *Code) { c.ExpiresAt = c.ExpiresAt.Add(-d) }}
}

// Without leaves fields out of the answer, in a list out of each object.
func Without(fields ...string) Effect {
	return Effect{name: fmt.Sprintf("without %q", fields), edit: func(o object) {
		for _, f := range fields {
			delete(o, f)
		}
	}}
}

// With sets a field of the answer to any value JSON has, in a list in each object: a null, a wrong type, an empty code.
// Only the answer changes, not what was made.
func With(field string, value any) Effect {
	return Effect{name: fmt.Sprintf("with %q changed", field), edit: func(o object) { o[field] = value }}
}

// WithHeader sets a header of the honest answer; an empty value removes it, even Date.
func WithHeader(name, value string) Effect {
	return Effect{name: "header " + name, header: map[string]string{name: value}}
}

// Undecodable lets the call have its effect and answers with its success status, but the body ends in the middle of the
// JSON, with a Content-Length that fits.
func Undecodable() Effect {
	return Effect{name: "undecodable", mangle: func(b []byte) []byte { return b[:len(b)/2] }}
}

// Trailing lets the call have its effect and writes something behind the JSON of its answer.
func Trailing(text string) Effect {
	return Effect{name: "trailing text", mangle: func(b []byte) []byte { return append(b, text...) }}
}
