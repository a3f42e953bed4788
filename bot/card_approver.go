package bot

import (
	"slices"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// approverCard is what one of the approvers sees: before the decision all that
// it takes to decide, after it what became of it.
func approverCard(r approvals.Request, viewer approvals.AskedPerson, now time.Time, o CardOptions) Message {
	v := valuesOf(r, now).and(contacts(o)).and(values{"window": duration(o.ClaimWindow)})
	if r.State == approvals.Pending {
		return askingCard(r, viewer, v).message(r)
	}
	c := decidedCard(r, viewer.Person, now, v)
	c.about = append([]spans{sayAskedBy.in(v), sayFor.in(v)}, requestAbout(r, v)...)
	return c.message(r)
}

func askingCard(r approvals.Request, viewer approvals.AskedPerson, v values) card {
	c := card{
		notice: sayApproverNotice.notice(v), title: sayApproverTitle,
		lines: []spans{sayApproverAsks.in(v)},
		note:  sayUnusual, notes: unusual(r, v),
		steps: []spans{sayBefore.in(v), sayBeforeDeny.in(v), sayIfApproved.in(v), sayDecideBy.in(v)},
		buttons: []*slack.ButtonBlockElement{
			requestButton(ActionApprove, sayApprove, r).WithStyle(slack.StylePrimary).WithConfirm(confirmApproval(r)),
			requestButton(ActionDeny, sayDeny, r).WithStyle(slack.StyleDanger),
		},
	}
	c.about = []spans{sayAskedBy.in(v), sayFor.in(v), sayEachCode.in(v), reasonOf(r), whyAsked(r, viewer, v)}
	return c
}

// confirmApproval asks once more. It proves nothing to olbot; it makes a slip of
// the hand harmless.
func confirmApproval(r approvals.Request) *slack.ConfirmationBlockObject {
	const most = 30 // characters of a name, so that two of them fit
	v := valuesOf(r, time.Time{}).and(values{
		"agent": text(cut(nameOf(r.Agent).plain(), most)),
		"owner": text(cut(nameOf(r.Owner).plain(), most)),
	})
	return slack.NewConfirmationBlockObject(
		plainText(sayConfirmTitle.plain(nil)), plainText(cut(sayConfirm.plain(v), maxConfirmText)),
		plainText(sayConfirmYes.plain(nil)), plainText(sayConfirmNo.plain(nil)))
}

// whyAsked says why this approver is the one asked.
func whyAsked(r approvals.Request, viewer approvals.AskedPerson, v values) spans {
	var s spans
	switch {
	case viewer.Link == approvals.Manager:
		s = sayWhyManager.in(v)
	case len(viewer.Link) > 0 && viewer.Link[0] == 'S':
		s = sayWhyGroup.in(values{"link": mention(viewer.Link)})
	default:
		s = sayWhyNamed.in(v)
	}
	others := slices.DeleteFunc(approvals.People(r.Approvers), viewer.Same)
	if len(others) == 0 {
		return s
	}
	were := sayWereAsked
	if len(others) == 1 {
		were = sayWasAsked
	}
	return sayWhyShared.in(values{"why": s, "others": were.in(values{"who": namesOf(others, nameOf)})})
}

// unusual lists what an approver should notice.
func unusual(r approvals.Request, v values) []spans {
	var notes []spans
	for _, s := range r.Signs {
		if p := signPhrase(s.Kind); p != "" {
			notes = append(notes, p.in(v.and(values{"nth": ordinal(s.Count)})))
		}
	}
	if r.Owner.Guest {
		notes = append(notes, saySignGuest.in(v))
	}
	return append(notes, ownerUntold(r, v)...)
}

// ownerUntold says that the owner could not be told, if that is so.
func ownerUntold(r approvals.Request, v values) []spans {
	switch {
	case r.Owner.Slack == "":
		return []spans{sayOwnerNotThere.in(v)}
	case r.OwnerUntold:
		return []spans{sayOwnerNotTold.in(v)}
	}
	return nil
}

func signPhrase(kind approvals.SignKind) phrase {
	switch kind {
	case approvals.SignReusable:
		return saySignReusable
	case approvals.SignLong:
		return saySignLong
	case approvals.SignNthThisWeek:
		return saySignNth
	case approvals.SignFirst:
		return saySignFirst
	}
	return ""
}
