package sqlstore_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// victimURL names the variable that makes the test program a victim.
const victimURL = "OLBOT_TEST_VICTIM"

func TestMain(m *testing.M) {
	if url := os.Getenv(victimURL); url != "" {
		beVictim(url)
		return
	}
	os.Exit(m.Run())
}

const victimLease = 10 * time.Second

// beVictim stores requests and works their jobs, and says so after each answer,
// until it is killed.
func beVictim(url string) {
	s, err := sqlstore.Open(context.Background(), sqlstore.Config{Keys: testKeys, URL: url})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for {
				if err := victimStep(s); err != nil {
					fmt.Println("error", err)
					return
				}
			}
		})
	}
	workers.Wait()
}

func victimStep(s *sqlstore.Store) error {
	ctx := context.Background()
	id := approvals.NewID()
	if _, err := s.Create(ctx, []string{"envelope of " + string(id)}, making(id, approvals.Received)); err != nil {
		return err
	}
	fmt.Println("created", id)
	jobs, err := s.Claim(ctx, []approvals.JobKind{approvals.JobResolve}, 2, time.Now(), victimLease)
	if err != nil || len(jobs) == 0 {
		return err
	}
	fmt.Println("finishing", jobs[0].Request) // the other one stays leased
	if err := s.Finish(ctx, jobs[0]); err != nil {
		return err
	}
	fmt.Println("finished", jobs[0].Request)
	return nil
}

func TestKeepsWhatItAnsweredThoughItIsKilled(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		said := map[string]map[approvals.ID]bool{"created": {}, "finishing": {}, "finished": {}}
		for round := range 3 {
			killVictim(t, url, 100*(round+1), said)
			s := open(t, url) // at once: the system has let go of the file
			v, err := s.Verify(t.Context(), nil)
			if err != nil || len(v.Faults) > 0 || v.Events < int64(len(said["created"])) {
				t.Errorf("the trail is %+v, %v, want at least %d events", v, err, len(said["created"]))
			}
			for id := range said["created"] {
				if _, err := s.Request(t.Context(), id); err != nil {
					t.Errorf("%s was answered as stored: %v", id, err)
				}
				if of, err := s.Delivered(t.Context(), "envelope of "+string(id)); err != nil || of != id {
					t.Errorf("the receipt of %s: %q, %v", id, of, err)
				}
			}
			checkJobs(t, s, strings.HasPrefix(url, "sqlite:"), said)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// checkJobs takes every job there is and gives it back.
func checkJobs(t *testing.T, s *sqlstore.Store, alone bool, said map[string]map[approvals.ID]bool) {
	t.Helper()
	now := time.Now()
	if !alone {
		now = now.Add(victimLease) // another process might live
	}
	due := map[approvals.ID]approvals.Job{}
	var lost []approvals.ID
	defer func() {
		for _, id := range lost {
			t.Errorf("the job of %s was lost", id)
		}
	}()
	// PostgreSQL takes a while to see that a client is gone: what it had locked is passed over until then.
	waitFor(t, func() bool {
		jobs, err := s.Claim(t.Context(), []approvals.JobKind{approvals.JobResolve}, 100, now, victimLease)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs {
			due[j.Request] = j
		}
		lost = nil
		for id := range said["created"] {
			if due[id].Request == "" && !said["finishing"][id] {
				lost = append(lost, id)
			}
		}
		return len(jobs) == 0 && len(lost) == 0
	})
	for _, j := range due {
		if said["finished"][j.Request] {
			t.Errorf("the job of %s was answered as finished and is due again", j.Request)
		}
		if err := s.Retry(t.Context(), j, time.Now()); err != nil {
			t.Error(err)
		}
	}
}

// killVictim runs a victim until it has said so many lines, and notes them.
func killVictim(t *testing.T, url string, lines int, said map[string]map[approvals.ID]bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	victim := exec.CommandContext(t.Context(), self)
	victim.Env = append(os.Environ(), victimURL+"="+url)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	scan := bufio.NewScanner(out)
	for n := 0; scan.Scan(); n++ {
		what, id, _ := strings.Cut(scan.Text(), " ")
		if said[what] == nil {
			t.Errorf("the victim says: %s", scan.Text())
			continue
		}
		said[what][approvals.ID(id)] = true
		if n == lines {
			victim.Process.Kill() // kill -9; what it said before is still read
		}
	}
	victim.Wait()
}
