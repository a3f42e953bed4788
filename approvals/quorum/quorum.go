// Package quorum says whether enough different people said yes. A request has
// needs, each of which takes a number of people; one person may be able to stand
// for several needs, and counts for one.
//
// It knows people and needs by their positions alone, so that the same function
// answers two questions: do those who have approved meet the needs, and could
// those who may be asked ever meet them.
package quorum

import "slices"

// Match gives each person at most one need, so that as many places as possible
// are filled. needs holds how many people each need takes; can holds, for each
// person, the needs they can stand for, the one they fit best first.
//
// filled says which need each person stands for, -1 if none. complete says whether
// every need has all its people; without needs it has.
//
// The answer depends on nothing but the arguments. Whoever has a place keeps one
// when more people follow them in can, though perhaps at another need. A count
// below 1 takes nobody; needs that do not exist are passed over. The work grows
// with people × entries of can, so that hundreds of people are no trouble.
func Match(needs []int, can [][]int) (filled []int, complete bool) {
	m := matching{needs: needs, can: can, filled: make([]int, len(can)), people: make([][]int, len(needs))}
	for person := range can {
		m.filled[person] = -1
	}
	for person := range can {
		m.place(person, make([]bool, len(needs)))
	}
	for need, count := range needs {
		if len(m.people[need]) < count {
			return m.filled, false
		}
	}
	return m.filled, true
}

// Missing says how many people each need still lacks, in a matching that Match made.
func Missing(needs, filled []int) []int {
	missing := make([]int, len(needs))
	for need, count := range needs {
		missing[need] = max(0, count)
	}
	for _, need := range filled {
		if need >= 0 && need < len(missing) {
			missing[need]--
		}
	}
	return missing
}

// A matching grows by augmenting paths, which give the largest (Berge, 1957).
type matching struct {
	needs  []int
	can    [][]int
	filled []int   // by person: their need
	people [][]int // by need: who stands for it
}

// place finds a need for the person: one with room, or one whose people can move on.
// tried are the needs that this search has seen.
func (m *matching) place(person int, tried []bool) bool {
	for _, need := range m.can[person] {
		if need < 0 || need >= len(m.needs) || tried[need] {
			continue
		}
		if len(m.people[need]) < m.needs[need] {
			m.people[need] = append(m.people[need], person)
			m.filled[person] = need
			return true
		}
	}
	for _, need := range m.can[person] {
		if need < 0 || need >= len(m.needs) || tried[need] {
			continue
		}
		tried[need] = true
		for i, other := range m.people[need] {
			if m.place(other, tried) {
				m.people[need] = append(slices.Delete(m.people[need], i, i+1), person)
				m.filled[person] = need
				return true
			}
		}
	}
	return false
}
