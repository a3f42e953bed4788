package slacksim

// Presses presses the button with this label on the newest message that has one, and
// confirms if the client asks. It waits until the app has acknowledged, at most three seconds.
func (p *Person) Presses(label string) Answer { return p.PressesNth(label, 0) }

// PressesNth is Presses on the n-th newest message with such a button, counted from 0.
func (p *Person) PressesNth(label string, n int) Answer {
	m, ok := p.newestWith(label, n)
	if !ok {
		return Answer{Err: ErrNoButton}
	}
	return p.PressesOn(m, label)
}

// PressesOn is Presses on one message, as it is painted in m: a Message kept from before is a
// stale screen, and Slack sends what was on it.
func (p *Person) PressesOn(m Message, label string) Answer { return p.Clicks(m, label).Answer() }

// Clicks is PressesOn without waiting.
func (p *Person) Clicks(m Message, label string) *Pending {
	b, ok := m.Button(label)
	if !ok {
		return refused(ErrNoButton)
	}
	return p.ClicksButton(m, b)
}

// ClicksButton is Clicks for one of m.Buttons(), where several have the same label.
func (p *Person) ClicksButton(m Message, b Button) *Pending {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if m.post == nil {
		return refused(ErrNoButton)
	}
	if m.post.deleted {
		return refused(ErrGone)
	}
	if !m.post.visibleTo(p) || p.u.Deleted {
		return refused(ErrNotAllowed)
	}
	p.acts()
	return p.s.click(p, m.post, b)
}

// DoublePresses presses a button twice before either press is answered: two payloads with two
// trigger ids, as an impatient finger makes them.
func (p *Person) DoublePresses(label string) (first, second Answer) {
	m, ok := p.newestWith(label, 0)
	if !ok {
		return Answer{Err: ErrNoButton}, Answer{Err: ErrNoButton}
	}
	a, b := p.Clicks(m, label), p.Clicks(m, label)
	return a.Answer(), b.Answer()
}

// Dialog is what the client asks before a press of this button counts; nil if it asks nothing
// or there is no such button.
func (p *Person) Dialog(label string) *Dialog {
	m, _ := p.newestWith(label, 0)
	b, _ := m.Button(label)
	return b.Confirm
}

// SeesButton reports whether the person sees a message with this button now.
func (p *Person) SeesButton(label string) bool {
	_, ok := p.newestWith(label, 0)
	return ok
}

func (p *Person) newestWith(label string, n int) (Message, bool) {
	return p.newest(func(m Message) bool {
		_, ok := m.Button(label)
		return ok
	}, n)
}

// click sends the payload of a press (docs.slack.dev, block_actions payload).
func (s *Server) click(p *Person, m *post, b Button) *Pending {
	t := s.newTrigger(p)
	payload := s.interaction("block_actions", p, t)
	payload["container"] = map[string]any{
		"type": "message", "message_ts": m.ts, "channel_id": m.room.c.ID, "is_ephemeral": m.to != nil,
	}
	payload["channel"] = map[string]any{"id": m.room.c.ID, "name": m.room.channelName()}
	if m.to == nil { // the payload of an ephemeral message's button has no message
		payload["message"] = s.messageObject(m)
	}
	payload["state"] = map[string]any{"values": map[string]any{}}
	payload["response_url"] = s.newHook("actions", p, m.room, m).url
	payload["actions"] = []any{s.action(b)}
	e := s.newEnvelope("interactive", p, "press "+b.Label, payload)
	e.trigger = t
	return s.send(e)
}

func (s *Server) action(b Button) map[string]any {
	a := map[string]any{
		"type": "button", "action_id": b.ActionID, "block_id": b.BlockID, "action_ts": s.nextTS(),
		"text": map[string]any{"type": "plain_text", "text": b.Label, "emoji": true},
	}
	if b.Value != "" {
		a["value"] = b.Value
	}
	if b.Style != "" {
		a["style"] = b.Style
	}
	return a
}

// messageObject is a message as API answers and payloads carry it.
func (s *Server) messageObject(m *post) map[string]any {
	paint := m.now()
	o := map[string]any{
		"type": "message", "ts": m.ts, "user": m.author(), "team": s.o.TeamID, "text": paint.text,
		"bot_id": s.botID, "app_id": s.appID,
	}
	if paint.tree != nil {
		o["blocks"] = paint.tree
	}
	if len(m.paints) > 1 {
		o["edited"] = map[string]any{"user": s.botID, "ts": m.ts}
	}
	return o
}
