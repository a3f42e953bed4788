package approvals

import "time"

// Crowd makes a crowd wait for an answer, until the returned function is called,
// and at once forgotten then. It is dated an hour ahead, so that it is not gone
// although the machine pauses for a lull.
func (s *Service) Crowd() (leave func()) {
	answered := s.desk.serve()
	s.rushed(time.Now().Add(time.Hour))
	return func() {
		s.rushed(time.Time{})
		answered()
	}
}

func (s *Service) rushed(at time.Time) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	s.desk.rush = at
}
