package onelogin

import "testing"

func TestUserLocksAreForgotten(t *testing.T) {
	var locks userLocks
	unlock, err := locks.lock(t.Context(), 7)
	if err != nil || len(locks.held) != 1 {
		t.Fatalf("%d locks, %v", len(locks.held), err)
	}
	unlock()
	if len(locks.held) != 0 {
		t.Errorf("%d locks are kept", len(locks.held))
	}
}
