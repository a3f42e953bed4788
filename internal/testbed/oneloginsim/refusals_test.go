package oneloginsim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

func TestErrorAnswersMakeNoCode(t *testing.T) {
	for _, c := range []struct {
		effect oneloginsim.Effect
		status int
		body   string // a part of it
	}{
		{oneloginsim.Unauthorized().As(oneloginsim.ShapeV1), 401, `"status":{`},
		{oneloginsim.Unauthorized(), 401, `"statusCode":401`},
		{oneloginsim.InsufficientPermission(), 401, `"Insufficient Permission"`},
		{oneloginsim.InsufficientPermission().As(oneloginsim.ShapeV1), 401, `"Insufficient Permission"`},
		{oneloginsim.Forbidden(), 403, `"statusCode":403`},
		{oneloginsim.NotFound(), 404, `"NotFoundError"`},
		{oneloginsim.BadRequest().As(oneloginsim.ShapeGateway), 400, `"description":`},
		{oneloginsim.Unprocessable(), 422, `"details":{`},
		{oneloginsim.Unprocessable().As(oneloginsim.ShapeV1Details), 422, `"attribute":`},
		{oneloginsim.Unauthorized().As(oneloginsim.ShapeFlat), 401, `"error":true`},
		{oneloginsim.Unauthorized().As(oneloginsim.ShapeOAuth), 401, `"error":"invalid_client"`},
		{oneloginsim.InternalServerError(), 500, `"statusCode":500`},
		{oneloginsim.InternalServerError().As(oneloginsim.ShapeEmpty), 500, ``},
		{oneloginsim.BadGateway(), 502, `<html>`},
		{oneloginsim.Unavailable(), 503, `<html>`},
		{oneloginsim.GatewayTimeout(), 504, ``},
		{oneloginsim.Redirect(307, ""), 307, `Moved`},
		{oneloginsim.Answer(200, "text/html", "<p>Sign in to the guest network</p>"), 200, `guest network`},
	} {
		t.Run(c.effect.String(), func(t *testing.T) {
			m := askWith(t, oneloginsim.Options{}, c.effect)
			if m.err != nil {
				t.Fatal(m.err)
			}
			m.want(t, c.status)
			if body := string(m.body); !strings.Contains(body, c.body) || c.body == "" && body != "" {
				t.Errorf("body %q, want a part %q", body, c.body)
			}
			if m.codes != 0 {
				t.Error("a code was made")
			}
		})
	}
}

func TestTooManyRequestsSaysWhenInOneWayOnly(t *testing.T) {
	until := noon.Add(time.Minute)
	for _, c := range []struct {
		effect            oneloginsim.Effect
		retryAfter, reset string
	}{
		{oneloginsim.TooManyRequests(1500 * time.Millisecond), "2", ""},
		{oneloginsim.TooManyRequestsUntil(until), until.Format(http.TimeFormat), ""},
		{oneloginsim.TooManyRequestsReset(time.Minute), "", "60"},
		{oneloginsim.TooManyRequestsBare(), "", ""},
	} {
		m := askWith(t, oneloginsim.Options{}, c.effect)
		m.want(t, 429)
		if got := m.Header.Get("Retry-After"); got != c.retryAfter {
			t.Errorf("%s: Retry-After %q", c.effect, got)
		}
		if got := m.Header.Get("X-RateLimit-Reset"); got != c.reset {
			t.Errorf("%s: X-RateLimit-Reset %q", c.effect, got)
		}
		if m.codes != 0 {
			t.Errorf("%s: a code was made", c.effect)
		}
	}
}

func TestRedirectPointsBackOrElsewhere(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana := a.AddUser(oneloginsim.User{})
	for location, want := range map[string]string{"": a.URL() + codePath(ana), "https://example.com/x": "https://example.com/x"} {
		a.FailNext(oneloginsim.CallMFAToken, oneloginsim.Redirect(308, location))
		if got := a.makeCode(ana, ask).want(t, 308).Header.Get("Location"); got != want {
			t.Errorf("Location %q, want %q", got, want)
		}
	}
}

func TestErrorAnswersNameTheirKind(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	a.FailNext(oneloginsim.CallRateLimit, oneloginsim.BadRequest().As(oneloginsim.ShapeFlat))
	if got := a.get("/auth/rate_limit").want(t, 400).field(t, "type"); got != "bad request" {
		t.Errorf("type %v", got)
	}
	for path, want := range map[string]string{"/api/2/users/1": "given id", "/api/2/apps": "No Route Exists", tokenPath: "No Route Exists"} {
		if r := a.get(path).want(t, 404); !strings.Contains(string(r.body), want) {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	a.FailNext(oneloginsim.CallFindUsers, oneloginsim.BadGateway())
	if got := a.get("/api/2/users").Header.Get("Content-Type"); got != "text/html" {
		t.Errorf("Content-Type %q of a proxy's page", got)
	}
	a.FailNext(oneloginsim.CallFindUsers, oneloginsim.TooManyRequestsReset(time.Minute))
	if h := a.get("/api/2/users").Header; h.Get("X-RateLimit-Remaining") != "0" || h.Get("X-RateLimit-Limit") != "5000" {
		t.Errorf("headers of a 429: %v", h)
	}
}
