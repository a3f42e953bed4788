//go:build race && !mutation

package approvals_test

// With the race detector everything takes ten times as long, so that only every
// fifth call is made to fail; without it every one is.
const faultStride = 5
