package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

const (
	maxWaiting       = 10_000                 // more than can be written before their callers give up
	batchSize        = 208                    // in one transaction
	urgentPerBatch   = batchSize - 16         // of what somebody waits for at their screen: the rest need not wait for ever
	transactionLimit = 5 * time.Second        // how long one may take
	lastCall         = 250 * time.Millisecond // how long a caller who is out of time waits for an answer under way
	maxTries         = 5                      // of a transaction that lost against another replica's
)

// A writeRequest is one write on its way through the writer.
type writeRequest struct {
	ctx    context.Context
	keys   []string // idempotency keys; whoever has some waits at their screen
	run    func(*tx) (any, error)
	taken  bool // into a batch; guarded by the writer's mu
	result chan result
}

// A result is what became of a write request.
type result struct {
	value    any
	err      error
	database bool // err is the database's, not the request's own
	panicked any
}

// A writer runs the write requests of this process, one transaction at a time:
// whatever waits when a transaction ends shares the next one, and so its commit.
type writer struct {
	*dialect
	trust    *trust
	db       *sql.DB
	log      *zap.Logger
	lastCall time.Duration
	limit    time.Duration // how long a transaction may take
	ended    sync.WaitGroup
	busy     stopwatch // the transaction under way

	mu             sync.Mutex
	urgent, others []*writeRequest
	closed         bool
	changed        *sync.Cond // the lists or closed

	writes                      *atomic.Int64 // the Store's
	submitted, commits, retried atomic.Int64  // so far
}

func startWriter(s *Store) *writer {
	w := &writer{dialect: &s.dialect, trust: s.trust, writes: &s.writes, db: s.w, log: s.log, lastCall: lastCall, limit: transactionLimit}
	w.changed = sync.NewCond(&w.mu)
	w.ended.Go(func() {
		for batch := w.nextBatch(); batch != nil; batch = w.nextBatch() {
			w.commit(batch)
		}
	})
	return w
}

// stop lets the transaction under way end and refuses what waits.
func (w *writer) stop() {
	w.mu.Lock()
	w.closed = true
	for _, r := range append(w.urgent, w.others...) {
		r.fail(ErrClosed)
	}
	w.urgent, w.others = nil, nil
	w.changed.Signal()
	w.mu.Unlock()
	w.ended.Wait()
}

// submit hands the request to the writer and waits for its result.
func (w *writer) submit(r *writeRequest) result {
	if err := w.enqueue(r); err != nil {
		return result{err: err, database: true}
	}
	select {
	case res := <-r.result:
		return res
	case <-r.ctx.Done():
	}
	w.mu.Lock()
	taken := r.taken
	w.mu.Unlock()
	if !taken { // and dropped when it would be
		return result{err: r.ctx.Err(), database: true}
	}
	select {
	case res := <-r.result:
		return res
	case <-time.After(w.lastCall):
		return result{err: fmt.Errorf("%w: %w", approvals.ErrOutcomeUnknown, r.ctx.Err()), database: true}
	}
}

func (w *writer) enqueue(r *writeRequest) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case w.closed:
		return ErrClosed
	case len(w.urgent)+len(w.others) >= maxWaiting:
		return ErrBusy
	}
	if len(r.keys) > 0 {
		w.urgent = append(w.urgent, r)
	} else {
		w.others = append(w.others, r)
	}
	w.submitted.Add(1)
	w.changed.Signal()
	return nil
}

// nextBatch waits for write requests and takes them, the urgent ones first. It is
// nil when the writer is stopped.
func (w *writer) nextBatch() (batch []*writeRequest) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.urgent)+len(w.others) == 0 && !w.closed {
		w.changed.Wait()
	}
	u := min(len(w.urgent), urgentPerBatch)
	o := min(len(w.others), batchSize-u)
	batch = append(append(batch, w.urgent[:u]...), w.others[:o]...)
	w.urgent, w.others = w.urgent[u:], w.others[o:]
	for _, r := range batch {
		r.taken = true
	}
	return batch
}

// commit runs the batch in one transaction and answers it. If that fails, each
// request runs alone, so that an error meets only the one whose it is.
func (w *writer) commit(batch []*writeRequest) {
	for try := 1; ; try++ {
		batch = dropEnded(batch)
		if len(batch) == 0 {
			return
		}
		results, err := w.attempt(batch)
		switch {
		case err == nil:
			for i, r := range batch {
				r.result <- results[i]
			}
			return
		case errors.Is(err, approvals.ErrOutcomeUnknown):
			w.log.Error("the database did not say whether it stored a batch", zap.Int("write_requests", len(batch)), zap.Error(err))
		case errors.Is(err, errForAll) && try == 1 && w.isRetryable(err): // the connection broke while nobody used it
			w.retried.Add(1)
			continue
		case errors.Is(err, errForAll):
		case len(batch) > 1:
			w.retried.Add(1)
			for i := range batch {
				w.commit(batch[i : i+1])
			}
			return
		case try < maxTries && w.isRetryable(err):
			w.retried.Add(1)
			time.Sleep(rand.N(time.Duration(try) * 10 * time.Millisecond))
			continue
		}
		for _, r := range batch {
			r.fail(err)
		}
		return
	}
}

// dropEnded leaves out the requests whose caller has given up: nothing of them is stored.
func dropEnded(batch []*writeRequest) (live []*writeRequest) {
	for _, r := range batch {
		if err := r.ctx.Err(); err != nil {
			r.fail(err)
			continue
		}
		live = append(live, r)
	}
	return live
}

func (r *writeRequest) fail(err error) { r.result <- result{err: err, database: true} }
