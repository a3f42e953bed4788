package view

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
	mostOwned   = 2
	mostOwn     = 7
	mostBlocked = 2
	mostGranted = 4
)

// HomeView is somebody's Home tab, with the buttons of the cards: what waits for
// their decision; requests for their own account; what they may stop and the blocks they may lift; their
// own requests and the button to ask. It follows from h, who looks and the time, as cards do.
func HomeView(h approvals.Home, viewer string, now time.Time, o Options) slack.HomeTabViewRequest {
	var blocks []slack.Block
	if !o.NotifyOwner {
		h.Owned = nil
	}
	if pause, paused := h.Restrictions.Pause(); paused && !h.Contact {
		blocks = append(blocks, paragraph(sayPausedBy.in(restrictionValues(pause)), phrase("No code is made until a security contact resumes them.").in(nil)))
	}
	if len(h.Waiting)+len(h.Owned)+len(h.Granted)+len(h.Blocks) == 0 {
		blocks = append(blocks, paragraph(values{}.lines(
			"olbot makes temporary OneLogin codes for people who cannot use their second factor, after a second person has approved.",
			"Nothing waits for your decision.")...))
	}
	blocks = slices.Concat(blocks, homeWaiting(h.Waiting, viewer, now, o), homeOwned(h.Owned, now, o), homeGranted(h.Granted, now), homeBlocked(h, viewer, now, o), homeSecurity(h), homeOwn(h, now, o))
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
}

// homeWaiting shows of each request what its card shows: whoever approves here
// has read the same.
func homeWaiting(waiting []approvals.Request, viewer string, now time.Time, o Options) []slack.Block {
	if len(waiting) == 0 {
		return nil
	}
	blocks := []slack.Block{heading("Waiting for your decision")}
	for _, r := range waiting[:min(mostWaiting, len(waiting))] {
		p, _ := r.Approver(viewer)
		card := approverCard(r, p, now, o).Blocks
		blocks = append(blocks, card[1:]...) // without the heading
		blocks = append(blocks, slack.NewDividerBlock())
	}
	return append(blocks, homeMore(len(waiting)-mostWaiting, sayHomeMore)...)
}

const (
	sayHomeMore     phrase = "And {n} more. The cards are in your direct messages with olbot."
	sayHomeMoreHere phrase = "And {n} more, which show here when these are settled."
)

func homeMore(n int, more phrase) []slack.Block {
	if n <= 0 {
		return nil
	}
	return []slack.Block{paragraph(more.in(values{"n": numeral(n)}))}
}

// homeOwned shows an owner of each request what the notice says, and This wasn't me.
func homeOwned(owned []approvals.Request, now time.Time, o Options) []slack.Block {
	if len(owned) == 0 {
		return nil
	}
	blocks := []slack.Block{heading("Codes for your account")}
	for _, r := range owned[:min(mostOwned, len(owned))] {
		c := ownerCard(r, now, o, true)
		blocks = append(blocks, paragraph(slices.Concat(c.lines, c.about, c.steps)...), buttonRow(c.buttons...), footnote(sayRequestID.in(c.v)))
	}
	return append(blocks, homeMore(len(owned)-mostOwned, sayHomeMore)...)
}

// homeGranted shows a security contact what can be stopped.
func homeGranted(granted []approvals.Request, now time.Time) []slack.Block {
	if len(granted) == 0 {
		return nil
	}
	blocks := []slack.Block{heading("Codes that work, or may be made now")}
	for _, r := range granted[:min(mostGranted, len(granted))] {
		v := valuesOf(r, now)
		lines := v.lines("*{id}*: {agent} for {owner}. {decider} approved {decided}.")
		lines = append(lines, v.lines(sayIf(now.Before(r.ClaimUntil), "Codes can be made until {claim}.", sayClaimOver))...)
		lines = append(lines, liveCode(r, now, v)...)
		blocks = append(blocks, paragraph(lines...), buttonRow(requestButton(ActionStop, r)))
	}
	return append(blocks, homeMore(len(granted)-mostGranted, sayHomeMoreHere)...)
}

// homeOwn shows somebody's own requests: the open ones, and those under which
// codes can be made, with what comes next, and the last that ended.
func homeOwn(h approvals.Home, now time.Time, o Options) []slack.Block {
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
	case len(h.Waiting)+len(h.Owned)+len(h.Granted)+len(h.Blocks) > 0:
		return nil
	default:
		return []slack.Block{paragraph(phrase("You are not among those who may ask for codes. Ask whoever runs olbot if you should be.").in(nil))}
	}
	blocks := []slack.Block{heading("Your requests")}
	if h.MayAsk {
		blocks = append(blocks, buttonRow(button(ActionRequest, aboutNothing)))
	}
	if len(own) == 0 {
		blocks = append(blocks, paragraph(sayNoneOpen.in(nil)))
	}
	for _, r := range own[:min(mostOwn, len(own))] {
		v := valuesOf(r, now)
		blocks = append(blocks, paragraph(append(v.lines("*{id}* for {owner}: {state}"), homeNext(r, now, v)...)...))
		if r.State == approvals.Pending {
			blocks = append(blocks, bullets(sayIfNobody.in(nil), nextSteps(r, v, o)))
		}
		if buttons := agentCard(r, now, o).buttons; len(buttons) > 0 {
			blocks = append(blocks, buttonRow(buttons...))
		}
	}
	blocks = append(blocks, homeMore(len(own)-mostOwn, sayHomeMore)...)
	if len(last) == 0 {
		return blocks
	}
	lines := spansOf(last, func(r approvals.Request) spans {
		return phrase("{id} for {owner}: {state}, {ended}").in(valuesOf(r, now))
	})
	return append(blocks, bullets(phrase("*The last ones:*").in(nil), lines))
}

// homeNext says how an own request stands, and what to do about it.
func homeNext(r approvals.Request, now time.Time, v values) []spans {
	const making = "{Nextcode} is being made now. It is shown in your direct messages with olbot."
	switch r.State {
	case approvals.Received:
		return v.lines("The people are being looked up. This takes a few seconds.")
	case approvals.Pending:
		return askedLines(r, v)
	case approvals.Approved:
		switch {
		case r.Making(now):
			return v.lines(making)
		case r.CodesLeft(now) == 0:
			return v.lines(sayClaimOver)
		}
		return v.lines("Press *Show code* when {owner} is there to hear it, before {claim}.", sayShownInDM)
	case approvals.Issuing:
		return v.lines("OneLogin is being asked for {code}. It is shown in your direct messages with olbot.")
	}
	lines := v.lines(sayIf(now.Before(r.Grant.Until), "{Code} was made. It works until {until}.", "{Code} has ended."))
	if r.State == approvals.Unknown {
		lines = v.lines("OneLogin gave no clear answer about {code}. If there is one, nobody has seen it, and it ends {codeuntil} at the latest.")
	}
	switch {
	case r.Making(now):
		lines = append(lines, v.lines(making)...)
	case r.CodesLeft(now) > 0:
		lines = append(lines, v.lines(sayIf(r.AllowedNext(now), sayAllowedMore, "For another one press *Generate a new code* before {claim}."), sayShownInDM)...)
	case r.WaitsForMore():
		lines = append(lines, v.lines(sayAskedMore)...)
	case r.MayAskAnother(now):
		lines = append(lines, v.lines("Can't see it? Press *Ask {decider.short} for another code*.")...)
	}
	return lines
}

const sayShownInDM phrase = "The code is shown in your direct messages with olbot."
