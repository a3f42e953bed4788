package policyfile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"olbot/approvals/rules"
	"olbot/internal/spelling"
)

// A Problem is one thing that is wrong, in a sentence that says what to do.
type Problem struct {
	Line, Column int  // from 1 on; 0: of the file as a whole
	Test         bool // a test in the file fails
	Text         string
}

// An Error is everything that is wrong with a file. There is at least one problem.
type Error struct {
	Path     string
	Problems []Problem
}

// Error has a line for each problem: path:line:column: text.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = e.Path + p.place() + ": " + p.Text
	}
	return strings.Join(lines, "\n")
}

// OnlyTests says whether nothing else is wrong than that tests fail.
func (e *Error) OnlyTests() bool {
	return !slices.ContainsFunc(e.Problems, func(p Problem) bool { return !p.Test })
}

func (p Problem) place() string {
	if p.Line == 0 {
		return ""
	}
	return fmt.Sprintf(":%d:%d", p.Line, p.Column)
}

// mostProblems are as many as somebody reads.
const mostProblems = 100

// A reader collects what it finds in one file.
type reader struct {
	problems []Problem
	seen     map[Problem]bool
	groups   map[string]rules.Group // those of the file, read before what uses them
	zones    map[string]bool        // of the hours in the file
	defaults []rules.Default        // of the file, read before the rules; none if something is wrong with them
	ruleSet  []string               // names of the rules
}

// problem notes what is wrong at a node, and is false.
func (r *reader) problem(n *yaml.Node, format string, args ...any) bool {
	r.add(Problem{Line: max(1, n.Line), Column: max(1, n.Column), Text: fmt.Sprintf(format, args...)})
	return false
}

func (r *reader) add(p Problem) {
	if r.seen == nil {
		r.seen = map[Problem]bool{}
	}
	if !r.seen[p] {
		r.seen[p] = true
		r.problems = append(r.problems, p)
	}
}

func (r *reader) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	if more := len(r.problems) - mostProblems; more > 0 {
		last := r.problems[mostProblems-1]
		return append(r.problems[:mostProblems:mostProblems], Problem{Line: last.Line, Column: last.Column, Text: fmt.Sprintf("and %d more problems after this one", more)})
	}
	return r.problems
}

// quoted shows what stands in a file, without what a terminal would obey.
func quoted(s string) string {
	if runes := []rune(s); len(runes) > 80 {
		s = string(runes[:80]) + "…"
	}
	return strconv.Quote(s)
}

// didYouMean is the known word that is meant, as the end of a sentence; empty if none is near.
func didYouMean(word string, known []string) string {
	if len(known) == 0 || len(word) > 60 {
		return ""
	}
	distance := func(k string) int { return spelling.Edits(strings.ToLower(word), strings.ToLower(k)) }
	nearest := slices.MinFunc(known, func(a, b string) int { return distance(a) - distance(b) })
	if distance(nearest) > max(1, min(3, len(nearest)/3)) {
		return ""
	}
	return "; did you mean " + nearest + "?"
}

// oneOf is the same, or all there are.
func oneOf(word string, known []string) string {
	if meant := didYouMean(word, known); meant != "" {
		return meant
	}
	return "; it may be " + listed(known, "or")
}

// listed joins words with commas, and the last one with a word of its own.
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}
