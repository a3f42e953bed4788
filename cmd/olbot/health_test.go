package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

func well(context.Context) error { return nil }

func ill(what string) check {
	return func(context.Context) error { return errors.New(what) }
}

func healthOf(t *testing.T, alive, ready []check) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(healthServer(alive, ready, newMetrics().handler(zap.NewNop()), zap.NewNop()).Handler)
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, server *httptest.Server, path string) (int, string) {
	t.Helper()
	resp, err := server.Client().Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestHealthAndReadinessAreTwoThings(t *testing.T) {
	server := healthOf(t, []check{well}, []check{well, ill("not connected to Slack"), ill("no feed")})
	if code, body := get(t, server, "/healthz"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz answers %d %q", code, body)
	}
	if code, body := get(t, server, "/readyz"); code != http.StatusServiceUnavailable || body != "not connected to Slack\nno feed\n" {
		t.Errorf("/readyz answers %d %q", code, body)
	}
	if code, _ := get(t, server, "/"); code != http.StatusNotFound {
		t.Errorf("/ answers %d", code)
	}
}

func TestHealthcheckAsksTheConfiguredAddress(t *testing.T) {
	for name, tt := range map[string]struct {
		alive check
		code  int
		says  string
	}{
		"healthy": {well, exitDone, ""},
		"ill":     {ill("some workers have stopped"), exitFailed, "olbot: olbot does not work: some workers have stopped\n"},
	} {
		t.Run(name, func(t *testing.T) {
			server := healthOf(t, []check{tt.alive}, nil)
			_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
			for _, host := range []string{"127.0.0.1", "", "0.0.0.0"} {
				code, stdout, stderr := call(t, map[string]string{"OLBOT_HTTP_ADDR": host + ":" + port, "HTTP_PROXY": "http://127.0.0.1:1"}, "healthcheck")
				if code != tt.code || stdout != "" || stderr != tt.says {
					t.Errorf("at %q: exit code %d, stdout %q, stderr %q", host, code, stdout, stderr)
				}
			}
		})
	}
}

func TestHealthcheckWithoutAnAnswer(t *testing.T) {
	addr := nobody(t)
	code, _, stderr := call(t, map[string]string{"OLBOT_HTTP_ADDR": addr}, "healthcheck")
	if want := "olbot: olbot does not answer at " + addr + " (dial tcp " + addr + ": connect: connection refused)\n"; code != exitFailed || stderr != want {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	code, _, stderr = call(t, map[string]string{"OLBOT_HTTP_ADDR": ""}, "healthcheck")
	if code != exitConfig || !strings.HasPrefix(stderr, "olbot: OLBOT_HTTP_ADDR is empty") {
		t.Errorf("exit code %d: %s", code, stderr)
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
		store := watch(database, time.Now)
		ask := func(kind approvals.JobKind) {
			_, _ = store.Claim(t.Context(), []approvals.JobKind{kind}, 1, time.Now(), time.Second)
		}
		if store.working(t.Context()) == nil {
			t.Error("healthy before it has begun")
		}
		ask(approvals.JobIssue)
		ask(approvals.JobShow)
		if err := store.working(t.Context()); err != nil {
			t.Error(err)
		}
		database.err = errors.New("no connection")
		time.Sleep(stuckAfter)
		ask(approvals.JobIssue)
		ask(approvals.JobShow)
		if err := store.working(t.Context()); err != nil {
			t.Errorf("a database that is away makes the process ill: %v", err)
		}
		time.Sleep(stuckAfter + time.Second)
		ask(approvals.JobIssue)
		if err := store.working(t.Context()); err == nil || err.Error() != "workers have stopped asking for work: show" {
			t.Errorf("one kind of worker has stopped and health says %v", err)
		}
	})
}
