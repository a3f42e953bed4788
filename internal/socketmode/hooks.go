package socketmode

import "time"

// Hooks tell health checks and metrics what happens. Each may be nil. They are called concurrently
// and must return at once. Of one connection Opened comes first and Ended last.
type Hooks struct {
	Opened  func(connection int64) // Slack may count it from now on, although it has not said hello
	Hello   func(Hello)
	Ended   func(connection int64, goodbye bool)          // goodbye: Slack ended it, and knew what it ended. Else Slack may go on counting it for hours
	Acked   func(envelopeType string, took time.Duration) // from receipt to written; the type is Slack's, or "other"
	Counted func(Count)
}

// Hello is what Slack says when a connection is ready to use.
type Hello struct {
	Connection int64

	// AppConnections is Slack's count of the app's connections, this one included, those of
	// other processes too, and those that ended without Slack's noticing. 0: Slack did not say. Recheck asks again.
	AppConnections int

	// Lasts is how long Slack means to keep the connection, and so how long it may count one that has ended. 0:
	// Slack did not say.
	Lasts time.Duration
}

// A Count names something worth counting.
type Count string

const (
	openFailed  Count = "open_failed"   // apps.connections.open, dialling or hello did not work out
	tooMany     Count = "too_many"      // Slack: the app has more connections than it may have
	refreshed   Count = "refreshed"     // a connection was to be replaced
	silent      Count = "silent"        // a connection was silent for so long that it was to be replaced
	dropped     Count = "dropped"       // a connection ended without a word
	duplicate   Count = "duplicate"     // an envelope came again
	busy        Count = "busy"          // an envelope was not handled: too much work, or stopping
	shed        Count = "shed"          // an envelope was neither handled nor acked
	unknownType Count = "unknown_type"  // an envelope of a type that has no handler
	undecodable Count = "undecodable"   // an envelope that the handler could not read
	badFrame    Count = "bad_frame"     // a frame that is not a JSON object
	panicked    Count = "handler_panic" // Handler, Busy or Broken panicked
	ackMoved    Count = "ack_moved"     // an ack went out on another connection than its envelope came on
	ackLate     Count = "ack_late"      // an ack was written after Slack stopped waiting
	ackLost     Count = "ack_lost"      // an ack could not be written anywhere
	ackTooLarge Count = "ack_too_large" // an ack payload was too large for Slack and left out
)

// Counts lists everything that is counted.
func Counts() []Count {
	return []Count{openFailed, tooMany, refreshed, silent, dropped, duplicate, busy, shed, unknownType, undecodable, badFrame,
		panicked, ackMoved, ackLate, ackLost, ackTooLarge}
}

func (s *Socket) count(what Count) {
	if s.cfg.Hooks.Counted != nil {
		s.cfg.Hooks.Counted(what)
	}
}
