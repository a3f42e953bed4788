package onelogin

import (
	"context"
	"sync"
)

// userLocks lets one call per user through at a time. The zero value is ready for use.
type userLocks struct {
	mu   sync.Mutex
	held map[int64]*userLock // only of users for whom somebody holds or waits
}

type userLock struct {
	turn  chan struct{} // holds one value while the lock is taken
	users int           // who holds or waits
}

// lock waits for its turn or for the end of ctx.
func (l *userLocks) lock(ctx context.Context, userID int64) (unlock func(), err error) {
	l.mu.Lock()
	if l.held == nil {
		l.held = make(map[int64]*userLock)
	}
	lock := l.held[userID]
	if lock == nil {
		lock = &userLock{turn: make(chan struct{}, 1)}
		l.held[userID] = lock
	}
	lock.users++
	l.mu.Unlock()

	select {
	case lock.turn <- struct{}{}:
		return func() { <-lock.turn; l.leave(userID, lock) }, nil
	case <-ctx.Done():
		l.leave(userID, lock)
		return nil, ctx.Err()
	}
}

func (l *userLocks) leave(userID int64, lock *userLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if lock.users--; lock.users == 0 {
		delete(l.held, userID)
	}
}
