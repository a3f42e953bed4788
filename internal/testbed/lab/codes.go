package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"olbot/internal/testbed/oneloginsim"
)

// intentsByOwner lists the intents by the OneLogin id of the owner, the oldest first.
func intentsByOwner(all map[string]story) map[int64][]*intent {
	owners := map[int64][]*intent{}
	for _, s := range all {
		owners[s.owner()] = append(owners[s.owner()], s.intents()...)
	}
	for _, intents := range owners {
		slices.SortFunc(intents, func(a, b *intent) int { return a.at.Compare(b.at) })
	}
	return owners
}

var mfaPath = regexp.MustCompile(`/users/(\d+)/mfa_token$`)

// reconcileCalls: OneLogin was asked at most once for each intent, and every code
// it made is accounted for by the intent that was stored before. A call belongs
// to the newest intent at the time it arrived: an owner has one open request.
func (r *report) reconcileCalls(in records, owners map[int64][]*intent) {
	byRequest := map[string]*intent{} // OneLogin's X-Request-Id
	for _, call := range in.calls {
		match := mfaPath.FindStringSubmatch(call.Path)
		if call.Name != oneloginsim.CallMFAToken || match == nil {
			continue
		}
		owner, _ := strconv.ParseInt(match[1], 10, 64)
		var newest *intent
		for _, i := range owners[owner] {
			if !i.at.After(call.At) {
				newest = i
			}
		}
		if newest == nil {
			r.add(unreconciled, "OneLogin was asked for a code for %d before any intent", owner)
			continue
		}
		byRequest[call.RequestID] = newest
		if call.Status == 401 {
			continue // turned away before anything was done; asked once more with a new token
		}
		r.calls++
		if newest.calls++; newest.calls == 2 {
			r.add(doubled, "OneLogin was asked more than once for code %d of %s", newest.attempt, newest.request)
		}
	}
	for _, code := range in.codes {
		r.reconcileCode(code, byRequest[code.RequestID])
	}
	for _, intents := range owners {
		for _, i := range intents {
			if i.outcome == "issued" && i.codes == 0 {
				r.add(unreconciled, "code %d of %s was issued by the trail, and OneLogin made none", i.attempt, i.request)
			}
		}
	}
}

func (r *report) reconcileCode(code oneloginsim.Code, i *intent) {
	if i == nil {
		r.add(unreconciled, "OneLogin made a code for %d that no attempt accounts for", code.UserID)
		return
	}
	if i.codes++; i.codes == 2 {
		r.add(doubled, "OneLogin made more than one code for code %d of %s", i.attempt, i.request)
	}
	switch {
	case i.outcome == "issued", i.outcome == "unknown", i.outcome == "disowned", i.outcome == "stopped", i.refusal == "code_wider":
	default:
		r.add(unreconciled, "OneLogin made code %d of %s, of which the trail says %q", i.attempt, i.request, i.outcome)
	}
}

// reconcileCodeMessages: a code stands in one ephemeral message of a request that
// issued it, and nowhere else; what was shown by the trail was shown.
func (r *report) reconcileCodeMessages(in records, all map[string]story) {
	shown := map[string]int{} // messages with a code, by request
	for _, m := range in.messages {
		words := m.Words()
		var found []string
		for _, code := range in.codes {
			if strings.Contains(words, code.Value) {
				found = append(found, code.Value)
			}
		}
		switch id := idPattern.FindString(words); {
		case len(found) == 0:
		case !m.Ephemeral:
			r.add(unreconciled, "a code stands in an ordinary message in %s", m.Where)
		case all[id].count("issued") == 0:
			r.add(unreconciled, "a code of %s was shown and not issued", id)
		default:
			shown[id]++
			r.shown++
		}
		for _, value := range found {
			if r.seen == nil {
				r.seen = map[string]int{}
			}
			if r.seen[value]++; r.seen[value] == 2 {
				r.add(doubled, "a code of %s was shown more than once", idPattern.FindString(words))
			}
		}
	}
	for id, s := range all {
		if n := s.count("shown"); n > shown[id] {
			r.add(unreconciled, "%d codes of %s were shown by the trail, and %d are in Slack", n, id, shown[id])
		}
	}
}
