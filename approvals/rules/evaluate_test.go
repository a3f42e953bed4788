package rules

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"
)

// base is a set with one default and these rules.
func base(rules ...Rule) Set {
	return Set{
		Groups: map[string]Group{
			"executives": {Roles: []int64{101}, Emails: []Glob{"*@board.example.com"}},
			"field":      {Groups: []int64{7}, SlackGroups: []string{"S0FIELD"}, Departments: []string{"Sales"}},
		},
		Defaults: []Default{{
			Agents: []string{"S0HELPDESK"}, Approvals: []Need{{1, []string{Manager, "S0LEADS"}}},
			Validity: 5 * time.Minute, Max: time.Hour, Reusable: true, Codes: 2, Reason: Reason{Ticket: regexp.MustCompile(`^INC\d{4}$`)},
		}},
		Rules: rules,
	}
}

// plainFacts are an owner about whom there is nothing to say, and an agent of the helpdesk.
func plainFacts() Facts {
	nobody := func(name, email, id string) Person {
		return Person{
			Name: name, Email: email, Slack: Known([]string{id}), SlackGroups: map[string]bool{"S0FIELD": false, "S0HELPDESK": id == "U0JOE"},
			Roles: Known([]int64{}), Group: Known(int64(0)), Department: Known(""), Requests7d: Known(0), FirstTime: Known(false),
			Is: map[Standing]bool{IsAgent: false, IsApprover: false, IsContact: false, IsManager: false},
		}
	}
	return Facts{
		Owner: nobody("Ana", "ana@example.com", "U0ANA"), Agent: nobody("Joe", "joe@example.com", "U0JOE"),
		Request: Request{Validity: 5 * time.Minute, Reason: "lost her phone"}, Asked: time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC),
	}
}

func TestAMatcherHoldsIfAllOfItDoes(t *testing.T) {
	inHours := &Hours{Days: [7]bool{1: true}, From: 8 * time.Hour, To: 18 * time.Hour}
	elsewhere := &Hours{Days: [7]bool{2: true}, From: 8 * time.Hour, To: 18 * time.Hour}
	owner := func(m Matcher) Condition { return Condition{Owner: m} }
	request := func(m RequestMatcher) Condition { return Condition{Request: m} }
	role := func(p *Person) { p.Roles = Known([]int64{5, 101}) }
	for _, tt := range []struct {
		name string
		when Condition
		set  func(f *Facts)
		want bool
	}{
		{"nothing", Condition{}, nil, true},
		{"another role", owner(Matcher{Roles: []int64{101}}), nil, false},
		{"one of several roles", owner(Matcher{Roles: []int64{1, 101}}), func(f *Facts) { role(&f.Owner) }, true},
		{"the agent's role is not the owner's", owner(Matcher{Roles: []int64{101}}), func(f *Facts) { role(&f.Agent) }, false},
		{"the agent's role", Condition{Agent: Matcher{Roles: []int64{101}}}, func(f *Facts) { role(&f.Agent) }, true},
		{"a group of OneLogin", owner(Matcher{Groups: []int64{7}}), func(f *Facts) { f.Owner.Group = Known(int64(7)) }, true},
		{"another group of OneLogin", owner(Matcher{Groups: []int64{8}}), func(f *Facts) { f.Owner.Group = Known(int64(7)) }, false},
		{"a Slack group", owner(Matcher{SlackGroups: []string{"S0FIELD"}}), func(f *Facts) { f.Owner.SlackGroups["S0FIELD"] = true }, true},
		{"not in the Slack group", owner(Matcher{SlackGroups: []string{"S0FIELD"}}), nil, false},
		{"an address", owner(Matcher{Emails: []Glob{"x@*", "ANA@*"}}), nil, true},
		{"another address", owner(Matcher{Emails: []Glob{"bob@*"}}), nil, false},
		{"a department, in whatever case", owner(Matcher{Departments: []string{"Sales"}}), func(f *Facts) { f.Owner.Department = Known(" SALES ") }, true},
		{"another department", owner(Matcher{Departments: []string{"Sales"}}), func(f *Facts) { f.Owner.Department = Known("Salesmen") }, false},
		{"a standing", owner(Matcher{Is: []Standing{IsAgent, IsManager}}), func(f *Facts) { f.Owner.Is[IsManager] = true }, true},
		{"no standing", owner(Matcher{Is: []Standing{IsAgent, IsManager}}), nil, false},
		{"both of two lists", owner(Matcher{Roles: []int64{101}, Emails: []Glob{"ana@*"}}), func(f *Facts) { role(&f.Owner) }, true},
		{"one of two lists", owner(Matcher{Roles: []int64{101}, Emails: []Glob{"ana@*"}}), nil, false},
		{"a group of the file by role", owner(Matcher{In: []string{"executives"}}), func(f *Facts) { role(&f.Owner) }, true},
		{"by address", owner(Matcher{In: []string{"executives"}}), func(f *Facts) { f.Owner.Email = "cfo@board.example.com" }, true},
		{"by a group of OneLogin", owner(Matcher{In: []string{"executives", "field"}}), func(f *Facts) { f.Owner.Group = Known(int64(7)) }, true},
		{"by a Slack group", owner(Matcher{In: []string{"field"}}), func(f *Facts) { f.Owner.SlackGroups["S0FIELD"] = true }, true},
		{"by department", owner(Matcher{In: []string{"field"}}), func(f *Facts) { f.Owner.Department = Known("Sales") }, true},
		{"in no group of the file", owner(Matcher{In: []string{"executives", "field"}}), nil, false},
		{"enough requests", owner(Matcher{Requests7d: &Comparison{">=", 2}}), func(f *Facts) { f.Owner.Requests7d = Known(2) }, true},
		{"too few requests", owner(Matcher{Requests7d: &Comparison{">=", 2}}), func(f *Facts) { f.Owner.Requests7d = Known(1) }, false},
		{"the first time", owner(Matcher{FirstTime: new(true)}), func(f *Facts) { f.Owner.FirstTime = Known(true) }, true},
		{"not the first time", owner(Matcher{FirstTime: new(true)}), nil, false},
		{"asked for not being the first", owner(Matcher{FirstTime: new(false)}), nil, true},
		{"long", request(RequestMatcher{Validity: &Comparison{">", int64(5 * time.Minute)}}), func(f *Facts) { f.Request.Validity = time.Hour }, true},
		{"not long", request(RequestMatcher{Validity: &Comparison{">", int64(5 * time.Minute)}}), nil, false},
		{"as long as the default, if the command does not say", request(RequestMatcher{Validity: &Comparison{"=", int64(5 * time.Minute)}}), func(f *Facts) { f.Request.Validity = 0 }, true},
		{"reusable", request(RequestMatcher{Reusable: new(true)}), func(f *Facts) { f.Request.Reusable = true }, true},
		{"not reusable", request(RequestMatcher{Reusable: new(true)}), nil, false},
		{"not verified", request(RequestMatcher{Verified: new(false)}), nil, true},
		{"verified", request(RequestMatcher{Verified: new(false)}), func(f *Facts) { f.Request.Verified = true }, false},
		{"a ticket among words", request(RequestMatcher{Ticket: new(true)}), func(f *Facts) { f.Request.Reason = "lost it (INC4711), again" }, true},
		{"no ticket", request(RequestMatcher{Ticket: new(true)}), nil, false},
		{"inside", Condition{Inside: inHours}, nil, true},
		{"not inside", Condition{Inside: elsewhere}, nil, false},
		{"outside", Condition{Outside: elsewhere}, nil, true},
		{"not outside", Condition{Outside: inHours}, nil, false},
	} {
		f := plainFacts()
		if tt.set != nil {
			tt.set(&f)
		}
		terms, err := base(Rule{Name: "rule", When: tt.when}).Evaluate(f)
		if err != nil || (len(terms.Applied) == 1) != tt.want {
			t.Errorf("%s: applied %v, %v, want %t", tt.name, terms.Applied, err, tt.want)
		}
	}
}

func TestAMissingFactIsNamed(t *testing.T) {
	for fact, m := range map[string]Matcher{
		"owner's OneLogin roles": {Roles: []int64{1}}, "owner's OneLogin group": {Groups: []int64{1}}, "owner's Slack group S0NEW": {SlackGroups: []string{"S0FIELD", "S0NEW"}},
		"owner's e-mail address": {Emails: []Glob{"*"}}, "owner's department": {Departments: []string{"Sales"}}, "owner's standing as agent": {Is: []Standing{IsAgent}},
		"owner's requests of 7 days": {Requests7d: &Comparison{">", 0}}, "owner's earlier requests": {FirstTime: new(true)}, "owner's group nobody": {In: []string{"nobody"}},
	} {
		f := plainFacts()
		f.Owner = Person{SlackGroups: map[string]bool{"S0FIELD": false}}
		var unknown *UnknownError
		if _, err := base(Rule{Name: "b", When: Condition{Owner: m}}, Rule{Name: "c", When: Condition{Owner: m}}).Evaluate(f); !errors.As(err, &unknown) || *unknown != (UnknownError{"b", fact}) {
			t.Errorf("%s: %v", fact, err)
		}
		s := base()
		s.Defaults = append([]Default{{When: Condition{Owner: m}}}, s.Defaults...)
		if _, err := s.Evaluate(f); !errors.As(err, &unknown) || *unknown != (UnknownError{"", fact}) {
			t.Errorf("%s, in a default: %v", fact, err)
		}
	}
	f := plainFacts()
	f.Asked = time.Time{}
	if _, err := base(Rule{Name: "a", When: Condition{Inside: &Hours{}}}).Evaluate(f); err == nil || err.Error() != `whether the rule "a" applies depends on the time, which is not known` {
		t.Error(err)
	}
}

// One that surely does not match does so whatever is unknown besides, and one that surely does, too.
func TestWhatIsKnownCanDecideAlone(t *testing.T) {
	f := plainFacts()
	f.Owner.Roles = Fact[[]int64]{}
	never := Rule{Name: "never", When: Condition{Owner: Matcher{Roles: []int64{1}, Emails: []Glob{"bob@*"}}}}
	always := Rule{Name: "always", When: Condition{Owner: Matcher{In: []string{"executives"}}}}
	if _, err := base(never, always).Evaluate(f); err == nil {
		t.Error("an owner whose roles are unknown may be an executive")
	}
	f.Owner.Email = "x@board.example.com"
	if terms, err := base(never, always).Evaluate(f); err != nil || len(terms.Applied) != 1 || terms.Applied[0].Name != "always" {
		t.Error(terms, err)
	}
}

func TestTheStrictestOfEachKeyHolds(t *testing.T) {
	req := regexp.MustCompile(`^REQ`)
	terms, err := base(
		Rule{Name: "b", Validity: 4 * time.Minute, Max: 10 * time.Minute, Codes: 3, Agents: []string{"U0JOE", "S0HELPDESK"}, Approvals: []Need{{1, []string{"S0SEC"}}}, Why: "{owner} asks {agent} again"},
		Rule{Name: "a", Max: 3 * time.Minute, SingleUse: true, Codes: 1, Reason: Reason{true, req}, Approvals: []Need{{1, []string{Manager}}}, Refuse: "not {requests_7d}"},
		Rule{Name: "c", Approvals: []Need{{2, []string{"S0SEC"}}}, Agents: []string{"S0HELPDESK"}},
	).Evaluate(plainFacts())
	tickets := terms.Tickets
	terms.Tickets = nil
	want := Terms{
		Needs:  []Need{{1, []string{Manager}}, {2, []string{"S0SEC"}}},
		Agents: [][]string{{"S0HELPDESK"}, {"S0HELPDESK", "U0JOE"}}, Validity: 3 * time.Minute, Max: 3 * time.Minute, Codes: 1, Reason: true,
		Refused: []Applied{{"a", "not 0"}}, Applied: []Applied{{"a", ""}, {"b", "Ana asks Joe again"}, {"c", ""}},
	}
	if err != nil || !reflect.DeepEqual(terms, want) || fmt.Sprint(tickets) != `[^INC\d{4}$ ^REQ]` {
		t.Errorf("%+v, %v, %v, want\n%+v", terms, tickets, err, want)
	}
}

func TestTheFirstDefaultThatFitsCounts(t *testing.T) {
	night := Default{When: Condition{Request: RequestMatcher{Reusable: new(true)}}, Approvals: []Need{{1, []string{"S0NIGHT"}}}}
	s := base()
	s.Defaults = append([]Default{night, night}, s.Defaults...)
	s.Defaults[1].Approvals = []Need{{1, []string{"S0SECOND"}}}
	f := plainFacts()
	for reusable, want := range map[bool]string{false: "1 of manager, else S0LEADS", true: "1 of S0NIGHT"} {
		f.Request.Reusable = reusable
		if terms, err := s.Evaluate(f); err != nil || len(terms.Needs) != 1 || terms.Needs[0].String() != want {
			t.Errorf("%v, %v, want %s", terms.Needs, err, want)
		}
	}
}

func TestWhereNothingFitsNothingIsAllowed(t *testing.T) {
	for name, s := range map[string]Set{
		"an empty set": {}, "no default fits": {Defaults: []Default{{When: Condition{Request: RequestMatcher{Reusable: new(true)}}, Approvals: []Need{{1, []string{Manager}}}}}},
		"nobody approves": {Defaults: []Default{{Agents: []string{"*"}}}},
	} {
		if _, err := s.Evaluate(plainFacts()); !errors.Is(err, ErrNoTerms) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNamesFillNoPlaceholders(t *testing.T) {
	f := plainFacts()
	f.Owner.Name, f.Owner.Requests7d, f.Agent = "{agent}", Known(12), Person{}
	if got := f.filler().Replace("{owner} {agent} {requests_7d}"); got != "{agent} the agent 12" {
		t.Error(got)
	}
	f.Owner = Person{Email: "ana@example.com"}
	if got := f.filler().Replace("{owner} {requests_7d}"); got != "ana@example.com several" {
		t.Error(got)
	}
}

func TestBreachesAreAllNamed(t *testing.T) {
	inc, req := regexp.MustCompile(`^INC\d+$`), regexp.MustCompile(`^REQ\d+$`)
	strict := Terms{Agents: [][]string{{"S0HELPDESK"}, {"U0TOM", "U0JOE"}}, Max: 5 * time.Minute, Reason: true, Tickets: []*regexp.Regexp{inc, req}}
	for _, tt := range []struct {
		name  string
		terms Terms
		set   func(f *Facts)
		want  []Breach
	}{
		{"all well", strict, func(f *Facts) { f.Request.Reason = "INC1 REQ2" }, nil},
		{"one ticket of two", strict, func(f *Facts) { f.Request.Reason = "INC1" }, []Breach{TicketMissing}},
		{"no reason", strict, func(f *Facts) { f.Request.Reason = " " }, []Breach{ReasonMissing}},
		{"all at once", Terms{Agents: [][]string{{"U0TOM"}}, Max: time.Minute, Refused: []Applied{{"a", "no"}}}, func(f *Facts) { f.Request.Reusable = true }, []Breach{RuleRefuses, NotAnAgent, TooLong, NotReusable}},
		{"in one list of two", Terms{Agents: [][]string{{"S0HELPDESK"}, {"U0TOM"}}, Max: time.Hour}, nil, []Breach{NotAnAgent}},
		{"everybody", Terms{Agents: [][]string{{"*"}}, Max: time.Hour}, func(f *Facts) { f.Agent = Person{} }, nil},
		{"a ticket that is not required", Terms{Agents: [][]string{{"*"}}, Max: time.Hour, Tickets: []*regexp.Regexp{inc}}, nil, nil},
		{"refused, whoever asks", Terms{Agents: [][]string{{"U0TOM"}}, Max: time.Hour, Refused: []Applied{{"a", "no"}}}, func(f *Facts) { f.Agent = Person{} }, []Breach{RuleRefuses}},
	} {
		f := plainFacts()
		if tt.set != nil {
			tt.set(&f)
		}
		if got, err := tt.terms.Breaches(f); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
	for list, fact := range map[string]string{"U0TOM": "agent's Slack id", "S0NEW": "agent's Slack group S0NEW", "": "agent's Slack id"} {
		var unknown *UnknownError
		if _, err := (Terms{Agents: [][]string{{list}}, Max: time.Hour}).Breaches(Facts{}); !errors.As(err, &unknown) || unknown.Fact != fact {
			t.Errorf("%q: %v", list, err)
		}
	}
}

func TestStricterIsWhatWouldNotHaveBeenGranted(t *testing.T) {
	frozen := Terms{Needs: []Need{{1, []string{Manager}}, {1, []string{"S0SEC"}}}, Max: 5 * time.Minute, Reusable: true, Codes: 2}
	for _, tt := range []struct {
		name   string
		change func(now *Terms)
		want   bool
	}{
		{"the same", func(*Terms) {}, false},
		{"looser", func(now *Terms) {
			now.Needs, now.Max, now.Codes = []Need{{1, []string{Manager, "S0LEADS"}}}, time.Hour, 3
		}, false},
		{"shorter", func(now *Terms) { now.Max-- }, true},
		{"single use", func(now *Terms) { now.Reusable = false }, true},
		{"fewer codes", func(now *Terms) { now.Codes = 1 }, true},
		{"refused", func(now *Terms) { now.Refused = []Applied{{"a", "no"}} }, true},
		{"one more", func(now *Terms) { now.Needs = append(slices.Clone(now.Needs), Need{1, []string{"S0CISO"}}) }, true},
		{"two instead of one", func(now *Terms) { now.Needs = []Need{{2, []string{"S0SEC"}}} }, true},
		{"others", func(now *Terms) { now.Needs = []Need{{1, []string{"S0CISO"}}} }, true},
		{"two of either", func(now *Terms) { now.Needs = []Need{{2, []string{"S0SEC", Manager}}} }, false},
	} {
		now := frozen
		tt.change(&now)
		if got := Stricter(frozen, now); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
	single := frozen
	single.Reusable = false
	if Stricter(single, frozen) {
		t.Error("a single use is allowed where a reusable one is")
	}
}
