package monitor

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// A databaseCollector measures, at every scrape, what there is to do. Replicas on
// one database all report the same.
type databaseCollector struct {
	store interface {
		Measure(context.Context, time.Time) (sqlstore.Measures, error)
	}
	now     func() time.Time
	exports []string // the sinks besides the feed

	readable, requests, jobs, jobsAge, untold, feedAge, feedLost, paused, recent, unsent, exportAge *prometheus.Desc
}

// Database adds what is measured in the database. exports are the names of the sinks besides the feed.
func (m *Metrics) Database(store *sqlstore.Store, now func() time.Time, exports ...string) {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	m.registry.MustRegister(&databaseCollector{
		store: store, now: now, exports: exports,
		readable:  desc("olbot_database_readable", "1 if the database answered this scrape in time, else 0 and what it would say is missing."),
		requests:  desc("olbot_requests", "Requests that have not ended, by state.", "state"),
		jobs:      desc("olbot_jobs_due", "Jobs that nobody works although they are due.", "kind"),
		jobsAge:   desc("olbot_jobs_due_seconds", "For how long the first of these jobs has been due.", "kind"),
		untold:    desc("olbot_feed_untold_events", "Events of the trail that the audit channel has not been told yet."),
		feedAge:   desc("olbot_feed_lag_seconds", "Age of the first of these events."),
		feedLost:  desc("olbot_feed_lost", "1 if the audit channel cannot be posted to for good, else 0."),
		unsent:    desc("olbot_export_unsent_events", "Events of the trail that an export has not been sent yet.", "sink"),
		exportAge: desc("olbot_export_lag_seconds", "Age of the first of these events.", "sink"),
		paused:    desc("olbot_paused", "1 if a security contact has paused all codes, else 0; missing if the record of that was tampered with."),
		recent:    desc("olbot_recent_alarms", "Events of the last 15 minutes that somebody has to look at.", "alarm"),
	})
}

// Describe implements prometheus.Collector.
func (c *databaseCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.readable, c.requests, c.jobs, c.jobsAge, c.untold, c.feedAge, c.feedLost, c.paused, c.recent, c.unsent, c.exportAge} {
		descs <- d
	}
}

// Collect implements prometheus.Collector.
func (c *databaseCollector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	now := c.now()
	m, err := c.store.Measure(ctx, now)
	if err != nil {
		gauge(c.readable, 0)
		return
	}
	gauge(c.readable, 1)
	for _, s := range approvals.States() {
		if !s.Ended() {
			gauge(c.requests, float64(m.Requests[s]), string(s))
		}
	}
	for _, kind := range approvals.JobKinds() {
		due := m.Jobs[kind]
		gauge(c.jobs, float64(due.N), string(kind))
		gauge(c.jobsAge, age(due.Since, now), string(kind))
	}
	feed := m.Sinks[approvals.FeedSink]
	gauge(c.untold, float64(feed.Unsent))
	gauge(c.feedAge, age(feed.Since, now))
	gauge(c.feedLost, oneIf(feed.Lost))
	for _, name := range c.exports { // others that the database knows are set no longer
		if sink, ok := m.Sinks[name]; ok {
			gauge(c.unsent, float64(sink.Unsent), name)
			gauge(c.exportAge, age(sink.Since, now), name)
		}
	}
	if !m.Hidden {
		gauge(c.paused, oneIf(m.Paused))
	}
	recent := map[string]int{}
	for _, e := range m.Recent {
		recent[alarmOf(e)]++
	}
	for _, alarm := range alarmNames() {
		gauge(c.recent, float64(recent[alarm]), alarm)
	}
}

func oneIf(so bool) float64 {
	if so {
		return 1
	}
	return 0
}

// age is in seconds; 0 if since is zero.
func age(since, now time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(now.Sub(since), 0).Seconds()
}
