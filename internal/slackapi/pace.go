package slackapi

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A pacing is how often Slack lets an app call a method in a workspace.
type pacing struct {
	perMinute float64
	waits     bool // a call has no effect but its answer: it waits in the queue, and is made again after a 429
	byChannel bool // a 429 may be about the one channel: whoever posts says so to RefusedPost
}

// pacings are the methods that are called often, by the tiers that are documented
// with each. Slack allows bursts of a size it does not tell, so everything is tried
// until Slack says that it is too much.
// https://docs.slack.dev/apis/web-api/rate-limits
var pacings = map[string]pacing{
	"users.info":            {perMinute: tier4, waits: true},
	"users.lookupByEmail":   {perMinute: tier3, waits: true},
	"users.getPresence":     {perMinute: tier3, waits: true},
	"conversations.open":    {perMinute: tier3, waits: true},
	"usergroups.users.list": {perMinute: tier2, waits: true},
	"users.list":            {perMinute: tier2, waits: true},
	"chat.update":           {perMinute: tier3},
	"chat.postEphemeral":    {perMinute: tier4},
	"views.publish":         {perMinute: tier4},
	"chat.postMessage":      {perMinute: 300, byChannel: true}, // "several hundred" over all channels, and one a second for each
}

// Calls a minute.
const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

// A Pace makes the calls of this process wait for each other, method by method,
// from the first that Slack refuses for their number: as long as Slack says, and
// then at the documented pace until a minute's worth has been saved. Further
// refusals, because other processes call too, make it slower for a while. A nil
// Pace lets everything pass.
type Pace struct {
	gap     time.Duration
	mu      sync.Mutex
	queues  map[string]*queue
	posts   map[string]time.Time // when a post to the channel was refused
	stopped chan struct{}
	stop    sync.Once
}

// NewPace returns a Pace for a Slack whose limits are so many times those that are
// documented.
func NewPace(times float64) *Pace {
	p := &Pace{gap: time.Duration(float64(channelGap) / times), queues: map[string]*queue{}, posts: map[string]time.Time{}, stopped: make(chan struct{})}
	now := time.Now()
	for method, m := range pacings {
		p.queues[method] = newQueue(m.perMinute, times, now)
	}
	return p
}

// channelGap is between two messages in one channel: Slack allows one a second, and
// a message may be longer on its way than the next.
// https://docs.slack.dev/reference/methods/chat.postMessage#rate_limiting
const channelGap = 1100 * time.Millisecond

// Gap is how long to wait between two messages in one channel. Whoever sends them
// keeps it.
func (p *Pace) Gap() time.Duration {
	if p == nil {
		return channelGap
	}
	return p.gap
}

// Stop lets nobody wait any longer: calls that still wait fail.
func (p *Pace) Stop() { p.stop.Do(func() { close(p.stopped) }) }

// errStopped is Deferred, after next to nothing: nothing is wrong.
var errStopped = &Error{Effect: Deferred, Code: "ratelimited", After: time.Millisecond, Err: errors.New("olbot stops while the call waits")}

// soon is how long Delay waits for a place: whoever is about to have a turn has to be
// there when it comes, neither late nor two at once.
const soon = time.Second

// Delay says how long the call that the key names has to wait. After 0 it is made
// now, or its place is given back; a short time it has waited itself. Otherwise the
// caller comes again after that time, under the same key, and keeps its place in the
// queue until then. since is when what it is for began to wait, now if it is zero: of one
// rank, what has waited longest goes first, also if another process waited before.
func (p *Pace) Delay(ctx context.Context, method string, rank Rank, key string, since time.Time) time.Duration {
	if p == nil || p.queues[method] == nil {
		return 0
	}
	for began := time.Now(); ; {
		now := time.Now()
		p.mu.Lock()
		if since.IsZero() {
			since = now
		}
		pos, wait := p.queues[method].delay(key, rank, since, now)
		p.mu.Unlock()
		if wait == 0 || wait > soon-now.Sub(began) {
			return wait
		}
		select {
		case <-pos.ready:
		case <-time.After(wait):
		case <-p.stopped:
			return wait
		case <-ctx.Done():
			return wait
		}
	}
}

// GiveBack returns what Delay granted for a call that was not made.
func (p *Pace) GiveBack(method string) {
	if p == nil || p.queues[method] == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queues[method].giveBack(1)
}

// Wait says how long so many calls would have to wait that came now.
func (p *Pace) Wait(method string, rank Rank, calls int) time.Duration {
	if p == nil || p.queues[method] == nil {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queues[method].delayNow(rank, float64(calls), time.Now())
}

// Slack does not say whether it refused a post for the number of messages in its
// channel or in the workspace. So many channels in so short a time are the workspace.
const (
	refusedChannels = 3
	refusedWithin   = 3 * time.Second
)

// RefusedPost notes that Slack refused a message to the channel for its number, and
// for how long. It keeps no other channel from being posted to, until several are
// refused: then all messages keep the pace of the workspace.
func (p *Pace) RefusedPost(channel string, after time.Duration) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(p.posts, func(_ string, at time.Time) bool { return now.Sub(at) > refusedWithin })
	p.posts[channel] = now
	if len(p.posts) >= refusedChannels {
		p.queues["chat.postMessage"].refused(now.Add(after), now)
	}
}

// wait waits until so many calls can be made. The error is an *Error.
func (p *Pace) wait(ctx context.Context, method string, rank Rank, calls int) error {
	p.mu.Lock()
	now := time.Now()
	pos := p.queues[method].join(rank, float64(calls), now, now)
	p.mu.Unlock()
	for {
		p.mu.Lock()
		now := time.Now()
		q := p.queues[method]
		q.advance(now)
		wait := q.wait(pos, now)
		p.mu.Unlock()
		if wait == 0 {
			return nil
		}
		select {
		case <-pos.ready:
			return nil
		case <-time.After(wait):
			continue
		case <-p.stopped:
		case <-ctx.Done():
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		q.leave(pos, time.Now())
		if ctx.Err() == nil {
			return errStopped
		}
		return &Error{Effect: Deferred, Code: "ratelimited", After: max(wait, pause), Err: context.Cause(ctx)}
	}
}

// refused keeps all calls of the method for so long, and to its pace from then on.
func (p *Pace) refused(method string, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.queues[method].refused(now.Add(after), now)
}

// A Doer makes HTTP calls, as *http.Client does.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Client makes the calls of the client keep the pace, those to the API at apiURL.
// Calls that only look something up wait in the queue, with no other limit than
// their context, and are made again if Slack refuses them for their number. All
// others are made at once.
func (p *Pace) Client(apiURL string, client *http.Client) Doer {
	if p == nil {
		return client
	}
	return paced{pace: p, base: strings.TrimSuffix(apiURL, "/") + "/", client: client}
}

type paced struct {
	pace   *Pace
	base   string
	client *http.Client
}

// Do implements Doer.
func (d paced) Do(r *http.Request) (*http.Response, error) {
	method := methodOf(d.base, r)
	m, known := pacings[method]
	if !known {
		return d.client.Do(r)
	}
	for rank := RankOf(r.Context()); ; rank = first {
		if m.waits && !d.pace.isReserved(r.Context(), method, &rank) {
			if err := d.pace.wait(r.Context(), method, rank, 1); err != nil {
				return nil, err
			}
		}
		resp, err := d.client.Do(r)
		if err != nil || resp.StatusCode != http.StatusTooManyRequests {
			return resp, err
		}
		if m.byChannel {
			return resp, nil
		}
		d.pace.refused(method, max(RetryAfter(resp.Header), pause))
		if !m.waits || r.Body != nil && r.GetBody == nil {
			return resp, nil
		}
		resp.Body.Close()
		if r.GetBody != nil {
			if r.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}
