package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A worker works one job. Without an error the job is done; with a
// *TemporaryError or any other error it runs again.
type worker func(*Service, context.Context, Job) error

// A pool works jobs of some kinds, so that many jobs of one kind cannot keep
// another waiting.
type pool struct {
	size    int // how many jobs run at the same time
	kinds   []JobKind
	workers map[JobKind]worker
	wakeup  wakeup
}

// jobTable is the table of all kinds of job: the pool of each kind, and its worker. One that
// hangs keeps no other of the sinks from being sent to.
func jobTable(sinks int) []*pool {
	timer := withRequest((*Service).runTimer)
	return []*pool{
		newPool(8, jobRow{JobIssue, withRequest((*Service).makeCode)}),
		newPool(8, jobRow{JobResolve, withRequest((*Service).resolve)}),
		newPool(8, jobRow{JobShow, withRequest((*Service).show)}),
		newPool(4, jobRow{JobHome, (*Service).repaintHome}),
		newPool(2, jobRow{JobExpire, timer}, jobRow{JobLapse, timer}, jobRow{JobClose, timer}, jobRow{JobObjection, timer}, jobRow{JobRemind, timer}),
		newPool(4, jobRow{JobEscalate, withRequest((*Service).escalate)}),
		newPool(4, jobRow{JobRevoke, withRequest((*Service).revoke)}),
		newPool(max(4, sinks), jobRow{JobSink, (*Service).sendTrail}),
		newPool(1, jobRow{JobWatch, (*Service).watchSinks}, jobRow{JobPrune, (*Service).prune}),
	}
}

type jobRow struct {
	kind JobKind
	work worker
}

func newPool(size int, rows ...jobRow) *pool {
	p := &pool{size: size, workers: map[JobKind]worker{}, wakeup: newWakeup()}
	for _, row := range rows {
		p.kinds, p.workers[row.kind] = append(p.kinds, row.kind), row.work
	}
	return p
}

// JobKinds lists all kinds of job.
func JobKinds() (kinds []JobKind) { return kindsOf(jobTable(0)) }

func kindsOf(pools []*pool) (kinds []JobKind) {
	for _, p := range pools {
		kinds = append(kinds, p.kinds...)
	}
	return kinds
}

// withRequest makes a worker of a function that needs the job's request. If the
// request has been pruned there is nothing to do.
func withRequest(work func(*Service, context.Context, Job, Request) error) worker {
	return func(s *Service, ctx context.Context, j Job) error {
		r, err := s.Store.Request(ctx, j.Request)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return work(s, ctx, j, r)
	}
}

// runWorker calls the worker of the job. A panic becomes an error.
func (s *Service) runWorker(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = recovered(p)
		}
	}()
	for _, p := range s.pools {
		if work, ok := p.workers[j.Kind]; ok {
			return work(s, ctx, j)
		}
	}
	return unknownKind(j)
}

// enqueue adds jobs that belong to no Change, and notifies their pools.
func (s *Service) enqueue(ctx context.Context, jobs ...Job) error {
	if err := s.checkKinds(jobs); err != nil {
		return err
	}
	if err := s.Store.Enqueue(ctx, jobs...); err != nil {
		return err
	}
	s.notify(jobs...)
	return nil
}

// checkKinds refuses jobs that no pool works: they would stay in the Store forever.
func (s *Service) checkKinds(jobs []Job) error {
	for _, j := range jobs {
		if !slices.ContainsFunc(s.pools, func(p *pool) bool { return p.workers[j.Kind] != nil }) {
			return unknownKind(j)
		}
	}
	return nil
}

func unknownKind(j Job) error { return fmt.Errorf("no such kind of job: %q", j.Kind) }
