package messenger

import (
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
	"olbot/internal/sqlstore"
	"olbot/internal/testbed/ramdisk"
	"olbot/internal/testbed/slacksim"
)

// A world is a Messenger on a real store, in a simulated workspace.
type world struct {
	*Messenger
	t               *testing.T
	slack           *slacksim.Server
	store           *sqlstore.Store
	joe, ana, maria *slacksim.Person
	audit           *slacksim.Conversation
	mariaDM         string
	ahead           atomic.Int64 // of the real clock, in nanoseconds
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{t: t}
	s := slacksim.New(slacksim.Options{Now: w.clock, Unlimited: true, AckTimeout: time.Minute, TriggerLife: time.Minute})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{
		URL: "sqlite:" + filepath.Join(ramdisk.Dir(t), "olbot.db"), Now: w.clock, Log: zaptest.NewLogger(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	w.slack, w.store = s, store
	w.joe = s.AddUser(slacksim.User{Name: "joe", Email: "joe@example.com"})
	w.ana = s.AddUser(slacksim.User{Name: "ana", Email: "ana@example.com"})
	w.maria = s.AddUser(slacksim.User{Name: "maria", Email: "maria@example.com"})
	w.mariaDM = w.maria.BotDM().ID()
	w.audit = s.AddChannel(slacksim.Channel{Name: "audit", WithBot: true, Members: []*slacksim.Person{w.maria}})
	api := slackapi.New(s.URL(), s.BotToken(), s.AppToken())
	w.Messenger = New(Config{
		API: api, APIURL: s.URL(), Store: store, Feed: w.audit.ID(),
		Options: view.Options{NotifyOwner: true, ClaimWindow: 15 * time.Minute},
		Log:     zaptest.NewLogger(t), Now: w.clock,
	})
	return w
}

// clock is what everything in the world lives by, but for a Pace.
func (w *world) clock() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// passes lets so much time pass.
func (w *world) passes(d time.Duration) {
	if w.pace != nil {
		<-time.After(d)
		return
	}
	w.ahead.Add(int64(d))
}

// pending is a request on which Maria is to decide.
func (w *world) pending() approvals.Request {
	now, manager := time.Now(), approvals.Principal{Kind: approvals.Manager}
	person := func(p *slacksim.Person, id int64, name string) approvals.Person {
		return approvals.Person{Slack: p.ID(), OneLogin: id, Name: name, Email: p.Name() + "@example.com"}
	}
	return approvals.Request{
		ID: approvals.NewID(), State: approvals.Pending, Version: 2,
		Validity: 5 * time.Minute, Reason: "lost her phone",
		Agent: person(w.joe, 1, "Joe Doe"), Owner: person(w.ana, 2, "Ana Diaz"),
		Approvers: []approvals.AskedPerson{{Person: person(w.maria, 3, "Maria Roe"), Link: manager}}, Link: manager,
		CreatedAt: now, ExpiresAt: now.Add(15 * time.Minute),
	}
}

// shows shows until nothing has to wait, as the job would.
func (w *world) shows(r approvals.Request) {
	w.t.Helper()
	for range 20 {
		_, err := w.Show(w.t.Context(), r)
		again, later := errors.AsType[*approvals.TemporaryError](err)
		if err != nil && !later {
			w.t.Fatal(err)
		}
		if err == nil {
			return
		}
		if again.After >= refusedWait {
			w.t.Fatal("Slack refuses a card")
		}
		w.passes(again.After)
	}
	w.t.Fatal("showing does not end")
}

// toMaria says whether a call posts into Maria's DM, which is opened by the first post.
func (w *world) toMaria(args map[string]string) bool {
	return args["channel"] == w.mariaDM || args["channel"] == w.maria.ID()
}

func (w *world) count(p *slacksim.Person, words string) int {
	n := 0
	for _, m := range p.DM() {
		if strings.Contains(m.Words(), words) {
			n++
		}
	}
	return n
}

func (w *world) calls(method string) int {
	n := 0
	for _, c := range w.slack.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}
