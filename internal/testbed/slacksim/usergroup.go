package slacksim

import "slices"

// group is a user group, @handle for many.
type group struct {
	id, handle string
	members    []*Person
	disabled   bool
}

// AddUserGroup adds a user group and returns its id, S….
func (s *Server) AddUserGroup(handle string, members ...*Person) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &group{id: drawID(s.rng, "S"), handle: handle, members: slices.Clone(members)}
	s.groups[g.id] = g
	s.touch()
	return g.id
}

// SetUserGroup replaces the members of a user group.
func (s *Server) SetUserGroup(id string, members ...*Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.groups[id]; g != nil {
		g.members = slices.Clone(members)
	}
	s.touch()
}

// DisableUserGroup archives a user group.
func (s *Server) DisableUserGroup(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.groups[id]; g != nil {
		g.disabled = true
	}
	s.touch()
}

func (s *Server) groupByHandle(handle string) *group {
	for _, g := range s.groups {
		if g.handle == handle {
			return g
		}
	}
	return nil
}
