package bot

import (
	"strconv"
	"time"

	"olbot/approvals"
)

// News is what somebody should not have to look for: a card that is repainted
// makes no sound. Each line has a key of its own, so that it is told once; it is
// of the present state, so that nothing is told that has been overtaken.
//
// The approvers' cards and the owner's notice are new messages themselves when
// approval is asked for; only the agent, whose card was there before, gets a line.

// newsItem is one line for one person.
type newsItem struct {
	what         string // names the happening in the key
	number       int    // of the code or the reminder that it is about, 0 if none
	line, notice phrase
}

func news(r approvals.Request, now time.Time, o CardOptions) []Card {
	v := valuesOf(r, now).and(ownerOf(r)).and(contacts(o))
	if r.Refusal != nil {
		v["fact"] = factSpans(r.Refusal, agentVoice(r.Refusal))
	}
	var all []Card
	tell := func(to approvals.Person, items ...newsItem) {
		for _, n := range items {
			all = append(all, Card{
				Key: newsKey(n, to.Slack), To: to.Slack, News: true,
				Message: oneLine(n.notice.notice(v), n.line.in(v)),
			})
		}
	}
	tell(r.Agent, agentNews(r, now)...)
	for _, p := range r.Approvers {
		tell(p.Person, approverNews(r, p)...)
	}
	if ownerIsTold(r, o) {
		tell(r.Owner, ownerNews(r)...)
	}
	return all
}

func newsKey(n newsItem, to string) string {
	key := "news:" + n.what + ":"
	if n.number > 0 {
		key += strconv.Itoa(n.number) + ":"
	}
	return key + to
}

func one(what string, line, notice phrase) []newsItem {
	return []newsItem{{what: what, line: line, notice: notice}}
}

func oneCode(r approvals.Request, what string, line, notice phrase) []newsItem {
	return []newsItem{{what: what, number: r.Attempt, line: line, notice: notice}}
}

// agentNews is what the agent is told: everything but what they did themselves.
func agentNews(r approvals.Request, now time.Time) []newsItem {
	if !r.DisownedAt.IsZero() {
		return one("disowned", newsDisowned, newsDisownedNotice)
	}
	switch r.State {
	case approvals.Pending:
		if len(r.Approvers) > 0 {
			return one("asked", newsAsked, newsAskedNotice)
		}
	case approvals.Approved:
		switch {
		case r.Attempt > 0:
			return nil // a later code that could not be asked for yet: the card says so
		case r.Making(now):
			return one("approved", newsApproved, newsApprovedNotice)
		case r.CodesLeft(now) > 0:
			return one("show_code", newsClaim, newsClaimNotice)
		}
	case approvals.Issuing:
		if r.Attempt == 1 {
			return one("approved", newsApproved, newsApprovedNotice)
		}
	case approvals.Issued:
		switch {
		case r.Showing == approvals.NotShown:
			return oneCode(r, "not_shown", newsNotShown, newsNotShownNotice)
		case !now.Before(r.Grant.Until):
			return nil // it has ended already
		case r.CodesLeft(now) == 0:
			return oneCode(r, "code", newsCodeLast, newsCodeNotice)
		}
		return oneCode(r, "code", newsCode, newsCodeNotice)
	case approvals.Unknown:
		return oneCode(r, "unknown", newsUnknown, newsUnknownNotice)
	case approvals.Denied:
		return one("denied", pick(r.Denial.Choice == approvals.NotMyReport, newsDeniedByNone, newsDenied), newsDeniedNotice)
	case approvals.Refused:
		return one("refused", newsRefused, newsRefusedNotice)
	case approvals.Expired:
		return one("expired", pick(wasAsked(r), newsExpired, newsUnasked), newsExpiredNotice)
	case approvals.Lapsed:
		return one("lapsed", newsLapsed, newsLapsedNotice)
	case approvals.Failed:
		return one("failed", newsFailed, newsFailedNotice)
	}
	return nil
}

// approverNews is what an approver is told after the card: that they are still
// waited for, each time they are reminded; that nobody decided in time, that the owner stopped it, and, to whoever approved, every code after
// the first.
func approverNews(r approvals.Request, p approvals.AskedPerson) []newsItem {
	switch {
	case !r.DisownedAt.IsZero():
		return one("disowned", newsApproverDisowned, newsApproverDisownedNotice)
	case r.State == approvals.Pending && !r.AskedAt(p).After(r.RemindedAt):
		return []newsItem{{what: "reminded", number: r.Reminders, line: newsReminder, notice: newsReminderNotice}}
	case r.State == approvals.Expired:
		return one("expired", newsApproverExpired, newsApproverExpiredNotice)
	case r.Attempt < 2 || !r.DecidedBy.Same(p.Person):
	case r.State == approvals.Issued:
		return oneCode(r, "code", newsApproverCode, newsApproverCodeNotice)
	case r.State == approvals.Unknown:
		return oneCode(r, "code", newsApproverCodeUnknown, newsApproverCodeNotice)
	}
	return nil
}

// ownerNews is what the owner is told after the notice: every code, the first
// too, because that is the moment from which somebody can sign in as them; and
// that the block they made was lifted.
func ownerNews(r approvals.Request) []newsItem {
	switch {
	case !r.LiftedAt.IsZero():
		return one("lifted", newsOwnerLifted, newsOwnerLiftedNotice)
	case !r.DisownedAt.IsZero():
	case r.State == approvals.Issued:
		return oneCode(r, "code", newsOwnerCode, newsOwnerCodeNotice)
	case r.State == approvals.Unknown:
		return oneCode(r, "code", newsOwnerCodeUnknown, newsOwnerCodeNotice)
	}
	return nil
}
