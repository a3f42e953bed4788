package slacksim

// UsesShortcut runs a global shortcut of the app and waits until it is acknowledged, at most
// three seconds. There is no channel and no response_url.
func (p *Person) UsesShortcut(callbackID string) Answer {
	s := p.s
	s.mu.Lock()
	if !p.ours() || p.u.Deleted || p.u.Bot {
		s.mu.Unlock()
		return Answer{Err: ErrNotAllowed}
	}
	p.acts()
	t := s.newTrigger(p)
	payload := s.interaction("shortcut", p, t)
	payload["callback_id"], payload["action_ts"] = callbackID, s.nextTS()
	e := s.newEnvelope("interactive", p, "shortcut "+callbackID, payload)
	e.trigger = t
	pending := s.send(e)
	s.mu.Unlock()
	return pending.Answer()
}

// PressesInForm presses a button inside the open form.
func (p *Person) PressesInForm(label string) Answer {
	p.s.mu.Lock()
	v := p.top()
	p.s.mu.Unlock()
	return p.pressIn(v, label)
}

// PressesAtHome presses a button on the Home tab.
func (p *Person) PressesAtHome(label string) Answer {
	p.s.mu.Lock()
	v := p.home
	p.s.mu.Unlock()
	return p.pressIn(v, label)
}

func (p *Person) pressIn(v *view, label string) Answer {
	if v == nil {
		return Answer{Err: ErrNoButton}
	}
	p.s.mu.Lock()
	b, ok := pick(buttonsIn(list(v.spec["blocks"])), label)
	if !ok {
		p.s.mu.Unlock()
		return Answer{Err: ErrNoButton}
	}
	pending := p.clickIn(v, b)
	p.s.mu.Unlock()
	return pending.Answer()
}

// PressesButton presses one of f.Buttons(), in a form or on the Home tab, as it was shown in f: a Form
// kept from before is a stale screen.
func (p *Person) PressesButton(f Form, b Button) Answer {
	p.s.mu.Lock()
	v := p.s.views[f.ID]
	if v == nil || v.person != p || !v.open() {
		p.s.mu.Unlock()
		return Answer{Err: ErrGone}
	}
	pending := p.clickIn(v, b)
	p.s.mu.Unlock()
	return pending.Answer()
}

// clickIn sends the payload of a press in a view. The caller holds the lock.
func (p *Person) clickIn(v *view, b Button) *Pending {
	s := p.s
	p.acts()
	t := s.newTrigger(p)
	payload := s.interaction("block_actions", p, t)
	shown := v.object(s)
	payload["container"] = map[string]any{"type": "view", "view_id": v.id}
	payload["view"], payload["state"] = shown, shown["state"]
	payload["actions"] = []any{s.action(b)}
	e := s.newEnvelope("interactive", p, "press "+b.Label, payload)
	e.trigger = t
	return s.send(e)
}
