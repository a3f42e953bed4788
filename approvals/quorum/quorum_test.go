package quorum

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestOnePersonCountsOnce(t *testing.T) {
	for _, tt := range []struct {
		name     string
		needs    []int
		can      [][]int
		filled   []int
		complete bool
	}{
		{"without needs all is met", nil, nil, nil, true},
		{"without people nothing is", []int{1}, nil, nil, false},
		{"a need of nobody is met", []int{0, -1}, [][]int{{0, 1}}, []int{-1}, true},
		{"one for one", []int{1}, [][]int{{0}}, []int{0}, true},
		{"who stands for both fills one", []int{1, 1}, [][]int{{0, 1}}, []int{0}, false},
		{"two people, two needs", []int{1, 1}, [][]int{{0}, {1}}, []int{0, 1}, true},
		{"the first moves on for the second", []int{1, 1}, [][]int{{0, 1}, {0}}, []int{1, 0}, true},
		{"a chain of moves", []int{1, 1, 1}, [][]int{{0, 1}, {1, 2}, {0}}, []int{1, 2, 0}, true},
		{"the others are too many", []int{1}, [][]int{{0}, {0}}, []int{0, -1}, true},
		{"a need of two takes two", []int{2}, [][]int{{0}, {0}, {0}}, []int{0, 0, -1}, true},
		{"one is not two", []int{2}, [][]int{{0}}, []int{0}, false},
		{"one of a full need moves on", []int{2, 1}, [][]int{{0}, {0, 1}, {0}}, []int{0, 1, 0}, true},
		{"who is asked for nothing fills nothing", []int{1}, [][]int{{}, {0}}, []int{-1, 0}, true},
		{"the best fit is taken", []int{1, 1}, [][]int{{1, 0}}, []int{1}, false},
		{"needs that do not exist are passed over", []int{1}, [][]int{{-1, 7, 0}}, []int{0}, true},
		{"and moves do not reach them", []int{1}, [][]int{{0}, {-1, 1, 0}}, []int{0, -1}, true},
		{"a need named twice is one", []int{2}, [][]int{{0, 0}}, []int{0}, false},
	} {
		filled, complete := Match(tt.needs, tt.can)
		if !slices.Equal(filled, tt.filled) || complete != tt.complete {
			t.Errorf("%s: Match(%v, %v) = %v, %t, want %v, %t", tt.name, tt.needs, tt.can, filled, complete, tt.filled, tt.complete)
		}
	}
}

func TestMissingCountsEachNeed(t *testing.T) {
	if got := Missing([]int{2, 1, 0, -1}, []int{0, -1, 1, 4}); !slices.Equal(got, []int{1, 0, 0, 0}) {
		t.Errorf("Missing = %v", got)
	}
}

// random draws few needs and people, so that all ways can be tried.
func random(r *rand.Rand) (needs []int, can [][]int) {
	for range r.IntN(4) {
		needs = append(needs, r.IntN(4))
	}
	for range r.IntN(7) {
		var c []int
		for need := range needs {
			if r.IntN(2) == 0 {
				c = append(c, need)
			}
		}
		r.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
		can = append(can, c)
	}
	return needs, can
}

// most tries every way to give people needs, and says how many can have one.
func most(left []int, can [][]int) int {
	if len(can) == 0 {
		return 0
	}
	best := most(left, can[1:])
	for _, need := range can[0] {
		if left[need] > 0 {
			left[need]--
			best = max(best, 1+most(left, can[1:]))
			left[need]++
		}
	}
	return best
}

// seeded runs a property many times, and says which seed failed.
func seeded(t *testing.T, times int, property func(r *rand.Rand) error) {
	t.Helper()
	start := uint64(time.Now().UnixNano())
	for seed := start; seed < start+uint64(times); seed++ {
		if err := property(rand.New(rand.NewPCG(seed, 0))); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func TestAQuorumIsCompleteExactlyIfAMatchingExists(t *testing.T) {
	seeded(t, 20_000, func(r *rand.Rand) error {
		needs, can := random(r)
		filled, complete := Match(needs, can)
		left, total, placed := slices.Clone(needs), 0, 0
		for _, count := range needs {
			total += count
		}
		for person, need := range filled {
			if need < 0 {
				continue
			}
			placed++
			left[need]--
			if left[need] < 0 || !slices.Contains(can[person], need) {
				return fmt.Errorf("Match(%v, %v) = %v: person %d has a place they cannot have", needs, can, filled, person)
			}
		}
		if want := most(slices.Clone(needs), can); placed != want || complete != (want == total) {
			return fmt.Errorf("Match(%v, %v) = %v, %t: %d of %d can be placed", needs, can, filled, complete, want, total)
		}
		if !slices.Equal(Missing(needs, filled), left) {
			return fmt.Errorf("Missing(%v, %v) = %v, want %v", needs, filled, Missing(needs, filled), left)
		}
		return nil
	})
}

func TestWhoHasAPlaceKeepsOneWhenMoreFollow(t *testing.T) {
	seeded(t, 5_000, func(r *rand.Rand) error {
		needs, can := random(r)
		after, _ := Match(needs, can)
		for n := range can {
			before, _ := Match(needs, can[:n])
			for person := range before {
				if (before[person] < 0) != (after[person] < 0) {
					return fmt.Errorf("needs %v, can %v: person %d has %d among %d people and %d among all", needs, can, person, before[person], n, after[person])
				}
			}
		}
		return nil
	})
}

func BenchmarkMatch(b *testing.B) {
	needs := []int{1, 2, 3}
	can := make([][]int, 20)
	for person := range can {
		can[person] = []int{person % 3, (person + 1) % 3}
	}
	for b.Loop() {
		Match(needs, can)
	}
}
