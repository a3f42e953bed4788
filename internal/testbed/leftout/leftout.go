// Package leftout knows what a plain go test leaves out: what needs more than Go, the long matrices, and Slack's own pace in the
// stories. Tests ask it whether they run; announce.go lets go test ./... end with a line that says what they were told.
// CONTRIBUTING lists the variables.
package leftout

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// long is the variable that .ci/run sets to 1: nothing is left out, and equipment that is missing is a failure.
const long = "OLBOT_TEST_LONG"

// Equipment is something besides Go that a test needs. The variable says where it is.
type Equipment struct {
	what, variable, where string
	program               func() string // that has to be installed too; nil: none
}

// The equipment that there is.
var (
	PostgreSQL = Equipment{what: "PostgreSQL", variable: "OLBOT_TEST_POSTGRES", where: "the URL of a server (ci/postgres starts one)"}
	Bolt       = Equipment{what: "the official Bolt client", variable: "OLBOT_TEST_BOLT", where: "the absolute path of ci/bolt after npm ci there"}
	Types      = Equipment{what: "Slack's own types", variable: "OLBOT_TEST_TYPES", where: "the absolute path of ci/types after npm ci there"}
	Page       = Equipment{what: "the page in a browser", variable: "OLBOT_TEST_PAGE", where: "the absolute path of ci/page after npm ci there", program: Chromium}
	Syslog     = Equipment{what: "Debian's rsyslog", variable: "OLBOT_TEST_SYSLOG", where: "the absolute path that ci/syslog start DIR prints"}
	Promtool   = Equipment{what: "promtool", variable: "OLBOT_TEST_PROMTOOL", where: "the path of promtool (Debian has it in the package prometheus)"}
)

// Long says whether nothing may be left out.
func Long() bool { return os.Getenv(long) == "1" }

// Chromium is where the browser is.
func Chromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	return "/usr/bin/chromium"
}

// missing says what has to be done to have the equipment; empty: it is there.
func (e Equipment) missing() string {
	if os.Getenv(e.variable) == "" {
		return "set " + e.variable + " to " + e.where
	}
	if e.program != nil {
		if _, err := os.Stat(e.program()); err != nil {
			return "install " + e.program()
		}
	}
	return ""
}

// Need returns what the equipment's variable says. Without the equipment the test is skipped, or fails if nothing may be left
// out.
func (e Equipment) Need(t testing.TB) string {
	t.Helper()
	if todo := e.missing(); todo != "" {
		if Long() {
			t.Fatalf("%s is missing: %s", e.what, todo)
		}
		t.Skipf("left out: %s; %s", e.what, todo)
	}
	return os.Getenv(e.variable)
}

// UnlessLong skips a test that takes long.
func UnlessLong(t testing.TB) {
	t.Helper()
	if !Long() {
		t.Skip("left out: takes long; set " + long + "=1")
	}
}

// Sample is how far to go in a matrix of which every step-th case is enough for a plain go test: 1 if nothing may be left out.
func Sample(step int) int {
	if Long() {
		return 1
	}
	return step
}

// Line says in one line what is left out; empty: nothing is.
func Line() string {
	if Long() {
		return ""
	}
	var all []string
	for _, e := range []Equipment{PostgreSQL, Bolt, Types, Page, Syslog, Promtool} {
		if e.missing() != "" {
			all = append(all, e.what)
		}
	}
	all = append(all, "the long matrices and Slack's own pace in the stories ("+long+"=1)")
	return fmt.Sprintf("left out: %s; .ci/run runs everything", strings.Join(all, ", "))
}
