package slackapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A tier is a Slack that lets so many calls of a method pass a minute, and a
// minute's worth at once, and answers all others with 429.
type tier struct {
	perMinute float64
	after     int // what Retry-After says; 0: how long it is until the next call

	mu      sync.Mutex
	level   float64
	at      time.Time
	refuse  int // calls that are refused whatever the level
	took    []string
	refused int
}

func (s *tier) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.at.IsZero() {
		s.at, s.level = now, s.perMinute
	}
	s.level = min(s.perMinute, s.level+now.Sub(s.at).Minutes()*s.perMinute)
	s.at = now
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"ok":true}`)), Request: r}
	if s.level < 0.999 || s.refuse > 0 {
		s.refuse, s.refused = s.refuse-1, s.refused+1
		answer.StatusCode = http.StatusTooManyRequests
		answer.Header.Set("Retry-After", fmt.Sprint(cmp.Or(s.after, int(math.Ceil((1-s.level)*60/s.perMinute)), 1)))
		return answer, nil
	}
	s.level--
	s.took = append(s.took, string(body))
	return answer, nil
}

func (s *tier) order() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.took)
}

// A world is callers of a Slack, in one process.
type world struct {
	t *testing.T
	*Pace
	client  Doer
	all     sync.WaitGroup
	passing sync.Mutex
}

func newWorld(t *testing.T, s http.RoundTripper) *world {
	p := NewPace(1)
	return &world{t: t, Pace: p, client: p.Client("https://slack.test/api/", &http.Client{Transport: s})}
}

// call makes one call, whose body is its name, and returns its status.
func (w *world) call(ctx context.Context, method, name string) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://slack.test/api/"+method, strings.NewReader(name))
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := w.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// calls makes one behind another, which has to be answered well in the end.
func (w *world) calls(ctx context.Context, method, name string) {
	w.all.Go(func() {
		if status, err := w.call(ctx, method, name); err != nil || status != http.StatusOK {
			w.t.Errorf("%s: %d, %v", name, status, err)
		}
	})
	synctest.Wait() // it stands in the queue
}

func numbered(n int) []string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprint(i))
	}
	return names
}

func TestABurstPassesInOrderAtThePaceOfTheTier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &tier{perMinute: tier3}
		w := newWorld(t, slack)
		began := time.Now()
		for _, name := range numbered(150) {
			w.calls(t.Context(), "conversations.open", name)
		}
		w.all.Wait()
		if !slices.Equal(slack.order(), numbered(150)) {
			t.Errorf("the order is %v", slack.order())
		}
		if slack.refused > 1 {
			t.Errorf("%d calls were refused", slack.refused)
		}
		if took := time.Since(began); took > 128*time.Second {
			t.Errorf("150 calls of which 50 a minute are allowed took %v", took)
		}
	})
}

// Another process has used up what there is: everybody waits as long as Slack
// says, and nobody's place or call is lost.
func TestWhatSlackRefusesWaitsAndIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &tier{perMinute: tier4, refuse: 2, after: 30}
		w := newWorld(t, slack)
		began := time.Now()
		for _, name := range numbered(10) {
			w.calls(t.Context(), "users.info", name)
		}
		time.Sleep(59 * time.Second)
		if len(slack.order()) != 0 {
			t.Errorf("%v passed before they may", slack.order())
		}
		w.calls(t.Context(), "users.info", "10")
		w.all.Wait()
		if !slices.Equal(slack.order(), numbered(11)) || slack.refused != 2 {
			t.Errorf("the order is %v, %d were refused", slack.order(), slack.refused)
		}
		if took := time.Since(began); took > 80*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// Two processes do not know of each other, and share what there is without much
// more refusals than it takes to find that out.
func TestTwoProcessesShareATier(t *testing.T) {
	for method, perMinute := range map[string]float64{"users.info": tier4, "conversations.open": tier3} {
		synctest.Test(t, func(t *testing.T) {
			slack := &tier{perMinute: perMinute}
			began := time.Now()
			worlds := []*world{newWorld(t, slack), newWorld(t, slack)}
			const each, workers = 400, 24
			var all sync.WaitGroup
			for _, w := range worlds {
				work := make(chan string, each)
				for _, name := range numbered(each) {
					work <- name
				}
				close(work)
				for range workers {
					all.Go(func() {
						for name := range work {
							if status, err := w.call(t.Context(), method, name); err != nil || status != http.StatusOK {
								t.Errorf("%s: %d, %v", name, status, err)
							}
						}
					})
				}
			}
			all.Wait()
			least := time.Duration((2*each/perMinute - 1) * float64(time.Minute))
			if took := time.Since(began); took > least*4/3 {
				t.Errorf("%s: %d calls took %v, and could have taken %v", method, 2*each, took, least)
			}
			// To find it out may cost every worker of both one call.
			if slack.refused > 2*workers+2*each/10 {
				t.Errorf("%s: %d of %d calls were refused", method, slack.refused, 2*each)
			}
		})
	}
}

// slow lets the method's pace begin, as if a call had been refused.
func (w *world) slow(method string) { w.refused(method, 0) }

func TestTheUrgentGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &tier{perMinute: tier3}
		w := newWorld(t, slack)
		w.slow("users.getPresence")
		w.calls(WithRank(t.Context(), Idle), "users.getPresence", "idle")
		w.calls(t.Context(), "users.getPresence", "normal")
		w.calls(WithRank(t.Context(), Urgent), "users.getPresence", "urgent")
		w.calls(WithRank(t.Context(), Urgent), "users.getPresence", "urgent too")
		w.all.Wait()
		if !slices.Equal(slack.order(), []string{"urgent", "urgent too", "normal", "idle"}) {
			t.Errorf("the order is %v", slack.order())
		}
	})
}

// A fresh check has to be made in one go: its calls wait together, before it.
func TestReservedCallsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &tier{perMinute: tier4}
		w := newWorld(t, slack)
		w.slow("users.info")
		for _, name := range numbered(20) {
			w.calls(t.Context(), "users.info", name)
		}
		reserved, err := w.Reserve(t.Context(), Urgent, Count{"users.info", 3}, Count{"chat.postEphemeral", 1})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for _, name := range []string{"a", "b", "c"} {
			w.calls(reserved.Use(t.Context()), "users.info", name)
		}
		if !slices.Equal(slack.order(), []string{"a", "b", "c"}) || time.Since(began) != 0 {
			t.Errorf("%v passed after %v", slack.order(), time.Since(began))
		}
		w.calls(reserved.Use(t.Context()), "users.info", "not reserved")
		if len(slack.order()) != 3 {
			t.Error("one call more passed than was reserved")
		}
		w.all.Wait()
	})
}

// What was reserved before a wait that failed is nobody's loss, unless Slack has
// refused a call meanwhile: then nobody has it.
func TestAReservationThatFailsKeepsNothing(t *testing.T) {
	for _, refused := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, &tier{perMinute: tier4, after: 30})
			w.slow("users.getPresence")
			w.slow("users.info")
			w.Pace.refused("users.info", time.Hour)
			time.Sleep(5 * time.Second) // for one call
			ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer stop()
			if refused {
				time.AfterFunc(50*time.Millisecond, func() { w.Pace.refused("users.getPresence", time.Second) })
			}
			if _, err := w.Reserve(ctx, Urgent, Count{"users.getPresence", 1}, Count{"users.info", 1}); err == nil {
				t.Fatal("users.info did not wait")
			}
			wait := w.Wait("users.getPresence", Urgent, 1)
			if !refused && wait > 0 || refused && wait < 2*time.Second {
				t.Errorf("refused %t: the next has to wait %v", refused, wait)
			}
		})
	}
}

// When Slack has said not to call, what was reserved before has to wait too, but
// for nobody else.
func TestReservedCallsKeepARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &tier{perMinute: tier4, after: 30}
		w := newWorld(t, slack)
		reserved, err := w.Reserve(t.Context(), Normal, Count{"users.info", 2})
		if err != nil {
			t.Fatal(err)
		}
		slack.refuse = 1
		w.calls(t.Context(), "users.info", "refused")
		w.calls(WithRank(t.Context(), Urgent), "users.info", "urgent")
		w.calls(reserved.Use(t.Context()), "users.info", "reserved")
		if len(slack.order()) > 0 {
			t.Errorf("%v did not wait", slack.order())
		}
		w.all.Wait()
		if !slices.Equal(slack.order(), []string{"refused", "reserved", "urgent"}) {
			t.Errorf("the order is %v", slack.order())
		}
	})
}

func TestNobodyWaitsPastAStopOrTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &tier{perMinute: tier3}
		w := newWorld(t, slack)
		w.slow("users.lookupByEmail")
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, gave := w.call(short, "users.lookupByEmail", "gave up")
		stopped := make(chan error)
		go func() {
			_, err := w.call(t.Context(), "users.lookupByEmail", "stopped")
			stopped <- err
		}()
		synctest.Wait()
		w.Stop()
		w.Stop()
		for _, err := range []error{gave, <-stopped} {
			if e, ok := errors.AsType[*Error](Sort(err)); !ok || e.Effect != Deferred || e.Code != "ratelimited" || e.After <= 0 {
				t.Errorf("%+v", err)
			}
		}
		if n := len(w.queues["users.lookupByEmail"].waiting[Normal]); n != 0 {
			t.Errorf("%d wait still", n)
		}
		if len(slack.order()) != 0 {
			t.Errorf("%d calls were made", len(slack.order()))
		}
	})
}

// A Slack that refuses nothing is not kept waiting, and after a minute's rest one
// that did is not either.
func TestNobodyWaitsWithoutARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &tier{perMinute: 1000}
		w := newWorld(t, slack)
		began := time.Now()
		for _, name := range numbered(200) {
			w.calls(t.Context(), "users.info", name)
		}
		w.slow("users.info")
		time.Sleep(61 * time.Second)
		for _, name := range numbered(200) {
			w.calls(t.Context(), "users.info", name)
		}
		if len(slack.order()) != 400 || time.Since(began) != 61*time.Second {
			t.Errorf("%d calls passed after %v", len(slack.order()), time.Since(began))
		}
	})
}

func TestWhatHasNoPaceDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &tier{perMinute: 1000}
		w := newWorld(t, slack)
		for _, name := range numbered(200) {
			w.calls(t.Context(), "views.open", name)
		}
		var none *Pace
		w.client = none.Client("https://slack.test/api/", &http.Client{Transport: slack})
		for _, name := range numbered(200) {
			w.calls(t.Context(), "users.info", name)
		}
		if reserved, err := none.Reserve(t.Context(), Urgent, Count{"users.info", 3}); reserved.Use(t.Context()) != t.Context() || err != nil {
			t.Error(err)
		}
		if wait := none.Delay(t.Context(), "chat.update", Normal, "x", time.Time{}); wait != 0 {
			t.Errorf("has to wait %v", wait)
		}
		none.GiveBack("chat.update")
		if len(slack.order()) != 400 {
			t.Errorf("%d calls passed", len(slack.order()))
		}
	})
}
