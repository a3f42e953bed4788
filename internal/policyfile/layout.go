package policyfile

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"

	"olbot/approvals"
	"olbot/approvals/rules"
)

// A content is a file as it was read.
type content struct {
	defaults []rules.Default
	rules    []rules.Rule
	tests    []*test
}

// layout is the whole file. What others refer to is read first, wherever it stands.
func layout() shape[*content] {
	return object(func() *content { return &content{} }, separate,
		key("version", "The version of this format: 1.", version(), func(*content, int64) {}).must(),
		key("groups", "People by what OneLogin or Slack says of them, under a name of your own. Whoever fits one entry is in the group.", groups(), func(*content, map[string]*rules.Group) {}),
		key("defaults", "What holds before any rule. Of several the first whose when fits counts; the last has none.", defaults(), func(c *content, v []*rules.Default) { c.defaults = values(v) }).must(),
		key("rules", "What is stricter for some. All that match apply, in any order; the strictest of each key holds.", list(ruleShape()), func(c *content, v []*rules.Rule) { c.rules = values(v) }),
		key("tests", "Requests with what must follow. They run whenever the file is read.", list(testShape()), func(c *content, v []*test) { c.tests = v }),
	)
}

func version() shape[int64] {
	of := number(1, 1, "this olbot reads version 1; write 1")
	of.schema = schema{"const": 1}
	return of
}

func groups() shape[map[string]*rules.Group] {
	name := word(`^[A-Za-z][A-Za-z0-9 _-]{0,39}$`, "name a group with up to 40 letters, digits, spaces, - and _, beginning with a letter")
	read := name.read
	name.read = func(r *reader, n *yaml.Node) (string, bool) {
		s, ok := read(r, n)
		if _, err := approvals.ParsePrincipal(s); ok && err == nil {
			ok = r.problem(n, "%s cannot be the name of a group: it already means something where people are named", quoted(s))
		}
		return n.Value, ok
	}
	return named(name, groupShape(), func(r *reader, name string, g *rules.Group) {
		if r.groups == nil {
			r.groups = map[string]rules.Group{}
		}
		r.groups[name] = *g // with a problem, too: it is not called unknown then
	})
}

func groupShape() shape[*rules.Group] {
	return object(func() *rules.Group { return &rules.Group{} }, func(r *reader, n *yaml.Node, g *rules.Group) bool {
		return len(n.Content) > 0 || r.problem(n, "this group is empty; say who is in it")
	},
		key("onelogin_roles", "Numbers of OneLogin roles.", list(id("role")), func(g *rules.Group, v []int64) { g.Roles = v }),
		key("onelogin_groups", "Numbers of OneLogin groups.", list(id("group")), func(g *rules.Group, v []int64) { g.Groups = v }),
		key("slack_groups", "Ids of Slack user groups.", list(slackGroup()), func(g *rules.Group, v []string) { g.SlackGroups = v }),
		key("emails", "E-mail addresses in OneLogin, in which * stands for anything.", list(glob()), func(g *rules.Group, v []rules.Glob) { g.Emails = v }),
		key("departments", "Departments in OneLogin.", list(line(100)), func(g *rules.Group, v []string) { g.Departments = v }),
	)
}

func defaults() shape[[]*rules.Default] {
	of := oneOrMore(define("default", defaultShape()))
	return shape[[]*rules.Default]{of.schema, func(r *reader, n *yaml.Node) ([]*rules.Default, bool) {
		all, ok := of.read(r, n)
		if ok {
			r.defaults = values(all)
			ok = r.reached(n, r.defaults)
		}
		return all, ok
	}}
}

func defaultShape() shape[*rules.Default] {
	return object(func() *rules.Default { return &rules.Default{} }, checkDefault,
		key("when", "When this default counts; the last one has none.", when(), func(d *rules.Default, v *rules.Condition) { d.When = *v }),
		key("agents", `Who may ask: Slack users and user groups, groups of this file, or "*".`, agents(), func(d *rules.Default, v []string) { d.Agents = v }).must(),
		key("approvals", "Who must approve, each entry a number and who: [1 of manager, else S0123456789]. All entries must be met, by different people.", approvalList(false), func(d *rules.Default, v []rules.Need) { d.Approvals = v }).must(),
		key("validity", "How long a code works.", validityShape(), func(d *rules.Default, v *validities) { d.Validity, d.Max = v.usual, v.max }),
		key("reusable", "Whether a code that works more than once may be asked for; false, if this is missing.", truth(), func(d *rules.Default, v bool) { d.Reusable = v }),
		key("codes", "Codes that one approval is for, 1 to 3; 1, if this is missing.", codes(), func(d *rules.Default, v int64) { d.Codes = int(v) }),
		key("reason", "What the reason must have in it.", reason(), func(d *rules.Default, v *rules.Reason) { d.Reason = *v }),
	)
}

func codes() shape[int64] {
	return number(1, approvals.MaxCodes, fmt.Sprintf("write a whole number from 1 to %d", approvals.MaxCodes))
}

func reason() shape[*rules.Reason] {
	return define("reason", object(func() *rules.Reason { return &rules.Reason{} }, nil,
		key("required", "Whether a reason must be given.", truth(), func(v *rules.Reason, b bool) { v.Required = b }),
		key("ticket", "A regular expression: where a reason is required, one of its words must match it.", pattern(), func(v *rules.Reason, p *regexp.Regexp) { v.Ticket = p }),
	))
}

func values[T any](from []*T) []T {
	all := make([]T, len(from))
	for i, v := range from {
		all[i] = *v
	}
	return all
}
