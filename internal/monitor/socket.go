package monitor

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"olbot/internal/socketmode"
)

// SocketHooks counts what happens on the connections.
func (m *Metrics) SocketHooks() socketmode.Hooks {
	return socketmode.Hooks{
		Hello: func(socketmode.Hello) { m.socketConnects.Inc() },
		Acked: func(envelopeType string, took time.Duration) {
			m.ackDuration.WithLabelValues(envelopeType).Observe(took.Seconds())
		},
		Counted: func(what socketmode.Count) { m.socketEvents.WithLabelValues(string(what)).Inc() },
	}
}

// ForeignConnections adds the number of the app's connections that are not ours.
func (m *Metrics) ForeignConnections(foreign func() int64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "olbot_socket_foreign_connections", Help: "Socket Mode connections of the Slack app that are no olbot's on this database.",
	}, func() float64 { return float64(foreign()) }))
}

// Connections adds the number of open connections.
func (m *Metrics) Connections(connected func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "olbot_socket_connections", Help: "Socket Mode connections of this process that are open.",
	}, func() float64 { return float64(connected()) }))
}
