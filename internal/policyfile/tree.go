package policyfile

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parse makes a tree of the text, nil if there is none. Aliases, anchors and tags are
// refused: with them, what stands in a place is not what is meant there, and a small
// file can mean a huge one.
func (r *reader) parse(text []byte) *yaml.Node {
	start := &yaml.Node{Line: 1, Column: 1}
	if i := invalid(text); i >= 0 {
		start.Line, start.Column = 1+bytes.Count(text[:i], []byte("\n")), i-bytes.LastIndexByte(text[:i], '\n')
		r.problem(start, "the file is no text in UTF-8 from here on; save it as UTF-8")
		return nil
	}
	documents := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	err := documents.Decode(&document)
	if err == nil {
		if err = documents.Decode(&second); err == nil {
			r.problem(&second, "a second document begins here; a policy is one document, so remove the line ---")
			return nil
		}
	}
	switch {
	case errors.Is(err, io.EOF) && document.Kind == 0, err == io.EOF && len(document.Content) == 0:
		r.problem(start, "the file is empty; begin with version: 1, or let olbot policy init write one")
		return nil
	case !errors.Is(err, io.EOF):
		r.syntax(text, err)
		return nil
	}
	if !r.plain(document.Content[0]) {
		return nil
	}
	return document.Content[0]
}

// invalid is where text stops being text, -1 if it does not.
func invalid(text []byte) int {
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && size == 1 || c == 0 {
			return i
		}
		i += size
	}
	return -1
}

// plain says whether there is nothing in the tree but mappings, lists and values.
func (r *reader) plain(n *yaml.Node) bool {
	ok := true
	switch {
	case n.Kind == yaml.AliasNode:
		return r.problem(n, "*%s is an alias of YAML, which policies do not have; write out what is meant, and quote an address pattern: \"*@example.com\"", quotedName(n.Value))
	case n.Anchor != "":
		ok = r.problem(n, "&%s is an anchor of YAML, which policies do not have; remove it", quotedName(n.Anchor))
	case n.Style&yaml.TaggedStyle != 0:
		ok = r.problem(n, "%s is a tag of YAML, which policies do not have; remove it", quotedName(n.Tag))
	}
	for _, child := range n.Content {
		ok = r.plain(child) && ok
	}
	return ok
}

// quotedName is quoted without the quotes.
func quotedName(s string) string { return strings.Trim(quoted(s), `"`) }

var lineOf = regexp.MustCompile(`^yaml: line (\d+): `)

// syntax says where the text is no YAML. The module says the line, and in some cases that of
// the end of what it could not read.
func (r *reader) syntax(text []byte, err error) {
	at := &yaml.Node{Line: 1, Column: 1}
	what := strings.TrimPrefix(err.Error(), "yaml: ")
	if found := lineOf.FindStringSubmatch(err.Error()); found != nil {
		at.Line, _ = strconv.Atoi(found[1])
		what = strings.TrimPrefix(err.Error(), found[0])
	}
	lines := bytes.Split(text, []byte("\n"))
	at.Line = min(max(1, at.Line), len(lines))
	line := string(lines[at.Line-1])
	at.Column = 1 + utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeft(line, " \t"))
	var advice string
	switch star := strings.Index(line, "*"); {
	case star >= 0 && strings.Contains(what, "alphabetic or numeric"), star >= 0 && strings.Contains(what, "unknown anchor"):
		at.Column = 1 + utf8.RuneCountInString(line[:star])
		advice = `; text that begins with * needs quotes: "*@example.com"`
	case strings.Contains(line, "\t"):
		advice = "; indent with spaces, not with tabs"
	}
	r.problem(at, "this is not YAML: %s%s", quotedName(what), advice)
}
