// Package scenarios holds the stories: what people do with olbot and what they
// see of it, one a file, *.txtar. internal/testbed/player says how they are
// written and plays them.
package scenarios

import "embed"

// Files are the stories.
//
//go:embed *.txtar
var Files embed.FS
