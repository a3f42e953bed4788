package slacksim

import "slices"

// spend takes the right to open a view from a trigger_id: three seconds, once.
func (s *Server) spend(method, id string) (*trigger, error) {
	t := s.triggers[id]
	code := ""
	switch {
	case t == nil:
		code = "invalid_trigger_id"
	case t.used:
		code = "exchanged_trigger_id"
	case s.o.Now().Sub(t.at) > s.o.TriggerLife:
		code = "expired_trigger_id"
	default:
		return t, nil
	}
	s.found(FindingTrigger, method, code)
	return nil, fault(code)
}

func (s *Server) viewsOpen(r *request) (reply, error) {
	return s.show(r, "views.open", func(p *Person, v *view) error {
		p.modals = []*view{v}
		return nil
	})
}

// viewsPush puts a view on top of the one whose trigger_id it was given.
func (s *Server) viewsPush(r *request) (reply, error) {
	return s.show(r, "views.push", func(p *Person, v *view) error {
		switch n := len(p.modals); {
		case n == 0:
			return fault("not_found")
		case n >= limit("modal.stack_max"):
			return fault("push_limit_reached")
		default:
			v.previous, v.root = p.modals[n-1], p.modals[0]
		}
		p.modals = append(p.modals, v)
		return nil
	})
}

func (s *Server) show(r *request, method string, place func(*Person, *view) error) (reply, error) {
	t, err := s.spend(method, r.args["trigger_id"])
	if err != nil {
		return nil, err
	}
	spec, err := s.readView(method, r.args["view"], surfaceModal)
	if err != nil {
		return nil, err
	}
	if err := s.unused(str(spec["external_id"]), nil); err != nil {
		return nil, err
	}
	v := s.newView(t.person, spec)
	if err := place(t.person, v); err != nil {
		delete(s.views, v.id)
		return nil, err
	}
	t.used = true
	s.touch(t.person)
	return reply{"view": v.object(s)}, nil
}

func (s *Server) viewsUpdate(r *request) (reply, error) {
	v := s.views[r.args["view_id"]]
	if id := r.args["external_id"]; v == nil && id != "" {
		for _, w := range s.views {
			if w.open() && str(w.spec["external_id"]) == id {
				v = w
			}
		}
	}
	if v == nil || !v.open() {
		return nil, fault("not_found")
	}
	if h := r.args["hash"]; h != "" && h != v.hash {
		return nil, fault("hash_conflict")
	}
	spec, err := s.readView("views.update", r.args["view"], surface(str(v.spec["type"])))
	if err != nil {
		return nil, err
	}
	if err := s.unused(str(spec["external_id"]), v); err != nil {
		return nil, err
	}
	s.fill(v, spec)
	s.touch(v.person)
	return reply{"view": v.object(s)}, nil
}

func (s *Server) viewsPublish(r *request) (reply, error) {
	p := s.people[r.args["user_id"]]
	if p == nil || p == s.bot {
		return nil, fault("missing_profile_id")
	}
	if s.o.NoHomeTab {
		return nil, fault("not_enabled")
	}
	if h := r.args["hash"]; h != "" && p.home != nil && h != p.home.hash {
		return nil, fault("hash_conflict")
	}
	spec, err := s.readView("views.publish", r.args["view"], surfaceHome)
	if err != nil {
		return nil, err
	}
	if err := s.unused(str(spec["external_id"]), p.home); err != nil {
		return nil, err
	}
	if p.home == nil {
		p.home = s.newView(p, spec)
	} else {
		s.fill(p.home, spec)
	}
	s.touch(p)
	return reply{"view": p.home.object(s)}, nil
}

// unused refuses an external_id that another open view has.
func (s *Server) unused(externalID string, except *view) error {
	for _, v := range s.views {
		if externalID != "" && v != except && v.open() && str(v.spec["external_id"]) == externalID {
			return fault("duplicate_external_id")
		}
	}
	return nil
}

// open reports whether the person has the view: on the stack of forms or as the Home tab.
func (v *view) open() bool { return v.person.home == v || slices.Contains(v.person.modals, v) }
