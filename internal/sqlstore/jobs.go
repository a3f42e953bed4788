package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"olbot/approvals"
)

// A job is free or leased. Free, it is due at run_at. Leased, it is due when the
// lease ends, and run_at is never, unless it was enqueued again meanwhile.

// Enqueue implements approvals.Store.
func (s *Store) Enqueue(ctx context.Context, jobs ...approvals.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	return s.write(ctx, "enqueue jobs", func(t *tx) error { return t.enqueue(jobs...) })
}

func (t *tx) enqueue(jobs ...approvals.Job) error {
	_, err := t.execAll(enqueue(jobs...))
	return err
}

func enqueue(jobs ...approvals.Job) []statement {
	// PostgreSQL takes a row once in a statement.
	slices.SortStableFunc(jobs, func(a, b approvals.Job) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(string(a.Request), string(b.Request)), a.RunAt.Compare(b.RunAt))
	})
	jobs = slices.CompactFunc(jobs, func(a, b approvals.Job) bool { return a.Kind == b.Kind && a.Request == b.Request })
	var rows [][]any
	for _, j := range jobs {
		rows = append(rows, []any{j.Kind, j.Request, j.RunAt, 0, 0, 0})
	}
	return insert(`jobs (kind, request, run_at, lease_until, attempt, fencing_token)`, rows,
		` ON CONFLICT (kind, request) DO UPDATE SET run_at = excluded.run_at WHERE excluded.run_at < jobs.run_at`)
}

// Claim implements approvals.Store.
func (s *Store) Claim(ctx context.Context, kinds []approvals.JobKind, n int, now time.Time, lease time.Duration) ([]approvals.Job, error) {
	if n <= 0 || len(kinds) == 0 {
		return nil, nil
	}
	// Mostly nothing is due: finding that out must not cost a write.
	if due, err := s.anyDue(ctx, kinds, now); err != nil || !due {
		return nil, err
	}
	return write(ctx, s, "claim jobs", nil, func(t *tx) ([]approvals.Job, error) {
		jobs, err := dueJobs(t.rows, kinds, n, now)
		if err != nil {
			return nil, err
		}
		if len(jobs) == 0 { // another process was faster
			s.due.forget()
		}
		for i := range jobs {
			if err := t.lease(&jobs[i], now, now.Add(lease)); err != nil {
				return nil, err
			}
		}
		return jobs, nil
	})
}

// dueJobs finds up to n due jobs of the kinds, those due first first.
func dueJobs(read func(query string, args []any, scan func(scanner) error) error, kinds []approvals.JobKind, n int, now time.Time) ([]approvals.Job, error) {
	args := []any{now, n}
	var in []string
	for _, kind := range kinds {
		args = append(args, kind)
		in = append(in, fmt.Sprintf("$%d", len(args)))
	}
	var jobs []approvals.Job
	err := read(`
		SELECT kind, request, due_at, attempt FROM jobs
		WHERE due_at <= $1 AND kind IN (`+strings.Join(in, ", ")+`)
		ORDER BY due_at, kind, request LIMIT $2`, args, func(row scanner) error {
		var j approvals.Job
		var due int64
		if err := row.Scan(&j.Kind, &j.Request, &due, &j.Attempt); err != nil {
			return err
		}
		j.RunAt = stored(due)
		jobs = append(jobs, j)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find due jobs: %w", err)
	}
	return jobs, nil
}

// lease gives the job to the caller. Every claim has a fencing token of its own: it
// tells a worker that slept through the end of its job from the worker of the
// next job of that name. The attempts that are stored are those that failed: what
// a worker that died had begun counts for nothing.
func (t *tx) lease(j *approvals.Job, now, until time.Time) error {
	j.Attempt++
	j.FencingToken = rand.Int64()
	_, err := t.exec(`
		UPDATE jobs SET lease_until = $3, fencing_token = $4,
			run_at = CASE WHEN run_at <= $5 THEN 9223372036854775807 ELSE run_at END
		WHERE kind = $1 AND request = $2`, j.Kind, j.Request, until, j.FencingToken, now)
	return err
}

// held finds the job only if the worker still holds it. Its parameters come first.
const held = ` WHERE kind = $1 AND request = $2 AND fencing_token = $3 AND lease_until <> 0`

// Extend implements approvals.Store.
func (s *Store) Extend(ctx context.Context, j approvals.Job, until time.Time) error {
	return s.settle(ctx, "extend lease", j, `UPDATE jobs SET lease_until = $4`+held, until)
}

// Retry implements approvals.Store. If the job was enqueued again meanwhile, the
// earlier of the two times counts.
func (s *Store) Retry(ctx context.Context, j approvals.Job, at time.Time) error {
	return s.settle(ctx, "give job back", j, `
		UPDATE jobs SET lease_until = 0, attempt = $5,
			run_at = CASE WHEN run_at < $4 THEN run_at ELSE CAST($4 AS BIGINT) END`+held, at, j.Attempt)
}

// Finish implements approvals.Store. A job that was enqueued again meanwhile is
// a new one: its attempts count from the start.
func (s *Store) Finish(ctx context.Context, j approvals.Job) error {
	return s.write(ctx, "finish job", func(t *tx) error {
		row := []any{j.Kind, j.Request, j.FencingToken}
		n, err := t.exec(`DELETE FROM jobs`+held+` AND run_at = 9223372036854775807`, row...)
		if err != nil || n > 0 {
			return err
		}
		n, err = t.exec(`UPDATE jobs SET lease_until = 0, attempt = 0`+held, row...)
		return orElse(n, err, approvals.ErrLeaseLost)
	})
}

func (s *Store) settle(ctx context.Context, what string, j approvals.Job, query string, args ...any) error {
	return s.write(ctx, what, func(t *tx) error {
		n, err := t.exec(query, append([]any{j.Kind, j.Request, j.FencingToken}, args...)...)
		return orElse(n, err, approvals.ErrLeaseLost)
	})
}

// takeBackJobs ends every lease. On SQLite there is only this process: whoever
// held one is gone.
func (s *Store) takeBackJobs(ctx context.Context) error {
	if _, err := s.w.ExecContext(ctx, `UPDATE jobs SET lease_until = 1 WHERE lease_until <> 0`); err != nil {
		return fmt.Errorf("take back jobs: %w", err)
	}
	return nil
}
