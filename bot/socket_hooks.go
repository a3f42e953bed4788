package bot

import "time"

// SocketHooks tell health checks and metrics what happens. Each may be nil. They are called
// concurrently and must return at once.
type SocketHooks struct {
	Hello   func(Hello)
	Acked   func(envelopeType string, took time.Duration) // from receipt to written; the type is Slack's, or "other"
	Counted func(SocketCount)
}

// Hello is what Slack says when a connection is ready to use.
type Hello struct {
	// AppConnections is Slack's count of the app's connections, this one included, those of
	// other processes too. 0: Slack did not say.
	AppConnections int
	// Ours is how many of them this process holds, this one included, also those that are
	// being opened or drained. When AppConnections is larger, another process receives a
	// part of what Slack delivers, or Slack has not noticed yet that an earlier connection
	// is gone: Recheck asks again.
	Ours int
}

// A SocketCount names something worth counting.
type SocketCount string

// What is counted.
const (
	SocketOpenFailed  SocketCount = "open_failed"   // apps.connections.open, dialling or hello did not work out
	SocketTooMany     SocketCount = "too_many"      // Slack: the app has more connections than it may have
	SocketRefreshed   SocketCount = "refreshed"     // Slack asked for a successor of a connection
	SocketDropped     SocketCount = "dropped"       // a connection ended without having been asked to
	SocketDuplicate   SocketCount = "duplicate"     // an envelope came again
	SocketBusy        SocketCount = "busy"          // an envelope was not handled: too much work, or stopping
	SocketShed        SocketCount = "shed"          // an envelope was neither handled nor acked
	SocketUnknown     SocketCount = "unknown_type"  // an envelope of a type that olbot does not know
	SocketUndecodable SocketCount = "undecodable"   // an envelope whose payload does not decode
	SocketBadFrame    SocketCount = "bad_frame"     // a frame that is not a JSON object
	SocketPanic       SocketCount = "handler_panic" // a handler or hook panicked
	SocketAckMoved    SocketCount = "ack_moved"     // an ack went out on another connection than its envelope came on
	SocketAckLate     SocketCount = "ack_late"      // an ack was written after the 3 s that Slack waits
	SocketAckLost     SocketCount = "ack_lost"      // an ack could not be written anywhere
	SocketAckTooLarge SocketCount = "ack_too_large" // an ack payload was too large for Slack and left out
)

func (s *Socket) count(what SocketCount) {
	if s.cfg.Hooks.Counted != nil {
		s.cfg.Hooks.Counted(what)
	}
}
