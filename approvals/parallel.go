package approvals

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// A panicError is a panic that was recovered. It hides the value, which may be anything.
type panicError struct {
	kind  string
	stack []byte
}

func (e *panicError) Error() string { return "panic with a " + e.kind }

func recovered(p any) *panicError {
	return &panicError{kind: fmt.Sprintf("%T", p), stack: debug.Stack()}
}

// parallel runs the functions in parallel and returns all their errors, in order. A
// panic becomes the error of its function: if it ended the program, the same job
// would end it again after every start.
func parallel(fns ...func() error) []error {
	errs := make([]error, len(fns))
	var running sync.WaitGroup
	for i, fn := range fns {
		running.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = recovered(p)
				}
			}()
			errs[i] = fn()
		})
	}
	running.Wait()
	return errs
}
