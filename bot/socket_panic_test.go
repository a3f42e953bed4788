package bot

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
)

type explodingAnswer struct{}

func (explodingAnswer) MarshalJSON() ([]byte, error) { panic(fakeSecret) }

func TestPanicIsAnsweredAndLoggedWithoutItsContent(t *testing.T) {
	for name, handler := range map[string]Handler{
		"text":            func(context.Context, Envelope) any { panic("about " + fakeSecret) },
		"error":           func(context.Context, Envelope) any { panic(errors.New(fakeSecret)) },
		"runtime error":   func(_ context.Context, e Envelope) any { return e.ID[len(e.ID):][0] },
		"Goexit":          func(context.Context, Envelope) any { runtime.Goexit(); return nil },
		"in its own JSON": func(context.Context, Envelope) any { return explodingAnswer{} },
	} {
		t.Run(name, func(t *testing.T) {
			inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
				h := startSocket(t, slack, func(c *SocketConfig) { c.Handler = handler })
				c := slack.conn(1)
				c.command("E1")
				synctest.Wait()
				if got := c.got(); !slices.Equal(got, []fakeAck{{"E1", `{"text":"broken"}`}}) || h.counted(SocketPanic) != 1 {
					t.Errorf("acks %v, counts %v", got, h.counts)
				}
				logged := h.logs.FilterMessage("handler panicked").FilterFieldKey("stack")
				if logged.Len() != 1 {
					t.Error("no stack was logged")
				}
			})
		})
	}
}

func TestPanicInAHookIsABareAck(t *testing.T) {
	inSocketBubble(t, func(t *testing.T, slack *fakeSlack) {
		h := startSocket(t, slack, func(c *SocketConfig) {
			c.Handler = func(context.Context, Envelope) any { panic(1) }
			c.Broken = func(Envelope) any { panic(2) }
		})
		slack.conn(1).command("E1")
		synctest.Wait()
		if got := slack.conn(1).got(); !slices.Equal(got, []fakeAck{bareAck("E1")}) || h.counted(SocketPanic) != 2 {
			t.Errorf("acks %v, counts %v", got, h.counts)
		}
	})
}
