package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"olbot/internal/spelling"
)

// prefix marks the variables that only olbot reads.
const prefix = "OLBOT_"

// foreign matches names with our prefix that others set: what Kubernetes tells
// every container about a Service called olbot or olbot-…
// (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables),
// and what olbot's own tests read.
var foreign = regexp.MustCompile(`^OLBOT(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$|^OLBOT_TEST_[A-Z0-9_]+$`)

// checkNames reports variables with olbot's prefix that mean nothing: one letter
// too few in OLBOT_PROTECTED must not leave accounts unprotected.
func (c *Config) checkNames(environ, file map[string]string, ps *Problems) {
	all := maps.Clone(environ)
	maps.Copy(all, file)
	known := knownNames()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		meant := nearest(name, known)
		_, isSet := all[meant]
		_, inFile := file[name]
		about := name
		if of := strings.TrimSuffix(meant, fileSuffix); !isSet && required(settingOf(of)) {
			about = of // which is not called missing then
		}
		switch {
		case slices.Contains(known, name):
		case strings.HasPrefix(name, prefix) && !foreign.MatchString(name):
			ps.add(about, fmt.Sprintf("%s is not a setting of olbot; the nearest is %s: correct the name or remove it", name, meant))
		case strings.HasPrefix(meant, prefix), spelling.Edits(name, meant) > slip, isSet: // somebody else's
		case inFile, about != name:
			ps.add(about, fmt.Sprintf("%s is not a setting of olbot; did you mean %s?", name, meant))
		default:
			c.warnings = append(c.warnings, fmt.Sprintf("%s is set and is not a setting of olbot; did you mean %s?", name, meant))
		}
	}
}

// slip is how many edits away from a name another one may be its misspelling.
const slip = 2

// checkQuotes reports values that still have the quotes that a shell or a .env takes away and
// docker run --env-file does not. It takes them away: nothing else need be said of the value.
func checkQuotes(vars map[string]string, ps *Problems) {
	for _, name := range knownNames() {
		value := vars[name]
		for _, quote := range []string{`"`, "'"} {
			if len(value) > 1 && strings.HasPrefix(value, quote) && strings.HasSuffix(value, quote) {
				ps.add(name, name+" has quotes around its value; remove them (docker's --env-file takes them as part of it)")
				vars[name] = value[1 : len(value)-1]
			}
		}
	}
}

// knownNames are all variables that olbot reads.
func knownNames() []string {
	var names []string
	for f := range settings() {
		names = append(names, variable(f))
		if f.Type == secretType {
			names = append(names, variable(f)+fileSuffix)
		}
	}
	return names
}

// nearest is the known name that the fewest edits turn name into.
func nearest(name string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int { return spelling.Edits(name, a) - spelling.Edits(name, b) })
}
