package approvals_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// inACrowd submits what Joe asks for n owners, by other names, while many wait for an answer.
func (o *office) inACrowd(n int) (all []approvals.Request) {
	o.t.Helper()
	leave := o.Crowd()
	defer leave()
	for i := range n {
		o.passes(1) // what came first is opened first
		all = append(all, o.asks(func(a *approvals.Ask) {
			a.Receipts = []string{fmt.Sprint("crowd ", i)}
			if i > 0 {
				a.Owner = approvals.Ref{Email: fmt.Sprintf("ana%d@example.com", i)}
			}
		}))
	}
	return all
}

// TestWhatIsAskedInACrowdIsKept (invariant 2): it was answered, so it is stored, and
// becomes the request that the answer named.
func TestWhatIsAskedInACrowdIsKept(t *testing.T) {
	o := newOffice(t)
	asked := o.inACrowd(1)[0]
	if asked.State != approvals.Received || asked.Asked != (approvals.Ref{Slack: "U0ANA"}) {
		t.Errorf("the answer was %+v", asked)
	}
	if _, err := o.store.Request(t.Context(), asked.ID); !errors.Is(err, approvals.ErrNotFound) {
		t.Errorf("%v, want that it is in the inbox only", err)
	}
	o.passes(time.Minute)
	o.reload()
	o.works()
	r := o.stands(asked.ID, approvals.Pending)
	if !r.CreatedAt.Equal(asked.CreatedAt) || !r.ExpiresAt.Equal(asked.ExpiresAt) || r.Reason != asked.Reason {
		t.Errorf("it became %+v, and the answer was %+v", r, asked)
	}
}

// TestALimitHoldsInACrowd: who has as many as are allowed is told so a little later.
func TestALimitHoldsInACrowd(t *testing.T) {
	o := newOffice(t)
	all := o.inACrowd(5)
	o.Step(t.Context())
	for i, asked := range all {
		r := o.request(asked.ID)
		if i < o.Policy.AgentLimit && r.State != approvals.Received {
			t.Errorf("request %d is %s", i+1, r.State)
		}
		if i >= o.Policy.AgentLimit && (r.State != approvals.Refused || r.Refusal.Code != approvals.AgentLimit) {
			t.Errorf("request %d is %s, %+v", i+1, r.State, r.Refusal)
		}
	}
	if n := o.count(approvals.EventRefused); n != 2 {
		t.Errorf("%d refusals in the trail, want 2", n)
	}
	o.works()
	if n := o.count(approvals.EventReceived); n != 5 || !slices.Contains(o.painted, approvals.Refused) {
		t.Errorf("%d received; painted %v", n, o.painted)
	}
}

// TestNobodyOvertakesTheInbox: while something is in it, what comes goes behind it.
func TestNobodyOvertakesTheInbox(t *testing.T) {
	o := newOffice(t)
	want := []approvals.ID{o.inACrowd(1)[0].ID}
	o.passes(1)
	want = append(want, o.asks().ID)
	o.Step(t.Context())
	o.Step(t.Context())
	var got []approvals.ID
	events, err := o.store.Events(t.Context(), 0, 10)
	for _, e := range events {
		if e.Kind == approvals.EventReceived {
			got = append(got, e.Request)
		}
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("received %v, %v, want %v", got, err, want)
	}
	o.works()
	if r := o.asks(); o.request(r.ID).State != approvals.Received {
		t.Error("what comes when the inbox is empty is not a request at once")
	}
}

// TestWhatIsInTheInboxCanBeListed by the agent, who was told of it.
func TestWhatIsInTheInboxCanBeListed(t *testing.T) {
	o := newOffice(t)
	asked := o.inACrowd(1)[0]
	if open, err := o.OpenRequests(t.Context(), "U0JOE"); err != nil || len(open) != 1 || open[0].ID != asked.ID {
		t.Errorf("%+v, %v", open, err)
	}
}

// TestWhatIsInTheInboxCanBeWithdrawn by the agent, who was told its id.
func TestWhatIsInTheInboxCanBeWithdrawn(t *testing.T) {
	o := newOffice(t)
	asked := o.inACrowd(1)[0]
	r, err := o.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: asked.ID})
	if err != nil || r.State != approvals.Withdrawn {
		t.Errorf("%s, %v", r.State, err)
	}
}

// TestWhatAnotherProcessPutIntoTheInboxIsFound: the agent was told of it, and does not
// know which olbot asks now, or that it was started anew.
func TestWhatAnotherProcessPutIntoTheInboxIsFound(t *testing.T) {
	t.Run("listed", func(t *testing.T) {
		o := newOffice(t)
		asked := o.inACrowd(1)[0]
		o.reload()
		if open, err := o.OpenRequests(t.Context(), "U0JOE"); err != nil || len(open) != 1 || open[0].ID != asked.ID {
			t.Errorf("%+v, %v", open, err)
		}
	})
	t.Run("withdrawn", func(t *testing.T) {
		o := newOffice(t)
		asked := o.inACrowd(1)[0]
		o.reload()
		r, err := o.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: asked.ID})
		if err != nil || r.State != approvals.Withdrawn {
			t.Errorf("%s, %v", r.State, err)
		}
	})
}

// TestNobodyIsToldThatThereIsNoRequestWhileTheInboxCannotBeOpened: it may be there.
func TestNobodyIsToldThatThereIsNoRequestWhileTheInboxCannotBeOpened(t *testing.T) {
	o := newOffice(t)
	asked := o.inACrowd(1)[0]
	full := errors.New("disk full")
	o.Store = &inboxStore{Store: o.store, open: func() error { return full }}
	if _, err := o.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: asked.ID}); !errors.Is(err, full) {
		t.Errorf("%v, want why", err)
	}
}

// TestWhatComesWhileTheInboxIsFoundEmptyIsNotForgotten: what comes next goes behind it.
func TestWhatComesWhileTheInboxIsFoundEmptyIsNotForgotten(t *testing.T) {
	o := newOffice(t)
	o.inACrowd(1)
	o.works()
	late := false
	o.Store = &inboxStore{Store: o.store, opened: func() {
		if !late {
			late = true
			o.inACrowd(1)
		}
	}, receive: func(store func() error) error { return store() }}
	o.works()
	next := o.asks(func(a *approvals.Ask) { a.Receipts = []string{"next"} })
	if _, err := o.store.Request(t.Context(), next.ID); !late || !errors.Is(err, approvals.ErrNotFound) {
		t.Errorf("%v, want that it is in the inbox, behind what came before it", err)
	}
}

// TestADeliveryThatComesAgainInACrowdMakesNothing (invariant 3).
func TestADeliveryThatComesAgainInACrowdMakesNothing(t *testing.T) {
	o := newOffice(t)
	first := o.inACrowd(1)[0]
	o.works()
	if again := o.inACrowd(1)[0]; again.ID != first.ID {
		t.Errorf("it was answered as %s, and then as %s", first.ID, again.ID)
	}
	o.works()
	if open, err := o.OpenRequests(t.Context(), "U0JOE"); err != nil || len(open) != 1 || open[0].ID != first.ID {
		t.Errorf("%+v, %v, want the first request alone", open, err)
	}
}

// An inboxStore answers Receive and Open as it is told to.
type inboxStore struct {
	approvals.Store
	receive func(store func() error) error
	taken   int          // how often Open says that an id is taken
	open    func() error // why Open fails
	opened  func()       // what happens between the end of Open and its answer
}

func (s *inboxStore) Receive(ctx context.Context, e approvals.Entry) error {
	return s.receive(func() error { return s.Store.Receive(ctx, e) })
}

func (s *inboxStore) Open(ctx context.Context, most int, fn func(approvals.View, approvals.Entry) ([]approvals.Change, error)) (int, []approvals.Change, error) {
	if s.taken > 0 {
		s.taken--
		return 0, nil, approvals.ErrIDTaken
	}
	if s.open != nil {
		return 0, nil, s.open()
	}
	if s.opened != nil {
		defer s.opened()
	}
	return s.Store.Open(ctx, most, fn)
}

// TestACrowdIsToldWhenNothingWasStored (invariant 2).
func TestACrowdIsToldWhenNothingWasStored(t *testing.T) {
	o := newOffice(t)
	full := errors.New("disk full")
	o.Store = &inboxStore{Store: o.store, receive: func(func() error) error { return full }}
	leave := o.Crowd()
	defer leave()
	_, err := o.Submit(t.Context(), approvals.Ask{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, Receipts: []string{"envelope:1"}})
	if !errors.Is(err, full) {
		t.Errorf("%v, want why", err)
	}
}

// TestWhatNobodyAnsweredInACrowdIsLookedUp: the answer is the request that was made of it.
func TestWhatNobodyAnsweredInACrowdIsLookedUp(t *testing.T) {
	o := newOffice(t)
	o.Store = &inboxStore{Store: o.store, receive: func(store func() error) error { return errors.Join(store(), approvals.ErrOutcomeUnknown) }}
	r := o.inACrowd(1)[0]
	o.works()
	o.stands(r.ID, approvals.Pending)
}

func TestAnIDThatIsTakenKeepsNothingInTheInbox(t *testing.T) {
	o := newOffice(t)
	o.Store = &inboxStore{Store: o.store, receive: func(store func() error) error { return store() }, taken: 1}
	named := o.inACrowd(1)[0].ID
	o.works()
	open, err := o.OpenRequests(t.Context(), "U0JOE")
	if err != nil || len(open) != 1 || open[0].ID == named || open[0].State != approvals.Pending {
		t.Errorf("%+v, %v, want one request with another id than %s", open, err, named)
	}
}

// TestTheInboxIsOpenedThoughACrowdStays: nobody waits for ever.
func TestTheInboxIsOpenedThoughACrowdStays(t *testing.T) {
	o := newOffice(t)
	asked := o.inACrowd(1)[0]
	leave := o.Crowd()
	defer leave()
	o.running()
	o.until("it is a request", func() bool {
		_, err := o.store.Request(t.Context(), asked.ID)
		return err == nil
	})
}
