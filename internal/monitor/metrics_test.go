package monitor

import (
	"database/sql"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/sqlstore"
)

// wholeMetrics are metrics with everything registered, over an empty database.
func wholeMetrics(t *testing.T) (*Metrics, *sqlstore.Store) {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: databaseIn(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	m := NewMetrics("v1.2.3")
	m.Connections(func() int { return 2 })
	m.ForeignConnections(func() int64 { return 0 })
	m.Database(store, time.Now, export)
	m.Export(export, time.Now)(nil)
	if err := store.AddCursors(t.Context(), export); err != nil {
		t.Fatal(err)
	}
	m.Ready([]Need{
		{NeedsSlack, well}, {NeedsSlack, ill("token_revoked")}, {NeedsDatabase, well}, {NeedsAuditChannel, well}, {NeedsOneLogin, well}, {NeedsTrailKey, well},
	})
	return m, store
}

// export is the sink that whole metrics have besides the feed.
const export = "https://siem.example.com"

var describedAs = regexp.MustCompile(`fqName: "(olbot_\w+)".*constLabels: \{([^}]*)\}, variableLabels: \{([^}]*)\}`)

// described lists every metric of olbot's own with its labels, also those that have no value yet.
func (m *Metrics) described(t *testing.T) map[string][]string {
	t.Helper()
	descs := make(chan *prometheus.Desc)
	go func() { defer close(descs); m.registry.Describe(descs) }()
	all := map[string][]string{}
	for d := range descs {
		if found := describedAs.FindStringSubmatch(d.String()); found != nil {
			labels := regexp.MustCompile(`=".*?"`).ReplaceAllString(found[2], "") + "," + found[3]
			all[found[1]] = strings.FieldsFunc(labels, func(r rune) bool { return r == ',' })
		}
	}
	if len(all) < 20 {
		t.Fatalf("only %d metrics are described: %v", len(all), slices.Sorted(maps.Keys(all)))
	}
	return all
}

// value is that of one series, -1 if there is none.
func (m *Metrics) value(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
	series:
		for _, s := range f.GetMetric() {
			for _, l := range s.GetLabel() {
				if !slices.Contains(labels, l.GetName()+"="+l.GetValue()) {
					continue series
				}
			}
			return s.GetCounter().GetValue() + s.GetGauge().GetValue() + float64(s.GetHistogram().GetSampleCount())
		}
	}
	return -1
}

func TestMetricsFollowTheConventions(t *testing.T) {
	m, _ := wholeMetrics(t)
	m.commandsRefused.WithLabelValues("x")
	m.pressesRefused.WithLabelValues("x")
	m.requestsRefused.WithLabelValues("x")
	m.slackCalls.WithLabelValues("auth.test", "ok")
	m.ObserveOneLogin("get user", 200, 0)
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// Two programs in one process must not meet in a registry.
func TestEveryProgramHasMetricsOfItsOwn(t *testing.T) {
	one, two := NewMetrics("v1.2.3"), NewMetrics("v1.2.3")
	one.commandsAccepted.Inc()
	if one.value(t, "olbot_commands_accepted_total") != 1 || two.value(t, "olbot_commands_accepted_total") != 0 {
		t.Error("what one counts the other one counts too")
	}
	families, err := prometheus.DefaultGatherer.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "olbot_") {
			t.Errorf("%s is in the registry that everybody shares", f.GetName())
		}
	}
}

func TestADatabaseThatDoesNotAnswerIsSaid(t *testing.T) {
	m, store := wholeMetrics(t)
	if m.value(t, "olbot_database_readable") != 1 || m.value(t, "olbot_requests", "state=pending") != 0 ||
		m.value(t, "olbot_jobs_due", "kind=feed") != 0 || m.value(t, "olbot_feed_lost") != 0 {
		t.Error("an empty database is not told as one")
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if m.value(t, "olbot_database_readable") != 0 || m.value(t, "olbot_requests", "state=pending") != -1 {
		t.Error("a closed database is not told as one")
	}
	if m.value(t, "olbot_socket_connections") != 2 {
		t.Error("what needs no database is missing too")
	}
}

func TestOneLoginsAnswersAreSorted(t *testing.T) {
	m := NewMetrics("v1.2.3")
	for status, want := range map[int]slackapi.Outcome{
		0: slackapi.CallNoAnswer, 200: slackapi.CallOK, 302: slackapi.CallFailed, 401: slackapi.CallRefused,
		422: slackapi.CallRefused, 429: slackapi.CallRateLimited, 500: slackapi.CallFailed,
	} {
		before := m.value(t, "olbot_onelogin_calls_total", "call=generate_mfa_token", "outcome="+string(want))
		m.ObserveOneLogin("generate MFA token", status, 0)
		if n := m.value(t, "olbot_onelogin_calls_total", "call=generate_mfa_token", "outcome="+string(want)); n != max(before, 0)+1 {
			t.Errorf("%d is not counted as %s", status, want)
		}
	}
}

func TestDueJobsAndTheFeedAreMeasured(t *testing.T) {
	m, store := wholeMetrics(t)
	at := time.Now().Add(-time.Hour)
	if err := store.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobShow, Request: "1", RunAt: at}); err != nil {
		t.Fatal(err)
	}
	if err := store.SetLost(t.Context(), approvals.FeedSink, true, approvals.Event{At: at, Kind: approvals.EventFeedLost}); err != nil {
		t.Fatal(err)
	}
	if n := m.value(t, "olbot_jobs_due", "kind=show"); n != 1 {
		t.Errorf("%v jobs are due, want 1", n)
	}
	for _, lag := range []float64{m.value(t, "olbot_jobs_due_seconds", "kind=show"), m.value(t, "olbot_feed_lag_seconds")} {
		if lag < 3600 {
			t.Errorf("a lag of %v s, want an hour or more", lag)
		}
	}
	if m.value(t, "olbot_feed_lost") != 1 || m.value(t, "olbot_feed_untold_events") != 1 {
		t.Error("the feed is not measured as lost with one event to tell")
	}
}

// TestAPauseThatWasTamperedWithIsNotCalledNone (invariant 11).
func TestAPauseThatWasTamperedWithIsNotCalledNone(t *testing.T) {
	url := databaseIn(t)
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	m := NewMetrics("v1.2.3")
	m.Database(store, time.Now, export)
	m.Export(export, time.Now)(nil)
	if err := store.AddCursors(t.Context(), export); err != nil {
		t.Fatal(err)
	}
	err = store.Restrict(t.Context(), nil, func(all approvals.Restrictions) (approvals.Event, error) {
		return all.PauseCodes("OTP-0000-0001", approvals.Person{Slack: "U0SAM"}, true, time.Now())
	})
	if err != nil || m.value(t, "olbot_paused") != 1 {
		t.Fatalf("%v, olbot_paused %v", err, m.value(t, "olbot_paused"))
	}
	db, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE events SET kind = 'shown' WHERE kind = 'paused'`); err != nil {
		t.Fatal(err)
	}
	if got := m.value(t, "olbot_paused"); got != -1 || m.value(t, "olbot_database_readable") != 1 {
		t.Errorf("olbot_paused is %v, want none", got)
	}
}

// A process that has just started tells what the one before it left behind.
func TestAlarmsAreReadFromTheTrail(t *testing.T) {
	for _, tt := range []struct {
		e    approvals.Event
		want string
	}{
		{approvals.Event{Kind: approvals.EventUnknown}, alarmUnknown},
		{approvals.Event{Kind: approvals.EventFailed, Refusal: &approvals.Refusal{Code: approvals.CodeWider}}, alarmWider},
		{approvals.Event{Kind: approvals.EventFailed, Refusal: &approvals.Refusal{Code: approvals.CodeRefused}}, ""},
		{approvals.Event{Kind: approvals.EventNotShown}, alarmNotShown},
		{approvals.Event{Kind: approvals.EventDisowned}, alarmDisowned},
		{approvals.Event{Kind: approvals.EventDenied, Denial: approvals.Denial{Choice: approvals.Suspicious}}, alarmDenied},
		{approvals.Event{Kind: approvals.EventDenied, Denial: approvals.Denial{Choice: approvals.CouldNotReach}}, ""},
		{approvals.Event{Kind: approvals.EventStopped}, alarmStopped},
		{approvals.Event{Kind: approvals.EventTampered}, alarmTampered},
	} {
		m, store := wholeMetrics(t)
		for _, at := range []time.Time{time.Now().Add(-sqlstore.Recently - time.Minute), time.Now().Add(time.Minute - sqlstore.Recently)} {
			tt.e.At = at
			if err := store.Record(t.Context(), nil, tt.e); err != nil {
				t.Fatal(err)
			}
		}
		for _, alarm := range alarmNames() {
			want := 0.0
			if alarm == tt.want {
				want = 1
			}
			if got := m.value(t, "olbot_recent_alarms", "alarm="+alarm); got != want {
				t.Errorf("after %s (%v) %s is %v, want %v", tt.e.Kind, tt.e.Refusal, alarm, got, want)
			}
		}
	}
}
