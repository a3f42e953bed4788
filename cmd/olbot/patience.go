package main

import (
	"context"
	"errors"
	"time"

	"github.com/sethvargo/go-retry"
	"go.uber.org/zap"

	"olbot/internal/slackapi"
	"olbot/internal/sqlstore"
	"olbot/onelogin"
)

// patience is how long a start waits for Slack, OneLogin and the database, each,
// to come up: after a power cut they may be later than olbot.
const patience = 20 * time.Second

// patiently does something again while its failure may pass, until the patience
// is used up. A failure that does not pass is returned at once.
func (p *program) patiently(ctx context.Context, log *zap.Logger, what string, do func(context.Context) error) error {
	deadline := time.Now().Add(p.patience)
	steps := retry.WithJitterPercent(20, retry.WithCappedDuration(5*time.Second, retry.NewExponential(250*time.Millisecond)))
	var after time.Duration // what was asked for
	pause := retry.BackoffFunc(func() (time.Duration, bool) {
		next, _ := steps.Next()
		next = max(next, after)
		return next, next > time.Until(deadline)
	})
	return retry.Do(ctx, pause, func(ctx context.Context) error {
		err := do(ctx)
		if err == nil {
			return nil
		}
		wait, passing := mayPass(err)
		if !passing || ctx.Err() != nil {
			return err
		}
		after = wait
		log.Warn(what+", trying again", zap.Error(err))
		return retry.RetryableError(err)
	})
}

// mayPass says whether the same may work in a while, and how long that while is at least.
func mayPass(err error) (after time.Duration, ok bool) {
	if e, ok := errors.AsType[*slackapi.InspectError](err); ok {
		return e.After, e.Problem == slackapi.Unreachable
	}
	if e, ok := errors.AsType[*onelogin.Error](err); ok {
		return e.RetryAfter, onelogin.Retryable(err)
	}
	e, ok := errors.AsType[*sqlstore.OpenError](err)
	return 0, ok && e.Kind == sqlstore.Unreachable
}
