package sqlstore_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

func TestADeliveryThatComesTwiceInABatchTakesEffectOnce(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		h := holdWriter(t, s)
		var mu sync.Mutex
		var ids []approvals.ID
		duplicates := 0
		h.waiting(t, s, 5, func(i int) {
			r, err := s.Create(t.Context(), []string{fmt.Sprintf("envelope %d", i), "trigger"},
				making(approvals.ID(fmt.Sprint(i)), approvals.Received))
			mu.Lock()
			defer mu.Unlock()
			ids = append(ids, r.ID)
			if errors.Is(err, approvals.ErrDuplicate) {
				duplicates++
			} else if err != nil {
				t.Error(err)
			}
		})
		h.letGo()
		if duplicates != 4 || ids[0] == "" || len(slices.Compact(ids)) != 1 {
			t.Errorf("%d duplicates of the requests %q, want 4 of one", duplicates, ids)
		}
		if v, err := s.Verify(t.Context(), nil); err != nil || v.Events != 1 || len(v.Faults) > 0 {
			t.Errorf("the trail is %+v, %v, want one event", v, err)
		}
	})
}

func TestARequestWhoseIDIsTakenDoesNotFailTheOthersOfItsBatch(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		if _, err := s.Create(t.Context(), nil, making("stored", approvals.Received)); err != nil {
			t.Fatal(err)
		}
		ids := []approvals.ID{"a", "stored", "b", "twice", "twice", "c"}
		errs := make([]error, len(ids))
		h := holdWriter(t, s)
		h.waiting(t, s, len(ids), func(i int) {
			_, errs[i] = s.Create(t.Context(), []string{fmt.Sprintf("envelope %d", i)}, making(ids[i], approvals.Received))
		})
		h.letGo()
		taken := 0
		for i, err := range errs {
			switch {
			case errors.Is(err, approvals.ErrIDTaken) && (ids[i] == "stored" || ids[i] == "twice"):
				taken++
				if _, err := s.Delivered(t.Context(), fmt.Sprintf("envelope %d", i)); !errors.Is(err, approvals.ErrNotFound) {
					t.Errorf("the key of %d was stored: %v", i, err)
				}
			case err != nil:
				t.Errorf("%s: %v", ids[i], err)
			}
		}
		if taken != 2 {
			t.Errorf("%d ids were taken, want 2", taken)
		}
		if v, err := s.Verify(t.Context(), nil); err != nil || v.Events != 5 || len(v.Faults) > 0 {
			t.Errorf("the trail is %+v, %v, want 5 events", v, err)
		}
	})
}

// Nobody gets around a limit by asking often in one instant.
func TestAWriteSeesWhatOthersOfItsBatchHaveDone(t *testing.T) {
	const owner = 17
	for name, count := range map[string]func(approvals.View) (int, error){
		"OpenOf":   func(v approvals.View) (int, error) { return v.OpenOf("U0JOE") },
		"AskedFor": func(v approvals.View) (int, error) { return v.AskedFor(owner, time.Time{}) },
		"OpenFor": func(v approvals.View) (int, error) {
			id, err := v.OpenFor(owner)
			return min(len(id), 1) * 3, err
		},
		"AskedBy": func(v approvals.View) (int, error) {
			asked, err := v.AskedBy(approvals.Person{Slack: "U0JOE"})
			if asked {
				return 3, err
			}
			return 0, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, url func(*testing.T) string) {
				s := open(t, url(t))
				full := errors.New("three are open")
				var mu sync.Mutex
				refused := 0
				h := holdWriter(t, s)
				h.waiting(t, s, 8, func(i int) {
					_, err := s.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
						if n, err := count(v); err != nil || n >= 3 {
							return approvals.Change{}, errors.Join(err, full)
						}
						c, err := making(approvals.ID(fmt.Sprint(i)), approvals.Pending)(v)
						c.Request.Owner.OneLogin = owner
						return c, err
					})
					mu.Lock()
					defer mu.Unlock()
					if errors.Is(err, full) {
						refused++
					} else if err != nil {
						t.Error(err)
					}
				})
				h.letGo()
				if want := map[bool]int{true: 7, false: 5}[name == "OpenFor" || name == "AskedBy"]; refused != want {
					t.Errorf("%d of 8 were refused, want %d", refused, want)
				}
			})
		})
	}
}

func TestAChangeInTheBatchThatMadeTheRequestIsStored(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		h := holdWriter(t, s)
		made := make(chan struct{})
		h.waiting(t, s, 1, func(int) {
			_, err := s.Create(t.Context(), []string{"envelope"}, func(v approvals.View) (approvals.Change, error) {
				defer close(made)
				return making("R1", approvals.Received)(v)
			})
			if err != nil {
				t.Error(err)
			}
		})
		h.waiting(t, s, 1, func(int) { // comes after what somebody waits for
			r, err := s.Update(t.Context(), "R1", nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
				<-made
				r.State = approvals.Withdrawn
				return approvals.Change{Request: r, Event: approvals.Event{At: r.CreatedAt, Kind: approvals.EventWithdrawn, Request: "R1"}}, nil
			})
			if err != nil || r.Version != 2 {
				t.Errorf("%+v, %v, want version 2", r, err)
			}
		})
		before := s.Commits()
		h.letGo()
		if n := s.Commits() - before; n != 1 {
			t.Fatalf("it took %d commits: the two were in no batch", n)
		}
		if r, err := s.Request(t.Context(), "R1"); err != nil || r.State != approvals.Withdrawn {
			t.Errorf("%+v, %v, want it withdrawn", r, err)
		}
		if v, err := s.Verify(t.Context(), nil); err != nil || v.Events != 2 || len(v.Faults) > 0 {
			t.Errorf("the trail is %+v, %v, want 2 events", v, err)
		}
	})
}

func TestAJobThatABatchEnqueuesTwiceRunsAtTheEarlierTime(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		now := time.Now().UTC().Truncate(time.Second)
		h := holdWriter(t, s)
		h.waiting(t, s, 6, func(i int) {
			at := now.Add(time.Duration((i+3)%6) * time.Minute)
			if err := s.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobShow, Request: "R1", RunAt: at}); err != nil {
				t.Error(err)
			}
		})
		h.letGo()
		jobs, err := s.Claim(t.Context(), []approvals.JobKind{approvals.JobShow}, 9, now, time.Minute)
		if err != nil || len(jobs) != 1 || !jobs[0].RunAt.Equal(now) {
			t.Errorf("%+v, %v, want one job due at %v", jobs, err, now)
		}
	})
}

func TestWhatSomebodyWaitsForComesFirst(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		var mu sync.Mutex
		var order []string
		note := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, what)
		}
		create := func(keys []string, what string) func(int) {
			return func(int) {
				_, err := s.Create(t.Context(), keys, func(approvals.View) (approvals.Change, error) {
					note(what)
					return approvals.Change{}, nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		}
		h := holdWriter(t, s)
		h.waiting(t, s, 3, create(nil, "olbot"))
		h.waiting(t, s, sqlstore.UrgentPerBatch+1, create([]string{"envelope"}, "somebody"))
		h.letGo()
		// A batch takes only so many of them: the others are not kept waiting for ever.
		want := append(slices.Repeat([]string{"somebody"}, sqlstore.UrgentPerBatch), "olbot", "olbot", "olbot", "somebody")
		if !slices.Equal(order, want) {
			t.Errorf("the order was %q", order)
		}
	})
}
