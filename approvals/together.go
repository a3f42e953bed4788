package approvals

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// A panicError is a panic that was caught. Its value is withheld: nobody can
// know what it holds.
type panicError struct {
	kind  string
	stack []byte
}

func (e *panicError) Error() string { return "panic with a " + e.kind }

func caught(p any) *panicError {
	return &panicError{kind: fmt.Sprintf("%T", p), stack: debug.Stack()}
}

// together runs the functions side by side and returns their errors in order. A
// panic is the error of the function that panicked: it must not end the program,
// which would do the same again after every start.
func together(fns ...func() error) []error {
	errs := make([]error, len(fns))
	var running sync.WaitGroup
	for i, fn := range fns {
		running.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = caught(p)
				}
			}()
			errs[i] = fn()
		})
	}
	running.Wait()
	return errs
}
