// Package command is the grammar of the slash command: what somebody typed, what
// of it was not understood, and what they may have meant.
//
// Read command.go first: a Command and how Parse reads one. scan.go cuts the text
// into words, owner.go and option.go say what a word means, correct.go guesses what
// a typing mistake should have been.
package command

import (
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack/slackutilsx"

	"olbot/approvals"
)

// A Verb is what a command asks for.
type Verb string

// The verbs. All but VerbAsk and VerbForm are the first word of the command.
const (
	VerbForm   Verb = "" // the bare command: open the request form
	VerbHelp   Verb = "help"
	VerbList   Verb = "list"   // the agent's open requests
	VerbCancel Verb = "cancel" // withdraw Request
	VerbAsk    Verb = "ask"    // ask for a code for Owner
)

// A Command is what somebody typed behind the slash command. What a verb has no
// use for is zero. Commands are comparable.
type Command struct {
	Verb     Verb
	Request  approvals.ID
	Owner    approvals.Ref
	Validity time.Duration // whole seconds, up to 100 days; 0: not given
	Reusable bool
	Reason   string // what was typed, as people read it: no entities or escapes of Slack's, no controls, single blanks
}

// A Problem is what of a command was not understood.
type Problem string

// The problems.
const (
	WhoMissing      Problem = "who_missing"       // nothing says whose account
	WhoUnknown      Problem = "who_unknown"       // Word is no mention, e-mail address or #id
	WhoPlainName    Problem = "who_plain_name"    // Word is an @name that Slack made no mention of
	WhoGroup        Problem = "who_group"         // Word is a user group, a channel, or everybody
	ValidityUnit    Problem = "validity_unit"     // not a number of seconds, nor one with s, m, h or d
	ValidityPart    Problem = "validity_part"     // a fraction
	ValiditySign    Problem = "validity_sign"     // begins with a sign
	ValidityZero    Problem = "validity_zero"     // no time at all
	ValidityTooLong Problem = "validity_too_long" // over 100 days
	ValidityTwice   Problem = "validity_twice"    // not the first of this command
	UseSlip         Problem = "use_slip"          // nearly reusable or single-use
	UseBoth         Problem = "use_both"          // reusable and single-use
	BadRequest      Problem = "bad_request"       // what stands behind cancel is no request id; Word is "" if nothing does
)

// An Error is a command that was not understood. It carries no sentence
// and, as an error, no text that somebody typed.
type Error struct {
	Problem Problem
	Word    string // the word in question as people read it; untrusted; "" if it is one that is missing

	// Corrected is the whole command to send instead, without its name, as Slack
	// sends it: a mention in it is <@U…>. Parse takes it without error.
	// "" if nobody can guess.
	Corrected string
}

func (e *Error) Error() string { return "command not understood: " + string(e.Problem) }

// Parse reads the text of a slash command as Slack sends it, with people
// and channels as entities and &, < and > escaped:
// https://docs.slack.dev/interactivity/implementing-slash-commands
//
// It knows the grammar and nothing of the rules: a validity that no code may
// have, or a reason longer than a request keeps, is for the policy. Its error is
// always an *Error. The time it takes grows with the length of the text.
func Parse(text string) (Command, error) {
	text = unlinkNumbers(strings.ToValidUTF8(text, "\uFFFD"))
	text = firstCode.ReplaceAllString(text, "$1 ")
	c, s := parse(text)
	if s == nil {
		return c, nil
	}
	return Command{}, &Error{Problem: s.problem, Word: readable(s.word), Corrected: corrected(text, s)}
}

// firstCode is what a command begins with if it was typed or pasted as code: `ana@example.com`.
var firstCode = regexp.MustCompile("^\\s*`+([^`]+)`+")

// TrimName is the text of a command without the command's own name, which comes in it if the whole command was pasted
// behind the name.
func TrimName(text, name string) string {
	sc := scanner{text: text}
	if first := sc.next(); strings.EqualFold(first.raw, name) {
		return text[sc.pos:]
	}
	return text
}

// Submission is what the command asks for, typed by the agent.
func (c Command) Submission(agent string) approvals.Submission {
	return approvals.Submission{Agent: agent, Owner: c.Owner, Validity: c.Validity, Reusable: c.Reusable, Reason: c.Reason}
}

// String is the command as Parse takes it, and gives the same Command back.
func (c Command) String() string {
	switch c.Verb {
	case VerbAsk:
	case VerbCancel:
		return string(VerbCancel) + " " + string(c.Request)
	default:
		return string(c.Verb)
	}
	words := []string{wireRef(c.Owner)}
	if c.Validity != 0 {
		words = append(words, FormatValidity(c.Validity))
	}
	if c.Reusable {
		words = append(words, Reusable)
	}
	short := strings.Join(words, " ")
	if c.Reason == "" {
		return short
	}
	reason := slackutilsx.EscapeMessage(c.Reason)
	if again, s := parse(short + " " + reason); s == nil && again == c {
		return short + " " + reason
	}
	return short + " " + wordReason + " " + reason
}

// parse reads a text, or says what the first slip in it is.
func parse(text string) (Command, *slip) {
	sc := scanner{text: text}
	first := sc.next()
	switch verb := Verb(fold(first.raw)); verb {
	case VerbForm, VerbHelp:
		return Command{Verb: verb}, nil
	case VerbList:
		return Command{Verb: VerbList}, nil
	case VerbCancel:
		return parseCancel(sc)
	}
	return parseAsk(sc, first)
}

// parseCancel reads the request id behind cancel.
func parseCancel(sc scanner) (Command, *slip) {
	start := sc.pos
	typed := strings.TrimSpace(sc.text[start:])
	if id, err := approvals.ParseID(fold(readable(typed))); err == nil {
		return Command{Verb: VerbCancel, Request: id}, nil
	}
	s := &slip{problem: BadRequest, word: typed}
	for w := sc.next(); w.raw != "" && !s.known; w = sc.next() {
		id, err := approvals.ParseID(fold(w.raw))
		if err == nil && strings.HasPrefix(fold(w.raw), "otp") {
			s.replace(start, len(sc.text), " "+string(id))
		}
	}
	return Command{}, s
}

// parseAsk reads the options and the reason of a command whose first word should
// say whose account it is about.
func parseAsk(sc scanner, first token) (Command, *slip) {
	owner, problem := readOwner(first)
	if problem == WhoUnknown && readOption(first).kind != optionNone {
		return Command{}, ownerElsewhere(sc.text)
	}
	if problem != "" {
		return Command{}, &slip{problem: problem, word: first.raw}
	}
	sc.skip(",;:")
	c := Command{Verb: VerbAsk, Owner: owner}
	var use token // the last word that said reusable or single-use
	for w := sc.next(); w.raw != ""; w = sc.next() {
		o := readOption(w)
		switch o.kind {
		case optionNone:
			c.Reason = readable(sc.text[w.start:])
			return c, nil
		case optionReason:
			c.Reason = readable(sc.text[w.end:])
			return c, nil
		case optionSlip:
			return Command{}, o.slip
		case optionValidity:
			if c.Validity == 0 {
				o = o.withUnit(&sc)
			}
			if s := o.clash(w, c, sc); s != nil {
				return Command{}, s
			}
			c.Validity = o.validity
		case optionUse:
			if use.raw != "" && o.reusable != c.Reusable {
				return Command{}, bothUses(w, use, o)
			}
			use, c.Reusable = w, o.reusable
		}
	}
	return c, nil
}
