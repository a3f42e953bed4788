package bot

import (
	"slices"
	"time"

	"olbot/approvals"
)

// agentPending says who is asked and since when, and what happens next and when
// if nobody decides.
func agentPending(r approvals.Request, v values, o CardOptions) card {
	lines := append(notTheirReport(r), whoIsAsked(r, v)...)
	if r.Reminders > 0 {
		lines = append(lines, pick(r.Reminders == 1, sayAgentReminder, sayAgentReminders).in(v))
	}
	return card{
		notice: sayAgentPendingNotice.notice(v), title: sayAgentPendingTitle,
		lines: append(append(lines, sayAgentPendingNext.in(v)), ownerUntold(r, v)...),
		note:  sayAgentIfNobody, notes: whatIsNext(r, v, o),
		buttons: withdraw(r),
	}
}

// whoIsAsked names those who may decide, link by link, since when.
func whoIsAsked(r approvals.Request, v values) []spans {
	if len(r.Approvers) == 0 {
		return []spans{sayAgentAskingNext.in(v)}
	}
	var lines []spans
	for _, round := range rounds(r.Approvers) {
		asked := sayAgentAsked
		if round[0].Link.Kind == approvals.Manager && len(round) == 1 {
			asked = sayAgentAskedManager
		}
		lines = append(lines, asked.in(v.and(values{
			"were": were(approvals.People(round), nameOf), "asked": moment(r.AskedAt(round[0])),
		})))
	}
	if len(r.Approvers) > 1 {
		lines = append(lines, sayAgentFirstDecides.in(v))
	}
	return lines
}

// rounds are those who are asked, together if they are of one link, in the order
// in which the links were asked.
func rounds(asked []approvals.AskedPerson) (all [][]approvals.AskedPerson) {
	for _, p := range asked {
		i := slices.IndexFunc(all, func(round []approvals.AskedPerson) bool { return round[0].Link == p.Link })
		if i < 0 {
			all = append(all, nil)
			i = len(all) - 1
		}
		all[i] = append(all[i], p)
	}
	return all
}

// whatIsNext is what happens if nobody decides, in the order in which it does.
func whatIsNext(r approvals.Request, v values, o CardOptions) []spans {
	type step struct {
		at   time.Time
		what spans
	}
	steps := []step{{r.ExpiresAt, sayAgentExpires.in(v)}}
	if !r.RemindAt.IsZero() {
		steps = append(steps, step{r.RemindAt, sayAgentReminds.in(v)})
	}
	if !r.EscalateAt.IsZero() && len(r.Approvers) > 0 {
		steps = append(steps, step{r.EscalateAt, sayAgentEscalates.in(v.and(values{"next": nextLink(r, v, o)}))})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	var all []spans
	for _, s := range steps {
		all = append(all, s.what)
	}
	return all
}

// nextLink names the link of the chain that is asked next. If it has nobody who
// may decide, the one behind it is asked instead.
func nextLink(r approvals.Request, v values, o CardOptions) spans {
	next := slices.Index(o.Chain, r.Link) + 1
	switch {
	case next == 0 || next >= len(o.Chain):
		return sayNextSomebody.in(nil)
	case o.Chain[next].Kind == approvals.Manager:
		return sayNextManager.in(v)
	case o.Chain[next].Kind == approvals.SlackGroup:
		return sayNextGroup.in(values{"link": mention(o.Chain[next])})
	}
	return mention(o.Chain[next])
}

// notTheirReport names those who were asked and do not decide.
func notTheirReport(r approvals.Request) []spans {
	if len(r.Declined) == 0 {
		return nil
	}
	return []spans{sayNotTheirReport.in(values{"were": were(approvals.People(r.Declined), nameOf)})}
}
