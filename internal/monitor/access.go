package monitor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"olbot/internal/slackapi"
)

// A Probe asks a service, with a call that changes nothing, whether it takes olbot's
// credentials. It returns the service's word for a refusal, NotLetIn if it refuses this
// machine whatever the credentials, "" if it takes them. An error says that nobody can
// tell.
type Probe func(context.Context) (refused string, err error)

// NotLetIn stands for a service that does not let olbot's machine in, such as for its
// IP address.
const NotLetIn = "machine_not_let_in"

// How credentials are looked at.
const (
	probeTime    = 15 * time.Second // bounds a probe
	secondLook   = 3 * time.Second  // between a first refusal and the second that makes it count
	refusedEvery = 10 * time.Second // between two looks at credentials that are refused, or that nobody can tell about
	calmTime     = time.Minute      // after a look that found nothing wrong
)

// An Access knows whether a service takes olbot's credentials. Any call that the
// service refuses makes it look, whatever the word for the refusal, and the probe
// alone decides. One refusal is none: OneLogin is known to refuse good credentials
// now and then.
type Access struct {
	service string
	probe   Probe
	log     *zap.Logger
	suspect chan struct{}

	mu      sync.Mutex
	refused string
}

// NewAccess returns an Access to the service of that name, which is taken to be well.
func NewAccess(service string, probe Probe, log *zap.Logger) *Access {
	return &Access{service: service, probe: probe, log: log, suspect: make(chan struct{}, 1)}
}

// Suspect makes Run look. It returns at once.
func (a *Access) Suspect() {
	select {
	case a.suspect <- struct{}{}:
	default:
	}
}

// Refused is the service's word for why it refuses olbot, or NotLetIn; "" if it does not.
func (a *Access) Refused() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.refused
}

// Check is the check that the service takes olbot's credentials.
func (a *Access) Check(context.Context) error {
	switch refused := a.Refused(); refused {
	case "":
		return nil
	case NotLetIn:
		return errors.New(a.refusal(refused))
	default:
		return fmt.Errorf("%s: %s", a.refusal(refused), refused)
	}
}

func (a *Access) refusal(refused string) string {
	if refused == NotLetIn {
		return a.service + " does not let olbot's machine in"
	}
	return a.service + " refuses olbot's credentials"
}

// Run looks whenever there is a reason to, until ctx ends.
func (a *Access) Run(ctx context.Context) {
	for {
		select {
		case <-a.suspect:
		case <-ctx.Done():
			return
		}
		a.look(ctx)
		pause(ctx, calmTime)
	}
}

// look probes until the service takes the credentials.
func (a *Access) look(ctx context.Context) {
	for refusals, silent := 0, false; ctx.Err() == nil; {
		refused, err := a.ask(ctx)
		wait := refusedEvery
		switch {
		case err != nil && !silent && ctx.Err() == nil:
			silent = true
			a.log.Warn(a.service+" does not say whether it takes olbot's credentials", zap.Error(err))
		case err != nil:
		case refused == "":
			a.set("")
			return
		default:
			if refusals++; refusals > 1 {
				a.set(refused)
			} else {
				wait = secondLook
			}
		}
		pause(ctx, wait)
	}
}

// ask is one probe. What was suspected before it is answered by it.
func (a *Access) ask(ctx context.Context) (refused string, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	refused, err = a.probe(ctx)
	select {
	case <-a.suspect:
	default:
	}
	return refused, err
}

func (a *Access) set(refused string) {
	a.mu.Lock()
	before := a.refused
	a.refused = refused
	a.mu.Unlock()
	switch {
	case refused != "" && before != refused:
		a.log.Error(a.refusal(refused), zap.String("code", refused))
	case refused == "" && before != "":
		a.log.Info(a.service + " takes olbot's credentials again")
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// A MessagesTab knows whether the Slack app takes direct messages. Slack says so
// only when one is posted: nothing else heals it.
type MessagesTab struct {
	off atomic.Bool
	log *zap.Logger
}

// NewMessagesTab returns a MessagesTab that is taken to be on.
func NewMessagesTab(log *zap.Logger) *MessagesTab { return &MessagesTab{log: log} }

// Saw learns from a call.
func (t *MessagesTab) Saw(a slackapi.Answer) {
	posted := a.Outcome == slackapi.CallOK &&
		(a.Method == "chat.postEphemeral" || a.Method == "chat.postMessage" && strings.HasPrefix(a.Channel, "D"))
	switch {
	case a.Code == "messages_tab_disabled" && !t.off.Swap(true):
		t.log.Error("Slack takes no direct messages from olbot: switch on the Messages Tab under App Home in the Slack app's settings", zap.String("code", a.Code))
	case posted && t.off.Swap(false):
		t.log.Info("Slack takes direct messages from olbot again")
	}
}

// Check is the check that the app takes direct messages.
func (t *MessagesTab) Check(context.Context) error {
	if t.off.Load() {
		return errors.New("messages_tab_disabled: Slack takes no direct messages from olbot")
	}
	return nil
}
