package socketmode

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
		"text":            func(context.Context, Envelope) (any, error) { panic("about " + fakeSecret) },
		"error":           func(context.Context, Envelope) (any, error) { panic(errors.New(fakeSecret)) },
		"runtime error":   func(_ context.Context, e Envelope) (any, error) { return e.ID[len(e.ID):][0], nil },
		"Goexit":          func(context.Context, Envelope) (any, error) { runtime.Goexit(); return nil, nil },
		"in its own JSON": func(context.Context, Envelope) (any, error) { return explodingAnswer{}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, slack *fakeSlack) {
				w := startWorld(t, slack, func(c *Config) { c.Handler = handler })
				c := slack.conn(1)
				c.command("E1")
				synctest.Wait()
				if got := c.got(); !slices.Equal(got, []fakeAck{{"E1", `{"text":"broken"}`}}) || w.counted(panicked) != 1 {
					t.Errorf("acks %v, counts %v", got, w.counts)
				}
				logged := w.logs.FilterMessage("handler panicked").FilterFieldKey("stack")
				if logged.Len() != 1 {
					t.Error("no stack was logged")
				}
			})
		})
	}
}

func TestPanicInAHookIsABareAck(t *testing.T) {
	inWorld(t, func(t *testing.T, slack *fakeSlack) {
		w := startWorld(t, slack, func(c *Config) {
			c.Handler = func(context.Context, Envelope) (any, error) { panic(1) }
			c.Broken = func(Envelope) any { panic(2) }
		})
		slack.conn(1).command("E1")
		synctest.Wait()
		if got := slack.conn(1).got(); !slices.Equal(got, []fakeAck{bareAck("E1")}) || w.counted(panicked) != 2 {
			t.Errorf("acks %v, counts %v", got, w.counts)
		}
	})
}
