package slacksim

// Forges sends the press of a button as if it had come from this person, whatever the person
// can see and whatever the button says: the wrong clicker, a changed value, an action id that
// was never painted. Slack would not let it happen; an app must not rely on that.
func (p *Person) Forges(m Message, b Button) Answer {
	if m.post == nil {
		return Answer{Err: ErrGone}
	}
	p.s.mu.Lock()
	pending := p.s.click(p, m.post, b)
	p.s.mu.Unlock()
	return pending.Answer()
}
