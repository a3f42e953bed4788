package bot

import (
	"strconv"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// The action ids of the buttons. What a button acts on stands in its value: the
// request id, for the code buttons with the attempt behind a slash, and nothing
// else (invariant 7).
const (
	ActionApprove  = "approve"
	ActionDeny     = "deny"
	ActionWithdraw = "withdraw"
	ActionShowCode = "show_code"
	ActionGenerate = "generate"
	ActionAskAgain = "ask_again"
	ActionChange   = "change_and_ask_again" // opens the form, filled in from the request
	ActionDisown   = "this_wasnt_me"
	ActionLift     = "lift_block"
	ActionHide     = "hide"
	ActionOpenForm = "open_form" // the value is a draft's id
	ActionRequest  = "request"   // opens an empty form
)

// hideValue is the value of the button that is about no request.
const hideValue = "-"

// nothingKnown is the value of a button that opens an empty form.
const nothingKnown = "-"

func button(action string, label phrase, value string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(action, value, plainText(label.plain(nil)))
}

func requestButton(action string, label phrase, r approvals.Request) *slack.ButtonBlockElement {
	return button(action, label, string(r.ID))
}

// codeButton carries the attempt that a press starts, so that a press on an old
// copy of the card does nothing (invariant 4).
func codeButton(action string, label phrase, r approvals.Request) *slack.ButtonBlockElement {
	return button(action, label, string(r.ID)+"/"+strconv.Itoa(r.Attempt+1))
}
