package main

import (
	"context"
	"slices"
	"sync"

	"go.uber.org/zap"
)

// A check is one thing that has to be so for olbot to work. olbot run makes it when it
// starts, and olbot check whenever it is called, so that both say the same of it.
type check struct {
	name string // which scripts know it by
	look func(context.Context) (finding, error)
}

// A finding is what a check saw where olbot can work. What keeps it from working is an
// error instead, which explain has the words for.
type finding struct {
	well     string   // what is well, in a few words
	warnings []string // what is allowed and unwise, a sentence each
}

// A series is the checks of one service. Without the first the others make no sense.
type series struct {
	silence string // what is logged while the service does not answer
	checks  []check
}

// A result is how a check ended. At most one of finding, err and skipped is set.
type result struct {
	name string
	finding
	err     error
	skipped bool // what comes before it has to be put right first
}

// makeChecks makes the checks of each series in order, and the series at once.
func (p *program) makeChecks(ctx context.Context, log *zap.Logger, all ...series) []result {
	results := make([][]result, len(all))
	var made sync.WaitGroup
	for i, s := range all {
		made.Go(func() { results[i] = p.makeSeries(ctx, log, s) })
	}
	made.Wait()
	return slices.Concat(results...)
}

func (p *program) makeSeries(ctx context.Context, log *zap.Logger, s series) []result {
	results := make([]result, len(s.checks))
	stopped := false
	for i, c := range s.checks {
		r := &results[i]
		r.name, r.skipped = c.name, stopped
		if stopped {
			continue
		}
		r.err = p.withRetry(ctx, log, s.silence, func(ctx context.Context) (err error) {
			r.finding, err = c.look(ctx)
			return err
		})
		if r.err != nil {
			r.finding = finding{}
			// Who does not answer now has nothing to say to the next question either.
			_, code := explain(r.err)
			stopped = i == 0 || code == exitFailed
		}
	}
	return results
}

// skip is what becomes of checks that are not made.
func skip(all ...series) (results []result) {
	for _, s := range all {
		for _, c := range s.checks {
			results = append(results, result{name: c.name, skipped: true})
		}
	}
	return results
}

// settle logs the warnings. The error is what was found wrong, all of it.
func settle(results []result, log *zap.Logger) error {
	var failed failures
	for _, r := range results {
		for _, warning := range r.warnings {
			log.Warn(warning)
		}
		if r.err != nil {
			failed = append(failed, r.err)
		}
	}
	if len(failed) > 0 {
		return failed
	}
	return nil
}
