package slackapi_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"olbot/internal/slackapi"
	"olbot/internal/testbed/slacksim"
)

func startSlack(t *testing.T, o slacksim.Options) *slacksim.Server {
	t.Helper()
	sim := slacksim.New(o)
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return sim
}

func inspect(t *testing.T, sim *slacksim.Server, channel string) (slackapi.Workspace, error) {
	t.Helper()
	api := slackapi.New(sim.URL(), sim.BotToken(), sim.AppToken())
	return allSteps(t.Context(), slackapi.NewInspector(api, slackapi.Inspection{AuditChannel: channel}))
}

// allSteps makes them up to the first that fails.
func allSteps(ctx context.Context, in *slackapi.Inspector) (slackapi.Workspace, error) {
	for _, step := range []func(context.Context) error{in.Token, in.App, in.Channel} {
		if err := step(ctx); err != nil {
			return slackapi.Workspace{}, err
		}
	}
	return in.Found(), nil
}

func TestInspectSaysWhereAndAsWhom(t *testing.T) {
	sim := startSlack(t, slacksim.Options{EnterpriseID: "E0ACME"})
	for _, channel := range []slacksim.Channel{
		{Name: "otp-audit", WithBot: true},
		{Name: "otp-private", WithBot: true, Private: true},
	} {
		w, err := inspect(t, sim, sim.AddChannel(channel).ID())
		if err != nil {
			t.Fatal(err)
		}
		if w.TeamID != sim.TeamID() || w.EnterpriseID != "E0ACME" || w.AppID != sim.AppID() ||
			w.BotUserID != sim.BotUserID() || w.BotID == "" || w.Channel != channel.Name {
			t.Errorf("workspace is %+v", w)
		}
	}
	for _, c := range sim.Calls() {
		if c.Method == "chat.postMessage" {
			t.Error("the inspection posted a message")
		}
	}
}

// Each trouble is made in a workspace that would otherwise do.
func TestInspectNamesTheProblem(t *testing.T) {
	without := func(scope string) slacksim.Options {
		all := slacksim.DefaultScopes()
		return slacksim.Options{Scopes: slices.DeleteFunc(all, func(s string) bool { return s == scope })}
	}
	answers := func(method, code string) func(*slacksim.Server, *slacksim.Conversation) {
		return func(s *slacksim.Server, _ *slacksim.Conversation) {
			s.Fail(slacksim.Fault{Method: method, Error: code})
		}
	}
	tests := []struct {
		name    string
		options slacksim.Options
		channel slacksim.Channel
		trouble func(*slacksim.Server, *slacksim.Conversation)
		want    slackapi.InspectError
	}{
		{name: "revoked token", trouble: answers("auth.test", "token_revoked"),
			want: slackapi.InspectError{Problem: slackapi.TokenRefused, Method: "auth.test", Code: "token_revoked"}},
		{name: "no im:write", options: without("im:write"),
			want: slackapi.InspectError{Problem: slackapi.ScopeMissing, Method: "auth.test", Needed: []string{"im:write"}}},
		{name: "no users:read", options: without("users:read"),
			want: slackapi.InspectError{Problem: slackapi.ScopeMissing, Method: "auth.test", Needed: []string{"users:read"}}},
		{name: "no channels:read for a public channel", options: without("channels:read"),
			want: slackapi.InspectError{Problem: slackapi.ScopeMissing, Method: "conversations.info", Code: "missing_scope", Needed: []string{"channels:read"}}},
		{name: "no groups:read for a private channel", options: without("groups:read"), channel: slacksim.Channel{Private: true},
			want: slackapi.InspectError{Problem: slackapi.ScopeMissing, Method: "conversations.info", Code: "missing_scope", Needed: []string{"groups:read"}}},
		{name: "not a member", trouble: func(_ *slacksim.Server, c *slacksim.Conversation) { c.KickBot() },
			want: slackapi.InspectError{Problem: slackapi.NotAMember, Method: "conversations.info"}},
		{name: "private and not a member", channel: slacksim.Channel{Private: true},
			trouble: func(_ *slacksim.Server, c *slacksim.Conversation) { c.KickBot() },
			want:    slackapi.InspectError{Problem: slackapi.ChannelNotFound, Method: "conversations.info", Code: "channel_not_found"}},
		{name: "archived", trouble: func(_ *slacksim.Server, c *slacksim.Conversation) { c.Archive() },
			want: slackapi.InspectError{Problem: slackapi.ChannelArchived, Method: "conversations.info"}},
		{name: "shared outside", trouble: func(_ *slacksim.Server, c *slacksim.Conversation) { c.ShareOutside() },
			want: slackapi.InspectError{Problem: slackapi.ChannelShared, Method: "conversations.info"}},
		{name: "others are invited", trouble: func(_ *slacksim.Server, c *slacksim.Conversation) { c.InviteOutside() },
			want: slackapi.InspectError{Problem: slackapi.ChannelInvited, Method: "conversations.info"}},
		{name: "5xx", trouble: func(s *slacksim.Server, _ *slacksim.Conversation) {
			s.Fail(slacksim.Fault{Method: "bots.info", Status: 503})
		}, want: slackapi.InspectError{Problem: slackapi.Unreachable, Method: "bots.info"}},
		{name: "cut", trouble: func(s *slacksim.Server, _ *slacksim.Conversation) {
			s.Fail(slacksim.Fault{Method: "auth.test", Cut: true})
		}, want: slackapi.InspectError{Problem: slackapi.Unreachable, Method: "auth.test"}},
		{name: "429", trouble: func(s *slacksim.Server, _ *slacksim.Conversation) {
			s.Fail(slacksim.Fault{Method: "auth.test", Status: 429, RetryAfter: 7})
		}, want: slackapi.InspectError{Problem: slackapi.Unreachable, Method: "auth.test", Code: "ratelimited", After: 7e9}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sim := startSlack(t, tt.options)
			tt.channel.WithBot = true
			channel := sim.AddChannel(tt.channel)
			if tt.trouble != nil {
				tt.trouble(sim, channel)
			}
			_, err := inspect(t, sim, channel.ID())
			checkProblem(t, err, tt.want)
		})
	}
}

// A token that Slack refuses, in whatever word, is told apart from a Slack that gives no answer.
func TestATokenIsRefusedOrNotAnswered(t *testing.T) {
	for name, tt := range map[string]struct {
		fault  slacksim.Fault
		scopes []string // nil: all
		want   string   // the refusal, "" for an error that is none
		ok     bool
	}{
		"taken":           {ok: true},
		"revoked":         {fault: slacksim.Fault{Error: "token_revoked"}, want: "token_revoked"},
		"an unknown word": {fault: slacksim.Fault{Error: "app_suspended"}, want: "app_suspended"},
		"a scope gone":    {scopes: slices.DeleteFunc(slacksim.DefaultScopes(), func(s string) bool { return s == "chat:write" }), want: "scope_missing: chat:write"},
		"503":             {fault: slacksim.Fault{Status: 503}},
		"429":             {fault: slacksim.Fault{Status: 429}},
		"a proxy's 403":   {fault: slacksim.Fault{Status: 403}},
		"internal_error":  {fault: slacksim.Fault{Error: "internal_error"}},
		"silence":         {fault: slacksim.Fault{Cut: true}},
	} {
		t.Run(name, func(t *testing.T) {
			s := startSlack(t, slacksim.Options{Scopes: tt.scopes})
			if tt.fault.Status != 0 || tt.fault.Error != "" || tt.fault.Cut {
				tt.fault.Method = "auth.test"
				s.Fail(tt.fault)
			}
			err := slackapi.CheckToken(t.Context(), slackapi.New(s.URL(), s.BotToken(), s.AppToken()), slackapi.Inspection{})
			e, refused := errors.AsType[*slackapi.InspectError](err)
			if tt.ok != (err == nil) || refused && e.Refusal() != tt.want {
				t.Errorf("%v, a refusal %q, want %q", err, e.Refusal(), tt.want)
			}
		})
	}
}

func checkProblem(t *testing.T, err error, want slackapi.InspectError) {
	t.Helper()
	got, ok := errors.AsType[*slackapi.InspectError](err)
	if !ok {
		t.Fatalf("error is %v, want problem %s", err, want.Problem)
	}
	if got.Problem != want.Problem || got.Method != want.Method || got.Code != want.Code ||
		got.After != want.After || !slices.Equal(got.Needed, want.Needed) {
		t.Errorf("error is %+v\nwant     %+v", got, want)
	}
}

func TestInspectFindsNoSuchChannel(t *testing.T) {
	_, err := inspect(t, startSlack(t, slacksim.Options{}), "C0NOWHERE")
	checkProblem(t, err, slackapi.InspectError{Problem: slackapi.ChannelNotFound, Method: "conversations.info", Code: "channel_not_found"})
}

// Answers that Slack does not give: a proxy's page, another service, a user's token.
func TestInspectDoesNotTrustOddAnswers(t *testing.T) {
	const me = `{"ok":true,"team_id":"T1","user_id":"U1","bot_id":"B1"}`
	const app = `{"ok":true,"bot":{"id":"B1","app_id":"A1"}}`
	tests := []struct {
		name                string
		auth, bots, channel string
		want                slackapi.Problem
		method              string
		status              int
	}{
		{name: "a user token", auth: `{"ok":true,"team_id":"T1","user_id":"U1"}`, want: slackapi.NotABot, method: "auth.test"},
		{name: "no team", auth: `{"ok":true}`, want: slackapi.Unexpected, method: "auth.test"},
		{name: "ok false and no error", auth: `{"ok":false}`, want: slackapi.Unexpected, method: "auth.test"},
		{name: "404", auth: `not found`, status: 404, want: slackapi.Unexpected, method: "auth.test"},
		{name: "no app", auth: me, bots: `{"ok":true,"bot":{}}`, want: slackapi.Unexpected, method: "bots.info"},
		{name: "no channel", auth: me, bots: app, channel: `{"ok":true}`, want: slackapi.Unexpected, method: "conversations.info"},
		{name: "a DM", auth: me, bots: app, channel: `{"ok":true,"channel":{"id":"C1","is_im":true,"is_member":true}}`,
			want: slackapi.NotAChannel, method: "conversations.info"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mux := http.NewServeMux()
			for method, body := range map[string]string{"auth.test": tt.auth, "bots.info": tt.bots, "conversations.info": tt.channel} {
				mux.HandleFunc("/api/"+method, func(w http.ResponseWriter, _ *http.Request) {
					if tt.status != 0 {
						w.WriteHeader(tt.status)
					}
					_, _ = w.Write([]byte(body))
				})
			}
			server := httptest.NewServer(mux)
			defer server.Close()
			api := slackapi.New(server.URL+"/api/", "xoxb-1", "xapp-1")
			_, err := allSteps(t.Context(), slackapi.NewInspector(api, slackapi.Inspection{AuditChannel: "C1"}))
			got, ok := errors.AsType[*slackapi.InspectError](err)
			if !ok || got.Problem != tt.want || got.Method != tt.method {
				t.Errorf("error is %#v, want %s of %s", err, tt.want, tt.method)
			}
		})
	}
}

func TestInspectEndsWithItsContext(t *testing.T) {
	sim := startSlack(t, slacksim.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	sim.Fail(slacksim.Fault{Method: "auth.test", Hang: true})
	go func() {
		_ = sim.Wait(t.Context(), func() bool { return len(sim.Calls()) > 0 })
		cancel()
	}()
	api := slackapi.New(sim.URL(), sim.BotToken(), sim.AppToken())
	_, err := allSteps(ctx, slackapi.NewInspector(api, slackapi.Inspection{AuditChannel: "C1"}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

func TestTheGroupsOfTheWorkspaceAreThoseThatAreNotDisabled(t *testing.T) {
	sim := startSlack(t, slacksim.Options{})
	joe := sim.AddUser(slacksim.User{Name: "joe"})
	helpdesk, empty := sim.AddUserGroup("helpdesk", joe), sim.AddUserGroup("empty")
	sim.DisableUserGroup(sim.AddUserGroup("gone", joe))
	in := slackapi.NewInspector(slackapi.New(sim.URL(), sim.BotToken(), sim.AppToken()), slackapi.Inspection{})
	got, err := in.Groups(t.Context())
	if want := map[string]slackapi.Group{helpdesk: {"helpdesk", 1}, empty: {"empty", 0}}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestTheTokenTellsSlacksClock(t *testing.T) {
	sim := startSlack(t, slacksim.Options{})
	in := slackapi.NewInspector(slackapi.New(sim.URL(), sim.BotToken(), sim.AppToken()), slackapi.Inspection{})
	if err := in.Token(t.Context()); err != nil || time.Since(in.Found().Clock).Abs() > time.Minute {
		t.Errorf("%v, %v", in.Found().Clock, err)
	}
}
