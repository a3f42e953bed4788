//go:build !race

package main

const storiesAtOnce = "16"

// burst is how many ask in the same instant.
const burst = 150
