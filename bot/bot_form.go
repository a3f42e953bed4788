package bot

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
)

// answerTime is left of the time to ack when a form that does not open is given up.
const answerTime = time.Second

// open opens a form, before the last answerTime of ctx begins. The error is an *slackapi.Error.
// https://docs.slack.dev/reference/methods/views.open
func (m *Messenger) open(ctx context.Context, trigger string, form slack.ModalViewRequest) error {
	if end, bounded := ctx.Deadline(); bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-answerTime))
		defer cancel()
	}
	opened, err := m.api.OpenViewContext(ctx, trigger, form)
	if err == nil && opened.View.ID == "" {
		err = &slackapi.Error{Effect: slackapi.Unknown, Err: errors.New("views.open: an answer without a view")}
	}
	return slackapi.Sort(err)
}

// openRequest opens the request form, filled in with what is known. It says
// whether nothing more has to be answered: the form is open, or was opened when
// Slack delivered the same thing before.
func (b *Bot) openRequest(ctx context.Context, trigger string, known approvals.Ask) (opened bool) {
	err := b.messenger.open(ctx, trigger, RequestForm(known, b.service.Policy))
	if slackapi.CodeOf(err) == "invalid_arguments" && known.Owner != (approvals.Ref{}) {
		// Slack offers nobody who is not to be seen here, and the whole form fails.
		known.Owner = approvals.Ref{}
		err = b.messenger.open(ctx, trigger, RequestForm(known, b.service.Policy))
	}
	if err == nil || openedBefore(err) {
		return true
	}
	b.log.Warn("form not opened", zap.String("form", formRequest), zap.Error(err))
	return false
}

// openedBefore says whether the trigger has opened its form already.
func openedBefore(err error) bool { return slackapi.CodeOf(err) == "exchanged_trigger_id" }

// handleShortcut opens the request form. A global shortcut has no response_url:
// what has to be said is said in the DM.
func (b *Bot) handleShortcut(ctx context.Context, click *slack.InteractionCallback) {
	if click.CallbackID != ShortcutRequest {
		b.log.Warn("no such shortcut")
		return
	}
	if !b.openRequest(ctx, click.TriggerID, approvals.Ask{}) {
		b.answer(ctx, click, NotOpened(b.command))
	}
}

// openFilled opens the request form from a button whose value names a draft or
// an own request to fill it in from, or nothing.
func (b *Bot) openFilled(ctx context.Context, click *slack.InteractionCallback, value string) {
	var known approvals.Ask
	if value != nothingKnown {
		id, err := approvals.ParseID(value)
		if err == nil {
			known, err = b.service.Draft(ctx, click.User.ID, id)
		}
		if err != nil {
			b.answer(ctx, click, b.reply(err, "fill in a form"))
			return
		}
	}
	if !b.openRequest(ctx, click.TriggerID, known) {
		b.answer(ctx, click, NotOpened(b.command))
	}
}

// answer tells whoever pressed something, behind the ack: where they pressed, or
// in the DM if that was a Home tab, a form or a shortcut, which have no place
// for an answer.
func (b *Bot) answer(ctx context.Context, click *slack.InteractionCallback, msg Message) {
	b.behind(ctx, func(ctx context.Context) error {
		if click.ResponseURL != "" {
			return b.messenger.answers.post(ctx, click.ResponseURL, ephemeral(msg))
		}
		return b.messenger.say(ctx, click.User.ID, msg)
	})
}

// say posts one message into somebody's DM that is no card of any request.
func (m *Messenger) say(ctx context.Context, user string, msg Message) error {
	dm, err := m.dms.ID(ctx, user)
	if err != nil {
		return err
	}
	_, _, err = m.send(ctx, dm, msg)
	return err
}

// handleSubmission stores what was filled in and returns the payload of the
// ack: nil closes the form.
func (b *Bot) handleSubmission(ctx context.Context, click *slack.InteractionCallback, keys []string) any {
	f := filled{click.View}
	switch click.View.CallbackID {
	case formRequest:
		return b.submitRequest(ctx, f, click.User.ID, keys)
	case formDeny:
		return b.submitDenial(ctx, f, click.User.ID, keys)
	}
	b.log.Warn("no such form")
	return nil
}

func (b *Bot) submitRequest(ctx context.Context, f filled, by string, keys []string) any {
	a, wrong := readRequest(f, by)
	if len(wrong) > 0 {
		return wrong.answer(f)
	}
	a.IdempotencyKeys = keys
	if f.ID != "" {
		a.AcceptedKey = formKey(f)
	}
	_, err := b.service.Submit(ctx, a)
	if err == nil {
		return nil
	}
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		return refusedForm(f, why).answer(f)
	}
	return b.brokenForm(f, err, "submit the request form")
}

// formReceipt is under which a form that was opened once is submitted.
func formKey(f filled) string { return "form:" + f.ID }

// openDenial opens the form that asks why, if the press would decide. If it
// would not, or if the form does not open, the press counts as it is: an
// approver's no is never lost to a form. Nobody can tell of a form whose opening
// got no answer; should it be there, it says what was decided already.
func (b *Bot) openDenial(ctx context.Context, click *slack.InteractionCallback, value string) (r approvals.Request, opened bool) {
	id, err := approvals.ParseID(value)
	if err != nil {
		return r, false
	}
	r, may, err := b.service.MayDecide(ctx, approvals.Press{By: click.User.ID, Request: id})
	if err != nil || !may {
		return r, false
	}
	err = b.messenger.open(ctx, click.TriggerID, DenyForm(r))
	if err == nil || openedBefore(err) {
		return r, true
	}
	b.log.Warn("form not opened", zap.String("form", formDeny), zap.String("request_id", string(id)), zap.Error(err))
	return r, false
}

func (b *Bot) submitDenial(ctx context.Context, f filled, by string, keys []string) any {
	id, why, wrong := readDenial(f)
	if len(wrong) > 0 {
		return wrong.answer(f)
	}
	if f.ID != "" {
		keys = append(keys, formKey(f))
	}
	_, err := b.service.Deny(ctx, approvals.Press{By: by, Request: id, IdempotencyKeys: keys}, why)
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*approvals.Refusal](err); ok {
		form := notice(ReplyTo(err))
		return slack.NewUpdateViewSubmissionResponse(&form)
	}
	return b.brokenForm(f, err, "submit the form to deny")
}

// brokenForm keeps a form open that could not be stored, so that its button can
// be pressed again.
func (b *Bot) brokenForm(f filled, err error, doing string) any {
	ref := approvals.NewRef()
	b.log.Error(doing, zap.String("ref", ref), zap.Error(err))
	why := sayFormBroken
	if errors.Is(err, approvals.ErrOutcomeUnknown) {
		why = sayFormNotKnown
	}
	wrong := complaints{}
	wrong.add(firstField(f.CallbackID), why, values{"ref": text(ref)})
	return wrong.answer(f)
}

// keepOpen answers a form that is not handled; nil if the envelope is none. An
// ack without a payload would close it, as if all were well.
func keepOpen(e socketmode.Envelope, why phrase, v values) any {
	type submission struct {
		Type slack.InteractionType `json:"type"`
		View struct {
			CallbackID string `json:"callback_id"`
		} `json:"view"`
	}
	var p submission
	if e.Decode(&p) != nil || p.Type != slack.InteractionTypeViewSubmission {
		return nil
	}
	at := firstField(p.View.CallbackID)
	if at == "" {
		return nil
	}
	return slack.NewErrorsViewSubmissionResponse(map[string]string{string(at): why.plain(v)})
}

// offerForm adds a button to an answer that opens the form filled in with what
// was asked for. Without a place to keep that, the answer has to do alone.
func (b *Bot) offerForm(ctx context.Context, msg Message, a approvals.Ask) Message {
	id, err := b.service.KeepDraft(ctx, a)
	if err != nil {
		b.log.Warn("keep a draft", zap.Error(err))
		return msg
	}
	return withForm(msg, id)
}

// slipped answers a command that was not understood.
func (b *Bot) slipped(ctx context.Context, cmd *SlashCommand, err error) Message {
	msg := b.reply(err, "parse the command")
	if slip, ok := errors.AsType[*CommandError](err); ok {
		if c, ok := understood(cmd.Text, slip); ok {
			return b.offerForm(ctx, msg, c.ask(cmd.UserID))
		}
	}
	return msg
}
