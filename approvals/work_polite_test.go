package approvals_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"olbot/approvals"
)

// A slowStore lets new commands wait while door is full.
type slowStore struct {
	approvals.Store
	door chan struct{}
}

func (s slowStore) Create(ctx context.Context, receipts []string, fn func(approvals.View) (approvals.Change, error)) (approvals.Request, error) {
	s.door <- struct{}{}
	<-s.door
	return s.Store.Create(ctx, receipts, fn)
}

func TestCardsLetCommandsBeAnsweredFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		r := o.asks()
		o.works()
		s := slowStore{o.Store, make(chan struct{}, 1)}
		o.Store = s
		o.running()
		synctest.Wait()
		repaints := func() time.Duration {
			began := time.Now()
			o.mu.Lock()
			before := len(o.painted)
			o.mu.Unlock()
			if err := o.Refresh(t.Context(), r.ID); err != nil {
				t.Fatal(err)
			}
			o.until("the card is painted again", func() bool {
				o.mu.Lock()
				defer o.mu.Unlock()
				return len(o.painted) > before
			})
			return time.Since(began).Truncate(10 * time.Millisecond)
		}
		if took := repaints(); took != 0 {
			t.Errorf("with nothing else to do, a card took %v", took)
		}
		s.door <- struct{}{}
		go func() {
			ask := approvals.Ask{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}}
			if _, err := o.Submit(t.Context(), ask); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		if took := repaints(); took < 100*time.Millisecond || took > time.Second {
			t.Errorf("while somebody waited, a card took %v: it is to wait, but not for ever", took)
		}
		<-s.door
		synctest.Wait()
		if took := repaints(); took != 0 {
			t.Errorf("when all were answered, a card took %v", took)
		}
	})
}
