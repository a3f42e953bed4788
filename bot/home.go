package bot

import (
	"slices"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// How much of each kind a Home tab shows, so that all together stay below
// Slack's limit of 100 blocks:
// https://docs.slack.dev/reference/views/home-tab-views
const (
	mostWaiting = 6
	mostOwn     = 8
	mostBlocked = 6
)

// HomeView is somebody's Home tab: what waits for their decision, with the
// buttons of the card; the blocks they may lift; their own requests and the
// button to ask. It follows from h, who looks and the time, as cards do.
func HomeView(h approvals.Home, viewer string, now time.Time, o CardOptions) slack.HomeTabViewRequest {
	var blocks []slack.Block
	if len(h.Waiting)+len(h.Blocks) == 0 {
		blocks = append(blocks, paragraph(sayHomeWhat.in(nil), sayHomeNothing.in(nil)))
	}
	blocks = append(blocks, homeWaiting(h.Waiting, viewer, now, o)...)
	blocks = append(blocks, homeBlocked(h.Blocks, viewer, now)...)
	blocks = append(blocks, homeOwn(h, now, o)...)
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
}

// homeWaiting shows of each request what its card shows: whoever approves here
// has read the same.
func homeWaiting(waiting []approvals.Request, viewer string, now time.Time, o CardOptions) []slack.Block {
	if len(waiting) == 0 {
		return nil
	}
	blocks := []slack.Block{heading(sayHomeWaiting.plain(nil))}
	for _, r := range waiting[:min(mostWaiting, len(waiting))] {
		p, _ := r.Approver(viewer)
		card := approverCard(r, p, now, o).Blocks
		blocks = append(blocks, card[1:]...) // without the heading
		blocks = append(blocks, slack.NewDividerBlock())
	}
	return append(blocks, homeMore(len(waiting)-mostWaiting, sayHomeMore)...)
}

func homeMore(n int, more phrase) []slack.Block {
	if n <= 0 {
		return nil
	}
	return []slack.Block{paragraph(more.in(values{"n": numeral(n)}))}
}

func homeBlocked(blocked []approvals.Request, viewer string, now time.Time) []slack.Block {
	if len(blocked) == 0 {
		return nil
	}
	blocks := []slack.Block{heading(sayHomeBlocked.plain(nil))}
	for _, r := range blocked[:min(mostBlocked, len(blocked))] {
		v := valuesOf(r, now)
		lines := append([]spans{sayHomeBlockedWhy.in(v), contactDecision(r).in(v)}, contactCodes(r, now, v)...)
		lines = append(lines, sayFor.in(v), sayAskedBy.in(v))
		if r.Involves(approvals.Person{Slack: viewer}) {
			blocks = append(blocks, paragraph(append(lines, sayHomeBlockedMine.in(v))...))
		} else {
			blocks = append(blocks, paragraph(append(lines, sayHomeBlockedLift.in(v))...), buttons(LiftButton(r)))
		}
		blocks = append(blocks, footnote(sayRequestID.in(v)))
	}
	return append(blocks, homeMore(len(blocked)-mostBlocked, sayHomeMoreHere)...)
}

// homeOwn shows somebody's own requests: the open ones, and those under which
// codes can be made, with what comes next, and the last that ended.
func homeOwn(h approvals.Home, now time.Time, o CardOptions) []slack.Block {
	own, last := slices.Clone(h.Open), []approvals.Request{}
	for _, r := range h.Last {
		if r.State.Ended() {
			last = append(last, r)
		} else {
			own = append(own, r)
		}
	}
	switch {
	case h.MayAsk || len(own)+len(last) > 0:
	case len(h.Waiting)+len(h.Blocks) > 0:
		return nil
	default:
		return []slack.Block{paragraph(sayHomeMayNot.in(nil))}
	}
	blocks := []slack.Block{heading(sayHomeOwn.plain(nil))}
	if h.MayAsk {
		blocks = append(blocks, buttons(button(ActionRequest, sayHomeRequest, nothingKnown).WithStyle(slack.StylePrimary)))
	}
	if len(own) == 0 {
		blocks = append(blocks, paragraph(sayOpenNone.in(nil)))
	}
	for _, r := range own[:min(mostOwn, len(own))] {
		v := valuesOf(r, now).and(ownerOf(r))
		blocks = append(blocks, paragraph(append([]spans{sayHomeOpen.in(v)}, homeNext(r, now, v)...)...))
		if r.State == approvals.Pending {
			blocks = append(blocks, bullets(sayAgentIfNobody.in(nil), whatIsNext(r, v, o)))
		}
		if r.MayWithdraw(now) {
			blocks = append(blocks, buttons(withdraw(r)...))
		}
	}
	blocks = append(blocks, homeMore(len(own)-mostOwn, sayHomeMore)...)
	if len(last) == 0 {
		return blocks
	}
	var lines []spans
	for _, r := range last {
		lines = append(lines, sayHomeLast.in(valuesOf(r, now).and(ownerOf(r))))
	}
	return append(blocks, bullets(sayHomeLastOnes.in(nil), lines))
}

// homeNext says how an own request stands, and what to do about it.
func homeNext(r approvals.Request, now time.Time, v values) []spans {
	switch r.State {
	case approvals.Received:
		return []spans{sayHomeReceived.in(v)}
	case approvals.Pending:
		return whoIsAsked(r, v)
	case approvals.Approved:
		switch {
		case r.Making(now):
			return []spans{sayHomeMaking.in(v)}
		case r.CodesLeft(now) == 0:
			return []spans{sayHomeClaimOver.in(v)}
		}
		return []spans{sayHomeClaim.in(v)}
	case approvals.Issuing:
		return []spans{sayHomeIssuing.in(v)}
	case approvals.Unknown:
		return []spans{sayHomeUnknown.in(v)}
	}
	lines := []spans{pick(now.Before(r.Grant.Until), sayHomeIssued, sayHomeEnded).in(v)}
	switch {
	case r.Making(now):
		lines = append(lines, sayHomeMaking.in(v))
	case r.CodesLeft(now) > 0:
		lines = append(lines, sayHomeGenerate.in(v))
	}
	return lines
}
