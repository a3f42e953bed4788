package monitor

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

// A Need is something without which olbot is not ready, under the name that
// olbot_ready has for it. Several may have one name.
type Need struct {
	Name  string
	Check Check
}

// The names of what olbot needs.
const (
	NeedsSlack        = "slack"
	NeedsDatabase     = "database_write"
	NeedsAuditChannel = "audit_channel"
	NeedsOneLogin     = "onelogin"
	NeedsTrailKey     = "trail_key"
)

func checksOf(needs []Need) (checks []Check) {
	for _, n := range needs {
		checks = append(checks, n.Check)
	}
	return checks
}

// A readyCollector makes the checks of /readyz at every scrape.
type readyCollector struct {
	needs []Need
	ready *prometheus.Desc
}

// Ready adds what /readyz says.
func (m *Metrics) Ready(needs []Need) {
	m.registry.MustRegister(readyCollector{needs, prometheus.NewDesc("olbot_ready", "1 if the check of /readyz passes, else 0.", []string{"check"}, nil)})
}

// Describe implements prometheus.Collector.
func (c readyCollector) Describe(descs chan<- *prometheus.Desc) { descs <- c.ready }

// Collect implements prometheus.Collector.
func (c readyCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	ready := map[string]float64{}
	for i, err := range runChecks(ctx, checksOf(c.needs)) {
		name := c.needs[i].Name
		if _, known := ready[name]; !known {
			ready[name] = 1
		}
		if err != nil {
			ready[name] = 0
		}
	}
	for name, value := range ready {
		out <- prometheus.MustNewConstMetric(c.ready, prometheus.GaugeValue, value, name)
	}
}
