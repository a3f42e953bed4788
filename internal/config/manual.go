package config

import (
	"fmt"
	"reflect"
	"strings"
)

// The manual of the configuration, made from the tags of Config.

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

// sentence makes one of a desc.
func sentence(f reflect.StructField) string {
	desc := f.Tag.Get("desc")
	return strings.ToUpper(desc[:1]) + desc[1:] + "."
}

// configTable is the README's table, in Markdown.
func configTable() string {
	var b strings.Builder
	b.WriteString("| name | default | meaning |\n|---|---|---|\n")
	for f := range settings() {
		value := shownDefault(f)
		if f.Tag.Get("envDefault") != "" {
			value = "`" + value + "`"
		}
		meaning := f.Tag.Get("desc")
		if f.Type == secretType {
			meaning += "; or `" + variable(f) + fileSuffix + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", variable(f), value, strings.ReplaceAll(meaning, "|", `\|`))
	}
	return b.String()
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

// envExample is .env.example: every variable with its default, those that have
// to be set without the # in front.
func envExample() string {
	var b strings.Builder
	b.WriteString(`# olbot's configuration. Copy this file to .env in olbot's working directory, or set the
# variables in its environment, which this file never overrides.
#
# What has to be set stands without a # in front. Put a value that contains $, # or spaces into
# 'single quotes'. A secret can also be given as NAME_FILE, the path of a file that holds it:
#SLACK_BOT_TOKEN_FILE=/run/secrets/slack_bot_token
`)
	for f := range settings() {
		value, mark := f.Tag.Get("envDefault"), "#"
		if example, ok := f.Tag.Lookup("example"); ok {
			value, mark = example, ""
		}
		fmt.Fprintf(&b, "\n%s\n", wrapped(sentence(f), "# ", 98))
		if shown := f.Tag.Get("shown"); shown != "" {
			fmt.Fprintf(&b, "# Default: %s.\n", shown)
		}
		fmt.Fprintf(&b, "%s%s=%s\n", mark, variable(f), value)
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
