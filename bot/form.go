package bot

import (
	"context"
	"errors"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/command"
	"olbot/bot/payload"
	"olbot/bot/view"
	"olbot/internal/slackapi"
)

// openRequest opens the request form, filled in with what is known. It says
// whether nothing more has to be answered.
func (b *Bot) openRequest(ctx context.Context, trigger string, known approvals.Submission) (opened bool) {
	err := b.messenger.OpenForm(ctx, trigger, view.RequestForm(known, b.service.Policy))
	if slackapi.CodeOf(err) == "invalid_arguments" && known.Owner != (approvals.Ref{}) {
		// Slack offers nobody who is not to be seen here, and the whole form fails.
		known.Owner = approvals.Ref{}
		err = b.messenger.OpenForm(ctx, trigger, view.RequestForm(known, b.service.Policy))
	}
	if err != nil {
		b.log.Warn("form not opened", zap.String("form", view.FormRequest), zap.Error(err))
	}
	return err == nil
}

// handleShortcut opens the request form. A global shortcut has no response_url:
// what has to be said is said in the DM.
func (b *Bot) handleShortcut(ctx context.Context, click payload.Interaction) {
	if click.CallbackID != view.ShortcutRequest {
		b.log.Warn("no such shortcut")
		b.answer(ctx, click, view.Help(b.command, b.service.Policy))
		return
	}
	b.openFilled(ctx, click, "")
}

// openFilled opens the request form, filled in from a draft or an own request if
// one is named.
func (b *Bot) openFilled(ctx context.Context, click payload.Interaction, from approvals.ID) {
	var known approvals.Submission
	if from != "" {
		var err error
		if known, err = b.service.Draft(ctx, click.UserID, from); err != nil {
			b.answer(ctx, click, b.reply(err, "fill in a form"))
			return
		}
	}
	if !b.openRequest(ctx, click.TriggerID, known) {
		b.answer(ctx, click, view.FormNotOpened(b.command))
	}
}

// openQuestion opens the form of Deny or Pass on, which asks why, or of Stop, if the
// press would count. If it would not, or if the form does not open, the press counts as
// it is: a no is never lost to a form. Nobody can tell of a form whose opening got no
// answer; should it be there, it says what was decided already.
func (b *Bot) openQuestion(ctx context.Context, click payload.Interaction, p view.Press) (r approvals.Request, opened bool) {
	counts, form := b.service.MayDecide, view.DenyForm
	switch p.Action {
	case view.ActionPassOn:
		form = view.PassForm
	case view.ActionStop:
		counts, form = b.service.MayStop, view.StopForm
	}
	r, may, err := counts(ctx, approvals.Press{By: click.UserID, Request: p.Request})
	if err != nil || !may {
		return r, false
	}
	if err = b.messenger.OpenForm(ctx, click.TriggerID, form(r)); err != nil {
		b.log.Warn("form not opened", zap.String("form", string(p.Action)), zap.String("request_id", string(p.Request)), zap.Error(err))
	}
	return r, err == nil
}

// openBlock opens the form that blocks an account. Who may do that is judged when it is
// submitted: the form says nothing that others must not know.
func (b *Bot) openBlock(ctx context.Context, click payload.Interaction) {
	if err := b.messenger.OpenForm(ctx, click.TriggerID, view.BlockForm()); err != nil {
		b.log.Warn("form not opened", zap.String("form", view.FormBlock), zap.Error(err))
		b.answer(ctx, click, view.FormNotOpened(b.command))
	}
}

// handleSubmission stores what was filled in and returns the payload of the
// ack: nil closes the form. The error is for a form that olbot does not know.
func (b *Bot) handleSubmission(ctx context.Context, click payload.Interaction, keys []string) (any, error) {
	switch click.View.CallbackID {
	case view.FormRequest:
		return b.submitRequest(ctx, click.View, click.UserID, keys), nil
	case view.FormDeny:
		return b.submitDenial(ctx, click.View, click.UserID, keys), nil
	case view.FormBlock:
		return b.submitBlock(ctx, click.View, click.UserID, keys), nil
	case view.FormStop:
		id, block := view.ReadStop(click.View)
		_, err := b.service.Stop(ctx, formPress(click.View, click.UserID, id, keys), block)
		return b.answerForm(click.View, err), nil
	case view.FormPassOn:
		return b.submitPass(ctx, click.View, click.UserID, keys), nil
	}
	return nil, errors.New("no such form")
}

func (b *Bot) submitRequest(ctx context.Context, form payload.View, by string, keys []string) any {
	a, wrong := view.ReadRequest(form, by)
	if wrong != nil {
		return wrong
	}
	a.IdempotencyKeys = keys
	if form.ID != "" {
		a.AcceptanceKey = formKey(form)
	}
	_, err := b.service.Submit(ctx, a)
	if err == nil {
		return nil
	}
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		return view.RefusedForm(form, why)
	}
	return view.FormBroken(form.CallbackID, err, b.logBroken(err, "submit the request form"))
}

// formKey is under which a form that was opened once is submitted.
func formKey(form payload.View) string { return "form:" + form.ID }

func (b *Bot) submitDenial(ctx context.Context, form payload.View, by string, keys []string) any {
	id, why, wrong := view.ReadDenial(form)
	if wrong != nil {
		return wrong
	}
	_, err := b.service.Deny(ctx, formPress(form, by, id, keys), why)
	return b.answerForm(form, err)
}

func (b *Bot) submitPass(ctx context.Context, form payload.View, by string, keys []string) any {
	id, why, wrong := view.ReadPass(form)
	if wrong != nil {
		return wrong
	}
	_, err := b.service.PassOn(ctx, formPress(form, by, id, keys), why)
	return b.answerForm(form, err)
}

// formPress is the press that a submitted form stands for. The form counts once.
func formPress(form payload.View, by string, id approvals.ID, keys []string) approvals.Press {
	if form.ID != "" {
		keys = append(keys, formKey(form))
	}
	return approvals.Press{By: by, Request: id, IdempotencyKeys: keys}
}

// answerForm closes a form that was carried out, or says in it what came of it.
func (b *Bot) answerForm(form payload.View, err error) any {
	if err == nil {
		return nil
	}
	if refusal, ok := errors.AsType[*approvals.Refusal](err); ok {
		instead := view.FormInstead(view.ReplyTo(refusal))
		return slack.NewUpdateViewSubmissionResponse(&instead)
	}
	return view.FormBroken(form.CallbackID, err, b.logBroken(err, "submit the form "+form.CallbackID))
}

func (b *Bot) submitBlock(ctx context.Context, form payload.View, by string, keys []string) any {
	account, reason, wrong := view.ReadBlock(form)
	if wrong != nil {
		return wrong
	}
	if form.ID != "" {
		keys = append(keys, formKey(form))
	}
	err := b.service.BlockAccount(ctx, approvals.Press{By: by, IdempotencyKeys: keys}, account, reason)
	if err == nil {
		return nil
	}
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		return view.RefusedBlock(form, why)
	}
	return view.FormBroken(form.CallbackID, err, b.logBroken(err, "submit the form that blocks an account"))
}

// excuseForm answers a form that did nothing: it stays open with a complaint if there is one, and else
// shows the message. An ack without a payload would close it, as if all were well.
func excuseForm(kept *slack.ViewSubmissionResponse, msg view.Message) *slack.ViewSubmissionResponse {
	if kept != nil {
		return kept
	}
	instead := view.FormInstead(msg)
	return slack.NewUpdateViewSubmissionResponse(&instead)
}

// offerForm adds a button to an answer that opens the form filled in with what
// was asked for. Without a place to keep that, the answer has to do alone.
func (b *Bot) offerForm(ctx context.Context, msg view.Message, a approvals.Submission) view.Message {
	id, err := b.service.KeepDraft(ctx, a)
	if err != nil {
		b.log.Warn("keep a draft", zap.Error(err))
		return msg
	}
	return view.WithForm(msg, id)
}

// slipped answers a command that was not understood.
func (b *Bot) slipped(ctx context.Context, cmd payload.Command, err error) view.Message {
	msg := b.reply(err, "parse the command")
	if slip, ok := errors.AsType[*command.Error](err); ok {
		if c, ok := command.Understood(cmd.Text, slip); ok {
			return b.offerForm(ctx, msg, c.Submission(cmd.UserID))
		}
	}
	return msg
}
