package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
)

func (b *Bot) handleInteraction(ctx context.Context, click *slack.InteractionCallback, keys []string) any {
	switch {
	case click.Type == slack.InteractionTypeViewSubmission:
		return b.handleSubmission(ctx, click, keys)
	case click.Type == slack.InteractionTypeShortcut:
		b.handleShortcut(ctx, click)
	case click.Type == slack.InteractionTypeBlockActions && len(click.ActionCallback.BlockActions) == 1:
		b.handlePress(ctx, click, click.ActionCallback.BlockActions[0], keys)
	default:
		b.log.Warn("interaction not answered", zap.String("type", string(click.Type)))
	}
	return nil
}

func (b *Bot) handlePress(ctx context.Context, click *slack.InteractionCallback, action *slack.BlockAction, keys []string) {
	switch action.ActionID {
	case ActionOpenForm, ActionChange, ActionRequest:
		b.openFilled(ctx, click, action.Value)
		return
	case ActionHide:
		b.behind(ctx, func(ctx context.Context) error {
			return b.messenger.answers.post(ctx, click.ResponseURL, map[string]any{"delete_original": true})
		})
		return
	}
	if action.ActionID == ActionDeny {
		if r, opened := b.openDenial(ctx, click, action.Value); opened {
			b.adopt(ctx, click, action, r)
			return
		}
	}
	r, err := b.press(ctx, action.ActionID, click.User.ID, action.Value, keys)
	if err != nil {
		b.answer(ctx, click, b.reply(err, "press "+action.ActionID))
		if atHome(click) {
			b.openHome(ctx, click.User.ID)
		}
	}
	if err == nil && action.ActionID == ActionAskAgain {
		b.messenger.answers.keep(r.ID, click.ResponseURL)
		b.behind(ctx, func(ctx context.Context) error {
			return b.messenger.answers.post(ctx, click.ResponseURL, ephemeral(AskedAgain(r)))
		})
		return // r is another request than the one whose card was pressed
	}
	b.adopt(ctx, click, action, r)
}

// adopt notes the message that was pressed, behind the ack, if it is a copy of a
// card that nobody knew of.
func (b *Bot) adopt(ctx context.Context, click *slack.InteractionCallback, action *slack.BlockAction, r approvals.Request) {
	if r.ID == "" || click.Container.IsEphemeral {
		return
	}
	b.behind(ctx, func(ctx context.Context) error {
		adopted, err := b.messenger.adopt(ctx, r, action.ActionID, click.User.ID, click.Container.ChannelID, click.Container.MessageTs)
		if err != nil || !adopted {
			return err
		}
		return b.service.Refresh(ctx, r.ID)
	})
}

// press does what the button says. The value is a request id, and for the code
// buttons the attempt they were painted for.
func (b *Bot) press(ctx context.Context, action, user, value string, keys []string) (approvals.Request, error) {
	name, attempt, numbered := strings.Cut(value, "/")
	id, err := approvals.ParseID(name)
	if err != nil {
		return approvals.Request{}, err
	}
	p := approvals.Press{By: user, Request: id, IdempotencyKeys: keys}
	if numbered {
		if p.Attempt, err = strconv.Atoi(attempt); err != nil {
			return approvals.Request{}, &approvals.Refusal{Code: approvals.BadRequestID, Text: value}
		}
	}
	switch action {
	case ActionApprove:
		return b.service.Approve(ctx, p)
	case ActionDeny:
		return b.service.Deny(ctx, p, approvals.Denial{}) // no form could be opened, or the press decides nothing
	case ActionWithdraw:
		return b.service.Withdraw(ctx, p)
	case ActionShowCode, ActionGenerate:
		return b.service.Claim(ctx, p)
	case ActionAskAgain:
		return b.service.AskAgain(ctx, p)
	case ActionDisown:
		return b.service.Disown(ctx, p)
	case ActionLift:
		return b.service.Lift(ctx, p)
	}
	return approvals.Request{}, errors.New("no such button: " + strconv.Quote(action))
}
