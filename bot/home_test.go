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

// A closedHome is where no Home tab can be rendered, and nobody knows until when.
type closedHome struct {
	approvals.Messenger
	tries int
}

func (c *closedHome) ShowHome(context.Context, string, bool, func(context.Context) (approvals.Home, error)) error {
	c.tries++
	time.Sleep(time.Millisecond) // a call takes its time
	return &approvals.TemporaryError{Err: errors.New("503")}
}

// TestAHomeThatDoesNotOpenIsTriedAtAPace: what fails without saying when to come
// again is no reason to call without a pause.
func TestAHomeThatDoesNotOpenIsTriedAtAPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		home := &closedHome{}
		service := approvals.NewService(approvals.Ports{Messenger: home}, approvals.Policy{}, 0, zap.NewNop(), time.Now)
		b := New(service, nil, "/tempotp", zap.NewNop(), time.Now)
		b.openHome(t.Context(), "U0JOE")
		b.Wait()
		if most := int(behindTime/homePause) + 1; home.tries < 2 || home.tries > most {
			t.Errorf("tried %d times in %s", home.tries, behindTime)
		}
	})
}
