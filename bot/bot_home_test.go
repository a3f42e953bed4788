package bot

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

// A closedBooth is where no Home tab can be painted, and nobody knows until when.
type closedBooth struct {
	approvals.Messenger
	tries int
}

func (c *closedBooth) ShowHome(context.Context, string, bool, func(context.Context) (approvals.Home, error)) error {
	c.tries++
	time.Sleep(time.Millisecond) // a call takes its time
	return &approvals.TemporaryError{Err: errors.New("503")}
}

// TestAHomeThatDoesNotOpenIsTriedAtAPace: what fails without saying when to come
// again is no reason to call without a pause.
func TestAHomeThatDoesNotOpenIsTriedAtAPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		booth := &closedBooth{}
		service := approvals.NewService(approvals.Ports{Messenger: booth}, approvals.Policy{}, 0, zap.NewNop(), time.Now)
		b := New(service, nil, "/tempotp", zap.NewNop())
		b.openHome(t.Context(), "U0JOE")
		b.Wait()
		if most := int(behindTime/sendPause) + 1; booth.tries < 2 || booth.tries > most {
			t.Errorf("tried %d times in %s", booth.tries, behindTime)
		}
	})
}
