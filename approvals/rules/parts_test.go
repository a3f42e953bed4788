package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestGlobs(t *testing.T) {
	for _, tt := range []struct {
		glob  Glob
		email string
		want  bool
	}{
		{"ana@example.com", "ANA@Example.com", true}, {"ana@example.com", "ana@example.comx", false}, {"ana@example.com", "xana@example.com", false},
		{"*@board.example.com", "cfo@Board.Example.com", true}, {"*@board.example.com", "cfo@board.example.com.evil.net", false}, {"*@Board.example.com", "@board.example.com", true},
		{"a*", "a", true}, {"a*", "ba", false}, {"*", "x@y", true}, {"a*b*c", "a12b3bc", true}, {"a*b*c", "acb", false}, {"a*b*c", "a-c", false}, {"aa*aa", "aaa", false}, {"*z*z", "yz", false},
		{"*@k.example.com", "x@\u212a.example.com", false}, {"É*", "é", false}, {"Z*A", "z1a", true}, {"AZ", "az", true}, {"a*", "A\u00c9", true},
	} {
		if got := tt.glob.Match(tt.email); got != tt.want {
			t.Errorf("%s matches %s: %t", tt.glob, tt.email, got)
		}
	}
}

func TestComparisons(t *testing.T) {
	for op, want := range map[string]string{"<": "1", "<=": "12", "=": "2", ">=": "23", ">": "3", "?": "123"} {
		got := ""
		for n := range int64(3) {
			if (Comparison{op, 2}).Holds(n + 1) {
				got += fmt.Sprint(n + 1)
			}
		}
		if got != want {
			t.Errorf("%s 2 holds of %s, want %s", op, got, want)
		}
	}
}

func TestHoursAreThoseOfTheWall(t *testing.T) {
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Skip("the system has no time zones")
	}
	office := Hours{Days: [7]bool{1: true, 2: true}, From: 8 * time.Hour, To: 18 * time.Hour, In: lisbon}
	night := Hours{Days: [7]bool{0: true, 1: true}, From: 22 * time.Hour, To: 6 * time.Hour}
	allDay := Hours{Days: [7]bool{1: true}, To: 24 * time.Hour}
	always := Hours{Days: [7]bool{1: true}, From: 9 * time.Hour, To: 9 * time.Hour}
	for _, tt := range []struct {
		hours Hours
		at    string
		want  bool
	}{
		{office, "2026-01-05T08:00:00Z", true}, {office, "2026-01-05T07:59:59Z", false}, {office, "2026-01-05T17:59:59Z", true}, {office, "2026-01-05T18:00:00Z", false},
		{office, "2026-01-07T10:00:00Z", false}, {office, "2026-07-06T07:30:00Z", true}, {office, "2026-07-06T17:30:00Z", false},
		{night, "2026-01-05T22:00:00Z", true}, {night, "2026-01-05T21:59:59Z", false}, {night, "2026-01-06T05:59:59Z", true}, {night, "2026-01-06T06:00:00Z", false},
		{night, "2026-01-06T22:30:00Z", false}, {night, "2026-01-05T05:00:00Z", true}, {night, "2026-01-04T05:00:00Z", false}, {night, "2026-01-05T23:00:00+02:00", false},
		{allDay, "2026-01-05T00:00:00Z", true}, {allDay, "2026-01-05T23:59:59Z", true}, {allDay, "2026-01-06T00:00:00Z", false},
		{always, "2026-01-06T08:59:59Z", true}, {always, "2026-01-05T08:59:59Z", false}, {always, "2026-01-06T09:00:00Z", false},
		{Hours{Days: [7]bool{1: true}, From: 10*time.Hour + 30*time.Minute, To: 11 * time.Hour}, "2026-01-05T10:29:59Z", false},
		{Hours{Days: [7]bool{1: true}, From: 10*time.Hour + 30*time.Minute, To: 11 * time.Hour}, "2026-01-05T10:30:00Z", true},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.hours.Hold(at); got != tt.want {
			t.Errorf("%+v hold at %s: %t", tt.hours, tt.at, got)
		}
	}
}

func TestNeedsAreUnited(t *testing.T) {
	need := func(count int, links ...string) Need { return Need{count, links} }
	for _, tt := range []struct{ needs, want []Need }{
		{nil, nil},
		{[]Need{need(1, "S1"), need(1, "S1")}, []Need{need(1, "S1")}},
		{[]Need{need(1, Manager, "S1"), need(1, Manager)}, []Need{need(1, Manager)}},
		{[]Need{need(2, Manager, "S1"), need(1, Manager)}, []Need{need(1, Manager), need(2, Manager, "S1")}},
		{[]Need{need(1, "S1"), need(2, "S1")}, []Need{need(2, "S1")}},
		{[]Need{need(1, "S1", Manager), need(1, Manager, "S1")}, []Need{need(1, Manager, "S1")}},
		{[]Need{need(1, "S2"), need(1, "S1"), need(1, Manager)}, []Need{need(1, Manager), need(1, "S1"), need(1, "S2")}},
		{[]Need{need(1, "S1"), need(1, "S1", "S2"), need(1, "S1", "S2", "S3")}, []Need{need(1, "S1")}},
		{[]Need{need(1, "S1", "S3"), need(1, "S1", "S2"), need(1, "S1")}, []Need{need(1, "S1"), need(1, "S1", "S2"), need(1, "S1", "S3")}},
		{[]Need{need(3, "S1"), need(2, "S1", "S2")}, []Need{need(3, "S1")}},
	} {
		for range 2 {
			if got := unite(tt.needs); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v united are %v, want %v", tt.needs, got, tt.want)
			}
			slices.Reverse(tt.needs)
		}
	}
	if !Redundant(need(1, "S1"), need(1, "S1", "S2")) || !Redundant(need(1, "S1", "S2"), need(1, "S1")) || Redundant(need(1, "S1"), need(1, "S2")) {
		t.Error("Redundant")
	}
}

func TestMarksSayWhatChanged(t *testing.T) {
	old := base(Rule{Name: "a", When: Condition{Owner: Matcher{In: []string{"executives"}}}}, Rule{Name: "b", When: Condition{Agent: Matcher{In: []string{"field"}}}}, Rule{Name: "c"}, Rule{Name: "d"})
	next := base(Rule{Name: "d", Why: "why"}, Rule{Name: "c"}, Rule{Name: "e"}, old.Rules[0], old.Rules[1])
	if got := Compare(old.Marks(), old.Marks()); !reflect.DeepEqual(got, Diff{}) {
		t.Errorf("a set differs from itself: %+v", got)
	}
	next.Groups["field"] = Group{Roles: []int64{9}}
	next.Defaults = append([]Default{{When: Condition{Outside: &Hours{Zone: "Europe/Lisbon"}}}}, next.Defaults...)
	want := Diff{Added: []string{"default 2", "e"}, Changed: []string{"b", "d", "default 1"}}
	if got := Compare(old.Marks(), next.Marks()); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := Compare(next.Marks(), old.Marks()); !reflect.DeepEqual(got, Diff{Removed: want.Added, Changed: want.Changed}) {
		t.Errorf("%+v", got)
	}
	moved, there := base(Rule{Name: "t", When: Condition{Inside: &Hours{Zone: "Europe/Lisbon"}}}), base(Rule{Name: "t", When: Condition{Inside: &Hours{Zone: "Europe/Paris"}}})
	if got := Compare(moved.Marks(), there.Marks()); len(got.Changed) != 1 {
		t.Errorf("another zone: %+v", got)
	}
}

func TestASetSaysWhoApprovesAndAsks(t *testing.T) {
	s := base(Rule{Name: "a", Approvals: []Need{{1, []string{"S0SEC"}}, {1, []string{Manager}}}, Agents: []string{"S0SENIORS"}, Why: "{requests_7d}"})
	s.Defaults = append(s.Defaults, Default{Agents: []string{"U0TOM", "", "S0HELPDESK"}, Approvals: []Need{{1, []string{"U0KIM", "S0LEADS"}}}})
	if got, want := s.Approvers(), []string{"S0LEADS", "S0SEC", "U0KIM"}; !slices.Equal(got, want) {
		t.Errorf("approvers are %v", got)
	}
	if got, want := s.Agents(), []string{"", "S0HELPDESK", "U0TOM"}; !slices.Equal(got, want) {
		t.Errorf("agents are %v", got)
	}
	want := Wanted{Owner: WantedOf{Requests7d: true}, Agent: WantedOf{SlackGroups: []string{"S0HELPDESK", "S0SENIORS"}}}
	if got := s.Wants(); !reflect.DeepEqual(got, want) {
		t.Errorf("wants %+v, want %+v", got, want)
	}
}

// One of 200 rules matches, or all of them do.
func BenchmarkEvaluate200Rules(b *testing.B) {
	for name, domain := range map[string]string{"one": "board.%d.example.com", "all": "board.example.com"} {
		var rules []Rule
		for i := range 200 {
			rules = append(rules, Rule{
				Name: fmt.Sprint("rule ", i), When: Condition{Owner: Matcher{In: []string{"executives"}, Emails: []Glob{Glob("*@" + strings.Replace(domain, "%d", strconv.Itoa(i), 1))}}},
				Approvals: []Need{{1, []string{Manager}}, {1, []string{"S0SEC"}}}, Why: "{owner} is in Executives",
			})
		}
		f := plainFacts()
		f.Owner.Email = strings.Replace("ana@"+domain, "%d", "7", 1)
		f.Owner.Roles = Known([]int64{101})
		s := base(rules...)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Evaluate(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
