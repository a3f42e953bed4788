package ocsf

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var writeGuide = flag.Bool("update", false, "write the table in the guide")

// names are the schema's for what the table says.
var names = struct {
	class      map[int]string
	activity   map[int]string // by type_uid
	severities []string
}{
	class: map[int]string{detectionFinding: "Detection Finding", accountChange: "Account Change", entityManagement: "Entity Management", applicationLifecycle: "Application Lifecycle"},
	activity: map[int]string{
		200401: "Create", 300109: "Lock", 300110: "MFA Factor Enable", 300111: "MFA Factor Disable", 300112: "Unlock",
		300401: "Create", 300403: "Update", 300410: "Activate", 300411: "Deactivate", 300412: "Suspend", 300413: "Resume",
		600203: "Start", 600204: "Stop", 600206: "Enable", 600207: "Disable", 600208: "Update",
	},
	severities: []string{"Unknown", "Informational", "Low", "Medium", "High", "Critical"},
}

func TestTheGuideSaysWhatEachKindBecomes(t *testing.T) {
	const guide = "../../../docs/guides/trail.md"
	var table strings.Builder
	table.WriteString("| kind | class | activity | severity |\n|---|---|---|---|\n")
	for _, name := range allKinds(t) {
		k := kinds[name]
		activity := names.activity[k.class*100+k.activity]
		if names.class[k.class] == "" || activity == "" {
			t.Fatalf("%s has no name for class %d, activity %d", name, k.class, k.activity)
		}
		fmt.Fprintf(&table, "| `%s` | %s %d | %s | %s |\n", name, names.class[k.class], k.class, activity, names.severities[max(k.severity, informational)])
	}
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(raw), "-update -->\n")
	_, tail, ok := strings.Cut(rest, "<!-- end of kinds")
	if !ok {
		t.Fatal("the guide has no place for the table")
	}
	want := head + "-update -->\n\n" + table.String() + "\n<!-- end of kinds" + tail
	if *writeGuide {
		if err := os.WriteFile(guide, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if want != string(raw) {
		t.Error("docs/guides/trail.md: go test ./internal/export/ocsf -update")
	}
}
