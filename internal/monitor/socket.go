package monitor

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"olbot/bot"
)

// socketCounts lists what a Socket counts.
var socketCounts = []bot.SocketCount{
	bot.SocketOpenFailed, bot.SocketTooMany, bot.SocketRefreshed, bot.SocketDropped, bot.SocketDuplicate,
	bot.SocketBusy, bot.SocketShed, bot.SocketUnknown, bot.SocketUndecodable, bot.SocketBadFrame,
	bot.SocketPanic, bot.SocketAckMoved, bot.SocketAckLate, bot.SocketAckLost, bot.SocketAckTooLarge,
}

// ackedTypes lists the envelopes whose acks people wait for.
var ackedTypes = []string{bot.EnvelopeCommand, bot.EnvelopeInteraction}

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

// Connections adds the number of open connections.
func (m *Metrics) Connections(connected func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "olbot_socket_connections", Help: "Socket Mode connections of this process that are open.",
	}, func() float64 { return float64(connected()) }))
}
