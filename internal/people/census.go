package people

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"olbot/internal/slackapi"
)

// How the workspace's users are read together. Slack allows users.info 100 times a
// minute, and users.list 20 times with up to 999 users each:
// https://docs.slack.dev/reference/methods/users.list
const (
	censusPage  = 999
	censusBytes = 16 << 20
	censusPages = 20              // with more, the first are too old when the last are read
	censusPause = 3 * time.Second // what a page costs of the method's own pace
	censusTime  = time.Minute     // for all pages
	failedLife  = time.Minute     // after a failure, until it is tried again
	tooManyLife = time.Hour       // until it is tried again whether they fit
)

// censusLife is how old what Slack says of somebody may be when a request or a code
// is decided by it (invariant 1).
const censusLife = time.Minute

// A census is the users of the workspace, read together because many are waited for.
type census struct {
	began   time.Time
	pages   int
	byID    map[string]user
	byEmail map[string][]user // folded; of those who are active
}

// together is the census, if one is fresh, or if so many wait for the method that
// reading everybody takes no longer than they do. nil: they are read one by one, as
// they are for a while after a census that failed, and as calls that are reserved.
func (d *Directory) together(ctx context.Context, method string, rank slackapi.Rank, calls int) *census {
	if kept := d.keptCensus(); kept != nil {
		return kept
	}
	pages, ready := d.censusState()
	if !ready || slackapi.Reserved(ctx, method) || d.pace.Wait(method, rank, calls) <= time.Duration(max(pages, 1))*censusPause {
		return nil
	}
	flight := d.flights.DoChan("users.list", func() (any, error) { return d.newCensus(ctx), nil })
	select {
	case <-ctx.Done():
		return nil
	case result := <-flight:
		return result.Val.(*census)
	}
}

// censusState says how many pages the last census had, and whether one may be read.
func (d *Directory) censusState() (pages int, ready bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.censusPages, !d.now().Before(d.noCensusUntil)
}

// keptCensus is the census, nil if there is none that is fresh.
func (d *Directory) keptCensus() *census {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.census == nil || age(d.now(), d.census.began) >= censusLife {
		d.census = nil
	}
	return d.census
}

// newCensus reads the users for everybody who waits, and keeps the census; nil if
// that fails.
func (d *Directory) newCensus(ctx context.Context) *census {
	kept := d.keptCensus()
	if _, ready := d.censusState(); kept != nil || !ready {
		return kept // another flight has just landed
	}
	c, err := d.readCensus(ctx)
	if err != nil {
		d.log.Warn("read the users together", zap.Error(slackError("list users", err)))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		d.noCensusUntil = d.now().Add(brakeAfter(err))
		return nil
	}
	d.census, d.censusPages = c, c.pages
	return c
}

var errTooMany = errors.New("the workspace has too many users to read them together")

// brakeAfter is how long everybody is read one by one after the error. What does not
// fit, or not into the time, will not fit soon, unless others had used the calls up.
func brakeAfter(err error) time.Duration {
	slow := errors.Is(err, context.DeadlineExceeded) && !slackapi.RateLimited(slackapi.Sort(err))
	if slow || errors.Is(err, errTooMany) || errors.Is(err, errTooLarge) {
		return tooManyLife
	}
	return failedLife
}

// readCensus reads all users, and goes on when whoever asked for it gives up.
func (d *Directory) readCensus(ctx context.Context) (*census, error) {
	ctx, cancel := context.WithTimeout(slackapi.WithRank(context.WithoutCancel(ctx), slackapi.Urgent), censusTime)
	defer cancel()
	c := &census{began: d.now(), byID: map[string]user{}, byEmail: map[string][]user{}}
	for cursor := ""; c.pages == 0 || cursor != ""; c.pages++ {
		if c.pages == censusPages {
			return nil, errTooMany
		}
		members, next, err := d.users.list(ctx, cursor)
		if err != nil {
			return nil, err
		}
		for _, u := range members {
			c.add(u)
		}
		cursor = next
	}
	return c, nil
}

func (c *census) add(u user) {
	if u.ID == "" {
		return
	}
	c.byID[u.ID] = u
	if u.Enterprise.ID != "" {
		c.byID[u.Enterprise.ID] = u
	}
	if u.Profile.Email != "" && !yes(u.Deleted) {
		email := strings.ToLower(u.Profile.Email)
		c.byEmail[email] = append(c.byEmail[email], u)
	}
}

// withEmail is the one user who has the address; false if there is none or more
// than one, which Slack has to be asked about.
func (c *census) withEmail(email string) (user, bool) {
	found := c.byEmail[strings.ToLower(email)]
	if len(found) != 1 {
		return user{}, false
	}
	return found[0], true
}

// list is one page of https://docs.slack.dev/reference/methods/users.list. A user
// that cannot be read is left out: whoever needs that one asks for them alone.
func (c userCalls) list(ctx context.Context, cursor string) (members []user, next string, err error) {
	args := url.Values{"limit": {strconv.Itoa(censusPage)}}
	if cursor != "" {
		args.Set("cursor", cursor)
	}
	answer, err := c.post(ctx, "users.list", args, censusBytes)
	if err != nil {
		return nil, "", err
	}
	all, ok := read[[]json.RawMessage](answer, "members")
	if !ok {
		return nil, "", errors.New("the answer has no members in it")
	}
	for _, raw := range all {
		if u, err := readUser(object{"user": raw}); err == nil {
			members = append(members, u)
		}
	}
	metadata, _ := read[object](answer, "response_metadata")
	next, _ = read[string](metadata, "next_cursor")
	return members, next, nil
}
