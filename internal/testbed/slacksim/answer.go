package slacksim

// What a person can be told instead of success. The first two are Slack's own words; how a
// command fails while no socket is open is not documented, dispatch_failed is what people report.
const (
	ErrTimeout     = "operation_timeout"        // not acknowledged within three seconds
	ErrNoSocket    = "dispatch_failed"          // no connection to deliver to
	ErrBadAnswer   = "invalid_command_response" // the acknowledgement carried an answer that cannot be shown
	ErrTrouble     = "trouble_connecting"       // a form was answered with something that is no answer
	ErrNoCommand   = "unknown_command"          // the workspace has no such command for this person
	ErrNotAllowed  = "not_allowed"              // this person cannot do this here
	ErrNoButton    = "no_such_button"           // the person sees no such button
	ErrGone        = "message_not_found"        // the message was deleted meanwhile
	ErrFieldNeeded = "field_needed"             // the client did not let the person submit the form
	ErrClosed      = "closed"                   // the simulator was closed first
)

// An Answer is what a person sees happen after a command, a press or a submitted form.
type Answer struct {
	Err     string            // empty: acknowledged in time
	Message *Message          // ephemeral message that came with the acknowledgement of a command
	Fields  map[string]string // what a submitted form complains about, by label

	EnvelopeID string // of the payload that was sent, for reconciling; empty if none was
	TriggerID  string
}

// OK reports whether the app acknowledged in time.
func (a Answer) OK() bool { return a.Err == "" }

// Words is what the person reads: the message that came with the acknowledgement, or the error.
func (a Answer) Words() string {
	if a.Message != nil {
		return a.Message.Words()
	}
	return a.Err
}

// A Pending is something a person did that was not answered yet.
type Pending struct {
	e *envelope
	a Answer // when there is nothing to wait for
}

// Answer waits for the answer: at most the three seconds that Slack waits.
func (p *Pending) Answer() Answer {
	if p.e == nil {
		return p.a
	}
	<-p.e.done
	return p.e.answer // written before done was closed
}

func refused(err string) *Pending { return &Pending{a: Answer{Err: err}} }
