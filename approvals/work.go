package approvals

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
)

// How jobs are worked.
const (
	lease      = 6 * time.Second        // a worker that says nothing for so long has lost its job
	heartbeat  = lease / 3              //
	poll       = 250 * time.Millisecond // the net under notify: timers, retries, other processes' jobs
	grace      = 8 * time.Second        // how long a running job may go on when the program stops
	settleTime = time.Second            // how long it may take to give a job back after that
	manyTries  = 20                     // a job that fails so often is worth a line in the log
)

// notify wakes the pools that have a job which is due, and the feed's. It only saves
// time: the next poll finds every other job.
func (s *Service) notify(jobs ...Job) {
	now := s.now()
	for _, p := range s.pools {
		mine := func(j Job) bool { return slices.Contains(p.kinds, j.Kind) && !j.RunAt.After(now) }
		if slices.Contains(p.kinds, JobSink) || slices.ContainsFunc(jobs, mine) {
			p.wakeup.notify()
		}
	}
}

// Run works jobs until ctx ends. Then it takes no more, lets those that run go
// on for up to 8 s (a code that is being made is not thrown away lightly), and
// returns when all are over or given back.
func (s *Service) Run(ctx context.Context) error {
	if err := s.addCursors(ctx); err != nil {
		return fmt.Errorf("add the sinks' cursors: %w", err)
	}
	if err := s.enqueue(ctx, s.permanentJobs()...); err != nil {
		return fmt.Errorf("enqueue the permanent jobs: %w", err)
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	context.AfterFunc(ctx, func() {
		s.stopping.Store(true)
		time.AfterFunc(grace, stop)
	})
	var pools sync.WaitGroup
	for _, p := range s.pools {
		pools.Go(func() { s.runPool(ctx, work, p) })
	}
	pools.Go(func() { s.watchRequesters(ctx) })
	pools.Wait()
	return nil
}

// permanentJobs are the jobs that are always there.
func (s *Service) permanentJobs() []Job {
	now := s.now()
	jobs := []Job{{Kind: JobWatch, RunAt: now}, {Kind: JobPrune, RunAt: now}}
	for _, sink := range s.Sinks {
		jobs = append(jobs, Job{Kind: JobSink, Request: ID(sink.Name()), RunAt: now})
	}
	return jobs
}

func (s *Service) runPool(ctx, work context.Context, p *pool) {
	slots := make(chan struct{}, p.size)
	var running sync.WaitGroup
	defer running.Wait()
	for ctx.Err() == nil {
		jobs, err := s.Store.Claim(ctx, p.kinds, p.size-len(slots), s.now(), lease)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("claim jobs", zap.Error(err))
		}
		for _, j := range jobs {
			slots <- struct{}{}
			running.Go(func() {
				defer func() { <-slots; p.wakeup.notify() }()
				s.work(work, j)
			})
		}
		p.wakeup.wait(ctx)
	}
}

// A wakeup tells one worker that there may be something to do.
type wakeup chan struct{}

func newWakeup() wakeup { return make(wakeup, 1) }

func (b wakeup) notify() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// wait returns when it is notified, at the latest after the poll interval.
func (b wakeup) wait(ctx context.Context) {
	select {
	case <-b:
	case <-time.After(poll):
	case <-ctx.Done():
	}
}

// Step works one due job of any kind, if there is one: the hand crank.
func (s *Service) Step(ctx context.Context) (worked bool, err error) {
	jobs, err := s.Store.Claim(ctx, kindsOf(s.pools), 1, s.now(), lease)
	if err != nil || len(jobs) == 0 {
		return false, err
	}
	s.work(ctx, jobs[0])
	return true, nil
}

// work does one job under a heartbeat and settles it.
func (s *Service) work(ctx context.Context, j Job) {
	held, drop := context.WithCancelCause(ctx)
	defer drop(nil)
	beating := make(chan struct{})
	go func() { defer close(beating); s.keepLease(held, j, drop) }()
	err := s.runWorker(held, j)
	lost := errors.Is(context.Cause(held), ErrLeaseLost)
	drop(nil)
	<-beating
	if lost {
		s.Log.Warn("lease lost", jobFields(j)...)
		return
	}
	settled, cancel := context.WithTimeout(context.WithoutCancel(ctx), lease-heartbeat) // later it may be another's
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(settleTime, cancel) })()
	if err := s.settle(settled, ctx.Err() != nil, j, err); err != nil && !errors.Is(err, ErrLeaseLost) {
		s.Log.Error("settle job", append(jobFields(j), zap.Error(err))...)
	}
}

// keepLease keeps the lease while the job is worked, and stops the work if it cannot.
func (s *Service) keepLease(ctx context.Context, j Job, drop context.CancelCauseFunc) {
	held := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(heartbeat):
		}
		extending, cancel := context.WithTimeout(ctx, heartbeat)
		err := s.Store.Extend(extending, j, s.now().Add(lease))
		cancel()
		switch {
		case err == nil:
			held = time.Now()
		case errors.Is(err, ErrLeaseLost) || time.Since(held) > lease-heartbeat:
			drop(ErrLeaseLost)
			return
		}
	}
}

// settle removes a job that is done and gives back one that has to run again.
func (s *Service) settle(ctx context.Context, stopped bool, j Job, err error) error {
	if err == nil {
		return s.Store.Finish(ctx, j)
	}
	temporary, ok := errors.AsType[*TemporaryError](err)
	if stopped || ok && temporary.NotYet {
		j.Attempt-- // it did not fail: this try does not count
	}
	if stopped {
		return s.Store.Retry(ctx, j, s.now())
	}
	if ok && temporary.After > 0 {
		if !temporary.NotYet && j.Attempt%manyTries == 0 {
			s.Log.Warn("job has failed again", append(jobFields(j), zap.Error(err))...)
		}
		return s.Store.Retry(ctx, j, s.now().Add(temporary.After))
	}
	s.Log.Error("job", append(jobFields(j), failure(err)...)...)
	return s.Store.Retry(ctx, j, s.now().Add(backoff(j.Attempt)))
}

// failure is an error as the log has it; of a panic, also where it was.
func failure(err error) []zap.Field {
	fields := []zap.Field{zap.Error(err)}
	if p, ok := errors.AsType[*panicError](err); ok {
		fields = append(fields, zap.ByteString("stack", p.stack))
	}
	return fields
}

// backoff grows from half a second to half a minute, spread so that retries do
// not come in step.
func backoff(attempt int64) time.Duration {
	d := 500 * time.Millisecond << min(max(attempt-1, 0), 6)
	return d - time.Duration(rand.Int64N(int64(d/4)))
}

func jobFields(j Job) []zap.Field {
	return []zap.Field{zap.String("job", string(j.Kind)), zap.String("request_id", string(j.Request)), zap.Int64("try", j.Attempt)}
}

// A panicError is a panic that was recovered. It hides the value, which may be anything.
type panicError struct {
	kind  string
	stack []byte
}

func (e *panicError) Error() string { return "panic with a " + e.kind }

func recovered(p any) *panicError {
	return &panicError{kind: fmt.Sprintf("%T", p), stack: debug.Stack()}
}

// parallel runs the functions in parallel and returns all their errors, in order. A
// panic becomes the error of its function: if it ended the program, the same job
// would end it again after every start.
func parallel(fns ...func() error) []error {
	errs := make([]error, len(fns))
	var running sync.WaitGroup
	for i, fn := range fns {
		running.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = recovered(p)
				}
			}()
			errs[i] = fn()
		})
	}
	running.Wait()
	return errs
}
