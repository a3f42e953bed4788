package slacksim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A check looks at one value of decoded JSON and notes what is wrong with it. path is a
// JSON pointer.
type check func(c *checker, path string, v any)

// shape is what an object may and must have. Its "type" is looked at by who chose the shape.
type shape struct {
	must   []string
	fields map[string]check
	extra  check // what the fields cannot say one by one; may be nil
}

// checker collects what is wrong with blocks, in Slack's words as far as they are known.
type checker struct {
	surface  surface
	blocks   map[string]blockShape
	elements map[string]shape
	problems []string
	blockIDs map[string]bool
}

func (c *checker) note(path, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), path))
}

func (c *checker) object(path string, o map[string]any, s shape) {
	for _, name := range s.must {
		if o[name] == nil {
			c.note(path, "missing required field: %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		look, known := s.fields[name]
		switch {
		case name == "type" || o[name] == nil:
		case !known:
			c.note(path, "invalid additional property: %s", name)
		default:
			look(c, path+"/"+name, o[name])
		}
	}
	if s.extra != nil {
		s.extra(c, path, o)
	}
}

// chars is a string of least to most characters.
func chars(least, most int) check {
	return func(c *checker, path string, v any) {
		text, ok := v.(string)
		n := utf8.RuneCountInString(text)
		switch {
		case !ok:
			c.note(path, "must be a string")
		case n < least:
			c.note(path, "must be more than %d characters", least-1)
		case n > most:
			c.note(path, "must be less than %d characters", most+1)
		}
	}
}

func name(limitName string) check { return chars(1, limit(limitName)) }

func boolean(c *checker, path string, v any) {
	if _, ok := v.(bool); !ok {
		c.note(path, "must be a boolean")
	}
}

// whole is a whole number from least to most.
func whole(least, most int) check {
	return func(c *checker, path string, v any) {
		n, ok := v.(float64)
		if !ok || n != float64(int64(n)) || n < float64(least) || n > float64(most) {
			c.note(path, "must be an integer from %d to %d", least, most)
		}
	}
}

func oneOf(words ...string) check {
	return func(c *checker, path string, v any) {
		if !slices.Contains(words, str(v)) {
			c.note(path, "must be one of %s", strings.Join(words, ", "))
		}
	}
}

// of is an object of one shape.
func of(s shape) check {
	return func(c *checker, path string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.note(path, "must be an object")
			return
		}
		c.object(path, o, s)
	}
}

func listOf(least, most int, each check) check {
	return func(c *checker, path string, v any) {
		items, ok := v.([]any)
		switch {
		case !ok:
			c.note(path, "must be an array")
			return
		case len(items) < least:
			c.note(path, "no fewer than %d items allowed", least)
		case len(items) > most:
			c.note(path, "no more than %d items allowed", most)
		}
		for i, item := range items {
			each(c, fmt.Sprintf("%s/%d", path, i), item)
		}
	}
}

// text is a text object: plain_text, or mrkdwn where that is allowed.
func text(most int, kinds ...string) check {
	return func(c *checker, path string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.note(path, "must be an object")
			return
		}
		kind := str(o["type"])
		if !slices.Contains(kinds, kind) {
			c.note(path+"/type", "must be one of %s", strings.Join(kinds, ", "))
			return
		}
		s := shape{must: []string{"text"}, fields: map[string]check{"text": chars(limit("text_object.min"), most)}}
		if kind == "mrkdwn" {
			s.fields["verbatim"] = boolean
		} else {
			s.fields["emoji"] = boolean
		}
		c.object(path, o, s)
	}
}

func plain(limitName string) check { return text(limit(limitName), "plain_text") }

func anyText(limitName string) check { return text(limit(limitName), "plain_text", "mrkdwn") }

// element is a block element of one of these kinds.
func element(kinds ...string) check {
	return func(c *checker, path string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.note(path, "must be an object")
			return
		}
		kind := str(o["type"])
		s, known := c.elements[kind]
		if !known || !slices.Contains(kinds, kind) {
			c.note(path+"/type", "unsupported type: %s", kind)
			return
		}
		c.object(path, o, s)
	}
}
