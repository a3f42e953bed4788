package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/joho/godotenv"

	"olbot/internal/spelling"
)

const dotenv = ".env"

// readDotenv reads the .env file in dir. No dir or no file: no variables, and no problem.
func readDotenv(dir string, ps *Problems) map[string]string {
	if dir == "" {
		return nil
	}
	raw, mode, err := readFile(filepath.Join(dir, dotenv))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		ps.add(dotenv, fmt.Sprintf("%s cannot be read (%v); make it readable or remove it", dotenv, rootCause(err)))
		return nil
	case othersWrite(mode):
		ps.add(dotenv, fmt.Sprintf("%s can be written to by others (mode %04o), who would then decide what olbot does; run chmod 600 %s", dotenv, mode, dotenv))
		return nil
	case othersRead(mode):
		ps.add(dotenv, fmt.Sprintf("%s can be read by others (mode %04o), and secrets may stand in it; run chmod 600 %s", dotenv, mode, dotenv))
		return nil
	}
	vars, err := godotenv.UnmarshalBytes(raw)
	if err != nil {
		// The parser's error quotes the line, which may hold a secret.
		ps.add(dotenv, fmt.Sprintf("%s cannot be understood from line %d on; each line must be NAME=value", dotenv, badLine(raw)))
		return nil
	}
	return vars
}

// badLine is the number of the line after which nothing can be parsed.
func badLine(raw []byte) int {
	lines := strings.SplitAfter(string(raw), "\n")
	for n := len(lines) - 1; n > 0; n-- {
		if _, err := godotenv.Unmarshal(strings.Join(lines[:n], "")); err == nil {
			return n + 1
		}
	}
	return 1
}

// prefix marks the variables that only olbot reads.
const prefix = "OLBOT_"

// foreign matches names with our prefix that others set: what Kubernetes tells
// every container about a Service called olbot or olbot-…
// (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables),
// and what olbot's own tests read.
var foreign = regexp.MustCompile(`^OLBOT(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$|^OLBOT_TEST_[A-Z0-9_]+$`)

// checkNames reports variables with olbot's prefix that mean nothing: one letter
// too few in OLBOT_PROTECTED must not leave accounts unprotected.
func checkNames(environ, file map[string]string, ps *Problems) {
	all := maps.Clone(environ)
	maps.Copy(all, file)
	known := knownNames()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !strings.HasPrefix(name, prefix) || slices.Contains(known, name) || foreign.MatchString(name) {
			continue
		}
		ps.add(name, fmt.Sprintf("%s is not a setting of olbot; the nearest is %s: correct the name or remove it", name, nearest(name, known)))
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
