package monitor

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"olbot/internal/testbed/leftout"
)

// A trouble is what Prometheus sees of it, four samples a minute, and the alerts that are to
// fire 18 minutes after the first of them.
type trouble struct {
	name   string
	series map[string]string // in promtool's notation
	fires  string
}

const (
	always0 = "0+0x80"
	always1 = "1+0x80"
	never   = "_x80" // the series is missing
)

// troubles has one for each alert, and each that docs/guides/database.md tells of.
var troubles = []trouble{
	{"nothing is wrong", nil, ""},
	{"olbot does not run", map[string]string{`up`: always0}, "OlbotDown"},
	{"Slack is away", map[string]string{`olbot_socket_connections`: always0, `olbot_ready{check="slack"}`: always0}, "OlbotNotConnected OlbotNotReady"},
	{"the bot token was revoked", map[string]string{`olbot_ready{check="slack"}`: always0}, "OlbotNotReady"},
	{"OneLogin refuses the credentials", map[string]string{`olbot_ready{check="onelogin"}`: always0}, "OlbotNotReady"},
	{"OneLogin refuses them now and then", map[string]string{`olbot_onelogin_calls_total{call="get_access_token",outcome="refused"}`: "0+1x80"}, "OlbotCredentialsRefused"},
	{"a key of the trail is missing", map[string]string{`olbot_ready{check="trail_key"}`: always0}, "OlbotNotReady"},
	{"the disk is full, or its file read-only, removed or replaced", map[string]string{`olbot_ready{check="database_write"}`: always0}, "OlbotNotReady"},
	{"the database server does not answer", map[string]string{
		`olbot_ready{check="database_write"}`: always0, `olbot_ready{check="audit_channel"}`: always0, `olbot_database_readable`: always0,
		`olbot_feed_lost`: never, `olbot_feed_lag_seconds`: never, `olbot_paused`: never, `olbot_jobs_due_seconds{kind="show"}`: never,
		`olbot_export_lag_seconds{sink="` + export + `"}`: never,
	}, "OlbotDatabaseAway OlbotNotReady"},
	{"the server broke a connection during a commit", map[string]string{`olbot_commits_unknown_total`: "0+0x30 1+0x49"}, "OlbotCommitsUnknown"},
	{"a disk that is slow", map[string]string{
		`olbot_ack_duration_seconds_bucket{le="2",type="interactive"}`: "0+1x80", `olbot_ack_duration_seconds_bucket{le="2.5",type="interactive"}`: "0+1x80",
		`olbot_ack_duration_seconds_bucket{le="3",type="interactive"}`: "0+2x80", `olbot_ack_duration_seconds_bucket{le="+Inf",type="interactive"}`: "0+2x80",
	}, "OlbotAcksSlow"},
	{"the audit channel is archived", map[string]string{`olbot_ready{check="audit_channel"}`: always0, `olbot_feed_lost`: always1}, "OlbotFeedLost OlbotNotReady"},
	{"the audit channel is behind", map[string]string{`olbot_feed_lag_seconds`: "0+15x80"}, "OlbotFeedLagging"},
	{"an export is down", map[string]string{`olbot_export_lag_seconds{sink="` + export + `"}`: "0+15x80", `olbot_export_unsent_events{sink="` + export + `"}`: "0+1x80"}, "OlbotExportLags"},
	{"an export is down, and works again", map[string]string{`olbot_export_lag_seconds{sink="` + export + `"}`: "0+15x30 0+0x49"}, ""},
	{"all codes are paused, for minutes", map[string]string{`olbot_paused`: "0+0x40 1+0x39"}, ""},
	{"all codes are paused, and nobody resumes them", map[string]string{`olbot_paused`: always1}, "OlbotPaused"},
	{"workers are stuck", map[string]string{`olbot_jobs_due_seconds{kind="show"}`: "0+15x80"}, "OlbotJobsLagging"},
	{"an ack was lost", map[string]string{`olbot_socket_events_total{event="ack_lost"}`: "0+0x30 1+0x49"}, "OlbotAcksLate"},
	{"Slack sent what cannot be read", map[string]string{`olbot_socket_events_total{event="undecodable"}`: "0+0x30 1+0x49"}, "OlbotUnreadable"},
	{"another program is connected", map[string]string{`olbot_socket_foreign_connections`: always1}, "OlbotForeignConnections"},
	{"checks take too long", map[string]string{`olbot_checks_repeated_total`: "0+0x30 1+0x49"}, "OlbotChecksTooSlow"},
	{"a code of unknown outcome", recently("code_unknown"), "OlbotCodeOutcomeUnknown"},
	{"a crash while OneLogin was asked", map[string]string{ // the next start counts it before the first scrape
		`olbot_recent_alarms{alarm="code_unknown"}`: "0+0x20 _x4 1+0x54", `olbot_code_attempts_total{outcome="unknown"}`: "0+0x20 _x4 1+0x54",
	}, "OlbotCodeOutcomeUnknown"},
	{"a code too wide", recently("code_wider"), "OlbotCodeWiderThanApproved"},
	{"a code not shown", recently("code_not_shown"), "OlbotCodeNotShown"},
	{"this wasn't me", recently("disowned"), "OlbotDisowned"},
	{"a denial that is an alarm", recently("denied"), "OlbotSuspected"},
	{"a stop", recently("stopped"), "OlbotSuspected"},
	{"somebody wrote to the database", recently("tampered"), "OlbotTampered"},
}

func recently(alarm string) map[string]string {
	return map[string]string{`olbot_recent_alarms{alarm="` + alarm + `"}`: "0+0x20 1+0x59"}
}

// wellSeries is every series of an olbot that is well, as promtool wants it.
func wellSeries(t *testing.T) map[string]string {
	t.Helper()
	m, _ := wholeMetrics(t)
	m.ObserveOneLogin("get access token", 401, 0)
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"up": always1}
	for _, f := range families {
		for _, s := range f.GetMetric() {
			var labels []string
			for _, l := range s.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			name := f.GetName() + series(labels...)
			switch {
			case !strings.HasPrefix(name, "olbot_"):
			case s.GetHistogram() != nil:
				for _, b := range s.GetHistogram().GetBucket() {
					all[f.GetName()+"_bucket"+series(append(labels, fmt.Sprintf(`le="%v"`, b.GetUpperBound()))...)] = always0
				}
				all[f.GetName()+"_bucket"+series(append(labels, `le="+Inf"`)...)] = always0
			case f.GetName() == "olbot_ready":
				all[name] = always1
			default:
				all[name] = fmt.Sprintf("%v+0x80", s.GetGauge().GetValue()+s.GetCounter().GetValue())
			}
		}
	}
	return all
}

func series(labels ...string) string {
	if len(labels) == 0 {
		return ""
	}
	return "{" + strings.Join(slices.Sorted(slices.Values(labels)), ",") + "}"
}

// Prometheus itself judges which alerts fire, for an olbot that is well but for the trouble.
func TestEachTroubleFiresItsAlertsAndNoOther(t *testing.T) {
	promtool := leftout.Promtool.Need(t)
	rules, err := filepath.Abs("../../docs/monitoring/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var tests []any
	well := wellSeries(t)
	for _, trouble := range troubles {
		tests = append(tests, trouble.test(t, maps.Clone(well)))
	}
	text, err := yaml.Marshal(map[string]any{"rule_files": []string{rules}, "evaluation_interval": "15s", "tests": tests})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "troubles.yml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"check", "rules", rules}, {"test", "rules", file}} {
		if out, err := exec.CommandContext(t.Context(), promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", args[0], err, out)
		}
	}
}

// test is the trouble as a unit test of rules.
func (tr trouble) test(t *testing.T, all map[string]string) map[string]any {
	t.Helper()
	for name, values := range tr.series {
		if _, ok := all[name]; !ok {
			t.Fatalf("%s: an olbot that is well has no %s", tr.name, name)
		}
		all[name] = values
	}
	var input []map[string]string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		metric, labels, _ := strings.Cut(name, "{")
		input = append(input, map[string]string{"series": metric + `{job="olbot",instance="a",` + strings.TrimSuffix(labels, "}") + "}", "values": all[name]})
	}
	fires := []map[string]any{}
	for alert := range strings.FieldsSeq(tr.fires) {
		fires = append(fires, map[string]any{"labels": `{alertname="` + alert + `"}`, "value": 1})
	}
	return map[string]any{
		"name": tr.name, "interval": "15s", "input_series": input,
		"promql_expr_test": []any{map[string]any{"expr": `group by (alertname) (ALERTS{alertstate="firing"})`, "eval_time": "18m", "exp_samples": fires}},
	}
}

func TestEachAlertHasATrouble(t *testing.T) {
	fires := map[string]bool{}
	for _, tr := range troubles {
		for alert := range strings.FieldsSeq(tr.fires) {
			fires[alert] = true
		}
	}
	for _, a := range alerts(t) {
		if !fires[a.Alert] {
			t.Errorf("no trouble fires %s", a.Alert)
		}
		delete(fires, a.Alert)
	}
	for name := range fires {
		t.Errorf("there is no alert %s", name)
	}
}
