package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"olbot/approvals/quorum"
)

// A Need is a number of different people who must say yes. Its links are written
// as in OLBOT_APPROVERS (manager, U…, W…, S…), and asked in order: the people
// of any of them count.
type Need struct {
	Count int      `json:"count"` // at least 1
	Links []string `json:"links"` // at least one
}

// String is how a policy file writes the need.
func (n Need) String() string {
	return fmt.Sprintf("%d of %s", n.Count, strings.Join(n.Links, ", else "))
}

// replaces says whether whoever meets n meets m: the people of n are among those of
// m, and not fewer are needed.
func (n Need) replaces(m Need) bool {
	return n.Count >= m.Count && !slices.ContainsFunc(n.Links, func(link string) bool { return !slices.Contains(m.Links, link) })
}

func (n Need) equal(m Need) bool { return n.Count == m.Count && slices.Equal(n.Links, m.Links) }

// Redundant says whether one of two needs says nothing beside the other.
func Redundant(a, b Need) bool { return a.replaces(b) || b.replaces(a) }

// unite is all needs together, less those that others replace. One that would replace
// two needs, neither of which replaces the other, replaces none: both took different people,
// and one person may not stand for two where two were needed. Without that exception
// adding a rule could open something: 1 of A beside 1 of A, else B and 1 of A, else C.
//
// The result does not depend on the order.
func unite(needs []Need) []Need {
	needs = slices.Clone(needs)
	slices.SortFunc(needs, before)
	var distinct []Need
	for _, n := range needs { // those that replace each other are one
		if !slices.ContainsFunc(distinct, func(m Need) bool { return m.replaces(n) && n.replaces(m) }) {
			distinct = append(distinct, n)
		}
	}
	var kept []Need
	for _, n := range distinct {
		if !slices.ContainsFunc(distinct, func(m Need) bool { return m.replaces(n) && !n.replaces(m) && replacesInLine(m, distinct) }) {
			kept = append(kept, n)
		}
	}
	return kept
}

// replacesInLine says whether of all needs that n replaces, each two replace one another in some direction.
func replacesInLine(n Need, needs []Need) bool {
	for i, a := range needs {
		for _, b := range needs[:i] {
			if n.replaces(a) && n.replaces(b) && !Redundant(a, b) {
				return false
			}
		}
	}
	return true
}

// before is the order in which needs are shown: the manager's first.
func before(a, b Need) int {
	return cmp.Or(
		slices.CompareFunc(a.Links, b.Links, func(x, y string) int {
			return cmp.Or(cmp.Compare(first(x), first(y)), cmp.Compare(x, y))
		}),
		b.Count-a.Count,
	)
}

func first(link string) int {
	if link == Manager {
		return 0
	}
	return 1
}

// Covers says whether whoever meets the needs that were frozen also meets those of
// now: each place of now is filled by one of then whose people are among its own.
func Covers(frozen, now []Need) bool {
	var can [][]int
	for _, then := range frozen {
		var fills []int
		for i, n := range now {
			if (Need{Count: 1, Links: then.Links}).replaces(Need{Count: 1, Links: n.Links}) {
				fills = append(fills, i)
			}
		}
		for range then.Count {
			can = append(can, fills)
		}
	}
	counts := make([]int, len(now))
	for i, n := range now {
		counts[i] = n.Count
	}
	_, complete := quorum.Match(counts, can)
	return complete
}
