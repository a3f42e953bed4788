package command

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack/slackutilsx"

	"olbot/approvals"
	"olbot/bot/text"
)

var (
	// People of an Enterprise organisation may have ids that begin with W. Slack
	// sends the mention with or without a label, which proves nothing.
	userEntity = regexp.MustCompile(`^@([UW][A-Z0-9]{1,30})(?:\|.*)?$`)
	address    = regexp.MustCompile(`^[^@]+@[^@.]+(?:\.[^@.]+)+$`)
	oneLoginID = regexp.MustCompile(`^#([0-9]{1,18})$`)
)

// ReadOwner reads an account that was typed by itself. The error is an *Error.
func ReadOwner(typed string) (approvals.Ref, error) {
	ref, problem := readOwner(token{raw: slackutilsx.EscapeMessage(typed)})
	if problem != "" {
		return approvals.Ref{}, &Error{Problem: problem, Word: typed}
	}
	return ref, nil
}

// readOwner reads who the command is about.
func readOwner(w token) (approvals.Ref, Problem) {
	if w.entity != "" {
		return readOwnerEntity(w.entity)
	}
	word := text.Unescape(w.raw)
	if inner := strings.TrimSuffix(strings.TrimPrefix(word, "<"), ">"); userEntity.MatchString(inner) && len(inner) == len(word)-2 {
		return readOwnerEntity(inner) // a mention in Slack's own form, typed or pasted by hand
	}
	if ref, ok := readAddress(strings.TrimRight(strings.TrimLeft(word, "\"“”`"), "\"“”`,;:.")); ok {
		return ref, ""
	}
	word = strings.TrimRight(strings.TrimLeft(fold(w.raw), "`"), "`,;:.")
	if m := oneLoginID.FindStringSubmatch(word); m != nil {
		if id, err := strconv.ParseInt(m[1], 10, 64); err == nil && id > 0 {
			return approvals.Ref{OneLogin: id}, ""
		}
	}
	if strings.HasPrefix(word, "@") {
		return approvals.Ref{}, WhoPlainName
	}
	return approvals.Ref{}, WhoUnknown
}

// readOwnerEntity reads who an entity means, <…> without the brackets.
func readOwnerEntity(entity string) (approvals.Ref, Problem) {
	if m := userEntity.FindStringSubmatch(entity); m != nil {
		return approvals.Ref{Slack: m[1]}, ""
	}
	target, _, _ := strings.Cut(entity, "|")
	if mail, ok := strings.CutPrefix(target, "mailto:"); ok {
		mail, _, _ = strings.Cut(mail, "?")
		if ref, ok := readAddress(text.Unescape(mail)); ok {
			return ref, ""
		}
	}
	if strings.HasPrefix(target, "!") || strings.HasPrefix(target, "#") {
		return approvals.Ref{}, WhoGroup
	}
	return approvals.Ref{}, WhoUnknown
}

// readAddress reads an e-mail address. It takes less than RFC 5322 does: nothing
// that OneLogin's search reads as a wildcard, a negation or a list
// (https://developers.onelogin.com/api-docs/1/getting-started/using-query-parameters),
// and nothing that is likelier a slip.
func readAddress(s string) (approvals.Ref, bool) {
	s = strings.NewReplacer("’", "'", "‘", "'").Replace(s) // what keyboards make of an apostrophe
	if !address.MatchString(s) || strings.ContainsFunc(s, notInAddress) || utf8.RuneCountInString(s) > text.MaxEmail {
		return approvals.Ref{}, false
	}
	return approvals.Ref{Email: s}, true
}

func notInAddress(r rune) bool {
	return !unicode.IsPrint(r) || strings.ContainsRune(` *!,;:"“”()<>[]\|`, r)
}

// wireRef is a Ref as readOwner takes it.
func wireRef(r approvals.Ref) string {
	switch {
	case r.Slack != "":
		return "<@" + r.Slack + ">"
	case r.Email != "":
		return slackutilsx.EscapeMessage(r.Email)
	}
	return fmt.Sprintf("#%d", r.OneLogin)
}
