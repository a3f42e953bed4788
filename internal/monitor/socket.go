package monitor

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"olbot/bot"
)

// SocketHooks counts what happens on the connections.
func (m *Metrics) SocketHooks() bot.SocketHooks {
	return bot.SocketHooks{
		Hello: func(bot.Hello) { m.socketConnects.Inc() },
		Acked: func(envelopeType string, took time.Duration) {
			m.ackDuration.WithLabelValues(envelopeType).Observe(took.Seconds())
		},
		Counted: func(what bot.SocketCount) { m.socketEvents.WithLabelValues(string(what)).Inc() },
	}
}

// Connections says how many connections there are whenever it is asked.
func (m *Metrics) Connections(connected func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "olbot_socket_connections", Help: "Socket Mode connections of this process that are open.",
	}, func() float64 { return float64(connected()) }))
}
