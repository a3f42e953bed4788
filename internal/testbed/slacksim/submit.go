package slacksim

import (
	"encoding/json"
)

// Submits submits the open form and waits for the app's answer, at most three seconds. What
// the client itself refuses (a required field left empty) is not sent: Answer.Err is then
// ErrFieldNeeded and Answer.Fields says which. Complaints of the app are in Answer.Fields too.
func (p *Person) Submits() Answer { return p.SendsForm().Answer() }

// SendsForm is Submits without waiting.
func (p *Person) SendsForm() *Pending {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.submit()
}

func (p *Person) submit() *Pending {
	s, v := p.s, p.top()
	if v == nil || v.spec["submit"] == nil {
		return refused(ErrNoButton)
	}
	missing := map[string]string{}
	for _, b := range v.inputs() {
		e := object(b["element"])
		state := object(v.values[str(b["block_id"])][str(e["action_id"])])
		if why := incomplete(b, state); why != "" {
			missing[textOf(b["label"])] = why
		}
	}
	if len(missing) > 0 {
		return &Pending{a: Answer{Err: ErrFieldNeeded, Fields: missing}}
	}
	p.acts()
	t := s.newTrigger(p)
	payload := s.interaction("view_submission", p, t)
	payload["view"], payload["response_urls"] = v.object(s), []any{}
	e := s.newEnvelope("interactive", p, "submit "+str(v.spec["callback_id"]), payload)
	e.accepts, e.trigger = true, t
	e.onAck = func(raw json.RawMessage) Answer { return s.submitted(p, v, raw) }
	return s.send(e)
}

// submitted does what the acknowledgement of a submission asks for
// (docs.slack.dev/surfaces/modals, close, update, push and errors).
func (s *Server) submitted(p *Person, v *view, raw json.RawMessage) Answer {
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if raw != nil && json.Unmarshal(raw, &answer) != nil {
		return s.trouble("submission: not an answer")
	}
	v.errors = nil
	switch answer.Action {
	case "":
		p.drop(v)
	case "clear":
		p.modals = nil
	case "errors":
		return s.complain(p, v, answer.Errors)
	case "update", "push":
		return s.another(p, v, answer.Action, answer.View)
	default:
		return s.trouble("submission: response_action " + answer.Action)
	}
	s.touch(p)
	return Answer{}
}

// complain shows errors under the fields of a form. They must name input blocks.
func (s *Server) complain(p *Person, v *view, errors map[string]string) Answer {
	labels := map[string]string{}
	for _, b := range v.inputs() {
		labels[str(b["block_id"])] = textOf(b["label"])
	}
	fields := map[string]string{}
	for blockID, text := range errors {
		if labels[blockID] == "" {
			return s.trouble("submission: errors names " + blockID + ", which is no input block")
		}
		fields[labels[blockID]] = text
	}
	if len(fields) == 0 {
		return s.trouble("submission: errors without an error")
	}
	v.errors = errors
	s.touch(p)
	return Answer{Fields: fields}
}

// another shows the view that came with the acknowledgement in place of the submitted one, or on top.
func (s *Server) another(p *Person, v *view, action string, raw json.RawMessage) Answer {
	spec, err := s.readView("view_submission", string(raw), surfaceModal)
	if err != nil {
		return s.trouble("submission: " + action + " with a view that is not valid")
	}
	if action == "update" {
		s.fill(v, spec)
		s.touch(p)
		return Answer{}
	}
	if len(p.modals) >= limit("modal.stack_max") {
		return s.trouble("submission: push on a full stack")
	}
	next := s.newView(p, spec)
	next.previous, next.root = v, v.root
	p.modals = append(p.modals, next)
	s.touch(p)
	return Answer{}
}

func (s *Server) trouble(detail string) Answer {
	s.found(FindingBadAnswer, "", detail)
	return Answer{Err: ErrTrouble}
}

// drop closes a form, and all under it if it says clear_on_close.
func (p *Person) drop(v *view) {
	for i, open := range p.modals {
		if open == v {
			p.modals = append(p.modals[:i:i], p.modals[i+1:]...)
			break
		}
	}
	p.s.touch(p)
}

// Closes closes the open form without submitting it. The app is told if the form asks for it
// (notify_on_close).
func (p *Person) Closes() Answer {
	s := p.s
	s.mu.Lock()
	v := p.top()
	if v == nil {
		s.mu.Unlock()
		return Answer{Err: ErrNoButton}
	}
	if truth(v.spec["clear_on_close"]) {
		p.modals = nil
	}
	p.drop(v)
	if !truth(v.spec["notify_on_close"]) {
		s.mu.Unlock()
		return Answer{}
	}
	payload := s.interaction("view_closed", p, nil)
	payload["view"], payload["is_cleared"] = v.object(s), truth(v.spec["clear_on_close"])
	pending := s.send(s.newEnvelope("interactive", p, "close "+str(v.spec["callback_id"]), payload))
	s.mu.Unlock()
	return pending.Answer()
}
