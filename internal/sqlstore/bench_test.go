package sqlstore_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// benchOn runs the benchmark on every database there is.
func benchOn(b *testing.B, bench func(b *testing.B, s *sqlstore.Store)) {
	run := func(b *testing.B, url string) {
		s, err := sqlstore.Open(b.Context(), sqlstore.Config{Keys: testKeys, URL: url})
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		before := s.Commits()
		b.ResetTimer()
		bench(b, s)
		b.StopTimer()
		b.ReportMetric(float64(s.Commits()-before)/float64(b.N), "commits/op")
	}
	b.Run("SQLite", func(b *testing.B) { run(b, "sqlite:"+filepath.Join(b.TempDir(), "olbot.db")) })
	b.Run("PostgreSQL", func(b *testing.B) {
		run(b, postgresURL(b))
	})
}

// BenchmarkSubmit lets so many people send a command in one instant. It reports how
// long it takes until the last of them is answered: the best round and the median.
func BenchmarkSubmit(b *testing.B) {
	for _, people := range []int{150, 1000} {
		b.Run(fmt.Sprint(people, " people"), func(b *testing.B) {
			benchOn(b, func(b *testing.B, s *sqlstore.Store) { benchSubmit(b, s, people) })
		})
	}
}

func benchSubmit(b *testing.B, s *sqlstore.Store, people int) {
	service := approvals.NewService(approvals.Ports{Store: s, Directory: anybody{}}, approvals.Policy{Requesters: []approvals.Principal{{Kind: approvals.Everybody}}, AgentLimit: 10, ApprovalTimeout: time.Minute, DefaultValidity: time.Minute, MaxValidity: time.Hour}, 0, zap.NewNop(), time.Now)
	var rounds []time.Duration
	for b.Loop() {
		began := time.Now()
		var all sync.WaitGroup
		for range people {
			all.Go(func() {
				id := string(approvals.NewID())
				_, err := service.Submit(b.Context(), approvals.Submission{
					Agent: "U" + id, Owner: approvals.Ref{Slack: "U0ANA"}, Reason: "lost her phone",
					IdempotencyKeys: []string{"envelope:" + id, "trigger:" + id},
				})
				if err != nil {
					b.Error(err)
				}
			})
		}
		all.Wait()
		rounds = append(rounds, time.Since(began))
	}
	slices.Sort(rounds)
	b.ReportMetric(rounds[0].Seconds()*1000, "ms-best")
	b.ReportMetric(rounds[len(rounds)/2].Seconds()*1000, "ms-median")
}

// BenchmarkCreate stores requests from many callers at once.
func BenchmarkCreate(b *testing.B) {
	benchOn(b, func(b *testing.B, s *sqlstore.Store) {
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				id := approvals.NewID()
				if _, err := s.Create(b.Context(), []string{string(id)}, making(id, approvals.Received)); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkCreateAlone stores requests from one caller: a commit each.
func BenchmarkCreateAlone(b *testing.B) {
	benchOn(b, func(b *testing.B, s *sqlstore.Store) {
		for b.Loop() {
			id := approvals.NewID()
			if _, err := s.Create(b.Context(), []string{string(id)}, making(id, approvals.Received)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkJob enqueues, claims and finishes a job, from many callers at once.
func BenchmarkJob(b *testing.B) {
	benchOn(b, func(b *testing.B, s *sqlstore.Store) {
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := s.Enqueue(b.Context(), approvals.Job{Kind: approvals.JobShow, Request: approvals.NewID(), RunAt: time.Now()}); err != nil {
					b.Error(err)
				}
				jobs, err := s.Claim(b.Context(), []approvals.JobKind{approvals.JobShow}, 1, time.Now(), time.Minute)
				if err != nil {
					b.Error(err)
				}
				for _, j := range jobs {
					if err := s.Finish(b.Context(), j); err != nil {
						b.Error(err)
					}
				}
			}
		})
	})
}

// BenchmarkIdle looks for work where there is none.
func BenchmarkIdle(b *testing.B) {
	benchOn(b, func(b *testing.B, s *sqlstore.Store) {
		for b.Loop() {
			if _, err := s.Claim(b.Context(), []approvals.JobKind{approvals.JobShow}, 8, time.Now(), time.Minute); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkHistory reads what is read before a code is made, with 10,000 events since
// the request began.
func BenchmarkHistory(b *testing.B) {
	const id, events = "OTP-0000-0001", 10_000
	benchOn(b, func(b *testing.B, s *sqlstore.Store) {
		if _, err := s.Create(b.Context(), nil, making(id, approvals.Received)); err != nil {
			b.Fatal(err)
		}
		var all sync.WaitGroup
		for range events {
			all.Go(func() {
				e := approvals.Event{At: time.Now(), Kind: approvals.EventAsked, Request: "OTP-0000-0002", Reason: strings.Repeat("lost her phone ", 30)}
				if err := s.Record(b.Context(), nil, e); err != nil {
					b.Error(err)
				}
			})
		}
		all.Wait()
		b.ResetTimer()
		for b.Loop() {
			_, err := s.Create(b.Context(), nil, func(v approvals.View) (approvals.Change, error) {
				history, err := v.History(id)
				if len(history) != 1 {
					b.Errorf("%d events, %v", len(history), err)
				}
				return approvals.Change{}, err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
