package view

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"olbot/approvals"
	"olbot/bot/command"
)

// constants are the string constants of a type in the package of a folder, by
// name, read from the source so that a new one cannot be forgotten.
func constants(t *testing.T, folder, typeName string) map[string]string {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^\s*(?:const )?(\w+) +` + typeName + ` += "([^"]*)"`)
	found := map[string]string{}
	files, err := filepath.Glob(folder + "/*.go")
	for _, file := range files {
		source, readErr := os.ReadFile(file)
		err = errors.Join(err, readErr)
		for _, m := range declared.FindAllStringSubmatch(string(source), -1) {
			found[m[1]] = m[2]
		}
	}
	if err != nil || len(found) == 0 {
		t.Fatalf("constants of type %s in %s: %v, %v", typeName, folder, found, err)
	}
	return found
}

// TestEveryRefusalHasWords wants, for each refusal and whoever it is about, which
// check failed and what to do.
func TestEveryRefusalHasWords(t *testing.T) {
	for name, code := range constants(t, "../../approvals", "RefusalCode") {
		for _, role := range []approvals.Role{approvals.Agent, approvals.Owner, approvals.Approver, ""} {
			why := approvals.Refusal{Code: approvals.RefusalCode(code), Role: role, State: approvals.Denied}
			w := wordsOf(why)
			if w.they == "" {
				t.Errorf("%s of role %q has no fact", name, role)
			}
			if w.adviceTo(role) == "" {
				t.Errorf("%s of role %q has no advice", name, role)
			}
		}
	}
}

// TestEveryStateHasWords wants a word for each state, a reply to a press that
// came too late for it, and a card for everybody.
func TestEveryStateHasWords(t *testing.T) {
	listed := approvals.States()
	for name, s := range constants(t, "../../approvals", "State") {
		state := approvals.State(s)
		if !slices.Contains(listed, state) {
			t.Errorf("%s is not among States()", name)
		}
		if stateWords[state] == "" {
			t.Errorf("%s has no word", name)
		}
		if tooLate[state] == "" {
			t.Errorf("%s has no words for a press that comes too late", name)
		}
		r := made().r
		r.State, r.Refusal = state, &approvals.Refusal{Code: approvals.CodeRefused}
		for _, c := range Cards(r, start, testOptions) {
			if c.Message.Text == "" || strings.Contains(read(t, c.Message), "# \n") {
				t.Errorf("%s: the card %s has no title or text", name, c.Key)
			}
		}
	}
}

// TestEveryKindHasWords wants words for whatever the domain and the grammar name.
func TestEveryKindHasWords(t *testing.T) {
	told := map[string]bool{}
	for _, e := range trail() {
		told[string(e.Kind)] = true
	}
	offered := func(all []string, label phrase, value string) bool { return label != "" && slices.Contains(all, value) }
	for kind, has := range map[string]func(value string) bool{
		"../../approvals EventKind": func(k string) bool {
			e := approvals.Event{Kind: approvals.EventKind(k), Button: approvals.ButtonApprove}
			return told[k] && eventWords[e.Kind].what != "" && feedStory(e) != ""
		},
		"../../approvals Button": func(b string) bool {
			return feedStory(approvals.Event{Kind: approvals.EventPressRefused, Button: approvals.Button(b)}) != ""
		},
		"../../approvals RiskSignalKind": func(k string) bool {
			return signPhrases[approvals.RiskSignalKind(k)] != "" && feedSigns[approvals.RiskSignalKind(k)] != ""
		},
		"../../approvals DenialChoice": func(c string) bool {
			return offered(stringsOf(approvals.DenialChoices()), denialLabels[approvals.DenialChoice(c)].label, c)
		},
		"../../approvals PassChoice": func(c string) bool {
			return offered(stringsOf(approvals.PassChoices()), passLabels[approvals.PassChoice(c)].label, c) && passReasons[approvals.PassChoice(c)] != ""
		},
		"../../approvals Verification": func(v string) bool {
			return offered(stringsOf(approvals.Verifications()), verificationLabels[approvals.Verification(v)], v)
		},
		"../command Problem": func(p string) bool { return problemPhrases[command.Problem(p)] != "" },
	} {
		folder, typeName, _ := strings.Cut(kind, " ")
		for name, value := range constants(t, folder, typeName) {
			if !has(value) {
				t.Errorf("%s has no words, or is in no example or offer", name)
			}
		}
	}
}

func stringsOf[T ~string](all []T) (s []string) {
	for _, one := range all {
		s = append(s, string(one))
	}
	return s
}

// TestEveryPlaceIsFilled looks for a place of a phrase that no value came to.
func TestEveryPlaceIsFilled(t *testing.T) {
	check := func(name, s string) {
		if strings.ContainsAny(s, "{}") {
			t.Errorf("%s: an unfilled place in %q", name, s)
		}
	}
	for name, m := range allMessages() {
		check(name, read(t, m))
		check(name, noticeAsRead(m.Text))
	}
	for _, code := range constants(t, "../../approvals", "RefusalCode") {
		for _, role := range []approvals.Role{approvals.Agent, approvals.Owner, approvals.Approver, ""} {
			m := ReplyTo(&approvals.Refusal{Code: approvals.RefusalCode(code), Role: role, Person: anaLopes, State: approvals.Denied, Max: time.Hour})
			check(code, read(t, m))
		}
	}
}

// wordy says whether s reads like words for people: letters, a blank, letters.
// Forms of times are no words.
func wordy(s string) bool {
	if strings.Contains(s, "{date") || strings.HasPrefix(s, "2006-") {
		return false
	}
	before, after, ok := strings.Cut(strings.TrimSpace(s), " ")
	return ok && strings.ContainsFunc(before, unicode.IsLetter) && strings.ContainsFunc(after, unicode.IsLetter)
}
