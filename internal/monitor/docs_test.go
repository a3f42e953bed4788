package monitor

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func monitoring(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../docs/monitoring", file))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// An alert is a rule of alerts.yml.
type alert struct {
	Alert       string
	Expr        string
	For         string
	Labels      map[string]string
	Annotations map[string]string
}

func alerts(t *testing.T) []alert {
	t.Helper()
	var file struct{ Groups []struct{ Rules []alert } }
	if err := yaml.Unmarshal(monitoring(t, "alerts.yml"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Groups) != 1 || len(file.Groups[0].Rules) == 0 {
		t.Fatalf("alerts.yml has %d groups", len(file.Groups))
	}
	return file.Groups[0].Rules
}

// A panel is one of grafana.json.
type panel struct {
	ID      int
	Title   string
	Type    string
	Targets []struct{ Expr string }
}

func panels(t *testing.T) []panel {
	t.Helper()
	var board struct{ Panels []panel }
	if err := json.Unmarshal(monitoring(t, "grafana.json"), &board); err != nil {
		t.Fatal(err)
	}
	return board.Panels
}

// expressions are all of PromQL that stands in alerts.yml and grafana.json, by where.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, a := range alerts(t) {
		all["alert "+a.Alert] = a.Expr
	}
	for _, p := range panels(t) {
		for _, target := range p.Targets {
			all["panel "+p.Title] += target.Expr + "\n"
		}
	}
	return all
}

var (
	selector = regexp.MustCompile(`\b(olbot_\w+)(?:\{([^}]*)\})?`)
	matcher  = regexp.MustCompile(`(\w+)(=~|!=|=)"([^"]*)"`)
	byClause = regexp.MustCompile(`by \(([^)]*)\)`)
	ownScope = []string{"job", "instance", "le"} // labels that Prometheus gives
)

// An alert that names a metric or a value that does not exist never fires.
func TestAlertsAndPanelsNameWhatExists(t *testing.T) {
	m, _ := wholeMetrics(t)
	exists := m.described(t)
	used := map[string]bool{}
	for where, expr := range expressions(t) {
		var labels []string
		for _, found := range selector.FindAllStringSubmatch(expr, -1) {
			name := strings.TrimSuffix(found[1], "_bucket")
			if _, ok := exists[name]; !ok {
				t.Errorf("%s: there is no %s", where, found[1])
			}
			used[name] = true
			labels = append(labels, exists[name]...)
			for _, match := range matcher.FindAllStringSubmatch(found[2], -1) {
				m.hasSeries(t, where, name, match[1], match[2], match[3])
			}
		}
		for _, by := range byClause.FindAllStringSubmatch(expr, -1) {
			for label := range strings.SplitSeq(by[1], ", ") {
				if !slices.Contains(ownScope, label) && !slices.Contains(labels, label) {
					t.Errorf("%s: by (%s): no metric in it has that label", where, label)
				}
			}
		}
	}
	for name := range exists {
		if !used[name] {
			t.Errorf("%s stands in no panel and no alert", name)
		}
	}
}

// hasSeries makes sure that a matcher can match: the series are there from the
// start, but for the calls, which are counted by their names as they come.
func (m *Metrics) hasSeries(t *testing.T, where, name, label, op, values string) {
	t.Helper()
	if slices.Contains(ownScope, label) {
		return
	}
	if !slices.Contains(m.described(t)[name], label) {
		t.Errorf("%s: %s has no label %s", where, name, label)
		return
	}
	for value := range strings.SplitSeq(values, "|") {
		m.ObserveOneLogin("get access token", 401, 0)
		m.ObserveOneLogin("generate MFA token", 401, 0)
		m.slackCalls.WithLabelValues("auth.test", "ok")
		m.ObserveOneLogin("get user", 200, 0)
		if !m.hasValue(t, name, label, value) {
			t.Errorf("%s: no series of %s has %s%s%q", where, name, label, op, value)
		}
	}
}

func (m *Metrics) hasValue(t *testing.T, name, label, value string) bool {
	t.Helper()
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, s := range f.GetMetric() {
			for _, l := range s.GetLabel() {
				if f.GetName() == name && l.GetName() == label && l.GetValue() == value {
					return true
				}
			}
		}
	}
	return false
}

var (
	metricRow = regexp.MustCompile("(?m)^\\| `(olbot_\\w+)` \\| (\\w+) \\|(.*?)\\| .+ \\|$")
	alertRow  = regexp.MustCompile("(?m)^\\| `(Olbot\\w+)` \\| (\\w+) \\| .+ \\|$")
)

func TestEveryMetricIsDocumented(t *testing.T) {
	m, _ := wholeMetrics(t)
	documented := map[string][]string{}
	for _, row := range metricRow.FindAllStringSubmatch(string(monitoring(t, "README.md")), -1) {
		documented[row[1]] = strings.FieldsFunc(row[3], func(r rune) bool { return strings.ContainsRune("`, ", r) })
		if total := strings.HasSuffix(row[1], "_total"); total != (row[2] == "counter") {
			t.Errorf("%s is documented as a %s", row[1], row[2])
		}
	}
	exists := m.described(t)
	for _, name := range slices.Sorted(maps.Keys(exists)) {
		if labels, ok := documented[name]; !ok || !slices.Equal(labels, exists[name]) {
			t.Errorf("%s has the labels %q; README.md says %q (documented: %t)", name, exists[name], labels, ok)
		}
	}
	for name := range documented {
		if _, ok := exists[name]; !ok {
			t.Errorf("README.md documents %s, which does not exist", name)
		}
	}
}

func TestEveryAlertIsDocumentedAndSaysWhatToDo(t *testing.T) {
	documented := map[string]string{}
	for _, row := range alertRow.FindAllStringSubmatch(string(monitoring(t, "README.md")), -1) {
		documented[row[1]] = row[2]
	}
	for _, a := range alerts(t) {
		if documented[a.Alert] != a.Labels["severity"] || a.Labels["severity"] == "" {
			t.Errorf("%s is a %q, and in README.md a %q", a.Alert, a.Labels["severity"], documented[a.Alert])
		}
		delete(documented, a.Alert)
		if a.Expr == "" || a.Annotations["summary"] == "" || a.Annotations["description"] == "" {
			t.Errorf("%s lacks an expression, a summary or a description", a.Alert)
		}
	}
	for name := range documented {
		t.Errorf("README.md documents %s, which does not exist", name)
	}
}

// Every value that a label of the tables can have is explained.
func TestEveryKnownLabelValueIsDocumented(t *testing.T) {
	text := string(monitoring(t, "README.md"))
	m, _ := wholeMetrics(t)
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		switch f.GetName() {
		case "olbot_socket_events_total", "olbot_code_attempts_total", "olbot_code_messages_total", "olbot_decisions_total", "olbot_requests_ended_total", "olbot_recent_alarms":
		default:
			continue
		}
		for _, s := range f.GetMetric() {
			if value := s.GetLabel()[0].GetValue(); !strings.Contains(text, "`"+value+"`") {
				t.Errorf("%s of %s is not explained", value, f.GetName())
			}
		}
	}
}
