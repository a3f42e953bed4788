package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/socketmode"
)

// A Bot answers what Slack delivers: commands, presses, forms and opened Home tabs. It stores before it
// answers (invariant 2), and what it answers is the ack itself or, for a press,
// an ephemeral message to whoever pressed.
type Bot struct {
	service   *approvals.Service
	messenger *Messenger
	command   string // the slash command answered to
	log       *zap.Logger
	after     sync.WaitGroup // answers that go out behind the ack
}

// New returns a Bot that answers to the slash command.
func New(service *approvals.Service, messenger *Messenger, command string, log *zap.Logger) *Bot {
	return &Bot{service: service, messenger: messenger, command: command, log: log}
}

// Handle is the Socket's Handler. The error is for a payload that does not decode.
func (b *Bot) Handle(ctx context.Context, e socketmode.Envelope) (any, error) {
	switch e.Type {
	case socketmode.Command:
		var cmd SlashCommand
		if err := e.Decode(&cmd); err != nil {
			return nil, err
		}
		return b.handleCommand(ctx, &cmd, e.IdempotencyKeys()), nil
	case socketmode.Interaction:
		var click slack.InteractionCallback
		if err := e.Decode(&click); err != nil {
			return nil, err
		}
		return b.handleInteraction(ctx, &click, e.IdempotencyKeys()), nil
	case socketmode.Event:
		return nil, b.handleEvent(ctx, e)
	}
	return nil, nil
}

// A SlashCommand is what olbot reads of the payload of a slash command
// (https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling).
type SlashCommand struct {
	Text        string `json:"text"`
	UserID      string `json:"user_id"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
}

// Busy is the Socket's answer to what was not handled, because there is too much
// to do or because olbot stops. Slack takes a payload with the ack of a command or a form only.
func (b *Bot) Busy(e socketmode.Envelope) any {
	if e.Type != socketmode.Command {
		return keepOpen(e, sayFormBusy, nil)
	}
	return ephemeral(ReplyBusy())
}

// Broken is the Socket's answer to what could not be read, or whose handling
// panicked.
func (b *Bot) Broken(e socketmode.Envelope) any {
	ref := approvals.NewRef()
	b.log.Error("handle "+e.Type, zap.String("ref", ref))
	if e.Type != socketmode.Command {
		return keepOpen(e, sayFormBroken, values{"ref": text(ref)})
	}
	return ephemeral(ReplyBroken(errNotHandled, ref))
}

var errNotHandled = errors.New("envelope not handled")

// Wait returns when the answers behind the acks are out. Call it after the
// Socket has stopped.
func (b *Bot) Wait() { b.after.Wait() }

func (b *Bot) handleCommand(ctx context.Context, cmd *SlashCommand, keys []string) any {
	c, err := ParseCommand(cmd.Text)
	if err != nil {
		return ephemeral(b.slipped(ctx, cmd, err))
	}
	if c.Verb == VerbForm && b.openRequest(ctx, cmd.TriggerID, approvals.Ask{}) {
		return nil
	}
	return ephemeral(b.run(ctx, cmd, c, keys))
}

// run does what the command says and returns what the agent sees.
func (b *Bot) run(ctx context.Context, cmd *SlashCommand, c Command, keys []string) Message {
	switch c.Verb {
	case VerbForm:
		return NotOpened(b.command)
	case VerbList:
		open, err := b.service.OpenRequests(ctx, cmd.UserID)
		if err != nil {
			return b.reply(err, "list the open requests")
		}
		return OpenList(open, b.messenger.now())
	case VerbCancel:
		r, err := b.service.Withdraw(ctx, approvals.Press{By: cmd.UserID, Request: c.Request, IdempotencyKeys: keys})
		if err != nil {
			return b.reply(err, "withdraw the request")
		}
		return WithdrawnReply(r)
	case VerbAsk:
		a := c.ask(cmd.UserID)
		a.IdempotencyKeys = keys
		r, err := b.service.Submit(ctx, a)
		if err != nil {
			msg := b.reply(err, "submit the request")
			if why, ok := errors.AsType[*approvals.Refusal](err); ok && why.Code != approvals.RefusedBefore {
				return b.offerForm(ctx, msg, a)
			}
			return msg
		}
		b.messenger.answers.keep(r.ID, cmd.ResponseURL)
		return LookingUp(r)
	}
	return Help(b.command, b.service.Policy)
}

// reply turns an error into what the person sees. What is olbot's own goes to
// the log under a reference that the person can read out.
func (b *Bot) reply(err error, doing string) Message {
	if _, ok := errors.AsType[*approvals.Refusal](err); ok {
		return ReplyTo(err)
	}
	if slip, ok := errors.AsType[*CommandError](err); ok {
		return ReplyToCommand(slip, b.command)
	}
	ref := approvals.NewRef()
	b.log.Error(doing, zap.String("ref", ref), zap.Error(err))
	return ReplyBroken(err, ref)
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
