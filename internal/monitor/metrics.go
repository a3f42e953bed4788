// Package monitor tells the operator whether olbot works and what it does:
// /healthz, /readyz and /metrics.
//
// http.go is the server; health.go and access.go have the checks behind the first
// two, and ready.go makes a metric of them.
// metrics.go says what is counted, and the other files count it: store.go what the
// service stores and claims, socket.go the connections, labels.go the calls to
// Slack and OneLogin, database.go what waits in the database and alarms.go what in it
// somebody has to look at.
package monitor

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"
)

// Metrics are what olbot counts for Prometheus; docs/monitoring/README.md says
// what each means. Labels hold olbot's own words, never anything that a person
// typed or that Slack or OneLogin answered.
type Metrics struct {
	registry *prometheus.Registry

	commandsAccepted, checksRepeated                 prometheus.Counter
	commitsUnknown, socketConnects                   prometheus.Counter
	commandsRefused, pressesRefused, requestsRefused *prometheus.CounterVec
	requestsEnded, decisions                         *prometheus.CounterVec
	codeAttempts, codeMessages                       *prometheus.CounterVec
	socketEvents, slackCalls, oneLoginCalls          *prometheus.CounterVec
	exportFailures                                   *prometheus.CounterVec
	exportWorked                                     *prometheus.GaugeVec
	ackDuration, jobLag                              *prometheus.HistogramVec
}

// NewMetrics returns metrics in a registry of their own. version is olbot's.
func NewMetrics(version string) *Metrics {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	with := promauto.With(registry)
	counter := func(name, help string) prometheus.Counter {
		return with.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return with.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histograms := func(name, help, label string, buckets []float64) *prometheus.HistogramVec {
		return with.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{label})
	}
	m := &Metrics{
		registry: registry,

		commandsAccepted: counter("olbot_commands_accepted_total", "Commands that became a request."),
		commandsRefused:  counters("olbot_commands_refused_total", "Commands that were refused at once, by why.", "code"),
		pressesRefused:   counters("olbot_presses_refused_total", "Refused presses that stand in the trail, by why they were refused.", "code"),
		requestsRefused:  counters("olbot_requests_refused_total", "Requests that a rule or a check ended, by why.", "code"),
		requestsEnded:    counters("olbot_requests_ended_total", "Requests that ended, by the state they ended in.", "state"),
		decisions:        counters("olbot_decisions_total", "Decisions of approvers.", "verdict"),
		codeAttempts:     counters("olbot_code_attempts_total", "Attempts to make a code that are over, by their outcome.", "outcome"),
		checksRepeated:   counter("olbot_checks_repeated_total", "Checks before a code that took too long and were made again."),
		codeMessages:     counters("olbot_code_messages_total", "Messages with a code, by whether Slack took them.", "outcome"),
		commitsUnknown:   counter("olbot_commits_unknown_total", "Changes of which the database did not say whether it stored them. They are missing from the other counts."),

		ackDuration:    histograms("olbot_ack_duration_seconds", "From the receipt of an envelope to its written ack. Slack waits 3 s.", "type", ackBuckets),
		jobLag:         histograms("olbot_job_lag_seconds", "How late jobs were begun.", "kind", lagBuckets),
		socketConnects: counter("olbot_socket_connects_total", "Socket Mode connections on which Slack has said hello."),
		socketEvents:   counters("olbot_socket_events_total", "What happened on the Socket Mode connections.", "event"),

		slackCalls:     counters("olbot_slack_calls_total", "Calls of Slack's Web API.", "method", "outcome"),
		exportFailures: counters("olbot_export_failures_total", "Tries to send events to an export that failed.", "sink"),
		exportWorked: with.NewGaugeVec(prometheus.GaugeOpts{
			Name: "olbot_export_last_success_timestamp_seconds", Help: "When an export last took events from this process; missing: not yet.",
		}, []string{"sink"}),
		oneLoginCalls: counters("olbot_onelogin_calls_total", "Requests to OneLogin.", "call", "outcome"),
	}
	with.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "olbot_build_info", Help: "Always 1; the label says which version runs.",
		ConstLabels: prometheus.Labels{"version": version},
	}, func() float64 { return 1 })
	m.startSeries()
	return m
}

var (
	ackBuckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 1.5, 2, 2.5, 3}
	lagBuckets = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}
)

// scrapeTime bounds the queries that a scrape makes.
const scrapeTime = 2 * time.Second

// handler answers /metrics.
func (m *Metrics) handler(log *zap.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog:            zap.NewStdLog(log),
		ErrorHandling:       promhttp.ContinueOnError,
		MaxRequestsInFlight: 4,
	})
}
