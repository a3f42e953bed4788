package slacksim

// GoesAway makes the person away, until they come back or do something: users.getPresence says so, and an ephemeral message that
// is posted meanwhile is answered with ok and never seen
// (docs.slack.dev/reference/methods/chat.postEphemeral).
func (p *Person) GoesAway() { p.setAway(true) }

// ComesBack makes the person active again. What was missed stays missed.
func (p *Person) ComesBack() { p.setAway(false) }

// acts makes somebody who does something active again.
func (p *Person) acts() { p.away = false }

func (p *Person) setAway(away bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.away = away
	p.s.touch(p)
}

// Reloads is a reload of the client or a change of device: every ephemeral message and every
// open form is gone.
func (p *Person) Reloads() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.session++
	p.modals = nil
	p.s.touch(p)
}
