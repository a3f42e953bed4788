package bot

import (
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"olbot/approvals"
)

// maxValidityWord is more characters than a validity needs.
const maxValidityWord = 40

// RequestForm is the form to ask for a code, filled in with what is known.
func RequestForm(a approvals.Submission, p approvals.Policy) slack.ModalViewRequest {
	person := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, nil, string(fieldPerson))
	account := ""
	if a.Owner.Slack != "" {
		person.InitialUser = a.Owner.Slack
	} else if a.Owner != (approvals.Ref{}) {
		account = unescape(wireRef(a.Owner))
	}
	limits := values{"least": duration(approvals.MinValidity), "most": duration(p.MaxValidity)}
	offered, other := validities(p), ""
	validity := a.Validity
	if validity != 0 && !slices.Contains(offered, validity) {
		other = shortValidity(validity)
	}
	if other != "" || validity == 0 {
		validity = p.DefaultValidity
	}
	blocks := []slack.Block{
		typing{label: sayFormPerson, optional: true}.field(fieldPerson, person),
		typing{label: sayFormAccount, hint: sayFormAccountHint, optional: true}.line(fieldAccount, account, maxEmail, false),
		typing{label: sayFormValidity}.field(fieldValidity, validityMenu(offered, validity)),
		typing{label: sayFormOther, hint: sayFormOtherHint, values: limits, optional: true}.line(fieldOther, other, maxValidityWord, false),
	}
	if p.AllowReusable {
		blocks = append(blocks, typing{label: sayFormUses}.radio(fieldUses, useOf(a.Reusable),
			choice(wordSingleUse, sayFormSingle, sayFormSingleMore), choice(wordReusable, sayFormReusable, sayFormReusableMore)))
	}
	return modal(formRequest, sayFormTitle, sayFormSubmit, sayFormClose, append(blocks,
		typing{label: sayFormReason, hint: sayFormReasonHint, optional: !p.RequireReason}.line(fieldReason, fits(a.Reason), approvals.MaxReason, true),
		typing{label: sayFormVerified, hint: sayFormVerifiedHint}.radio(fieldVerified, string(a.Verified), verifications()...),
		footnote(sayFormNext.in(nil)),
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
		options = append(options, slack.NewOptionBlockObject(shortValidity(d), plainText(duration(d).plain()), nil))
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(fieldValidity), options...)
	menu.InitialOption = optionOf(options, shortValidity(chosen))
	return menu
}

func useOf(reusable bool) string {
	if reusable {
		return wordReusable
	}
	return wordSingleUse
}

func verifications() []*slack.OptionBlockObject {
	var all []*slack.OptionBlockObject
	for _, v := range approvals.Verifications() {
		all = append(all, choice(string(v), verificationLabel(v), ""))
	}
	return all
}

// fits cuts a reason to what the field holds, counted as browsers count. Only a
// reason of hundreds of emoji is cut: it fitted when it was typed.
func fits(reason string) string {
	units := utf16.Encode([]rune(reason))
	if len(units) <= approvals.MaxReason {
		return reason
	}
	return strings.TrimSuffix(string(utf16.Decode(units[:approvals.MaxReason])), "\uFFFD")
}

// readRequest reads what was filled in. It checks what the form alone can tell;
// the rules are for the policy.
func readRequest(f filled, by string) (approvals.Submission, complaints) {
	wrong := complaints{}
	a := approvals.Submission{Agent: by, Reason: f.text(fieldReason), Reusable: f.chosen(fieldUses) == wordReusable}
	a.Owner = readFormOwner(f, wrong)
	a.Validity = readFormValidity(f, wrong)
	a.Verified = approvals.Verification(f.chosen(fieldVerified))
	if !slices.Contains(approvals.Verifications(), a.Verified) {
		wrong.add(fieldVerified, sayFormChoose, nil)
	}
	return a, wrong
}

func readFormOwner(f filled, wrong complaints) approvals.Ref {
	user, account := f.state(fieldPerson).SelectedUser, f.text(fieldAccount)
	switch {
	case user != "" && account != "":
		wrong.add(fieldAccount, sayFormWhoBoth, nil)
	case account != "":
		ref, problem := readOwner(commandWord{raw: slackutilsx.EscapeMessage(account)})
		if problem == "" {
			return ref
		}
		wrong.add(fieldAccount, sayFormWhoUnknown, values{"word": quoted(account, maxTyped)})
	case userEntity.MatchString("@" + user):
		return approvals.Ref{Slack: user}
	default:
		wrong.add(fieldPerson, sayFormWhoMissing, nil)
	}
	return approvals.Ref{}
}

func readFormValidity(f filled, wrong complaints) time.Duration {
	at, word := fieldOther, strings.TrimRight(fold(slackutilsx.EscapeMessage(f.text(fieldOther))), ",;:.")
	if word == "" {
		at, word = fieldValidity, f.chosen(fieldValidity)
	}
	if word == "" {
		return 0
	}
	d, _, problem := readValidity(word)
	if problem != "" {
		wrong.add(at, problemPhrase(problem), values{"word": quoted(word, maxTyped)})
	}
	return d
}

// refusedForm says under which field stands why the request was refused.
func refusedForm(f filled, why *approvals.Refusal) complaints {
	as := agentVoice(why)
	v := values{"fact": sentence(factSpans(why, as)), "advice": adviceSpans(why, as, contacts(CardOptions{}))}
	wrong := complaints{}
	switch why.Code {
	case approvals.ValidityRange:
		at := fieldOther
		if f.text(fieldOther) == "" {
			at = fieldValidity
		}
		wrong.add(at, sayFormFact, v)
	case approvals.NoReusable:
		wrong.add(fieldUses, sayFormFact, v)
	case approvals.ReasonRequired, approvals.ReasonTooLong:
		wrong.add(fieldReason, sayFormFact, v)
	default:
		wrong.add(fieldPerson, sayFormRefused, v)
	}
	return wrong
}
