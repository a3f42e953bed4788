package view

import (
	"errors"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/payload"
)

// An Action is what a button does: the action id that comes back with its press.
type Action string

// The actions. Ids and labels never change: cards of before are pressed, and
// people name the labels to each other.
const (
	ActionApprove  Action = "approve"
	ActionDeny     Action = "deny"
	ActionPassOn   Action = "pass_on"
	ActionWithdraw Action = "withdraw"
	ActionShowCode Action = "show_code"
	ActionGenerate Action = "generate"
	ActionAnother  Action = "ask_another" // Ask … for another code
	ActionMore     Action = "allow_more"
	ActionAskAgain Action = "ask_again"
	ActionChange   Action = "change_and_ask_again" // opens the form, filled in from the request
	ActionStop     Action = "stop"
	ActionDisown   Action = "this_wasnt_me"
	ActionLift     Action = "lift_block"
	ActionHide     Action = "hide"
	ActionOpenForm Action = "open_form"     // the id in it is a draft's
	ActionRequest  Action = "request"       // opens an empty form
	ActionBlock    Action = "block_account" // opens the form that blocks an account
	ActionPause    Action = "pause_codes"
	ActionResume   Action = "resume_codes"
	ActionCheck    Action = "check" // of olbot check --live
)

// buttons says of each action on whose card its button stands, if that is a card,
// what the button says and how it looks, and whether it makes a code: then it
// carries the attempt that a press starts, so that a press on an old copy of the
// card does nothing (invariant 4).
var buttons = map[Action]struct {
	card  string
	label phrase
	style slack.Style
	makes bool
}{
	ActionApprove:  {keyApprover, "Approve", slack.StylePrimary, false},
	ActionDeny:     {keyApprover, "Deny", slack.StyleDanger, false},
	ActionPassOn:   {keyApprover, "Pass on", slack.StyleDefault, false},
	ActionWithdraw: {KeyAgent, "Withdraw", slack.StyleDefault, false},
	ActionShowCode: {KeyAgent, "Show code", slack.StylePrimary, true},
	ActionGenerate: {KeyAgent, "Generate a new code", slack.StyleDefault, true},
	ActionAnother:  {KeyAgent, "Ask {decider} for another code", slack.StyleDefault, true},
	ActionMore:     {keyApprover, "Allow one more", slack.StylePrimary, true},
	ActionAskAgain: {KeyAgent, "Ask again", slack.StyleDefault, false},
	ActionChange:   {KeyAgent, "Change and ask again", slack.StyleDefault, false},
	ActionStop:     {keyApprover, "Stop", slack.StyleDanger, false}, // contacts have it at home
	ActionDisown:   {keyOwner, "This wasn't me", slack.StyleDanger, false},
	ActionLift:     {keyContact, "Lift block", slack.StyleDanger, false},
	ActionHide:     {"", "Done, hide it", slack.StylePrimary, false},
	ActionOpenForm: {"", "Open the form", slack.StyleDefault, false},
	ActionRequest:  {"", "Request a code", slack.StylePrimary, false},
	ActionBlock:    {"", "Block an account", slack.StyleDefault, false},
	ActionPause:    {"", "Pause all codes", slack.StyleDanger, false},
	ActionResume:   {"", "Resume", slack.StylePrimary, false},
	ActionCheck:    {"", "It works", slack.StylePrimary, false},
}

// aboutNothing is the value of a button that is about no request.
const aboutNothing = "-"

func button(a Action, value string) *slack.ButtonBlockElement { return labelled(a, value, nil) }

// labelled is a button with what stands in the places of its label.
func labelled(a Action, value string, v values) *slack.ButtonBlockElement {
	b := slack.NewButtonBlockElement(string(a), value, plainText(buttons[a].label.plain(v)))
	b.Style = buttons[a].style
	return b
}

// requestButton is a button about r. In its value stands the request's id, if it
// makes a code the attempt behind a slash, and nothing else (invariant 7).
func requestButton(a Action, r approvals.Request) *slack.ButtonBlockElement {
	value := string(r.ID)
	if buttons[a].makes {
		value += "/" + strconv.Itoa(r.Attempt+1)
	}
	return labelled(a, value, values{"decider": shortName(r.DecidedBy.Person)})
}

// A Press is what the press of a button says.
type Press struct {
	Action  Action
	Request approvals.ID // or a draft's; "" if the button is about none
	Attempt int          // that a button which makes a code starts
}

// ReadPress reads a button as requestButton and button write it. A value that
// olbot never wrote is an *approvals.Refusal (invariant 7).
func ReadPress(pressed payload.Button) (p Press, err error) {
	p.Action = Action(pressed.ActionID)
	b, known := buttons[p.Action]
	if !known {
		return p, errors.New("no such button: " + strconv.Quote(pressed.ActionID))
	}
	if b.card == "" && pressed.Value == aboutNothing {
		return p, nil
	}
	id, attempt, numbered := strings.Cut(pressed.Value, "/")
	if p.Request, err = approvals.ParseID(id); err != nil {
		return p, err
	}
	if numbered {
		if p.Attempt, err = strconv.Atoi(attempt); err != nil {
			return p, &approvals.Refusal{Code: approvals.BadRequestID, Text: pressed.Value}
		}
	}
	return p, nil
}
