package page

import (
	"net/http"
	"slices"
	"sync"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A trouble is something outside olbot that can be made to go wrong.
type trouble struct {
	key     string
	on, off func() error
}

// troubles are all of them, and which are on.
type troubles struct {
	all []trouble

	mu     sync.Mutex
	active []string // keys
}

func newTroubles(slack *slacksim.Server, onelogin *oneloginsim.Server) *troubles {
	throttle := func() error {
		for _, method := range []string{"chat.postMessage", "chat.update", "chat.postEphemeral"} {
			slack.Fail(slacksim.Fault{Method: method, Status: http.StatusTooManyRequests, RetryAfter: 3})
		}
		return nil
	}
	return &troubles{all: []trouble{
		{"onelogin-down", func() error { onelogin.Down(); return nil }, onelogin.Up},
		{"onelogin-cut", func() error {
			onelogin.FailAlways(oneloginsim.CallMFAToken, oneloginsim.Cut().AfterEffect())
			return nil
		}, func() error { onelogin.ClearFaults(); return nil }},
		{"slack-throttled", throttle, func() error { slack.ClearFaults(); return nil }},
	}}
}

// turn switches a trouble on or off. Nothing happens if it is so already, or if there is none of that key.
func (t *troubles) turn(key string, on bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.all, func(one trouble) bool { return one.key == key })
	if i < 0 || slices.Contains(t.active, key) == on {
		return nil
	}
	if !on {
		t.active = slices.DeleteFunc(t.active, func(k string) bool { return k == key })
		return t.all[i].off()
	}
	t.active = append(t.active, key)
	return t.all[i].on()
}

// keys are those that are on.
func (t *troubles) keys() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.active)
}
