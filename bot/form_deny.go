package bot

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// DenyForm asks an approver why not. Both fields may stay empty. What comes back
// with it is the request's id.
func DenyForm(r approvals.Request) slack.ModalViewRequest {
	v := valuesOf(r, time.Time{})
	form := modal(formDeny, sayDenyTitle, sayDeny, sayFormClose,
		paragraph(sayDenyAbout.in(v)),
		typing{label: sayDenyChoice, optional: true}.radio(fieldChoice, "", denialChoices()...),
		typing{label: sayDenyText, hint: sayDenyTextHint, values: v, optional: true}.line(fieldText, "", approvals.MaxReason, true),
		footnote(sayRequestID.in(v)),
	)
	form.PrivateMetadata = string(r.ID)
	return form
}

func denialChoices() []*slack.OptionBlockObject {
	var all []*slack.OptionBlockObject
	for _, c := range approvals.DenialChoices() {
		label, more := denialLabel(c)
		all = append(all, choice(string(c), label, more))
	}
	return all
}

func denialLabel(c approvals.DenialChoice) (label, more phrase) {
	switch c {
	case approvals.CouldNotReach:
		return sayDenyReached, ""
	case approvals.NotMyReport:
		return sayDenyReport, sayDenyReportMore
	case approvals.Suspicious:
		return sayDenySuspicious, sayDenyAlarm
	}
	return "", ""
}

// readDenial reads what was filled in, and which request it is about. Who may
// deny is for the request to say.
func readDenial(f filled) (approvals.ID, approvals.Denial, complaints) {
	wrong := complaints{}
	why := approvals.Denial{Choice: approvals.DenialChoice(f.chosen(fieldChoice)), Text: f.text(fieldText)}
	if why.Choice != "" && !slices.Contains(approvals.DenialChoices(), why.Choice) {
		wrong.add(fieldChoice, sayFormChoose, nil)
	}
	if utf8.RuneCountInString(why.Text) > approvals.MaxReason {
		wrong.add(fieldText, sayDenyLonger, values{"limit": numeral(approvals.MaxReason)})
	}
	id, err := approvals.ParseID(f.PrivateMetadata)
	if err != nil {
		id = ""
	}
	return id, why, wrong
}

// notice shows a message in place of a form.
func notice(m Message) slack.ModalViewRequest {
	return modal("", sayNoticeTitle, "", sayNoticeClose, m.Blocks...)
}
