package scenarios_test

import (
	"testing"

	"olbot/internal/testbed/leftout"
)

// This package sorts last, so that what its test says comes last.
func TestWhatWasLeftOut(t *testing.T) { leftout.Announce(t) }
