package monitor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
)

// A ListenError says that OLBOT_HTTP_ADDR cannot be listened on.
type ListenError struct {
	Addr string
	Err  error
}

func (e *ListenError) Error() string { return fmt.Sprintf("listen on %s: %v", e.Addr, e.Err) }
func (e *ListenError) Unwrap() error { return e.Err }

// Listen listens at addr. An empty addr means no HTTP server: then the listener is nil.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		if op, ok := errors.AsType[*net.OpError](err); ok {
			err = op.Err
		}
		return nil, &ListenError{Addr: addr, Err: err}
	}
	return l, nil
}

// A Server answers /healthz (this process works) and /readyz (it can do its work)
// with 200, or with 503 and a line for each check that fails, and /metrics. None
// says more to whoever asks.
type Server struct {
	Health  []Check
	Ready   []Need
	Metrics *Metrics
	Log     *zap.Logger
}

// Serve serves until ctx ends.
func (s Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          zap.NewStdLog(s.Log.Named("http")),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	return nil
}

func (s Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", answer(s.Ill))
	mux.Handle("GET /readyz", answer(func(ctx context.Context) []string { return failing(ctx, checksOf(s.Ready)) }))
	mux.Handle("GET /metrics", s.Metrics.handler(s.Log.Named("metrics")))
	return mux
}

// checkTime bounds checks that are made together.
const checkTime = 3 * time.Second

// Ill is what /healthz says: a line for each thing that is wrong with this process.
func (s Server) Ill(ctx context.Context) []string { return failing(ctx, s.Health) }

func answer(ask func(context.Context) []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wrong := ask(r.Context())
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if len(wrong) > 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, strings.Join(wrong, "\n"))
			return
		}
		fmt.Fprintln(w, "ok")
	})
}

// failing returns what the failing checks say, in time.
func failing(ctx context.Context, checks []Check) []string {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var says []string
	for _, err := range runChecks(ctx, checks) {
		if err != nil {
			says = append(says, err.Error())
		}
	}
	return says
}

// runChecks makes the checks in parallel, so that one that takes all the time does
// not fail the others.
func runChecks(ctx context.Context, checks []Check) []error {
	errs := make([]error, len(checks))
	var all sync.WaitGroup
	for i, c := range checks {
		all.Go(func() { errs[i] = c(ctx) })
	}
	all.Wait()
	return errs
}
