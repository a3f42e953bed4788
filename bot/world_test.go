package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/bot/messenger"
	"olbot/bot/view"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
	"olbot/internal/sqlstore"
	"olbot/internal/testbed/ramdisk"
	"olbot/internal/testbed/slacksim"
)

var testPolicy = approvals.Policy{
	Requesters:      []approvals.Principal{{Kind: approvals.Everybody}},
	DefaultValidity: 5 * time.Minute, MaxValidity: time.Hour, AllowReusable: true,
	ApprovalTimeout: 15 * time.Minute, ClaimWindow: 15 * time.Minute, Delivery: approvals.DeliverAuto,
}

// A world is a Bot in a simulated workspace, to which Slack's payloads are handed over.
type world struct {
	*Bot
	t               *testing.T
	slack           *slacksim.Server
	store           *sqlstore.Store
	joe, ana, maria *slacksim.Person
	deliveries      int
}

func newWorld(t *testing.T, change ...func(*slacksim.Options)) *world {
	t.Helper()
	t.Parallel() // most of the time is Slack's pace
	o := slacksim.Options{Unlimited: true, AckTimeout: time.Minute, TriggerLife: time.Minute}
	for _, c := range change {
		c(&o)
	}
	s := slacksim.New(o)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	log := zaptest.NewLogger(t)
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{
		URL: "sqlite:" + filepath.Join(ramdisk.Dir(t), "olbot.db"), Now: time.Now, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	api := slackapi.New(s.URL(), s.BotToken(), s.AppToken())
	m := messenger.New(messenger.Config{API: api, APIURL: s.URL(), Store: store, Log: log, Now: time.Now})
	service := approvals.NewService(approvals.Ports{Store: store, Messenger: m, Directory: anybody{}}, testPolicy, 0, log, time.Now)
	w := &world{t: t, Bot: New(service, m, "/tempotp", log, time.Now), slack: s, store: store}
	for name, p := range map[string]**slacksim.Person{"joe": &w.joe, "ana": &w.ana, "maria": &w.maria} {
		*p = s.AddUser(slacksim.User{Name: name, Email: name + "@example.com"})
	}
	return w
}

// envelope is a payload as the Socket hands it over.
func (w *world) envelope(kind string, payload map[string]any) socketmode.Envelope {
	w.t.Helper()
	w.deliveries++
	raw, err := json.Marshal(payload)
	if err != nil {
		w.t.Fatal(err)
	}
	return socketmode.Envelope{ID: fmt.Sprint("e", w.deliveries), Type: kind, Payload: raw}
}

// hands delivers an interaction.
func (w *world) hands(ctx context.Context, payload map[string]any) {
	w.t.Helper()
	if _, err := w.Handle(ctx, w.envelope(socketmode.Interaction, payload)); err != nil {
		w.t.Fatal(err)
	}
	w.Wait()
}

// capturesPress shows the cards of the request and returns what Slack sends of a press of Approve.
func (w *world) capturesPress(by *slacksim.Person, id approvals.ID) map[string]any {
	w.t.Helper()
	r, err := w.store.Request(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.messenger.Show(w.t.Context(), r); !by.SeesButton("Approve") { // what else there is to show may have to wait
		w.t.Fatalf("the card was not posted: %v", err)
	}
	if a := by.Presses("Approve"); a.Err != slacksim.ErrNoSocket {
		w.t.Fatalf("the press: %s", a.Err)
	}
	sent := w.slack.Envelopes()
	var payload map[string]any
	if err := json.Unmarshal(sent[len(sent)-1].Payload(), &payload); err != nil {
		w.t.Fatal(err)
	}
	return payload
}

func (w *world) pressesDeny(ctx context.Context, by *slacksim.Person, id approvals.ID) {
	w.t.Helper()
	w.hands(ctx, map[string]any{
		"type": "block_actions", "trigger_id": "1.2", "user": map[string]any{"id": by.ID()},
		"actions": []any{map[string]any{"type": "button", "block_id": "b1", "action_id": view.ActionDeny, "value": id}},
	})
}

// asksMaria stores a request that waits for Maria.
func (w *world) asksMaria() approvals.ID {
	w.t.Helper()
	r, err := w.service.Submit(w.t.Context(), approvals.Submission{Agent: w.joe.ID(), Owner: approvals.Ref{Slack: w.ana.ID()}})
	if err != nil {
		w.t.Fatal(err)
	}
	person := func(p *slacksim.Person, id int64) approvals.Person {
		return approvals.Person{Slack: p.ID(), OneLogin: id}
	}
	cast := approvals.Participants{Agent: person(w.joe, 1), Owner: person(w.ana, 2), Approvers: []approvals.AskedPerson{
		{Person: person(w.maria, 3), Link: approvals.Principal{Kind: approvals.Manager}},
	}}
	_, err = w.store.Update(w.t.Context(), r.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
		return r.AskApprovers(cast, nil, testPolicy, time.Now())
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.ID
}

func (w *world) stateOf(id approvals.ID) approvals.State {
	w.t.Helper()
	r, err := w.store.Request(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.State
}

// anybody is a Directory for a Service that looks nobody up.
type anybody struct{ approvals.Directory }

func (anybody) KnownIDs(id string) ([]string, bool) { return []string{id}, true }
