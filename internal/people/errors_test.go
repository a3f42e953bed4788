package people

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

func TestSlacksErrorsAreSorted(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	id := w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	helpdesk := w.slack.AddUserGroup("helpdesk", ana)
	calls := map[string]func(context.Context, *Directory) error{
		"users.info": func(ctx context.Context, d *Directory) error {
			_, err := d.Profile(ctx, approvals.Ref{Slack: ana.ID()})
			return err
		},
		"users.lookupByEmail": func(ctx context.Context, d *Directory) error {
			_, err := d.Profile(ctx, approvals.Ref{OneLogin: id})
			return err
		},
		"usergroups.users.list": func(ctx context.Context, d *Directory) error {
			_, err := d.Members(ctx, helpdesk, time.Minute)
			return err
		},
		"users.getPresence": func(ctx context.Context, d *Directory) error {
			_, err := d.Active(ctx, ana.ID())
			return err
		},
	}
	faults := map[string]struct {
		fault slacksim.Fault
		want  string
	}{
		"429":             {slacksim.Fault{Status: 429, RetryAfter: 7}, "temporary after 7s"},
		"429, epoch":      {slacksim.Fault{Status: 429, RetryAfter: 1_796_040_000}, "temporary after 1m0s"},
		"429, no header":  {slacksim.Fault{Status: 429}, "temporary after 1s"},
		"rate limited":    {slacksim.Fault{Error: "ratelimited"}, "temporary after 1s"},
		"503":             {slacksim.Fault{Status: 503}, "temporary"},
		"503 with header": {slacksim.Fault{Status: 503, RetryAfter: 7}, "temporary"},
		"cut":             {slacksim.Fault{Cut: true}, "temporary"},
		"fatal_error":     {slacksim.Fault{Error: "fatal_error"}, "temporary"},
		"invalid_auth":    {slacksim.Fault{Error: "invalid_auth"}, "credentials"},
		"missing_scope":   {slacksim.Fault{Error: "missing_scope"}, "credentials"},
		"anything else":   {slacksim.Fault{Error: "unknown_method"}, "other"},
		"403":             {slacksim.Fault{Status: 403}, "other"},
		"redirect":        {slacksim.Fault{Status: 307}, "temporary"},
	}
	for method, call := range calls {
		for name, tt := range faults {
			tt.fault.Method = method
			w.slack.Fail(tt.fault)
			if err := call(t.Context(), w.Directory); kind(err) != tt.want {
				t.Errorf("%s, %s: %s (%v), want %s", method, name, kind(err), err, tt.want)
			} else {
				discreet(t, err)
			}
			w.slack.ClearFaults()
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := call(gone, w.Directory); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled: %v", method, err)
		}
	}
	nowhere := NewDirectory(newSlack("http://127.0.0.1:1/", "xoxb-1"), w.Directory.onelogin, w.ours, zap.NewNop(), time.Now)
	for method, call := range calls {
		if err := call(t.Context(), w.Directory); err != nil {
			t.Errorf("%s works again: %v", method, err)
		}
		if err := call(t.Context(), nowhere); kind(err) != "temporary after 1s" {
			t.Errorf("%s, nobody there: %s (%v)", method, kind(err), err)
		}
	}
}

func TestOneLoginsErrorsAreSorted(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	id := w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	for _, who := range []approvals.Ref{{Slack: ana.ID()}, {Email: "ana@example.com"}, {OneLogin: id}} {
		for name, tt := range map[string]struct {
			effect oneloginsim.Effect
			want   string
		}{
			"429":         {oneloginsim.TooManyRequests(7 * time.Second), "temporary after 7s"},
			"429, reset":  {oneloginsim.TooManyRequestsReset(8 * time.Second), "temporary after 8s"},
			"429, bare":   {oneloginsim.TooManyRequestsBare(), "temporary"},
			"500":         {oneloginsim.InternalServerError(), "temporary"},
			"504":         {oneloginsim.GatewayTimeout(), "temporary"},
			"cut":         {oneloginsim.Cut(), "temporary"},
			"cut answer":  {oneloginsim.Cut().DuringAnswer(), "temporary"},
			"401":         {oneloginsim.Unauthorized(), "credentials"},
			"429, epoch":  {oneloginsim.TooManyRequestsSaying("X-RateLimit-Reset", "1785194750"), "temporary after 1m0s"},
			"scope":       {oneloginsim.InsufficientPermission(), "scope"},
			"403":         {oneloginsim.Forbidden(), "forbidden"},
			"address":     {oneloginsim.AddressRefused(), "forbidden"},
			"422":         {oneloginsim.Unprocessable(), "unreliable"},
			"details":     {oneloginsim.UnprocessableBecause("email", "ana@example.com is taken"), "unreliable"},
			"echo":        {oneloginsim.Echoing(), "unreliable"},
			"undecodable": {oneloginsim.Undecodable(), "unreliable"},
			"redirect":    {oneloginsim.Redirect(307, ""), "unreliable"},
		} {
			w.onelogin.FailAlways(oneloginsim.CallFindUsers, tt.effect)
			w.onelogin.FailAlways(oneloginsim.CallGetUser, tt.effect)
			p, err := w.Profile(t.Context(), who)
			if kind(err) != tt.want || p != (approvals.Profile{}) {
				t.Errorf("%+v, %s: %+v, %s (%v), want %s", who, name, p, kind(err), err, tt.want)
			} else {
				discreet(t, err)
			}
			w.onelogin.ClearFaults()
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := w.Profile(gone, who); !errors.Is(err, context.Canceled) {
			t.Errorf("%+v, cancelled: %v", who, err)
		}
		w.profile(t, who)
	}
	w.onelogin.Down()
	if _, err := w.Profile(t.Context(), approvals.Ref{OneLogin: id}); kind(err) != "temporary" {
		t.Errorf("nobody there: %s (%v)", kind(err), err)
	}
}

func TestAnAddressThatCannotBeAskedForIsNotNobody(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	star := w.slack.AddUser(slacksim.User{Name: "star", Email: "*@example.com"})
	w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	p, err := w.Profile(t.Context(), approvals.Ref{Slack: star.ID()})
	if kind(err) != "not askable" || p.OneLogin != nil || w.onelogin.Count(oneloginsim.CallFindUsers) != 0 {
		t.Errorf("profile = %+v, %v", p, err)
	}
}

func TestWrongCredentialsOfOneLogin(t *testing.T) {
	sim := oneloginsim.New(oneloginsim.Options{})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	ol := newOneLogin(t, sim.URL(), sim.ClientID(), "wrong")
	d := NewDirectory(newSlack("http://127.0.0.1:1/", "xoxb-1"), ol, Workspace{TeamID: "T1"}, zap.NewNop(), time.Now)
	if _, err := d.Profile(t.Context(), approvals.Ref{OneLogin: 1}); kind(err) != "credentials" {
		t.Errorf("directory: %v", err)
	}
	_, _, err := NewIssuer(ol).Issue(t.Context(), approvals.Person{OneLogin: 1}, 5*time.Minute, false)
	if not, ok := errors.AsType[*approvals.NotIssuedError](err); !ok || !not.Retry || not.Cause != approvals.DelayRejected || not.Refusal == nil || not.Refusal.Code != approvals.CodeCredentials {
		t.Errorf("issuer: %v", err)
	}
}

// Kind: a filter that filters nothing. A list of everybody is no answer, and nobody in it is taken for the one asked for.
func TestAFilterThatIsIgnoredIsNoAnswer(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	for _, email := range []string{"ana@example.com", "joe@example.com"} {
		w.onelogin.AddUser(oneloginsim.User{Email: email})
	}
	w.onelogin.FailAlways(oneloginsim.CallFindUsers, oneloginsim.Unfiltered())
	p, err := w.Profile(t.Context(), approvals.Ref{Email: "ana@example.com"})
	if kind(err) != "unreliable" || p != (approvals.Profile{}) {
		t.Errorf("%+v, %v", p, err)
	}
}

// Who is asked too often is not broken: what waits for the answer may wait longer.
func TestBeingAskedTooOftenIsToldFromTrouble(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	ana := w.slack.AddUser(slacksim.User{Name: "ana"})
	id := w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com"})
	throttled := func(who approvals.Ref) bool {
		t.Helper()
		_, err := w.Profile(t.Context(), who)
		temporary, ok := errors.AsType[*approvals.TemporaryError](err)
		if !ok {
			t.Fatalf("no temporary error: %v", err)
		}
		return temporary.NotYet
	}
	for _, tt := range []struct {
		fault slacksim.Fault
		want  bool
	}{
		{slacksim.Fault{Status: 429, RetryAfter: 7}, true},
		{slacksim.Fault{Status: 429}, true},
		{slacksim.Fault{Error: "ratelimited"}, true},
		{slacksim.Fault{Status: 503, RetryAfter: 7}, false},
		{slacksim.Fault{Cut: true}, false},
	} {
		w.slack.Fail(tt.fault)
		if got := throttled(approvals.Ref{Slack: ana.ID()}); got != tt.want {
			t.Errorf("Slack %+v: throttled %v", tt.fault, got)
		}
		w.slack.ClearFaults()
	}
	for effect, want := range map[string]bool{"429": true, "502": false} {
		w.onelogin.FailAlways(oneloginsim.CallGetUser, map[string]oneloginsim.Effect{
			"429": oneloginsim.TooManyRequests(time.Second), "502": oneloginsim.BadGateway(),
		}[effect])
		if got := throttled(approvals.Ref{OneLogin: id}); got != want {
			t.Errorf("OneLogin %s: throttled %v", effect, got)
		}
		w.onelogin.ClearFaults()
	}
}
