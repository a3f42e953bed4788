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
	answering  = 192                    // ops that somebody waits for at their screen, in one commit at most
	following  = 64                     // other ops in one commit at most
	batchLimit = 5 * time.Second        // how long a transaction may take
	lastCall   = 250 * time.Millisecond // how long a caller who is out of time waits for an answer under way
	maxTries   = 5                      // of a transaction that lost against another replica's

	// longestWait is how long a batch waits for more ops to share its commit at most.
	longestWait = time.Millisecond
)

// An op is one write.
type op struct {
	ctx      context.Context
	kind     opKind
	urgent   bool     // somebody waits for it at their screen, and Slack 3 s long
	receipts []string // of what Slack has delivered
	run      func(*tx) (any, error)
	done     chan outcome
}

type outcome struct {
	value  any
	err    error
	failed bool // err is the database's, not the op's own
}

// An opKind says what an op may lock. One that may append events, or that locks
// several rows, takes its turn over all replicas.
type opKind int

const (
	plain opKind = iota // one row
	trail
)

// A panicked is a panic of an op, on its way back to who asked for the op.
type panicked struct{ value any }

func (p *panicked) Error() string { return fmt.Sprintf("panicked with a %T", p.value) }

// A writer runs the ops of one process, one transaction at a time.
type writer struct {
	*dialect
	db   *sql.DB
	log  *zap.Logger
	quit chan struct{}
	// Unbuffered: an op that nobody took has surely not run.
	urgent, ops chan *op
	prepared    *prepared // nil: the driver keeps statements by itself
	missed      []string  // statements to be prepared
	lastCall    time.Duration
	once        sync.Once
	over        sync.WaitGroup

	asked, commits, retried atomic.Int64 // how often, so far
	busy                    stopwatch    // the transaction under way
}

func startWriter(s *Store) *writer {
	w := &writer{
		dialect: &s.dialect, db: s.w, log: s.log,
		urgent: make(chan *op), ops: make(chan *op), quit: make(chan struct{}),
		lastCall: lastCall,
	}
	if w.inProcess {
		w.prepared = newPrepared(w.db)
	}
	w.over.Go(w.loop)
	return w
}

func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	w.over.Wait()
}

// write runs fn in a transaction. fn refuses before it writes anything; it may
// run more than once. The caller is answered after the commit. An error that is
// not approvals.ErrOutcomeUnknown means that nothing of fn was stored; after
// that one, fn may still run. fn's own errors are returned as they are, the
// database's with what was being done.
func write[T any](ctx context.Context, s *Store, what string, kind opKind, fn func(*tx) (T, error)) (T, error) {
	return hand(s, what, &op{ctx: ctx, kind: kind}, fn)
}

// answer is write for what came with receipts: who has typed or pressed it waits,
// and it comes before other writes. If a receipt was stored before, fn learns it
// from delivered.
func answer[T any](ctx context.Context, s *Store, what string, receipts []string, fn func(*tx) (T, error)) (T, error) {
	return hand(s, what, &op{ctx: ctx, kind: trail, urgent: len(receipts) > 0, receipts: receipts}, fn)
}

// hand gives the op to the writer, with fn as what it does.
func hand[T any](s *Store, what string, o *op, fn func(*tx) (T, error)) (T, error) {
	var none T
	if s.writer == nil {
		return none, fmt.Errorf("%s: %w", what, ErrReadOnly)
	}
	o.done = make(chan outcome, 1)
	o.run = func(t *tx) (any, error) { return fn(t) }
	out := s.writer.do(o)
	if p, ok := errors.AsType[*panicked](out.err); ok {
		panic(p.value)
	}
	if out.failed {
		return none, fmt.Errorf("%s: %w", what, out.err)
	}
	if out.value == nil {
		return none, out.err
	}
	return out.value.(T), out.err
}

// do is write for a fn that has nothing to return.
func do(ctx context.Context, s *Store, what string, kind opKind, fn func(*tx) error) error {
	_, err := write(ctx, s, what, kind, func(t *tx) (any, error) { return nil, fn(t) })
	return err
}

// do hands the op over and waits for its answer.
func (w *writer) do(o *op) outcome {
	if err := o.ctx.Err(); err != nil {
		return outcome{err: err, failed: true}
	}
	w.asked.Add(1)
	queue := w.ops
	if o.urgent {
		queue = w.urgent
	}
	select {
	case queue <- o:
	case <-o.ctx.Done():
		return outcome{err: o.ctx.Err(), failed: true}
	case <-w.quit:
		return outcome{err: ErrClosed, failed: true}
	}
	select {
	case out := <-o.done:
		return out
	case <-o.ctx.Done():
	}
	select {
	case out := <-o.done:
		return out
	case <-time.After(w.lastCall):
		return outcome{err: fmt.Errorf("%w: %w", approvals.ErrOutcomeUnknown, o.ctx.Err()), failed: true}
	}
}

// loop takes what waits and commits it, again and again. While many come it waits
// for more, no longer than the last batch took: a commit costs the same for all.
func (w *writer) loop() {
	var last time.Duration // that a batch of several took
	for {
		var first, other *op
		select {
		case <-w.quit:
			return
		case first = <-w.urgent:
			time.Sleep(last)
		case other = <-w.ops:
		}
		batch, began := w.gather(first, other), time.Now()
		w.commit(batch)
		if last = 0; len(batch) > 1 {
			last = min(time.Since(began), longestWait)
		}
	}
}

// gather takes what waits: first what somebody waits for at their screen, then a
// bounded number of others, so that neither keeps the other waiting for ever.
func (w *writer) gather(urgent, other *op) []*op {
	return append(taken(w.urgent, urgent, answering), taken(w.ops, other, following)...)
}

func taken(queue <-chan *op, first *op, most int) (batch []*op) {
	if first != nil {
		batch = append(batch, first)
	}
	for len(batch) < most {
		select {
		case o := <-queue:
			batch = append(batch, o)
		default:
			return batch
		}
	}
	return batch
}

// errNotBegun is that of a transaction no op had anything to do with.
var errNotBegun = errors.New("begin")

// commit runs the ops in one transaction and answers them. If that surely fails,
// each runs alone, so that an error meets only the op whose it is.
func (w *writer) commit(batch []*op) {
	for try := 1; ; try++ {
		batch = dropEnded(batch)
		if len(batch) == 0 {
			return
		}
		outs, err := w.attempt(batch)
		unknown := errors.Is(err, approvals.ErrOutcomeUnknown)
		switch {
		case err == nil:
			for i, o := range batch {
				o.done <- outs[i]
			}
			return
		case errors.Is(err, errNotBegun):
			if try == 1 && w.again(err) {
				w.retried.Add(1)
				continue
			}
		case unknown:
			w.log.Error("the database did not say whether it stored a batch", zap.Int("ops", len(batch)), zap.Error(err))
		case len(batch) > 1:
			w.retried.Add(1)
			for i := range batch {
				w.commit(batch[i : i+1])
			}
			return
		case errors.Is(err, approvals.ErrIDTaken):
			batch[0].done <- outcome{err: err}
			return
		case try < maxTries && w.again(err):
			w.retried.Add(1)
			time.Sleep(rand.N(time.Duration(try) * 10 * time.Millisecond))
			continue
		}
		for _, o := range batch {
			o.done <- outcome{err: err, failed: true}
		}
		return
	}
}

// dropEnded answers the ops whose caller has given up, which then surely stored nothing.
func dropEnded(batch []*op) []*op {
	var live []*op
	for _, o := range batch {
		if err := o.ctx.Err(); err != nil {
			o.done <- outcome{err: err, failed: true}
			continue
		}
		live = append(live, o)
	}
	return live
}

// attempt runs the batch in one transaction. An error is the whole batch's.
func (w *writer) attempt(batch []*op) ([]outcome, error) {
	ctx, cancel := context.WithTimeout(context.Background(), batchLimit)
	defer cancel()
	w.busy.start()
	defer w.busy.stop()
	w.prepareMissed(ctx)
	begun, err := w.db.BeginTx(ctx, &sql.TxOptions{Isolation: w.isolation})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotBegun, err)
	}
	t := &tx{ctx: ctx, sql: &sqlTx{Tx: begun, kept: w.prepared, mine: map[string]*sql.Stmt{}}, dialect: w.dialect}
	if w.inProcess {
		// What may end makes every statement start a goroutine that watches for it.
		t.ctx = context.WithoutCancel(ctx)
	}
	outs, err := t.runAll(batch)
	w.missed = t.sql.unprepared()
	if err != nil || !t.dirty {
		begun.Rollback()
		return outs, err
	}
	w.commits.Add(1)
	err = begun.Commit()
	if err == nil && w.lost != nil {
		if err := w.lost(); err != nil {
			return nil, err
		}
	}
	switch {
	case err == nil:
		return outs, nil
	case w.sure(err):
		return nil, fmt.Errorf("commit: %w", err)
	}
	return nil, fmt.Errorf("%w: commit: %w", approvals.ErrOutcomeUnknown, err)
}

// prepareMissed prepares what the last transaction had to run as text. What
// cannot be prepared goes on being run as text, and says then what is wrong.
func (w *writer) prepareMissed(ctx context.Context) {
	for _, query := range w.missed {
		if _, err := w.prepared.prepare(ctx, query); err != nil {
			return
		}
	}
}
