package monitor

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"olbot/internal/slackapi"
)

// refusedFor is how long a refused call counts: nothing may be called any more that could
// show that Slack has changed its mind.
const refusedFor = 10 * time.Minute

// Calls knows whether Slack refuses olbot's calls although it takes its token, as where
// the app has lost its access to the workspace. auth.test, by which an Access probes, goes
// through then. One refused method is none: two are, until a call that was refused
// succeeds.
type Calls struct {
	log *zap.Logger

	mu      sync.Mutex
	refused map[string]refusedCall // by method
}

// A refusedCall is what Slack last said to a method.
type refusedCall struct {
	code string
	at   time.Time
}

// NewCalls returns Calls that are taken to be well.
func NewCalls(log *zap.Logger) *Calls { return &Calls{log: log, refused: map[string]refusedCall{}} }

// Saw learns from a call.
func (c *Calls) Saw(a slackapi.Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.word()
	_, known := c.refused[a.Method]
	switch {
	case a.Outcome == slackapi.CallOK && known:
		clear(c.refused)
	case a.Outcome == slackapi.CallRefused && a.Method != slackapi.OtherMethod && refusesCalls(a.Code):
		c.refused[a.Method] = refusedCall{a.Code, time.Now()}
	}
	switch word := c.word(); {
	case before == "" && word != "":
		c.log.Error("Slack takes olbot's token and refuses its calls", zap.String("code", word), zap.String("method", a.Method))
	case before != "" && word == "":
		c.log.Info("Slack takes olbot's calls again", zap.String("method", a.Method))
	}
}

// Refused is Slack's word for why it refuses olbot's calls, "" if it does not.
func (c *Calls) Refused() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.word()
}

// Check is the check that Slack takes olbot's calls.
func (c *Calls) Check(context.Context) error {
	if word := c.Refused(); word != "" {
		return errors.New("Slack takes olbot's token and refuses its calls: " + word)
	}
	return nil
}

// word is the newest of the words that count. The caller holds mu.
func (c *Calls) word() string {
	var newest refusedCall
	counting := 0
	for _, r := range c.refused {
		if time.Since(r.at) >= refusedFor {
			continue
		}
		counting++
		if r.at.After(newest.at) {
			newest = r
		}
	}
	if counting < 2 {
		return ""
	}
	return newest.code
}

// refusesCalls says whether Slack refuses a call with the word for what olbot is, and says
// nothing of that to auth.test.
func refusesCalls(code string) bool {
	switch code {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", // auth.test says so itself,
		"missing_scope": // and which scopes there are
		return false
	}
	return slackapi.Credentials(&slackapi.Error{Code: code})
}
