package demo

import (
	"encoding/json"
	"slices"
	"strings"

	"olbot/internal/testbed/player"
	"olbot/internal/testbed/slacksim"
)

// whereIs says in which conversation a message stands, and if only one person sees it.
func whereIs(m slacksim.Message, who person) string {
	where := m.Where
	if strings.HasPrefix(where, "DM ") {
		where = "direct message with olbot"
	}
	if m.Ephemeral {
		where += ", only " + who.firstName() + " sees this"
	}
	return where
}

func screenOf(scene *player.Scene, who person) []slacksim.Message {
	if who.name == "" {
		return scene.Feed()
	}
	return scene.Person(who.name).Screen()
}

// A message is a message as the demo shows it.
type message struct {
	titled bool // the first line is a heading
	lines  []string
}

// messageLines are the lines of a message, or those that are new in it and its heading.
func messageLines(m slacksim.Message, before *slacksim.Message) message {
	shown := message{titled: beginsWithHeading(m)}
	lines := strings.Split(m.Words(), "\n")
	if before == nil {
		shown.lines = lines
		return shown
	}
	old := strings.Split(before.Words(), "\n")
	for i, line := range lines {
		if i == 0 || !slices.Contains(old, line) {
			shown.lines = append(shown.lines, line)
		}
	}
	return shown
}

func beginsWithHeading(m slacksim.Message) bool {
	var blocks []struct{ Type string }
	return json.Unmarshal(m.Blocks, &blocks) == nil && len(blocks) > 0 && blocks[0].Type == "header"
}
