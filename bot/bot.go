// Package bot is what a payload of Slack asks for: it reads commands, presses,
// forms and opened Home tabs, calls the service, and says what is answered.
//
// Read bot.go first, then press.go, form.go and home.go. Payloads are read by bot/payload and what people type by
// bot/command, what they see stands in bot/view, and bot/messenger posts it.
package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"
	"golang.org/x/sync/semaphore"

	"olbot/approvals"
	"olbot/bot/command"
	"olbot/bot/messenger"
	"olbot/bot/payload"
	"olbot/bot/view"
	"olbot/internal/socketmode"
)

// A Bot answers what Slack delivers: commands, presses, forms and opened Home tabs. It stores before it
// answers (invariant 2), and what it answers is the ack itself or, for a press,
// an ephemeral message to whoever pressed.
type Bot struct {
	service   *approvals.Service
	messenger *messenger.Messenger
	command   string // the slash command answered to
	log       *zap.Logger
	now       func() time.Time
	after     sync.WaitGroup // answers that go out behind the ack
	excusing  *semaphore.Weighted
}

// New returns a Bot that answers to the slash command.
func New(service *approvals.Service, m *messenger.Messenger, command string, log *zap.Logger, now func() time.Time) *Bot {
	return &Bot{service: service, messenger: m, command: command, log: log, now: now, excusing: semaphore.NewWeighted(mostExcuses)}
}

// Handle is the Socket's Handler. The error is for a payload that lacks what is needed; Broken then says so.
func (b *Bot) Handle(ctx context.Context, e socketmode.Envelope) (any, error) {
	switch e.Type {
	case socketmode.Command:
		cmd, err := payload.ReadCommand(e.Payload)
		if err != nil {
			return nil, err
		}
		return b.handleCommand(ctx, cmd, e.IdempotencyKeys()), nil
	case socketmode.Interaction:
		click, err := payload.ReadInteraction(e.Payload)
		if err != nil {
			return nil, err
		}
		return b.handleInteraction(ctx, click, e.IdempotencyKeys())
	case socketmode.Event:
		return nil, b.handleEvent(ctx, e)
	}
	return nil, nil
}

// Busy is the Socket's answer to what was not handled, because there is too much
// to do or because olbot stops.
func (b *Bot) Busy(e socketmode.Envelope) any {
	return b.excuse(e, view.ReplyBusy(), view.FormBusy)
}

// Broken is the Socket's answer to what could not be read, or whose handling
// panicked.
func (b *Bot) Broken(e socketmode.Envelope) any {
	ref := b.logBroken(errNotHandled, "handle "+e.Type)
	return b.excuse(e, view.ReplyBroken(errNotHandled, ref), func(form string) *slack.ViewSubmissionResponse {
		return view.FormBroken(form, errNotHandled, ref)
	})
}

var errNotHandled = errors.New("envelope not handled")

// excuse tells whoever typed, pressed or submitted something that it did nothing: nobody is left with an empty ack.
// Slack takes a payload with the ack of a command or a form only; a press is answered behind it.
func (b *Bot) excuse(e socketmode.Envelope, msg view.Message, keepOpen func(form string) *slack.ViewSubmissionResponse) any {
	switch e.Type {
	case socketmode.Command:
		return messenger.EphemeralAnswer(msg)
	case socketmode.Interaction:
		click, _ := payload.ReadInteraction(e.Payload) // what can be read of it
		switch {
		case click.Type == payload.TypeSubmission:
			return excuseForm(keepOpen(click.View.CallbackID), msg)
		case click.ResponseURL == "" && click.UserID == "":
		case b.excusing.TryAcquire(1):
			b.behind(context.Background(), func(ctx context.Context) error {
				defer b.excusing.Release(1)
				return b.messenger.Answer(ctx, click.ResponseURL, click.UserID, msg)
			})
		}
	}
	return nil
}

// mostExcuses is how many excuses for presses are under way at most: they are made when there is too much to do.
const mostExcuses = 100

// Wait returns when the answers behind the acks are out. Call it after the
// Socket has stopped.
func (b *Bot) Wait() { b.after.Wait() }

func (b *Bot) handleCommand(ctx context.Context, cmd payload.Command, keys []string) any {
	if cmd.Name != b.command {
		return messenger.EphemeralAnswer(view.OtherCommand(cmd.Name, b.command, b.service.Policy))
	}
	cmd.Text = command.TrimName(cmd.Text, b.command)
	c, err := command.Parse(cmd.Text)
	bounded := c.Verb != command.VerbAsk && c.Verb != command.VerbCancel // Submit asks by itself, and a withdrawal always counts
	if bounded || err != nil {
		if why := b.service.Allow(cmd.UserID); why != nil {
			return messenger.EphemeralAnswer(view.ReplyTo(why))
		}
	}
	if err != nil {
		return messenger.EphemeralAnswer(b.slipped(ctx, cmd, err))
	}
	if c.Verb == command.VerbForm && b.openRequest(ctx, cmd.TriggerID, approvals.Submission{}) {
		return nil
	}
	return messenger.EphemeralAnswer(b.obey(ctx, cmd, c, keys))
}

// obey does what the command says and returns what the agent sees.
func (b *Bot) obey(ctx context.Context, cmd payload.Command, c command.Command, keys []string) view.Message {
	switch c.Verb {
	case command.VerbForm:
		return view.FormNotOpened(b.command)
	case command.VerbList:
		open, err := b.service.OpenRequests(ctx, cmd.UserID)
		if err != nil {
			return b.reply(err, "list the open requests")
		}
		return view.OpenList(open, b.now())
	case command.VerbCancel:
		r, err := b.service.Withdraw(ctx, approvals.Press{By: cmd.UserID, Request: c.Request, IdempotencyKeys: keys})
		if err != nil {
			return b.reply(err, "withdraw the request")
		}
		return view.WithdrawnReply(r)
	case command.VerbAsk:
		a := c.Submission(cmd.UserID)
		a.IdempotencyKeys = keys
		r, err := b.service.Submit(ctx, a)
		if err != nil {
			msg := b.reply(err, "submit the request")
			if why, ok := errors.AsType[*approvals.Refusal](err); ok && !final(why) {
				return b.offerForm(ctx, msg, a)
			}
			return msg
		}
		b.messenger.KeepAnswer(r.ID, cmd.ResponseURL)
		return view.LookingUp(r)
	}
	return view.Help(b.command, b.service.Policy)
}

// final says whether there is no use in asking again with other words.
func final(why *approvals.Refusal) bool {
	switch why.Code {
	case approvals.RefusedBefore, approvals.NotARequester, approvals.TooMany, approvals.Paused:
		return true
	}
	return false
}

// reply turns an error into what the person sees.
func (b *Bot) reply(err error, doing string) view.Message {
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		return view.ReplyTo(why)
	}
	if slip, ok := errors.AsType[*command.Error](err); ok {
		return view.ReplyToCommand(slip, b.command)
	}
	return view.ReplyBroken(err, b.logBroken(err, doing))
}

// logBroken logs an error of olbot's own under a reference that the person can
// read out.
func (b *Bot) logBroken(err error, doing string) (ref string) {
	ref = approvals.NewRef()
	b.log.Error(doing, zap.String("ref", ref), zap.Error(err))
	return ref
}

// answer tells whoever pressed something, behind the ack: where they pressed, or
// in the DM if that was a Home tab, a form or a shortcut, which have no place
// for an answer.
func (b *Bot) answer(ctx context.Context, click payload.Interaction, msg view.Message) {
	b.behind(ctx, func(ctx context.Context) error { return b.messenger.Answer(ctx, click.ResponseURL, click.UserID, msg) })
}

// behindTime bounds what goes out behind an ack.
const behindTime = 5 * time.Second

// behind does something that the ack must not wait for.
func (b *Bot) behind(ctx context.Context, do func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), behindTime)
	b.after.Go(func() {
		defer cancel()
		if err := do(ctx); err != nil {
			b.log.Warn("answer behind an ack", zap.Error(err))
		}
	})
}
