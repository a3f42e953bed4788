package view

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/command"
	"olbot/bot/payload"
	"olbot/bot/text"
)

// maxValidityWord is more characters than a validity needs.
const maxValidityWord = 40

// RequestForm is the form to ask for a code, filled in with what is known.
func RequestForm(a approvals.Submission, p approvals.Policy) slack.ModalViewRequest {
	person := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, nil, string(fieldPerson))
	person.InitialUser = a.Owner.Slack
	account := a.Owner.Email
	if a.Owner.OneLogin != 0 {
		account = fmt.Sprintf("#%d", a.Owner.OneLogin)
	}
	offered, other := validities(p), ""
	validity := a.Validity
	if validity != 0 && !slices.Contains(offered, validity) {
		other = command.FormatValidity(validity)
	}
	if other != "" || validity == 0 {
		validity = p.DefaultValidity
	}
	const keeps phrase = "Shown to whoever approves and kept in the audit trail."
	blocks := []slack.Block{
		input{label: "Whose account?", optional: true}.field(fieldPerson, person),
		input{label: "Or their e-mail address", hint: "For somebody who is not in Slack. A OneLogin id with # before it, like #12345, will do too.", optional: true}.
			line(fieldAccount, account, text.MaxEmail, false),
		input{label: "How long the code works"}.field(fieldValidity, validityMenu(offered, validity)),
		input{label: "Or another time", optional: true,
			hint:   "Counts instead of the choice above. A number of seconds (300), or one with m, h or d behind it (45m, 3h, 2d), from {least} to {most}.",
			values: values{"least": duration(approvals.MinValidity), "most": duration(p.MaxValidity)}}.line(fieldOther, other, maxValidityWord, false),
	}
	if p.AllowReusable {
		use := command.SingleUse
		if a.Reusable {
			use = command.Reusable
		}
		blocks = append(blocks, input{label: "How often it works"}.radio(fieldUses, use,
			choice(command.SingleUse, "Single use", "It works once."),
			choice(command.Reusable, "Reusable", "It works as often as wanted until it ends.")))
	}
	return modal(FormRequest, "Request a code", "Request", "Cancel", append(blocks,
		input{label: "Reason", hint: keeps, optional: !p.RequireReason}.line(fieldReason, cutToField(a.Reason), approvals.MaxReason, true),
		input{label: "How did you make sure who is calling?", hint: keeps}.radio(fieldVerified, string(a.Verified), verificationChoices()...),
		footnote(phrase("olbot then looks everybody up and asks whoever has to approve. Your direct messages with olbot say how it goes on.").in(nil)),
	)...)
}

// validities are the ones to choose from: those that people ask for, the
// default and the longest.
func validities(p approvals.Policy) []time.Duration {
	const minute, hour, day = time.Minute, time.Hour, 24 * time.Hour
	all := []time.Duration{
		p.DefaultValidity, p.MaxValidity,
		5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, day, 2 * day, 3 * day,
	}
	all = slices.DeleteFunc(all, func(d time.Duration) bool { return d < approvals.MinValidity || d > p.MaxValidity })
	slices.Sort(all)
	return slices.Compact(all)
}

func validityMenu(offered []time.Duration, chosen time.Duration) *slack.SelectBlockElement {
	var options []*slack.OptionBlockObject
	for _, d := range offered {
		options = append(options, slack.NewOptionBlockObject(command.FormatValidity(d), plainText(duration(d).plain()), nil))
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(fieldValidity), options...)
	menu.InitialOption = optionOf(options, command.FormatValidity(chosen))
	return menu
}

func verificationChoices() (all []*slack.OptionBlockObject) {
	for _, v := range approvals.Verifications() {
		all = append(all, choice(string(v), verificationLabels[v], ""))
	}
	return all
}

var verificationLabels = map[approvals.Verification]phrase{
	approvals.VerifiedByVideo:    "Video call",
	approvals.VerifiedByCallBack: "Call back on a known number",
	approvals.VerifiedInPerson:   "In person",
	approvals.NotVerified:        "Not verified",
}

// cutToField cuts a reason to what the field holds, counted as browsers count. Only a
// reason of hundreds of emoji is cut: it fitted when it was typed.
func cutToField(reason string) string {
	units := utf16.Encode([]rune(reason))
	if len(units) <= approvals.MaxReason {
		return reason
	}
	return strings.TrimSuffix(string(utf16.Decode(units[:approvals.MaxReason])), "\uFFFD")
}

// ReadRequest reads what was filled in. It checks what the form alone can tell; the
// rules are for the policy. wrong is how to complain, nil if nothing is wrong.
func ReadRequest(v payload.View, by string) (a approvals.Submission, wrong *slack.ViewSubmissionResponse) {
	f, found := filled{v}, complaints{}
	a = approvals.Submission{
		Agent: by, Owner: readOwner(f, found), Validity: readValidity(f, found), Reusable: f.chosen(fieldUses) == command.Reusable,
		Reason: f.text(fieldReason), Verified: approvals.Verification(f.chosen(fieldVerified)),
	}
	if !slices.Contains(approvals.Verifications(), a.Verified) {
		found.add(fieldVerified, sayChoose, nil)
	}
	return a, found.answer(f)
}

func readOwner(f filled, wrong complaints) approvals.Ref {
	user, account := f.input(fieldPerson).UserID, f.text(fieldAccount)
	if user != "" && account != "" {
		wrong.add(fieldAccount, "Two accounts are named. Empty this field, or take the person above away.", nil)
		return approvals.Ref{}
	}
	typed := account
	if typed == "" {
		typed = "<@" + user + ">"
	}
	owner, err := command.ReadOwner(typed)
	switch {
	case err == nil:
	case account != "":
		wrong.add(fieldAccount, "{word} is neither an e-mail address nor a OneLogin id such as #12345. Choose people who are in Slack above.",
			values{"word": quoted(account, maxTyped)})
	default:
		wrong.add(fieldPerson, "Choose a person here, or type an e-mail address below.", nil)
	}
	return owner
}

func readValidity(f filled, wrong complaints) time.Duration {
	at, typed := validityField(f)
	if typed == "" {
		return 0
	}
	d, err := command.ReadValidity(typed)
	if slip, ok := errors.AsType[*command.Error](err); ok {
		wrong.add(at, problemPhrases[slip.Problem], values{"word": quoted(slip.Word, maxTyped)})
	}
	return d
}

// validityField is the field whose validity counts, and what it says.
func validityField(f filled) (at field, typed string) {
	if typed = f.text(fieldOther); strings.Trim(typed, ",;:.") != "" {
		return fieldOther, typed
	}
	return fieldValidity, f.chosen(fieldValidity)
}

// RefusedForm says under a field of the form why the request was refused.
func RefusedForm(v payload.View, why *approvals.Refusal) *slack.ViewSubmissionResponse {
	f, as := filled{v}, agentVoice(why)
	at, form := fieldPerson, phrase("{fact}. {advice}")
	switch why.Code {
	case approvals.ValidityRange:
		at, _ = validityField(f)
		form = "{fact}."
	case approvals.NoReusable:
		at, form = fieldUses, "{fact}."
	case approvals.ReasonRequired, approvals.ReasonTooLong:
		at, form = fieldReason, "{fact}."
	}
	wrong := complaints{}
	wrong.add(at, form, values{"fact": sentence(factOf(why, as)), "advice": adviceOn(why, as, contacts(Options{}))})
	return wrong.answer(f)
}
