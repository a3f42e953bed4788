package monitor

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

func well(context.Context) error { return nil }

func ill(what string) Check {
	return func(context.Context) error { return errors.New(what) }
}

func TestHealthAndReadinessAreTwoThings(t *testing.T) {
	server := Server{
		Health: []Check{well}, Ready: []Need{{NeedsDatabase, well}, {NeedsSlack, ill("not connected to Slack")}, {NeedsAuditChannel, ill("no feed")}},
		Metrics: NewMetrics(""), Log: zap.NewNop(),
	}.handler()
	for path, want := range map[string]struct {
		code int
		body string
	}{
		"/healthz": {http.StatusOK, "ok\n"},
		"/readyz":  {http.StatusServiceUnavailable, "not connected to Slack\nno feed\n"},
		"/":        {http.StatusNotFound, "404 page not found\n"},
	} {
		got := httptest.NewRecorder()
		server.ServeHTTP(got, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		if got.Code != want.code || got.Body.String() != want.body {
			t.Errorf("%s answers %d %q", path, got.Code, got.Body)
		}
	}
}

// claims answers Claim as told; nothing else of it is called.
type claims struct {
	approvals.Store
	err error
}

func (c *claims) Claim(context.Context, []approvals.JobKind, int, time.Time, time.Duration) ([]approvals.Job, error) {
	return nil, c.err
}

func TestWorkersThatStopAskingAreNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		database := &claims{}
		store := NewStore(database, NewMetrics(""), time.Now)
		ask := func(kind approvals.JobKind) {
			_, _ = store.Claim(t.Context(), []approvals.JobKind{kind}, 1, time.Now(), time.Second)
		}
		if store.Working(t.Context()) == nil {
			t.Error("healthy before it has begun")
		}
		ask(approvals.JobIssue)
		ask(approvals.JobShow)
		if err := store.Working(t.Context()); err != nil {
			t.Error(err)
		}
		database.err = errors.New("no connection")
		time.Sleep(stuckAfter)
		ask(approvals.JobIssue)
		ask(approvals.JobShow)
		if err := store.Working(t.Context()); err != nil {
			t.Errorf("a database that is away makes the process ill: %v", err)
		}
		time.Sleep(stuckAfter + time.Second)
		ask(approvals.JobIssue)
		if err := store.Working(t.Context()); err == nil || err.Error() != "workers have stopped asking for work: show" {
			t.Errorf("one kind of worker has stopped and health says %v", err)
		}
	})
}
