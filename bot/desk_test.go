package bot

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/sqlstore"
	"olbot/internal/testbed/slacksim"
)

// A desk is a Messenger on a real store, in a simulated workspace.
type desk struct {
	*Messenger
	t               *testing.T
	slack           *slacksim.Server
	store           *sqlstore.Store
	joe, ana, maria *slacksim.Person
	audit           *slacksim.Conversation
	mariaDM         string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	t.Parallel() // most of the time is Slack's pace
	s := slacksim.New(slacksim.Options{Unlimited: true, AckTimeout: time.Minute, TriggerLife: time.Minute})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{
		URL: "sqlite:" + filepath.Join(t.TempDir(), "olbot.db"), Now: time.Now, Log: zaptest.NewLogger(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	d := &desk{t: t, slack: s, store: store}
	d.joe = s.AddUser(slacksim.User{Name: "joe", Email: "joe@example.com"})
	d.ana = s.AddUser(slacksim.User{Name: "ana", Email: "ana@example.com"})
	d.maria = s.AddUser(slacksim.User{Name: "maria", Email: "maria@example.com"})
	d.mariaDM = d.maria.BotDM().ID()
	d.audit = s.AddChannel(slacksim.Channel{Name: "audit", WithBot: true, Members: []*slacksim.Person{d.maria}})
	api := slackapi.New(s.URL(), s.BotToken(), s.AppToken())
	d.Messenger = NewMessenger(MessengerConfig{
		API: api, DMs: slackapi.NewDMs(api, time.Now), Store: store, Feed: d.audit.ID(),
		Options: CardOptions{NotifyOwner: true, ClaimWindow: 15 * time.Minute},
		Log:     zaptest.NewLogger(t), Now: time.Now,
	})
	return d
}

// pending is a request on which Maria is to decide.
func (d *desk) pending() approvals.Request {
	now := time.Now()
	person := func(p *slacksim.Person, id int64, name string) approvals.Person {
		return approvals.Person{Slack: p.ID(), OneLogin: id, Name: name, Email: p.Name() + "@example.com"}
	}
	return approvals.Request{
		ID: approvals.NewID(), State: approvals.Pending, Version: 2,
		Validity: 5 * time.Minute, Reason: "lost her phone",
		Agent: person(d.joe, 1, "Joe Doe"), Owner: person(d.ana, 2, "Ana Diaz"),
		Approvers: []approvals.AskedPerson{{Person: person(d.maria, 3, "Maria Roe"), Link: principal("manager")}}, Link: principal("manager"),
		CreatedAt: now, ExpiresAt: now.Add(15 * time.Minute),
	}
}

// shows shows until nothing has to wait, as the job would.
func (d *desk) shows(r approvals.Request) {
	d.t.Helper()
	for range 20 {
		err := d.Show(d.t.Context(), r)
		again, later := errors.AsType[*approvals.TemporaryError](err)
		if err != nil && !later {
			d.t.Fatal(err)
		}
		if err == nil {
			return
		}
		if again.After >= refusedWait {
			d.t.Fatal("Slack refuses a card")
		}
		<-time.After(again.After)
	}
	d.t.Fatal("showing does not end")
}

// toMaria says whether a call posts into Maria's DM, which is opened by the first post.
func (d *desk) toMaria(args map[string]string) bool {
	return args["channel"] == d.mariaDM || args["channel"] == d.maria.ID()
}

func (d *desk) count(p *slacksim.Person, words string) int {
	n := 0
	for _, m := range p.DM() {
		if strings.Contains(m.Words(), words) {
			n++
		}
	}
	return n
}

func (d *desk) calls(method string) int {
	n := 0
	for _, c := range d.slack.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}
