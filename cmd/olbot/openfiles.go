package main

import "fmt"

// A filesError says that the system lets this process open too few files, of which connections are some.
type filesError struct{ limit, need uint64 }

func (e *filesError) Error() string {
	return fmt.Sprintf("the system lets olbot have %d open files and connections, and it needs %d; raise the limit (ulimit -n, LimitNOFILE= of systemd, nofile of a container)", e.limit, e.need)
}

// checkOpenFiles checks the limit against what a busy olbot was seen to need (23 to 33 with one request), twice.
// Without them connections and the database fail now and then, each with words of its own.
func checkOpenFiles(limit uint64, connections int) error {
	if need := 60 + 2*uint64(connections); limit < need {
		return &filesError{limit, need}
	}
	return nil
}
