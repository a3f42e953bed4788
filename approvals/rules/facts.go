package rules

import (
	"strings"
	"time"
)

// Facts are what is known of one request. Whatever is left at its zero value is
// unknown, or of a request: not asked for.
type Facts struct {
	Owner, Agent Person
	Request      Request
	Asked        time.Time // when the request was made, also when it is judged later
}

// A Person is what is known of an owner or agent.
type Person struct {
	Name  string // for the placeholders of why and refuse; decides nothing
	Email string // OneLogin's; empty: unknown

	Slack       Fact[[]string]    // Slack user ids (U…, W…); none: not in Slack
	SlackGroups map[string]bool   // by id: whether they are in that Slack user group; a group that is missing is unknown
	Roles       Fact[[]int64]     // OneLogin roles
	Group       Fact[int64]       // OneLogin group; 0: in none
	Department  Fact[string]      // OneLogin's; empty: in none
	Is          map[Standing]bool // a standing that is missing is unknown
	Requests7d  Fact[int]         // requests for the owner, or of the agent, in the seven days before this one
	FirstTime   Fact[bool]        // whether there was none before, in the trail that is kept
}

// A Request is what is asked for.
type Request struct {
	Validity time.Duration // 0: the command does not say
	Reusable bool
	Verified bool // the agent said how they made sure who is calling
	Reason   string
}

// A Fact is a value that may be unknown; the zero Fact is.
type Fact[T any] struct {
	value T
	known bool
}

// Known is a fact that is known.
func Known[T any](value T) Fact[T] { return Fact[T]{value, true} }

// words are what a ticket may be among: the reason's words without the punctuation around them.
func (r Request) words() []string {
	words := strings.Fields(r.Reason)
	for i, word := range words {
		words[i] = strings.Trim(word, `.,;:!?()[]{}<>"'“”‘’`)
	}
	return words
}

// IsKnown says whether the fact is known.
func (f Fact[T]) IsKnown() bool { return f.known }
