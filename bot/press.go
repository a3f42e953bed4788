package bot

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/messenger"
	"olbot/bot/payload"
	"olbot/bot/view"
)

func (b *Bot) handleInteraction(ctx context.Context, click payload.Interaction, keys []string) (any, error) {
	switch click.Type {
	case payload.TypeSubmission:
		return b.handleSubmission(ctx, click, keys)
	case payload.TypeShortcut:
		b.handleShortcut(ctx, click)
	case payload.TypePress:
		b.handlePress(ctx, click, keys)
	default:
		b.log.Warn("interaction not answered", zap.String("type", click.Type))
	}
	return nil, nil
}

func (b *Bot) handlePress(ctx context.Context, click payload.Interaction, keys []string) {
	p, err := view.ReadPress(click.Button)
	if err != nil {
		b.refusePress(ctx, click, p.Action, err, "read a button")
		return
	}
	if !click.Message.Ephemeral {
		b.messenger.KeepPress(click.Message.ChannelID, click.Message.TS, click.ResponseURL)
	}
	switch p.Action {
	case view.ActionOpenForm, view.ActionChange, view.ActionRequest:
		b.openFilled(ctx, click, p.Request)
		return
	case view.ActionBlock:
		b.openBlock(ctx, click)
		return
	case view.ActionCheck: // olbot check has left it
		b.answer(ctx, click, view.PressArrived())
		return
	case view.ActionHide:
		b.behind(ctx, func(ctx context.Context) error { return b.messenger.DeleteAnswer(ctx, click.ResponseURL) })
		return
	case view.ActionDeny, view.ActionPassOn, view.ActionStop:
		if r, opened := b.openQuestion(ctx, click, p); opened {
			b.adopt(ctx, click, p, r, false)
			return
		}
	}
	r, err := b.press(ctx, p, click.UserID, keys)
	switch {
	case err != nil:
		b.refusePress(ctx, click, p.Action, err, "press "+string(p.Action))
	case p.Action == view.ActionAskAgain:
		b.messenger.KeepAnswer(r.ID, click.ResponseURL)
		b.answer(ctx, click, view.AskedAgain(r))
		return // r is another request than the one whose card was pressed
	}
	b.adopt(ctx, click, p, r, err != nil)
}

// press does what the button says.
func (b *Bot) press(ctx context.Context, pressed view.Press, user string, keys []string) (approvals.Request, error) {
	p := approvals.Press{By: user, Request: pressed.Request, Attempt: pressed.Attempt, IdempotencyKeys: keys}
	switch pressed.Action {
	case view.ActionApprove:
		return b.service.Approve(ctx, p)
	case view.ActionDeny:
		return b.service.Deny(ctx, p, approvals.Denial{}) // no form could be opened, or the press decides nothing
	case view.ActionStop:
		return b.service.Stop(ctx, p, false) // likewise
	case view.ActionPassOn:
		return b.service.PassOn(ctx, p, approvals.Pass{})
	case view.ActionWithdraw:
		return b.service.Withdraw(ctx, p)
	case view.ActionAskAgain:
		return b.service.AskAgain(ctx, p)
	case view.ActionAnother:
		return b.service.AskAnother(ctx, p)
	case view.ActionMore:
		return b.service.AllowMore(ctx, p)
	case view.ActionDisown:
		return b.service.Disown(ctx, p)
	case view.ActionLift:
		return b.service.Lift(ctx, p)
	case view.ActionPause:
		return approvals.Request{}, b.service.PauseCodes(ctx, p)
	case view.ActionResume:
		return approvals.Request{}, b.service.Resume(ctx, p)
	}
	return b.service.Claim(ctx, p) // Show code, Generate a new code
}

// refusePress answers a press that changed nothing. A Home tab may be of a while
// ago: it is rendered as things are.
func (b *Bot) refusePress(ctx context.Context, click payload.Interaction, pressed view.Action, err error, doing string) {
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		b.answer(ctx, click, view.ReplyToPress(pressed, why))
	} else {
		b.answer(ctx, click, b.reply(err, doing))
	}
	if click.View.Type == payload.TypeHome {
		b.openHome(ctx, click.UserID)
	}
}

// adopt notes the message that was pressed, behind the ack, if it is a copy of a
// card that nobody knew of, or shows what is over.
func (b *Bot) adopt(ctx context.Context, click payload.Interaction, p view.Press, r approvals.Request, refused bool) {
	if r.ID == "" || click.Message.Ephemeral {
		return
	}
	b.behind(ctx, func(ctx context.Context) error {
		adopted, err := b.messenger.Adopt(ctx, r, messenger.Pressed{
			Action: p.Action, User: click.UserID, Channel: click.Message.ChannelID, TS: click.Message.TS, Refused: refused,
		})
		if err != nil || !adopted {
			return err
		}
		return b.service.Refresh(ctx, r.ID)
	})
}
