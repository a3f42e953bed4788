package bot

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// nameOf is what a sentence calls somebody: OneLogin's name, for want of it the
// next best thing. It is bold, so that one sees where it begins and ends.
func nameOf(p approvals.Person) spans {
	switch {
	case clean(p.Name, maxName) != "":
		return literal(clean(p.Name, maxName), true)
	case clean(p.Email, maxEmail) != "":
		return literal(clean(p.Email, maxEmail), true)
	case p.OneLogin != 0:
		return sayOneLoginUser.in(values{"n": text(strconv.FormatInt(p.OneLogin, 10))})
	case clean(p.SlackName, maxName) != "":
		return literal(clean(p.SlackName, maxName), true)
	case p.Slack != "":
		return saySlackUser.in(values{"id": untrusted(p.Slack, maxName)})
	}
	return saySomebody.in(nil)
}

// withEmail is somebody by OneLogin's name and e-mail.
func withEmail(p approvals.Person) spans {
	email := clean(p.Email, maxEmail)
	if email == "" || clean(p.Name, maxName) == "" {
		return nameOf(p)
	}
	return sayNameEmail.in(values{"name": nameOf(p), "email": text(email)})
}

// introduced is somebody as cards introduce them: OneLogin's name and e-mail, and
// what Slack calls them if that is something else (invariant 9).
func introduced(p approvals.Person) spans {
	s := withEmail(p)
	switch slackName := clean(p.SlackName, maxName); {
	case p.Slack == "" && p.OneLogin != 0:
		s = sayNotInSlack.in(values{"who": s})
	case slackName != "" && !strings.EqualFold(slackName, clean(p.Name, maxName)):
		s = saySlackName.in(values{"who": s, "slack": quoted(p.SlackName, maxName)})
	}
	return s
}

// onRecord is somebody as the trail names them: quoted, with the address.
func onRecord(p approvals.Person) spans {
	email := clean(p.Email, maxEmail)
	switch {
	case clean(p.Name, maxName) != "" && email != "":
		return sayNameEmail.in(values{"name": quoted(p.Name, maxName), "email": text(email)})
	case email != "":
		return text(email)
	}
	return nameOf(p)
}

func namesOf(all []approvals.Person, by func(approvals.Person) spans) spans {
	const most = 5
	var each []spans
	for _, p := range all {
		each = append(each, by(p))
	}
	if more := len(each) - most; more > 0 {
		each = append(each[:most], plural(more, sayOther, sayOthers))
	}
	return listed(each)
}

// were says of people that they were, to go on with asked.
func were(all []approvals.Person, by func(approvals.Person) spans) spans {
	form := sayWereAsked
	if len(all) == 1 {
		form = sayWasAsked
	}
	return form.in(values{"who": namesOf(all, by)})
}

// named is somebody as the agent named them, before anything was looked up.
func named(ref approvals.Ref) spans {
	switch {
	case ref.Email != "":
		return literal(clean(ref.Email, maxEmail), true)
	case ref.OneLogin != 0:
		return sayOneLoginUser.in(values{"n": text(strconv.FormatInt(ref.OneLogin, 10))})
	case slackID(ref.Slack):
		return spans{slack.NewRichTextSectionUserElement(ref.Slack, nil)}
	}
	return saySomebody.in(nil)
}

// namedOnRecord is the same without a mention: the trail mentions nobody but
// the security contacts.
func namedOnRecord(ref approvals.Ref) spans {
	if ref.Slack != "" {
		return saySlackUser.in(values{"id": untrusted(ref.Slack, maxName)})
	}
	return named(ref)
}

// slackID says whether s has the form of a Slack user's or user group's id.
func slackID(s string) bool {
	return len(s) > 1 && strings.ContainsRune("UWS", rune(s[0])) &&
		strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// mention is a mention of a user or a user group that the operator has named.
func mention(p approvals.Principal) spans {
	switch p.Kind {
	case approvals.SlackUser:
		return spans{slack.NewRichTextSectionUserElement(p.ID, nil)}
	case approvals.SlackGroup:
		return spans{slack.NewRichTextSectionUserGroupElement(p.ID)}
	}
	return text(p.String())
}

func mentions(all []approvals.Principal) spans {
	var each []spans
	for _, p := range all {
		each = append(each, mention(p))
	}
	return listed(each)
}

// duration says how long in words: 5 minutes, 1 hour 30 minutes, 3 days.
func duration(d time.Duration) spans {
	var parts []spans
	for _, unit := range []struct {
		size      time.Duration
		one, many phrase
	}{
		{24 * time.Hour, sayDay, sayDays},
		{time.Hour, sayHour, sayHours},
		{time.Minute, sayMinute, sayMinutes},
		{time.Second, saySecond, saySeconds},
	} {
		if n := int(d / unit.size); n > 0 {
			parts = append(parts, plural(n, unit.one, unit.many))
			d -= time.Duration(n) * unit.size
		}
	}
	if len(parts) == 0 {
		return plural(0, saySecond, saySeconds)
	}
	return text(join(" ", parts...).plain())
}

// plural is one of the two phrases, with the number at {n}.
func plural(n int, one, many phrase) spans {
	p := many
	if n == 1 {
		p = one
	}
	return text(p.plain(values{"n": numeral(n)}))
}
