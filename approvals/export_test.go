package approvals

import "time"

// Crowd makes a crowd wait for an answer, until the returned function is called,
// and at once forgotten then.
func (s *Service) Crowd() (leave func()) {
	var answered []func()
	for range crowd + 1 {
		answered = append(answered, s.desk.serve())
	}
	return func() {
		for _, f := range answered {
			f()
		}
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		s.desk.rush = time.Time{}
	}
}
