package approvals

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Errors of a Store that callers tell apart.
var (
	ErrNotFound       = errors.New("not found")
	ErrIDTaken        = errors.New("request id is taken")
	ErrDuplicate      = errors.New("delivered before")                   // the stored request comes with it
	ErrOutcomeUnknown = errors.New("whether it was stored is not known") // the commit got no answer
	ErrLeaseLost      = errors.New("lease lost")
	ErrTampered       = errors.New("not as olbot stored it")                      // nothing is changed; the Store has said so in the trail
	ErrUnknownKey     = errors.New("stored with a key that this process has not") // another may have it
)

// A Store plays all five roles of a database. Each method is one transaction;
// none calls anything outside the database. approvalstest.Run is what every Store
// must pass.
//
// An error that is not ErrOutcomeUnknown means that nothing was stored.
//
// What a Store returns of requests was stored by an olbot that has the key (invariant
// 11). A request of which that is not so cannot be read or changed (ErrTampered,
// ErrUnknownKey), and is left out where several are listed.
type Store interface {
	RequestStore
	Trail
	JobQueue
	DraftStore
	SettingsStore
	RestrictionStore
}

// A RequestStore keeps requests, and with each change its event and its jobs.
type RequestStore interface {
	// Create stores the request that fn makes. If one of the idempotency keys has been
	// stored before, it stores nothing and returns the request that came of it
	// with ErrDuplicate. If the new request's ID exists, ErrIDTaken. An error of
	// fn is returned as it is, and a panic of fn reaches the caller. A zero Change
	// stores nothing. fn may run more than once, must forget what an earlier run
	// decided, and must not call the Store.
	Create(ctx context.Context, keys []string, fn func(View) (Change, error)) (Request, error)

	// Update stores the Change that fn makes of the request as it is at that
	// moment, and nothing if the Change is zero. It returns the request as it
	// then is. Keys as with Create; ErrNotFound if there is no such request.
	Update(ctx context.Context, id ID, keys []string, fn func(View, Request) (Change, error)) (Request, error)

	Request(ctx context.Context, id ID) (Request, error)               // ErrNotFound
	Delivered(ctx context.Context, key string) (ID, error)             // what came of a delivery; "" if only an event; ErrNotFound
	OpenRequests(ctx context.Context, agent string) ([]Request, error) // of the agent with that Slack id, oldest first

	// LastRequests lists those of the agent with that Slack id that are not open any
	// more: first those that have not ended, then the last to end first.
	LastRequests(ctx context.Context, agent string, limit int) ([]Request, error)
	// OwnedRequests lists those for the account of the owner with that Slack id that
	// have not ended, or ended after the time, oldest first.
	OwnedRequests(ctx context.Context, owner string, endedAfter time.Time) ([]Request, error)
	WaitingFor(ctx context.Context, approver string) ([]Request, error) // pending ones that the person with that Slack id is asked about, oldest first
	Blocking(ctx context.Context) ([]Request, error)                    // those that block their owner's account, oldest first
	Granted(ctx context.Context) ([]Request, error)                     // those whose State is Granted, newest first
	// RequestsFor lists the requests for the accounts of the OneLogin users whose approvers
	// were asked and that block an account, have not ended, or ended at the time or later,
	// oldest first.
	RequestsFor(ctx context.Context, owners []int64, endedSince time.Time) ([]Request, error)

	// Prune removes up to limit requests that ended before the time (zero: none)
	// and block nobody, with their idempotency keys and messages, and says how many. It also
	// removes drafts and what else is of no use after a day. Events stay.
	Prune(ctx context.Context, before time.Time, limit int) (int, error)
}

// A Trail keeps the events, numbered without gaps, and how far each sink has been
// sent them.
type Trail interface {
	// Record stores an event that belongs to no change of a request.
	// ErrDuplicate if one of the keys has been stored before.
	Record(ctx context.Context, keys []string, e Event) error
	// Events returns up to limit events numbered above after, in order.
	Events(ctx context.Context, after int64, limit int) ([]Event, error)

	// AddCursors adds those cursors that there are not yet, before the first event.
	// The one of the FeedSink is always there.
	AddCursors(ctx context.Context, sinks ...string) error
	Cursor(ctx context.Context, sink string) (Cursor, error) // ErrNotFound
	// MoveCursor stores how far the sink has been sent the trail, never backwards,
	// and its Trouble.
	MoveCursor(ctx context.Context, sink string, to Cursor) error
	// SetLost stores whether the sink can be sent to. If that changed it also
	// stores the event, unless that is zero.
	SetLost(ctx context.Context, sink string, lost bool, e Event) error
}

// A JobQueue leases jobs to workers.
type JobQueue interface {
	// Enqueue adds jobs on their own, as Changes do with theirs: a job that
	// exists (same kind and request) runs at the earlier of the two times, and
	// once more if it is being worked. Every stored event makes the JobSink of
	// every cursor due that does not wait to be tried again.
	Enqueue(ctx context.Context, jobs ...Job) error
	// Claim leases up to n due jobs of the kinds, those due first first. A job
	// whose lease ran out is due again. No due job: none, and no error.
	Claim(ctx context.Context, kinds []JobKind, n int, now time.Time, lease time.Duration) ([]Job, error)
	Extend(ctx context.Context, j Job, until time.Time) error // ErrLeaseLost
	Finish(ctx context.Context, j Job) error                  // removes it, unless it was enqueued again meanwhile; ErrLeaseLost
	Retry(ctx context.Context, j Job, at time.Time) error     // gives the lease back; due at at, as the try after j.Attempt; ErrLeaseLost
}

// A DraftStore keeps what was typed and not accepted.
type DraftStore interface {
	// KeepDraft keeps a Submission that was not accepted under a new id, for a day at least.
	KeepDraft(ctx context.Context, id ID, a Submission) error
	Draft(ctx context.Context, id ID) (Submission, error) // without what names the delivery; ErrNotFound
}

// StartsQuiet is how long the feed tells no other start after one.
const StartsQuiet = time.Hour

// A SettingsStore keeps the policy settings of the last start.
type SettingsStore interface {
	// KeepSettings stores the settings and, if they differ from the last ones,
	// an EventSettings with the difference. The first settings are no event.
	KeepSettings(ctx context.Context, settings map[string]string, at time.Time) error
	// RecordStart stores the EventStarted of a start by that version with the settings.
	// It is Quiet if another that was not is less than StartsQuiet old, unless the feed
	// is lost; Count says how many there were since, this one included.
	RecordStart(ctx context.Context, version string, settings map[string]string, at time.Time) error
	// RecordStop stores the EventShutDown of an olbot of that version. It is Quiet: the next start tells it.
	RecordStop(ctx context.Context, version string, at time.Time) error
}

// A RestrictionStore keeps what security contacts restrict, as events of the trail.
type RestrictionStore interface {
	// Restrict stores the event that fn makes of the restrictions that hold at that moment.
	// Keys, errors and panics as with Create; what came of a delivery is the restriction's id.
	Restrict(ctx context.Context, keys []string, fn func(Restrictions) (Event, error)) error
	Restrictions(ctx context.Context) (Restrictions, error)
}

// A View is what a transition may ask of the rest of the store, within its transaction.
type View interface {
	OpenFor(owner int64) (ID, error)                                     // the open request for the OneLogin user, "" if none
	OpenOf(agent string) (int, error)                                    // how many open requests the agent (Slack id) has
	AskedFor(owner int64, since time.Time) (int, error)                  // requests for the owner whose approvers were asked since then
	AskedBy(agent Person) (bool, error)                                  // whether a request of the agent is kept whose approvers were asked
	BlockedBy(owner int64) (ID, error)                                   // the request that blocks the OneLogin user's account, "" if none
	RequestsFor(owners []int64, endedSince time.Time) ([]Request, error) // as the Store's
	AskedToApprove(who Person) (bool, error)                             // whether a request is kept that somebody was asked to approve
	Restrictions() (Restrictions, error)                                 // what security contacts have restricted
	FeedLost() (bool, error)

	// History is the events of the request, in order. The chain from the first of them
	// to the end of the trail has been checked: ErrTampered.
	History(id ID) ([]Event, error)
}

// A Directory knows who is who. An error that is not one of the typed ones
// below is a failed check, never "no such person".
type Directory interface {
	// Profile looks somebody up, fresh, in both Slack and OneLogin.
	Profile(ctx context.Context, who Ref) (Profile, error) // ErrAmbiguous, ErrNotAskable
	// Reread reads somebody who was looked up before, fresh, by the ids that were
	// stored.
	Reread(ctx context.Context, who Person) (Profile, error)
	// Account looks somebody up in Slack alone, fresh. Nil: there is no such user.
	Account(ctx context.Context, slackID string) (*Account, error)
	Groups
	// Reserve waits until the fresh check of r can be made without a pause.
	Reserve(ctx context.Context, r Request) (FreshCheck, error)

	// KnownIDs lists the ids of a Slack user, without asking Slack: the given one, and
	// in an Enterprise organisation the other one. all is false if there may be another.
	KnownIDs(slackID string) (ids []string, all bool)
	// KeptMembers lists the Slack ids of a user group as they were when it was last
	// read, without asking Slack, and when that was; the zero time: never.
	KeptMembers(group string) (ids []string, at time.Time)
}

// Groups know who is in a Slack user group.
type Groups interface {
	// Members lists the Slack ids of a user group; the answer is no older than maxAge.
	Members(ctx context.Context, group string, maxAge time.Duration) ([]string, error)
}

// A FreshCheck reads people with the calls that were reserved for one check.
type FreshCheck interface {
	Reread(ctx context.Context, who Person) (Profile, error) // as Directory.Reread
	Groups
	// Active says whether Slack thinks the user is at the screen: a hint.
	Active(ctx context.Context, slackID string) (bool, error)
}

// Errors of a Directory that callers tell apart. None of them passes by itself,
// but for ErrCredentials: OneLogin is known to refuse good ones now and then.
var (
	ErrAmbiguous   = errors.New("more than one OneLogin user matches")
	ErrNotAskable  = errors.New("OneLogin cannot be asked for this e-mail address")
	ErrUnreliable  = errors.New("the answer cannot be relied on") // unreadable, or about somebody else
	ErrCredentials = errors.New("credentials or scope refused")
	ErrScope       = fmt.Errorf("the scope is too narrow: %w", ErrCredentials)
	ErrForbidden   = fmt.Errorf("this machine is not let in: %w", ErrCredentials)
)

// A TemporaryError is something that may succeed when tried again, not before After.
type TemporaryError struct {
	After  time.Duration
	NotYet bool // nothing has failed: it has to wait, or the other side is asked too often
	Err    error
}

func (e *TemporaryError) Error() string { return e.Err.Error() }
func (e *TemporaryError) Unwrap() error { return e.Err }

// An Issuer makes codes. Issue is called at most once for an attempt.
//
// No error: a code was made. A *NotIssuedError: surely none was made. Any other
// error: OneLogin may have made one that nobody will see.
type Issuer interface {
	Issue(ctx context.Context, owner Person, validity time.Duration, reusable bool) (Token, Answer, error)
	// Revoke tries to end the owner's codes by removing the device that an Answer
	// named. No error: OneLogin took the call, which proves nothing. A
	// *TemporaryError: it may be tried again. A *NotRevokedError: OneLogin said no.
	// Any other error: nobody can tell. Doing it twice is harmless.
	Revoke(ctx context.Context, owner Person, device string) error
}

// A NotRevokedError says that OneLogin refused to remove a device.
type NotRevokedError struct {
	Status  int  // the HTTP status of its answer
	Passing bool // asking a few times more may help
	Err     error
}

func (e *NotRevokedError) Error() string { return "not revoked: " + e.Err.Error() }
func (e *NotRevokedError) Unwrap() error { return e.Err }

// An Answer is what OneLogin says about the code it made. What it left out is unset.
type Answer struct {
	ExpiresAt time.Time // by OneLogin's clock
	Now       time.Time // OneLogin's clock when it answered
	Reusable  *bool
	Device    string // names what Revoke removes

	Unreadable string // for the log: which fields could not be read, and how they came
}

// A NotIssuedError says that OneLogin surely made no code.
type NotIssuedError struct {
	Retry   bool          // asking again may work: connect error, 429, 401
	Cause   DelayCause    // if Retry: why it has to wait
	After   time.Duration // not before this long, as OneLogin says
	Refusal *Refusal      // what to tell: at once, or if Retry after a few tries; nil: as often as time allows
	Err     error
}

func (e *NotIssuedError) Error() string { return "no code was made: " + e.Err.Error() }
func (e *NotIssuedError) Unwrap() error { return e.Err }

// A Messenger shows people what there is to see.
type Messenger interface {
	// Show makes every card and line of news say what r says, and lists, by Slack id,
	// the agent, owner and approvers who have no card because Slack refuses it for
	// good. It may be called any number of times. *TemporaryError: again later.
	Show(ctx context.Context, r Request) (unreached []string, err error)
	// HasCard says whether the agent has the card of r, or as good as: before, nobody
	// knows where to show a code.
	HasCard(ctx context.Context, r Request) (bool, error)
	// ShowCode shows the code to the agent, once. No error: Slack took the
	// message. *TemporaryError: Slack surely did not; it may be tried again. Any
	// other error: it may have been shown, or cannot be.
	ShowCode(ctx context.Context, r Request, t Token) error
	// ShowHome makes somebody's Home tab show what read returns; once they have
	// opened it (opened), or if they did so before. Errors as with Show.
	ShowHome(ctx context.Context, slackID string, opened bool, read func(context.Context) (Home, error)) error
	// HomeOpened says whether somebody has ever opened their Home tab, and it can be painted.
	HomeOpened(ctx context.Context, slackID string) (bool, error)
}
