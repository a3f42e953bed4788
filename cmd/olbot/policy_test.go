package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"olbot/internal/policyfile"
)

const examplePolicy = "../../internal/policyfile/testdata/company.yaml"

func policyFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPolicyInitPrintsTheSettingsAsAFile(t *testing.T) {
	vars := map[string]string{"OLBOT_REQUESTERS": "S0HELPDESK,U0JOE", "OLBOT_APPROVERS": "manager,S0LEADS", "OLBOT_MAX_VALIDITY": "90m", "OLBOT_ALLOW_REUSABLE": "false", "OLBOT_REQUIRE_REASON": "true", "OLBOT_MAX_CODES": "2"}
	code, stdout, stderr := call(t, vars, "policy", "init")
	_, policy, _ := strings.Cut(stdout, "\n")
	const want = `version: 1

defaults:
  agents:    [S0HELPDESK, U0JOE]
  approvals: [1 of manager, else S0LEADS]
  validity:  {default: 5m, max: 1h30m}
  reusable:  false
  codes:     2
  reason:    {required: true}
`
	if code != exitDone || policy != want || stderr != "" {
		t.Errorf("exit code %d, %s\n%s", code, stdout, stderr)
	}
	if code, stdout, stderr := call(t, nil, "policy", "check", policyFile(t, stdout)); code != exitDone || !strings.HasSuffix(stdout, " is fine: 1 default, 0 rules, 0 tests passed\n") {
		t.Errorf("exit code %d, %s%s", code, stdout, stderr)
	}
}

func TestPolicyInitNeedsItsSettingsAlone(t *testing.T) {
	code, stdout, stderr := call(t, map[string]string{"SLACK_BOT_TOKEN": "wrong", "OLBOT_MAX_CODES": "9"}, "policy", "init")
	if code != exitConfig || stdout != "" || !strings.Contains(stderr, "2 problems") || !strings.Contains(stderr, "OLBOT_REQUESTERS is missing") || !strings.Contains(stderr, "OLBOT_MAX_CODES") {
		t.Errorf("exit code %d, %s%s", code, stdout, stderr)
	}
}

func TestPolicyCheckSaysWhatIsWrongAndWhere(t *testing.T) {
	wrong := policyFile(t, "version: 1\ndefaults:\n  agents: [S0HELPDESK]\n  aprovals: [1 of manager]\n  codes: 9\n")
	failing := policyFile(t, "version: 1\ndefaults: {agents: [S0HELPDESK], approvals: [1 of manager]}\ntests: [{short: {want: {max: 5m}}}]\n")
	for _, tt := range []struct {
		path, stdout, stderr string
		code                 int
	}{
		{examplePolicy, examplePolicy + " is fine: 2 defaults, 4 rules, 7 tests passed\n", "", exitDone},
		{wrong, "", wrong + ":4:3: there is no key \"aprovals\" here; did you mean approvals?\n" + wrong + ":5:10: \"9\": write a whole number from 1 to 3\n", exitConfig},
		{failing, "", failing + ":3:10: the test \"short\" fails: wanted max 5m, and it is 1h\n", exitConfig},
		{wrong + "x", "", wrong + "x: there is no such file; check the path\n", exitConfig},
	} {
		if code, stdout, stderr := call(t, nil, "policy", "check", tt.path); code != tt.code || stdout != tt.stdout || stderr != tt.stderr {
			t.Errorf("exit code %d\n%s%swant %d\n%s%s", code, stdout, stderr, tt.code, tt.stdout, tt.stderr)
		}
	}
}

func TestPolicyTestSaysHowEachTestCameOut(t *testing.T) {
	const defaults = "version: 1\ndefaults: {agents: [S0HELPDESK], approvals: [1 of manager]}\n"
	failing := policyFile(t, defaults+"tests: [{short: {want: {max: 5m}}}, {long: {want: {max: 1h}}}]\n")
	wrong := policyFile(t, defaults+"tests: [{short: {want: {mox: 5m}}}]\n")
	none := policyFile(t, defaults)
	for _, tt := range []struct {
		path, stdout, stderr string
		code                 int
	}{
		{failing, "FAIL short: wanted max 5m, and it is 1h\nok long\n1 of 2 tests failed\n", "", exitFailed},
		{wrong, "", wrong + ":3:25: there is no key \"mox\" here; did you mean max?\n", exitConfig},
		{none, "", none + ": there are no tests in this file; docs/guides/policy.md shows what one looks like\n", exitConfig},
	} {
		if code, stdout, stderr := call(t, nil, "policy", "test", tt.path); code != tt.code || stdout != tt.stdout || stderr != tt.stderr {
			t.Errorf("exit code %d\n%s%swant %d\n%s%s", code, stdout, stderr, tt.code, tt.stdout, tt.stderr)
		}
	}
	if code, stdout, _ := call(t, nil, "policy", "test", examplePolicy); code != exitDone || strings.Count(stdout, "ok ") != 7 || strings.Contains(stdout, "FAIL") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
}

func TestPolicySchemaPrintsTheSchema(t *testing.T) {
	if code, stdout, _ := call(t, nil, "policy", "schema"); code != exitDone || !bytes.Equal([]byte(stdout), policyfile.Schema()) {
		t.Errorf("exit code %d, %d bytes", code, len(stdout))
	}
}
