package slacksim

import (
	"slices"
	"time"
)

// OpensHome opens the Home tab of the app, which tells the app if it subscribed to app_home_opened.
func (p *Person) OpensHome() { p.opensApp("home") }

// OpensMessages opens the Messages tab: the direct message with the bot.
func (p *Person) OpensMessages() { p.opensApp("messages") }

func (p *Person) opensApp(tab string) {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	event := map[string]any{
		"type": "app_home_opened", "user": p.u.ID, "channel": s.dmOf(p).c.ID, "tab": tab, "event_ts": s.nextTS(),
	}
	if tab == "home" && p.home != nil {
		event["view"] = p.home.object(s)
	}
	s.announce(event)
}

// SendEvent sends an event of the Events API, if the app subscribed to its type. event must have
// a type.
func (s *Server) SendEvent(event map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.announce(event)
}

// announce wraps an event and sends it. One that is not acknowledged is sent again up to three
// times, also one that came while no socket was open (docs.slack.dev/apis/events-api, retries).
func (s *Server) announce(event map[string]any) {
	kind := str(event["type"])
	if !slices.Contains(s.o.Events, kind) {
		return
	}
	payload := map[string]any{
		"token": "verification-token", "team_id": s.o.TeamID, "api_app_id": s.appID, "event": event,
		"type": "event_callback", "event_id": drawID(s.rng, "Ev"), "event_time": s.o.Now().Unix(),
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": s.o.TeamID, "user_id": s.bot.u.ID, "is_bot": true,
			"is_enterprise_install": false,
		}},
		"is_ext_shared_channel": false,
	}
	s.try(kind, payload, 0)
}

// try sends an event for the n-th time and plans the next. Each attempt has an envelope of its own and
// the same event_id.
func (s *Server) try(kind string, payload map[string]any, attempt int) {
	e := s.newEnvelope("events_api", nil, kind, payload)
	e.attempt = attempt
	if attempt > 0 {
		e.reason = "timeout"
	}
	e.onTimeout = func(string) {
		if attempt >= len(s.o.EventRetries) {
			return
		}
		pause := max(s.o.EventRetries[attempt], time.Millisecond)
		s.after(pause, func() { s.try(kind, payload, attempt+1) })
	}
	s.send(e)
}
