//go:build race

package main

// With the race detector everything takes several times as long, and a Slack
// that is answered too late is told so.
const storiesAtOnce = "6"

// burst is how many ask in the same instant.
const burst = 60
