package policyfile

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"olbot/approvals"
	"olbot/approvals/rules"
)

// Environment is what the settings mean as a Set: one default and no rules. It is
// what holds without a policy file.
func Environment(p approvals.Policy) rules.Set {
	need := rules.Need{Count: 1}
	for _, link := range p.Chain {
		need.Links = append(need.Links, link.String())
	}
	d := rules.Default{
		Approvals: []rules.Need{need}, Validity: p.DefaultValidity, Max: p.MaxValidity, Reusable: p.AllowReusable, Codes: p.Codes(),
		Reason: rules.Reason{Required: p.RequireReason},
	}
	for _, agent := range p.Requesters {
		d.Agents = append(d.Agents, agent.String())
	}
	return rules.Set{Defaults: []rules.Default{d}}
}

// Write makes a file of the settings, which Load reads back to the same meaning.
func Write(p approvals.Policy) []byte {
	d := Environment(p).Defaults[0]
	var b bytes.Buffer
	b.WriteString("# What the settings of olbot mean, as a policy file. Rules can be added below: they only make things stricter.\n")
	b.WriteString("version: 1\n\ndefaults:\n")
	put := func(key, value string) { fmt.Fprintf(&b, "  %-10s %s\n", key+":", value) }
	var agents, approvals []string
	for _, a := range d.Agents {
		agents = append(agents, scalarText(a))
	}
	for _, n := range d.Approvals {
		approvals = append(approvals, n.String())
	}
	put("agents", "["+strings.Join(agents, ", ")+"]")
	put("approvals", "["+strings.Join(approvals, ", ")+"]")
	put("validity", fmt.Sprintf("{default: %s, max: %s}", short(d.Validity), short(d.Max)))
	put("reusable", strconv.FormatBool(d.Reusable))
	put("codes", strconv.Itoa(d.Codes))
	put("reason", fmt.Sprintf("{required: %t}", d.Reason.Required))
	return b.Bytes()
}

var plainWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

// scalarText quotes what YAML would take for something else.
func scalarText(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
