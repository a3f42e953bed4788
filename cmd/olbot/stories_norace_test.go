//go:build !race

package main

const storiesAtOnce = "16"
