package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"
)

// A problem is something wrong with a setting: one sentence that begins with
// the name of the variable, says what is wrong and what to do.
type problem struct {
	name string // the variable
	text string
}

// Problems is everything that is wrong with the configuration.
type Problems []problem

// Error says all of it: a problem alone in its sentence, several one a line.
func (ps Problems) Error() string {
	if len(ps) == 1 {
		return ps[0].text
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the configuration has %d problems:", len(ps))
	for _, p := range ps {
		fmt.Fprintf(&b, "\n  - %s", p.text)
	}
	return b.String()
}

// add notes a problem, once.
func (ps *Problems) add(name, text string) {
	if p := (problem{name, text}); !slices.Contains(*ps, p) {
		*ps = append(*ps, p)
	}
}

func (ps Problems) has(names ...string) bool {
	return slices.ContainsFunc(ps, func(p problem) bool { return slices.Contains(names, p.name) })
}

// about keeps the problems of these variables: a command cares only about what it uses.
func (ps Problems) about(names ...string) Problems {
	return slices.DeleteFunc(slices.Clone(ps), func(p problem) bool { return !slices.Contains(names, p.name) })
}

// sort puts the problems into the order of the manual, those of no known variable last.
func (ps Problems) sort() {
	order := map[string]int{}
	for f := range settings() {
		order[variable(f)] = len(order) - 1000
	}
	slices.SortStableFunc(ps, func(a, b problem) int { return order[a.name] - order[b.name] })
}

// addParseError turns an error of package env into problems.
func (ps *Problems) addParseError(err error) {
	switch err := err.(type) {
	case env.VarIsNotSetError:
		if !ps.has(err.Key) { // nothing was wrong with its file
			ps.add(err.Key, err.Key+" is missing; set it to "+settingOf(err.Key).Tag.Get("desc"))
		}
	case env.ParseError:
		f, _ := reflect.TypeFor[Config]().FieldByName(err.Name)
		for _, err := range split(err.Err) {
			ps.add(variable(f), variable(f)+" "+err.Error())
		}
	default:
		ps.add("", "the configuration cannot be read: "+err.Error()) // the tags of Config are wrong
	}
}

// split takes joined errors apart.
func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// secretLooking finds what might be a token, a client secret or a password that
// was put into the wrong variable.
var secretLooking = regexp.MustCompile(`xox[a-z.]|xapp-|[A-Za-z0-9+/=_]{24}|://[^/]*@`)

// Quoted shows a value in a message, unless it may be a secret.
func Quoted(value string) string {
	if secretLooking.MatchString(value) || len(value) > 200 {
		return "a value that is not shown here"
	}
	return strconv.Quote(value)
}
