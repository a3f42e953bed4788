package people

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
	"olbot/onelogin"
)

// A world is a Directory and an Issuer between the two simulators.
type world struct {
	*Directory
	issuer   *Issuer
	slack    *slacksim.Server
	onelogin *oneloginsim.Server
	clock    *clock
}

// A clock stands still until it is moved.
type clock struct{ passed atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Unix(1_800_000_000, 0).Add(time.Duration(c.passed.Load()))
}
func (c *clock) pass(d time.Duration) { c.passed.Add(int64(d)) }

func newWorld(t *testing.T, so slacksim.Options, oo oneloginsim.Options) *world {
	t.Helper()
	so.Unlimited = true
	w := &world{slack: slacksim.New(so), onelogin: oneloginsim.New(oo), clock: &clock{}}
	if err := errors.Join(w.slack.Start(), w.onelogin.Start()); err != nil {
		t.Fatal(err)
	}
	ol := newOneLogin(t, w.onelogin.URL(), w.onelogin.ClientID(), w.onelogin.ClientSecret())
	w.issuer = NewIssuer(ol)
	w.Directory = NewDirectory(newSlack(w.slack.URL(), w.slack.BotToken()), ol,
		Workspace{TeamID: w.slack.TeamID(), EnterpriseID: so.EnterpriseID}, zap.NewNop(), w.clock.now)
	t.Cleanup(func() {
		if found := w.slack.Findings(); len(found) > 0 {
			t.Errorf("what Slack only puts up with: %+v", found)
		}
		w.slack.Close()
		w.onelogin.Close()
	})
	return w
}

func newSlack(url, token string) Slack {
	client := slackapi.New(url, token, "")
	return Slack{Client: client, URL: url, Token: token}
}

func newOneLogin(t *testing.T, url, id, secret string) *onelogin.Client {
	t.Helper()
	ol, err := onelogin.New(onelogin.Config{BaseURL: url, ClientID: id, ClientSecret: onelogin.NewSecret(secret)})
	if err != nil {
		t.Fatal(err)
	}
	return ol
}

// profile looks somebody up and expects an answer.
func (w *world) profile(t *testing.T, who approvals.Ref) approvals.Profile {
	t.Helper()
	p, err := w.Profile(t.Context(), who)
	if err != nil {
		t.Fatalf("Profile(%+v): %v", who, err)
	}
	return p
}

// slackSaying is a Directory whose Slack gives one answer to every call, and whose
// OneLogin has Ana.
func slackSaying(t *testing.T, answer string) *Directory {
	t.Helper()
	slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, answer) }))
	t.Cleanup(slack.Close)
	sim := oneloginsim.New(oneloginsim.Options{})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.AddUser(oneloginsim.User{ID: 7, Email: "ana@example.com"})
	ol := newOneLogin(t, sim.URL(), sim.ClientID(), sim.ClientSecret())
	return NewDirectory(newSlack(slack.URL+"/", "xoxb-1"), ol, Workspace{TeamID: "T1"}, zap.NewNop(), time.Now)
}

// kind names the kind of an error as approvals tells them apart.
func kind(err error) string {
	temporary, again := errors.AsType[*approvals.TemporaryError](err)
	switch {
	case err == nil:
		return "none"
	case again && temporary.After > 0:
		return "temporary after " + temporary.After.String()
	case again:
		return "temporary"
	case errors.Is(err, approvals.ErrScope):
		return "scope"
	case errors.Is(err, approvals.ErrForbidden):
		return "forbidden"
	case errors.Is(err, approvals.ErrCredentials):
		return "credentials"
	case errors.Is(err, approvals.ErrNotAskable):
		return "not askable"
	case errors.Is(err, approvals.ErrUnreliable):
		return "unreliable"
	case errors.Is(err, approvals.ErrAmbiguous):
		return "ambiguous"
	}
	return "other"
}

// discreet fails the test if an error says what no log may hold.
func discreet(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"example.com", "xoxb", "http://", "ana@"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("the error says %q: %v", secret, err)
		}
	}
}
