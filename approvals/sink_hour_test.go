package approvals_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/export"
)

// A receiver answers that it is down, or keeps the numbers of the events that it is sent.
type receiver struct {
	mu    sync.Mutex
	down  bool
	posts int
	got   []int64
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posts++
	if r.down || err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	for line := range strings.Lines(string(body)) {
		var e struct{ Number int64 }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.got = append(r.got, e.Number)
	}
}

func (r *receiver) is(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down, r.posts = down, 0
}

// exportsTo gives the world an export to the receiver beside the feed.
func (w *world) exportsTo(r *receiver) {
	w.t.Helper()
	server := httptest.NewServer(r)
	w.t.Cleanup(server.Close)
	to, err := url.Parse(server.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	sink := export.New(export.Config{
		To: to, Format: export.AsStored(w.store), Transport: http.DefaultTransport, Log: zap.NewNop(), Now: w.now, Saw: func(error) {},
	})
	if err := w.store.AddCursors(w.t.Context(), sink.Name()); err != nil {
		w.t.Fatal(err)
	}
	w.withSink(sink)
}

// TestASinkThatIsDownForAnHourIsInNobodysWay: it is tried about once a minute, however many events come, and then gets all of
// them, in order.
func TestASinkThatIsDownForAnHourIsInNobodysWay(t *testing.T) {
	w, r := newWorld(t), &receiver{down: true}
	w.exportsTo(r)
	for second := 0; second < 3600; second += 10 {
		e := approvals.Event{At: w.now(), Kind: approvals.EventCommandRefused, Agent: approvals.Person{Slack: "U0BOB"}}
		if err := w.store.Record(t.Context(), []string{fmt.Sprint("command ", second)}, e); err != nil {
			t.Fatal(err)
		}
		if second == 600 {
			if made := w.request(w.approved().ID); made.State != approvals.Approved && made.State != approvals.Issued {
				t.Errorf("while it is down, a request is %s", made.State)
			}
		}
		w.works()
		if told, all := w.through(approvals.FeedSink), int64(len(w.trail())); second%600 == 0 && told != all {
			t.Errorf("after %d s the feed has been told %d of %d events", second, told, all)
		}
		w.passes(10 * time.Second)
	}
	if r.posts < 55 || r.posts > 70 || len(r.got) > 0 {
		t.Errorf("in an hour it was tried %d times, and got %d events", r.posts, len(r.got))
	}
	r.is(false)
	w.worksFor(61)
	all := w.trail()
	if len(r.got) != len(all) {
		t.Fatalf("it got %d events of %d", len(r.got), len(all))
	}
	for i, n := range r.got {
		if n != int64(i+1) {
			t.Fatalf("event %d came where %d belongs", n, i+1)
		}
	}
}
