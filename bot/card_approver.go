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
	return aboutRequest(decidedCard(r, viewer.Person, now, v), r, v).message(r)
}

// aboutRequest adds what the request is about, as approvers see it.
func aboutRequest(c card, r approvals.Request, v values) card {
	c.about = append([]spans{sayAskedBy.in(v), sayFor.in(v)}, requestAbout(r, v, sayVerifiedClaim)...)
	return c
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
	c = aboutRequest(c, r, v)
	c.about = append(append(c.about, whyAsked(r, viewer, v)), notTheirReport(r)...)
	return c
}

// confirmApproval asks once more. It proves nothing to olbot; it makes a slip of
// the hand harmless.
func confirmApproval(r approvals.Request) *slack.ConfirmationBlockObject {
	v := valuesOf(r, time.Time{}).and(values{
		"agent": text(cut(nameOf(r.Agent).plain(), maxConfirmName)),
		"owner": text(cut(nameOf(r.Owner).plain(), maxConfirmName)),
	})
	return slack.NewConfirmationBlockObject(
		plainText(sayConfirmTitle.plain(nil)), plainText(cut(sayConfirm.plain(v), maxConfirmText)),
		plainText(sayConfirmYes.plain(nil)), plainText(sayConfirmNo.plain(nil)))
}

// whyAsked says why this approver is asked, and who else is or was.
func whyAsked(r approvals.Request, viewer approvals.AskedPerson, v values) spans {
	var s spans
	switch {
	case viewer.Link.Kind == approvals.Manager:
		s = sayWhyManager.in(v)
	case viewer.Link.Kind == approvals.SlackGroup:
		s = sayWhyGroup.in(values{"link": mention(viewer.Link)})
	default:
		s = sayWhyNamed.in(v)
	}
	others := slices.DeleteFunc(slices.Clone(r.Approvers), func(p approvals.AskedPerson) bool { return p.Same(viewer.Person) })
	if len(others) == 0 {
		return s
	}
	var each []spans
	for _, round := range rounds(others) {
		asked := pick(round[0].Link == viewer.Link, sayAskedToo, sayAskedAt)
		each = append(each, asked.in(values{"were": were(approvals.People(round), nameOf), "asked": moment(r.AskedAt(round[0]))}))
	}
	return sayWhyShared.in(values{"why": s, "others": join("; ", each...)})
}

// unusual lists what an approver should notice.
func unusual(r approvals.Request, v values) []spans {
	var notes []spans
	if r.Verified == approvals.NotVerified {
		notes = append(notes, saySignUnverified.in(v))
	}
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
