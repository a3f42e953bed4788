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

// patience is how long a start waits for Slack, OneLogin and the database, each:
// after a power cut they may come up later than olbot.
const patience = 20 * time.Second

// rejections is how often OneLogin may refuse the credentials before that counts:
// it is known to refuse good ones now and then.
const rejections = 4

// withRetry calls do again while its failure may pass, until the patience is used
// up. A failure that does not pass is returned at once.
func (p *program) withRetry(ctx context.Context, log *zap.Logger, failure string, do func(context.Context) error) error {
	deadline := time.Now().Add(p.patience)
	steps := retry.WithJitterPercent(20, retry.WithCappedDuration(5*time.Second, retry.NewExponential(250*time.Millisecond)))
	var after time.Duration // what the last failure asked for
	rejected := 0
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
		wait, ok := retryable(err)
		if onelogin.Passing(err) {
			rejected++
			ok = rejected < rejections
		}
		if !ok || ctx.Err() != nil {
			return err
		}
		after = wait
		log.Warn(failure+", trying again", zap.Error(err))
		return retry.RetryableError(err)
	})
}

// retryable says whether err may pass, and after how long at least. Slack's no without
// a word is no answer. A server that does not prove who it is goes on like that, and so does
// a proxy that says no.
func retryable(err error) (after time.Duration, ok bool) {
	if unproven(err) || proxyRefusal(err) != nil {
		return 0, false
	}
	if e, ok := errors.AsType[*slackapi.InspectError](err); ok {
		return e.After, e.Problem == slackapi.Unreachable || e.Problem == slackapi.Unexpected && e.Code == ""
	}
	if e, ok := errors.AsType[*onelogin.Error](err); ok {
		return e.RetryAfter, onelogin.Retryable(err)
	}
	e, ok := errors.AsType[*sqlstore.OpenError](err)
	return 0, ok && e.Kind == sqlstore.Unreachable
}
