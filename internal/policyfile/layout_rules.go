package policyfile

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"olbot/approvals/rules"
)

// ruleShape is a rule: what it matches stands beside what it demands.
func ruleShape() shape[*rules.Rule] {
	fields := []field[*rules.Rule]{
		key("name", "The rule's name, unique in this file: cards, tests and the audit log have it.", line(60), func(v *rules.Rule, s string) { v.Name = s }).must(),
	}
	for _, f := range conditions(true) {
		fields = append(fields, field[*rules.Rule]{f.name, f.about, f.required, f.schema, func(r *reader, n *yaml.Node, into *rules.Rule) bool { return f.read(r, n, &into.When) }})
	}
	fields = append(fields,
		key("agents", "Only those of these may ask who may anyway.", agents(), func(v *rules.Rule, a []string) { v.Agents = a }),
		key("approvals", "Who must approve as well, as in defaults.", approvalList(false), func(v *rules.Rule, a []rules.Need) { v.Approvals = a }),
		key("validity", "How long a code works at most.", validityShape(), func(v *rules.Rule, d *validities) { v.Validity, v.Max = d.usual, d.max }),
		key("reusable", "false: a code works once.", only(false, "a rule only makes things stricter, so reusable: true means nothing in it; allow it in defaults"), func(v *rules.Rule, _ bool) { v.SingleUse = true }),
		key("codes", "Codes that one approval is for at most, 1 to 3.", codes(), func(v *rules.Rule, n int64) { v.Codes = int(n) }),
		key("reason", "What the reason must have in it as well.", reason(), func(v *rules.Rule, s *rules.Reason) { v.Reason = *s }),
		key("refuse", "No code is made, and this is said: a line, in which {owner}, {agent} and {requests_7d} are filled in.", sentence(300), func(v *rules.Rule, s string) { v.Refuse = s }),
		key("why", "What the cards say of this rule: a line, in which {owner}, {agent} and {requests_7d} are filled in.", sentence(150), func(v *rules.Rule, s string) { v.Why = s }),
	)
	of := object(func() *rules.Rule { return &rules.Rule{} }, checkRule, fields...)
	read := of.read
	of.read = func(r *reader, n *yaml.Node) (*rules.Rule, bool) {
		rule, ok := read(r, n)
		if rule.Name != "" {
			r.ruleSet = append(r.ruleSet, rule.Name) // with a problem, too: a test may name it
		}
		return rule, ok
	}
	return of
}

// conditions are the keys that say when something applies.
func conditions(validity bool) []field[*rules.Condition] {
	return []field[*rules.Condition]{
		key("owner", "Whose account it is.", person(), func(c *rules.Condition, m *rules.Matcher) { c.Owner = *m }),
		key("agent", "Who asks.", person(), func(c *rules.Condition, m *rules.Matcher) { c.Agent = *m }),
		key("request", "What is asked for.", request(validity), func(c *rules.Condition, m *rules.RequestMatcher) { c.Request = *m }),
		key("inside", "Times of the week at which it applies.", hours(), func(c *rules.Condition, h *rules.Hours) { c.Inside = h }),
		key("outside", "Times of the week at which it does not apply.", hours(), func(c *rules.Condition, h *rules.Hours) { c.Outside = h }),
	}
}

func when() shape[*rules.Condition] {
	return object(func() *rules.Condition { return &rules.Condition{} }, func(r *reader, n *yaml.Node, c *rules.Condition) bool {
		if len(n.Content) == 0 {
			return r.problem(n, "this condition is empty; fill it or remove it")
		}
		ok := r.possible(n, *c)
		for who, m := range map[string]rules.Matcher{"owner": c.Owner, "agent": c.Agent} {
			if slices.Contains(m.Is, rules.IsApprover) {
				// With it, adding a rule could change which default counts, and so open something.
				ok = r.problem(child(n, who, "is"), "who is an approver depends on the rules, so no default can depend on it; write a rule")
			}
		}
		return ok
	}, conditions(false)...)
}

func person() shape[*rules.Matcher] {
	return define("person", object(func() *rules.Matcher { return &rules.Matcher{} }, func(r *reader, n *yaml.Node, m *rules.Matcher) bool {
		return len(n.Content) > 0 || r.problem(n, "this matches everybody; say who is meant, or remove it")
	},
		key("in", "Names of groups of this file, of which they are in one.", oneOrMore(groupName()), func(m *rules.Matcher, v []string) { m.In = v }),
		key("onelogin_roles", "Numbers of OneLogin roles, of which they have one.", list(id("role")), func(m *rules.Matcher, v []int64) { m.Roles = v }),
		key("onelogin_groups", "Numbers of OneLogin groups, of which they are in one.", list(id("group")), func(m *rules.Matcher, v []int64) { m.Groups = v }),
		key("slack_groups", "Ids of Slack user groups, of which they are in one.", list(slackGroup()), func(m *rules.Matcher, v []string) { m.SlackGroups = v }),
		key("emails", "E-mail addresses in OneLogin, in which * stands for anything, of which theirs is one.", list(glob()), func(m *rules.Matcher, v []rules.Glob) { m.Emails = v }),
		key("departments", "Departments in OneLogin, of which theirs is one.", list(line(100)), func(m *rules.Matcher, v []string) { m.Departments = v }),
		key("is", "What they are to olbot, one of: agent (may ask), approver (is named where approvals are), contact (a security contact), manager (was asked as one, in the kept audit log).", oneOrMore(choice(rules.Standings()...)), func(m *rules.Matcher, v []rules.Standing) { m.Is = v }),
		key("requests_7d", `Requests in the seven days before this one, for this owner or of this agent: ">=2".`, count(), func(m *rules.Matcher, v *rules.Comparison) { m.Requests7d = v }),
		key("first_time", "Whether there was no request before, in the kept audit log.", truth(), func(m *rules.Matcher, v bool) { m.FirstTime = &v }),
	))
}

func groupName() shape[string] {
	of := line(100)
	return shape[string]{schema{"type": "string"}, func(r *reader, n *yaml.Node) (string, bool) {
		s, ok := of.read(r, n)
		if _, exists := r.groups[s]; ok && !exists {
			ok = r.problem(n, "there is no group %s in this file%s", quoted(s), didYouMean(s, r.groupNames()))
		}
		return s, ok
	}}
}

func request(validity bool) shape[*rules.RequestMatcher] {
	fields := []field[*rules.RequestMatcher]{
		key("reusable", "Whether it is for a code that works more than once.", truth(), func(m *rules.RequestMatcher, v bool) { m.Reusable = &v }),
		key("verified", "Whether the agent said how they made sure who is calling.", truth(), func(m *rules.RequestMatcher, v bool) { m.Verified = &v }),
	}
	if validity { // a default decides both of these, so none can depend on them
		fields = append(fields,
			key("validity", `How long the code shall work: ">30m".`, span(), func(m *rules.RequestMatcher, v *rules.Comparison) { m.Validity = v }),
			key("ticket", "Whether a word of the reason matches the ticket of the default that counts.", truth(), func(m *rules.RequestMatcher, v bool) { m.Ticket = &v }),
		)
	}
	return object(func() *rules.RequestMatcher { return &rules.RequestMatcher{} }, func(r *reader, n *yaml.Node, m *rules.RequestMatcher) bool {
		return len(n.Content) > 0 || r.problem(n, "this matches every request; say which is meant, or remove it")
	}, fields...)
}

// validities are two times; 0 is what was not said.
type validities struct{ usual, max time.Duration }

func validityShape() shape[*validities] {
	return define("validity", object(func() *validities { return &validities{} }, func(r *reader, n *yaml.Node, v *validities) bool {
		if v.max != 0 && v.usual > v.max {
			return r.problem(n, "the default is longer than the max; lower the one or raise the other")
		}
		return len(n.Content) > 0 || r.problem(n, "say default, max or both")
	},
		key("default", "What holds if the command does not say: 120s to 72h.", validity(), func(v *validities, d time.Duration) { v.usual = d }),
		key("max", "The longest that may be asked for: 120s to 72h.", validity(), func(v *validities, d time.Duration) { v.max = d }),
	))
}
