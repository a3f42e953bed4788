package config

import (
	"fmt"
	"reflect"
	"strings"
)

// The manual of the configuration, made from the tags of Config. manual_test.go
// makes the table in docs/configuration.md and .env.example of them.

// shownDefault is the default as the manual says it.
func shownDefault(f reflect.StructField) string {
	switch shown := f.Tag.Get("shown"); {
	case shown != "":
		return shown
	case required(f):
		return "required"
	}
	return f.Tag.Get("envDefault")
}

// sentence is the description as a sentence.
func sentence(f reflect.StructField) string {
	desc := f.Tag.Get("desc")
	return strings.ToUpper(desc[:1]) + desc[1:] + "."
}

// Help is what --help says about the variables.
func Help() string {
	var b strings.Builder
	for f := range settings() {
		name := variable(f)
		if f.Type == secretType {
			name += ", " + name + fileSuffix
		}
		fmt.Fprintf(&b, "  %s", name)
		if value := shownDefault(f); value != "" {
			fmt.Fprintf(&b, " (%s)", value)
		}
		fmt.Fprintf(&b, "\n%s\n", wrapped(sentence(f), "      ", 92))
	}
	return b.String()
}

// wrapped breaks a text into lines of at most width characters, each with the
// indent in front.
func wrapped(text, indent string, width int) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(indent+line+" "+word)) > width {
			lines = append(lines, indent+line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return strings.Join(append(lines, indent+line), "\n")
}
