package monitor

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// A check that hangs fails itself and none of the others.
func TestACheckThatHangsFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hanging := func(ctx context.Context) error {
			<-ctx.Done()
			return errors.New("no answer")
		}
		inTime := func(ctx context.Context) error { return ctx.Err() }
		(&world{}).says(t, "checks", []Check{hanging, inTime, ill("ill")}, "no answer", "ill")
	})
}

// A world is a service that works jobs on a database of its own, and what is asked about its health.
type world struct {
	store  *sqlstore.Store
	health []Check
	ready  []Check
	stop   func()
}

// newWorld is for a synctest bubble. between may put something between the service and the database.
func newWorld(t *testing.T, url string, between func(approvals.Store) approvals.Store) *world {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	observed := NewStore(between(store), NewMetrics(""), time.Now)
	service := approvals.NewService(approvals.Ports{Store: observed, Sinks: []approvals.Sink{silence{}}}, approvals.Policy{}, time.Hour, zap.NewNop(), time.Now)
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- service.Run(ctx) }()
	return &world{
		store:  store,
		health: []Check{observed.Working, WriterMoves(store)},
		ready:  []Check{Writable(store), FeedPostable(store)},
		stop: func() {
			cancel()
			if err := <-over; err != nil {
				t.Error(err)
			}
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		},
	}
}

func (w *world) says(t *testing.T, what string, checks []Check, want ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), checkTime)
	defer cancel()
	if got := failing(ctx, checks); !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// silence has a channel that can be posted to, and nothing to say in it.
type silence struct{}

func (silence) Name() string { return approvals.FeedSink }

func (silence) Check(context.Context) error { return nil }

func (silence) Send(_ context.Context, events []approvals.Event, _ approvals.Doubt) (int, error) {
	return len(events), nil
}

func asItIs(s approvals.Store) approvals.Store { return s }

func databaseIn(t *testing.T) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "olbot.db")
}

func TestAStuckWriterIsNoticed(t *testing.T) {
	url := databaseIn(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, url, asItIs)
		defer w.stop()
		time.Sleep(time.Minute)
		w.says(t, "health with nothing to do for a minute", w.health)
		w.says(t, "readiness with nothing to do for a minute", w.ready)

		release := make(chan struct{})
		go w.store.Create(t.Context(), nil, func(approvals.View) (approvals.Change, error) {
			<-release
			return approvals.Change{}, nil
		})
		time.Sleep(stuckAfter / 2)
		w.says(t, "health with a writer that is slow", w.health)
		w.says(t, "readiness with a writer that is slow", w.ready, "the database cannot be written to")
		time.Sleep(stuckAfter)
		w.says(t, "health with a writer that is stuck", w.health, "the database's writer is stuck")

		close(release)
		synctest.Wait()
		w.says(t, "health afterwards", w.health)
		w.says(t, "readiness afterwards", w.ready)
	})
}

// A stuckClaim never answers the workers that ask for a kind of job.
type stuckClaim struct {
	approvals.Store
	kind  approvals.JobKind
	after time.Time
}

func (s stuckClaim) Claim(ctx context.Context, kinds []approvals.JobKind, n int, now time.Time, lease time.Duration) ([]approvals.Job, error) {
	if slices.Contains(kinds, s.kind) && now.After(s.after) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Store.Claim(ctx, kinds, n, now, lease)
}

func TestAStuckDispatcherIsNoticed(t *testing.T) {
	url := databaseIn(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, url, func(s approvals.Store) approvals.Store {
			return stuckClaim{s, approvals.JobLapse, time.Now().Add(time.Minute)}
		})
		defer w.stop()
		time.Sleep(time.Minute)
		w.says(t, "before", w.health)
		time.Sleep(stuckAfter + time.Second)
		w.says(t, "health", w.health, "workers have stopped asking for work: expire")
		w.says(t, "readiness", w.ready)
	})
}
