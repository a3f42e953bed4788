package slacksim

import (
	"slices"
	"time"
)

// FindingKind says what kind of sloppiness was found.
type FindingKind string

// What an app can do that Slack lets pass, drops in silence or only documents.
const (
	FindingNoText          FindingKind = "blocks_without_text"  // a message with blocks and no text for notifications
	FindingUnknownArg      FindingKind = "unknown_argument"     // an argument the method does not have
	FindingJSON            FindingKind = "json_not_taken"       // a JSON body for a method that reads forms only
	FindingTokenPlace      FindingKind = "token_in_query"       // a token in a URL, or two different ones
	FindingPostedRead      FindingKind = "write_by_get"         // a method that changes something, called by GET
	FindingMetadata        FindingKind = "message_metadata"     // readable by every member and app
	FindingTruncated       FindingKind = "text_truncated"       // a text over 40,000 characters
	FindingBadBlocks       FindingKind = "invalid_blocks"       // refused by Block Kit's rules
	FindingAckedTwice      FindingKind = "acked_twice"          // more acknowledgements than deliveries
	FindingUnknownAck      FindingKind = "unknown_envelope"     // an acknowledgement of nothing
	FindingLateAck         FindingKind = "late_ack"             // after the person was shown an error
	FindingBigAck          FindingKind = "big_ack"              // 20 KB or more: dropped
	FindingBadFrame        FindingKind = "bad_frame"            // a text message that is no acknowledgement
	FindingFragmented      FindingKind = "fragmented_frame"     // a message in several frames: dropped
	FindingUnwantedPayload FindingKind = "unwanted_ack_payload" // an answer where none is accepted
	FindingBadAnswer       FindingKind = "bad_answer"           // an answer to a command or form that cannot be shown
	FindingTicket          FindingKind = "bad_ticket"           // a socket ticket used twice, or made up
	FindingTrigger         FindingKind = "bad_trigger"          // a trigger_id that is unknown, used or too old
	FindingHook            FindingKind = "bad_response_url"     // a response_url used too often, too late, or wrongly
	FindingServer          FindingKind = "simulator"            // the simulator itself is in trouble
)

// A Finding is something an app did that it should not, whether Slack refused it or not.
type Finding struct {
	Kind   FindingKind
	Method string // of the Web API; empty if it was not a call
	Detail string
	At     time.Time
}

// Findings is what was found so far, oldest first. Kinds, if given, are the only ones returned.
func (s *Server) Findings(kinds ...FindingKind) []Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(kinds) == 0 {
		return slices.Clone(s.findings)
	}
	var some []Finding
	for _, f := range s.findings {
		if slices.Contains(kinds, f.Kind) {
			some = append(some, f)
		}
	}
	return some
}

// found records a finding. The caller holds the lock.
func (s *Server) found(kind FindingKind, method, detail string) {
	s.findings = append(s.findings, Finding{Kind: kind, Method: method, Detail: detail, At: s.o.Now()})
	s.touch()
}
