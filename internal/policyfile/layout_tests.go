package policyfile

import (
	"time"

	"go.yaml.in/yaml/v3"

	"olbot/approvals/rules"
)

// testShape is a mapping of one key: the name of the test.
func testShape() shape[*test] {
	of := caseShape()
	name := line(100)
	s := schema{"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": of.schema}
	return shape[*test]{s, func(r *reader, n *yaml.Node) (t *test, ok bool) {
		if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
			return t, r.problem(n, "write the test's name, a colon, and what it tests: executives need two: {owner: cfo@example.com, want: {max: 5m}}")
		}
		title, okName := name.read(r, n.Content[0])
		t, ok = of.read(r, n.Content[1])
		t.name, t.node = title, n.Content[0]
		return t, ok && okName
	}}
}

func caseShape() shape[*test] {
	fields := []field[*test]{
		key("owner", "The owner's e-mail address.", address(), func(t *test, v string) { t.owner.Email, t.owner.Name = v, v }),
	}
	fields = append(fields, facts("owner", func(t *test) *rules.Person { return &t.owner })...)
	fields = append(fields,
		key("agent", "Who asks; without it, somebody who may.", agentShape(), func(t, v *test) {
			t.agent, t.hasAgent = v.agent, true
			t.note("agent", v.is["agent"], v.slackGroups["agent"])
		}),
		key("validity", "What the command says.", validity(), func(t *test, v time.Duration) { t.request.Validity = v }),
		key("reusable", "Whether it asks for a code that works more than once.", truth(), func(t *test, v bool) { t.request.Reusable = v }),
		key("verified", "Whether the agent said how they made sure who is calling.", truth(), func(t *test, v bool) { t.request.Verified = v }),
		key("reason", "The reason.", line(500), func(t *test, v string) { t.request.Reason = v }),
		key("at", `When: "Mon 10:00", by the clock of the file's time zone.`, at(), func(t *test, v *moment) { t.at = v.time() }),
		key("want", "What must follow; what is not said is not compared.", wantShape(), func(t *test, v *want) { t.want = *v }).must(),
	)
	return object(func() *test { return &test{} }, checkCase, fields...)
}

// checkCase gives owner and agent what is not said of them: none of it.
func checkCase(_ *reader, _ *yaml.Node, t *test) bool {
	for _, p := range []*rules.Person{&t.owner, &t.agent} {
		known(&p.Roles, []int64{})
		known(&p.Slack, []string{})
		known(&p.Group, int64(0))
		known(&p.Department, "")
		known(&p.Requests7d, 0)
		known(&p.FirstTime, false)
	}
	return true
}

func known[T any](f *rules.Fact[T], otherwise T) {
	if !f.IsKnown() {
		*f = rules.Known(otherwise)
	}
}

func agentShape() shape[*test] {
	fields := []field[*test]{
		key("email", "The agent's e-mail address.", address(), func(t *test, v string) { t.agent.Email, t.agent.Name = v, v }),
		key("slack", "The agent's Slack user id.", word(`^[UW][A-Z0-9]+$`, "write the Slack id of a user, which begins with U or W"), func(t *test, v string) { t.agent.Slack = rules.Known([]string{v}) }),
	}
	return object(func() *test { return &test{} }, nil, append(fields, facts("agent", func(t *test) *rules.Person { return &t.agent })...)...)
}

// facts are what a test says of somebody.
func facts(who string, of func(*test) *rules.Person) []field[*test] {
	return []field[*test]{
		key("roles", "OneLogin roles that they have.", list(id("role")), func(t *test, v []int64) { of(t).Roles = rules.Known(v) }),
		key("group", "The OneLogin group that they are in.", id("group"), func(t *test, v int64) { of(t).Group = rules.Known(v) }),
		key("department", "Their department in OneLogin.", line(100), func(t *test, v string) { of(t).Department = rules.Known(v) }),
		key("slack_groups", "Slack user groups that they are in.", list(slackGroup()), func(t *test, v []string) { t.note(who, nil, v) }),
		key("is", "What they are to olbot.", oneOrMore(choice(rules.Standings()...)), func(t *test, v []rules.Standing) { t.note(who, v, nil) }),
		key("requests_7d", "Requests in the seven days before this one.", number(0, 1000, "write a whole number from 0 to 1000"), func(t *test, v int64) { of(t).Requests7d = rules.Known(int(v)) }),
		key("first_time", "Whether there was none before.", truth(), func(t *test, v bool) { of(t).FirstTime = rules.Known(v) }),
	}
}

func (t *test) note(who string, is []rules.Standing, slackGroups []string) {
	if t.is == nil {
		t.is, t.slackGroups = map[string][]rules.Standing{}, map[string][]string{}
	}
	t.is[who] = append(t.is[who], is...)
	t.slackGroups[who] = append(t.slackGroups[who], slackGroups...)
}

func address() shape[string] {
	return word(`^[^\s@<>",;*]+@[^\s@<>",;*]+$`, "write an e-mail address, such as ana@example.com")
}

func wantShape() shape[*want] {
	return object(func() *want { return &want{} }, func(r *reader, n *yaml.Node, _ *want) bool {
		return len(n.Content) > 0 || r.problem(n, "this test wants nothing; say what must follow")
	},
		key("approvals", "Exactly these: a link alone means 1 of it.", approvalList(true), func(w *want, v []rules.Need) { w.approvals = v }),
		key("default", "How long the code works if the command does not say.", validity(), func(w *want, v time.Duration) { w.validity = &v }),
		key("max", "The longest that may be asked for.", validity(), func(w *want, v time.Duration) { w.max = &v }),
		key("reusable", "Whether a code that works more than once may be asked for.", truth(), func(w *want, v bool) { w.reusable = &v }),
		key("codes", "Codes that the approval is for.", codes(), func(w *want, v int64) { w.codes = &v }),
		key("reason", "Whether a reason is required.", truth(), func(w *want, v bool) { w.reason = &v }),
		key("refused", "Whether this request is refused, for whatever reason.", truth(), func(w *want, v bool) { w.refused = &v }),
		key("because", "Exactly the rules that apply; [] is none.", listOrNone(ruleName()), func(w *want, v []string) { w.because = &v }),
	)
}

func ruleName() shape[string] {
	of := line(100)
	return shape[string]{schema{"type": "string"}, func(r *reader, n *yaml.Node) (string, bool) {
		s, ok := of.read(r, n)
		for _, name := range r.ruleSet {
			if name == s {
				return s, ok
			}
		}
		if ok {
			ok = r.problem(n, "there is no rule %s in this file%s", quoted(s), didYouMean(s, r.ruleSet))
		}
		return s, ok
	}}
}
