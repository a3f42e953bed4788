package policyfile

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"olbot/approvals"
	"olbot/approvals/rules"
)

const wantLink = "write manager, a Slack id of a user or user group (U…, W… or S…), or the name of a group of this file"

// mostPerGroup and mostPeople bound what can be asked for: a bigger Slack group yields nobody.
const (
	mostPerGroup = 10
	mostPeople   = 20
)

var needOf = regexp.MustCompile(`^([0-9]{1,3})\s+of\s+(\S.*)$`)

// approvalList is read entry by entry. YAML makes two entries of [1 of manager, else S0LEADS], so
// one that begins with else goes on with the one before it. bare allows a link without its count.
func approvalList(bare bool) shape[[]rules.Need] {
	pattern := `^[0-9]{1,3}\s+of\s+\S|^else\s+\S`
	if bare {
		pattern = `^\S`
	}
	s := schema{"type": "array", "minItems": 1, "items": schema{"type": "string", "pattern": pattern}}
	return shape[[]rules.Need]{s, func(r *reader, n *yaml.Node) (needs []rules.Need, ok bool) {
		if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
			return nil, r.problem(n, "write a list of who must approve: [1 of manager, else S0123456789]")
		}
		ok = true
		for _, entry := range n.Content {
			if entry.Kind != yaml.ScalarNode {
				ok = r.problem(entry, `write a number and who: "1 of manager, else S0123456789"`)
				continue
			}
			for i, part := range strings.Split(entry.Value, ",") {
				ok = r.need(entry, strings.TrimSpace(part), bare, i > 0, &needs) && ok
			}
		}
		return needs, ok && r.distinct(n, needs)
	}}
}

// need reads one part of an entry: a number and a link, or else and a link.
func (r *reader) need(n *yaml.Node, part string, bare, goesOn bool, needs *[]rules.Need) bool {
	if link, isElse := strings.CutPrefix(part, "else "); isElse {
		if len(*needs) == 0 {
			return r.problem(n, "nothing stands before %s; begin with a number: 1 of manager, else S0123456789", quoted(part))
		}
		return r.links(n, strings.TrimSpace(link), &(*needs)[len(*needs)-1])
	}
	found := needOf.FindStringSubmatch(part)
	switch {
	case goesOn && !bare:
		return r.problem(n, "%s: after a comma comes else; write each approval as an entry of its own", quoted(part))
	case found != nil:
		count, _ := strconv.Atoi(found[1])
		*needs = append(*needs, rules.Need{Count: count})
		if ok := r.links(n, found[2], &(*needs)[len(*needs)-1]); !ok || count >= 1 && count <= mostPeople {
			return ok
		}
		return r.problem(n, "%s: the number of people is 1 to %d", quoted(part), mostPeople)
	case bare && part != "" && !strings.ContainsAny(part, " "):
		*needs = append(*needs, rules.Need{Count: 1})
		return r.links(n, part, &(*needs)[len(*needs)-1])
	}
	return r.problem(n, "%s is no approval; write a number and who: 1 of manager, else S0123456789", quoted(part))
}

// links adds those that a word stands for.
func (r *reader) links(n *yaml.Node, word string, to *rules.Need) bool {
	links, ok := r.people(n, word, rules.Manager, wantLink)
	for _, link := range links {
		if slices.Contains(to.Links, link) {
			ok = r.problem(n, "%s stands here twice; remove one of them", quoted(link))
			continue
		}
		to.Links = append(to.Links, link)
	}
	return ok
}

// people are the Slack ids that a word stands for, or the one word besides that is taken here.
func (r *reader) people(n *yaml.Node, word, besides, want string) ([]string, bool) {
	if g, exists := r.groups[word]; exists {
		if len(g.Roles)+len(g.Groups)+len(g.Emails)+len(g.Departments) > 0 || len(g.SlackGroups) == 0 {
			return nil, r.problem(n, "the group %s is not of Slack groups alone, so olbot cannot know who is in it; name a group that has slack_groups and nothing else", quoted(word))
		}
		return g.SlackGroups, true
	}
	p, err := approvals.ParsePrincipal(word)
	if err != nil || (p.Kind == approvals.Manager || p.Kind == approvals.Everybody) && word != besides {
		return nil, r.problem(n, "%s: %s%s", quoted(word), want, didYouMean(word, append(slices.Collect(maps.Keys(r.groups)), besides)))
	}
	return []string{word}, true
}

// distinct finds approvals of one list that say less than they seem to, or ask for too many.
func (r *reader) distinct(n *yaml.Node, needs []rules.Need) bool {
	ok, total := true, 0
	for i, need := range needs {
		total += need.Count
		most := 0
		for _, link := range need.Links {
			if most++; link[0] == 'S' {
				most += mostPerGroup - 1
			}
		}
		if need.Count > most {
			ok = r.problem(n, "%s can never be met: there are at most %d", quoted(need.String()), most)
		}
		for _, other := range needs[:i] {
			if rules.Redundant(need, other) {
				ok = r.problem(n, "of %s and %s one says nothing beside the other; for several people write a higher number, or name others", quoted(other.String()), quoted(need.String()))
			}
		}
	}
	if total > mostPeople {
		ok = r.problem(n, "these are %d approvals, and %d are the most", total, mostPeople)
	}
	return ok
}

// agents are Slack users, user groups, groups of the file, or everybody.
func agents() shape[[]string] {
	const want = "write a Slack id of a user or user group (U…, W… or S…), the name of a group of this file, or \"*\" for everybody"
	s := schema{"type": "array", "minItems": 1, "items": schema{"type": "string", "pattern": `^\S`}}
	return shape[[]string]{s, func(r *reader, n *yaml.Node) (all []string, ok bool) {
		if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
			return nil, r.problem(n, "write a list of who may ask: [S0123456789]")
		}
		ok = true
		for _, entry := range n.Content {
			if entry.Kind != yaml.ScalarNode {
				ok = r.problem(entry, "%s", want)
				continue
			}
			found, fine := r.people(entry, entry.Value, rules.Everybody, want)
			for _, id := range found {
				if !slices.Contains(all, id) {
					all = append(all, id)
				}
			}
			ok = ok && fine
		}
		if slices.Contains(all, rules.Everybody) && len(all) > 1 {
			ok = r.problem(n, "\"*\" is everybody; leave out either it or the others")
		}
		return all, ok
	}}
}

func slackGroup() shape[string] {
	return word(`^S[A-Z0-9]+$`, "write the Slack id of a user group, which begins with S")
}
