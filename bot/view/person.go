package view

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/text"
)

// nameOf is what a sentence calls somebody: OneLogin's name, for want of it the
// next best thing. It is bold, so that one sees where it begins and ends.
func nameOf(p approvals.Person) spans {
	if p.Operator != "" {
		return sayOperator.in(values{"name": quoted(p.Operator, maxName)})
	}
	if name := cmp.Or(text.Clean(p.Name, maxName), text.Clean(p.Email, text.MaxEmail)); name != "" {
		return literal(name, true)
	}
	name := text.Clean(p.SlackName, maxName)
	switch {
	case p.OneLogin != 0:
		return sayOneLoginUser.in(values{"n": word(strconv.FormatInt(p.OneLogin, 10))})
	case name != "":
		return literal(name, true)
	case p.Slack != "":
		return saySlackUser.in(values{"id": untrusted(p.Slack, maxName)})
	}
	return saySomebody.in(nil)
}

// nameAndEmail is somebody by OneLogin's name and e-mail.
func nameAndEmail(p approvals.Person) spans {
	email := text.Clean(p.Email, text.MaxEmail)
	if email == "" || text.Clean(p.Name, maxName) == "" {
		return nameOf(p)
	}
	return sayNameEmail.in(values{"name": nameOf(p), "email": word(email)})
}

// introduction is somebody as cards introduce them: OneLogin's name and e-mail, and
// what Slack calls them if that is something else (invariant 9).
func introduction(p approvals.Person) spans {
	s := nameAndEmail(p)
	switch slackName := text.Clean(p.SlackName, maxName); {
	case p.Slack == "" && p.OneLogin != 0:
		s = sayNotInSlack.in(values{"who": s})
	case slackName != "" && !strings.EqualFold(slackName, text.Clean(p.Name, maxName)):
		s = saySlackName.in(values{"who": s, "slack": quoted(p.SlackName, maxName)})
	}
	return s
}

// nameInTrail is somebody as the trail names them: quoted, with the address.
func nameInTrail(p approvals.Person) spans {
	email := text.Clean(p.Email, text.MaxEmail)
	switch {
	case text.Clean(p.Name, maxName) != "" && email != "":
		return sayNameEmail.in(values{"name": quoted(p.Name, maxName), "email": word(email)})
	case email != "":
		return word(email)
	}
	return nameOf(p)
}

func namesOf(all []approvals.Person, by func(approvals.Person) spans) spans {
	const most = 5
	each := spansOf(all, by)
	if more := len(each) - most; more > 0 {
		each = append(each[:most], plural(more, sayOther, sayOthers))
	}
	return listed(each)
}

// namesWere says of people that they were, to go on with asked.
func namesWere(all []approvals.Person, by func(approvals.Person) spans) spans {
	return sayIf(len(all) == 1, sayWasAsked, sayWereAsked).in(values{"who": namesOf(all, by)})
}

// account is whose account it is as the agent named it, before anything was looked up.
func account(ref approvals.Ref) spans {
	switch {
	case ref.Email != "":
		return literal(text.Clean(ref.Email, text.MaxEmail), true)
	case ref.OneLogin != 0:
		return sayOneLoginUser.in(values{"n": word(strconv.FormatInt(ref.OneLogin, 10))})
	}
	if p, err := approvals.ParsePrincipal(ref.Slack); err == nil {
		return mention(p)
	}
	return saySomebody.in(nil)
}

// accountInTrail is the same without a mention: the trail mentions nobody but
// the security contacts.
func accountInTrail(ref approvals.Ref) spans {
	if ref.Slack != "" {
		return saySlackUser.in(values{"id": untrusted(ref.Slack, maxName)})
	}
	return account(ref)
}

// mention is a mention of a user or a user group that the operator has named.
func mention(p approvals.Principal) spans {
	switch p.Kind {
	case approvals.SlackUser:
		return spans{slack.NewRichTextSectionUserElement(p.ID, nil)}
	case approvals.SlackGroup:
		return spans{slack.NewRichTextSectionUserGroupElement(p.ID)}
	}
	return word(p.String())
}

func mentions(all []approvals.Principal) spans { return listed(spansOf(all, mention)) }
