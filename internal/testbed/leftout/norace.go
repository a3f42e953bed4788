//go:build !race

package leftout

// Race says that the race detector watches, with which everything takes several times as long.
const Race = false
