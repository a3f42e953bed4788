package rules

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"olbot/approvals/quorum"
)

// worldOfPeople are people by the links they are of: two of each single link and
// of each pair.
var worldOfPeople = func() (people [][]string) {
	links := []string{"S1", "S2", "S3"}
	people = append(people, []string{Manager}, []string{Manager, "S1"})
	for i, a := range links {
		people = append(people, []string{a}, []string{a})
		for _, b := range links[:i] {
			people = append(people, []string{a, b})
		}
	}
	return people
}()

// met says whether some people, as bits of worldOfPeople, meet all needs.
func met(needs []Need, people uint) bool {
	counts := make([]int, len(needs))
	for i, n := range needs {
		counts[i] = n.Count
	}
	var can [][]int
	for i, links := range worldOfPeople {
		if people&(1<<i) == 0 {
			continue
		}
		var fills []int
		for need, n := range needs {
			if slices.ContainsFunc(links, func(l string) bool { return slices.Contains(n.Links, l) }) {
				fills = append(fills, need)
			}
		}
		can = append(can, fills)
	}
	_, complete := quorum.Match(counts, can)
	return complete
}

// implies says whether all people who meet the stricter needs meet the others.
func implies(stricter, needs []Need) bool {
	for people := range uint(1) << len(worldOfPeople) {
		if met(stricter, people) && !met(needs, people) {
			return false
		}
	}
	return true
}

func TestAddingARuleOpensNothing(t *testing.T) {
	seeded(t, 300, func(r *rand.Rand) error {
		s, f := randomSet(r), randomFacts(r)
		before, err := s.Evaluate(f)
		if err != nil {
			return err
		}
		more := s
		more.Rules = append(slices.Clone(s.Rules), randomRule(r, "added"))
		after, err := more.Evaluate(f)
		if err != nil {
			return err
		}
		closed, err := before.Breaches(f)
		if err != nil {
			return err
		}
		still, _ := after.Breaches(f)
		for _, b := range closed {
			if !slices.Contains(still, b) {
				return fmt.Errorf("%+v\nwith %+v\nopened %s", s, more.Rules[len(s.Rules)], b)
			}
		}
		if after.Max > before.Max || after.Validity > before.Validity || after.Codes > before.Codes || after.Reusable && !before.Reusable || before.Reason && !after.Reason {
			return fmt.Errorf("%+v\nbecame looser\n%+v", before, after)
		}
		if !implies(after.Needs, before.Needs) {
			return fmt.Errorf("needs %v became %v", before.Needs, after.Needs)
		}
		return nil
	})
}

// Many needs on few links find what random sets rarely do.
func TestAddingANeedOpensNothing(t *testing.T) {
	seeded(t, 400, func(r *rand.Rand) error {
		needs := append(randomNeeds(r, 4), randomNeeds(r, 4)...)
		more := append(slices.Clone(needs), randomNeeds(r, 2)...)
		if before, after := unite(needs), unite(more); !implies(after, before) {
			return fmt.Errorf("%v: %v became %v", more, before, after)
		}
		return nil
	})
}

func TestTheOrderOfRulesDecidesNothing(t *testing.T) {
	seeded(t, 2_000, func(r *rand.Rand) error {
		s, f := randomSet(r), randomFacts(r)
		if r.IntN(3) == 0 {
			f.Owner.Roles, f.Owner.Department = Fact[[]int64]{}, Fact[string]{}
		}
		terms, err := s.Evaluate(f)
		s.Rules = slices.Clone(s.Rules)
		r.Shuffle(len(s.Rules), func(i, j int) { s.Rules[i], s.Rules[j] = s.Rules[j], s.Rules[i] })
		again, errAgain := s.Evaluate(f)
		if fmt.Sprint(err) != fmt.Sprint(errAgain) || !reflect.DeepEqual(plain(terms), plain(again)) {
			return fmt.Errorf("%+v, %v\nbecame\n%+v, %v", terms, err, again, errAgain)
		}
		return nil
	})
}

// plain has the patterns as text.
func plain(t Terms) any { return []any{fmt.Sprint(t.Tickets), withoutTickets(t)} }

func withoutTickets(t Terms) Terms {
	t.Tickets = nil
	return t
}

// What is unknown may be anything. So if it is judged without, it decides nothing.
func TestWhatIsUnknownIsNotGuessed(t *testing.T) {
	seeded(t, 3_000, func(r *rand.Rand) error {
		s, f := randomSet(r), randomFacts(r)
		known, err := s.Evaluate(f)
		if err != nil {
			return err
		}
		switch p := &f.Owner; r.IntN(7) {
		case 0:
			p.Roles = Fact[[]int64]{}
		case 1:
			p.Group = Fact[int64]{}
		case 2:
			p.Department = Fact[string]{}
		case 3:
			delete(p.SlackGroups, pick(r, "S1", "S2"))
		case 4:
			delete(p.Is, pick(r, IsAgent, IsManager))
		case 5:
			p.FirstTime = Fact[bool]{}
		case 6:
			p.Requests7d = Fact[int]{}
		}
		terms, err := s.Evaluate(f)
		if unknown := (*UnknownError)(nil); errors.As(err, &unknown) {
			return nil
		}
		if err != nil || !reflect.DeepEqual(plain(known), plain(terms)) {
			return fmt.Errorf("%+v\nbecame without a fact\n%+v, %v", known, terms, err)
		}
		return nil
	})
}

func TestWhatASetDoesNotWantDecidesNothing(t *testing.T) {
	seeded(t, 3_000, func(r *rand.Rand) error {
		s, f := randomSet(r), randomFacts(r)
		want, err := s.Evaluate(f)
		if err != nil {
			return err
		}
		breaches, err := want.Breaches(f)
		if err != nil {
			return err
		}
		w := s.Wants()
		onlyWanted(&f.Owner, w.Owner)
		onlyWanted(&f.Agent, w.Agent)
		if !w.Time {
			f.Asked = Facts{}.Asked
		}
		got, err := s.Evaluate(f)
		if err != nil || !reflect.DeepEqual(plain(want), plain(got)) {
			return fmt.Errorf("%+v\nwants %+v, but\n%+v became\n%+v, %v", s, w, want, got, err)
		}
		if again, err := got.Breaches(f); err != nil || !slices.Equal(breaches, again) {
			return fmt.Errorf("%v became %v, %v", breaches, again, err)
		}
		return nil
	})
}

func onlyWanted(p *Person, w WantedOf) {
	for id := range p.SlackGroups {
		if !slices.Contains(w.SlackGroups, id) {
			delete(p.SlackGroups, id)
		}
	}
	for s := range p.Is {
		if !slices.Contains(w.Is, s) {
			delete(p.Is, s)
		}
	}
	forget(&p.Roles, w.Roles)
	forget(&p.Group, w.Group)
	forget(&p.Department, w.Department)
	forget(&p.Requests7d, w.Requests7d)
	forget(&p.FirstTime, w.FirstTime)
	if !w.Emails {
		p.Email = ""
	}
}

func forget[T any](f *Fact[T], wanted bool) {
	if !wanted {
		*f = Fact[T]{}
	}
}

// The door: under the terms that were frozen nothing is stricter, and what covers implies.
func TestWhatCoversImplies(t *testing.T) {
	seeded(t, 400, func(r *rand.Rand) error {
		frozen, now := unite(randomNeeds(r, 3)), unite(randomNeeds(r, 3))
		if !Covers(frozen, frozen) {
			return fmt.Errorf("%v does not cover itself", frozen)
		}
		if Covers(frozen, now) && !implies(frozen, now) {
			return fmt.Errorf("%v does not imply %v", frozen, now)
		}
		return nil
	})
}
