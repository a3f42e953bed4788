package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"olbot/internal/testbed/player"
	"olbot/internal/testbed/slacksim"
)

// A demoPerson is one of those whose screens the demo shows.
type demoPerson struct {
	name  string // in the story; "" for the audit channel
	title string
	part  string // what they do in the story
	color string
}

// calls is the person's first name.
func (p demoPerson) calls() string {
	name, _, _ := strings.Cut(p.title, ",")
	return name
}

// demoPeople are in the order in which things that happen at once are told.
func demoPeople() []demoPerson {
	return []demoPerson{
		{"joe", "Joe, the agent", "works at the helpdesk and asks", colorJoe},
		{"maria", "Maria, the approver", "is Ana's manager and decides", colorMaria},
		{"ana", "Ana, the owner", "has lost her phone; it is her account", colorAna},
		{"", "The audit channel", "is told every step", colorFeed},
	}
}

// A demoAudience watches the story and shows what changes on people's screens.
type demoAudience struct {
	screen *demoScreen
	people []demoPerson
	actor  string                        // who did something last
	seen   map[string][]slacksim.Message // by person, as last shown
}

func newDemoAudience(s *demoScreen) *demoAudience {
	return &demoAudience{screen: s, people: demoPeople(), seen: map[string][]slacksim.Message{}}
}

// Before implements player.Audience: the narrator, and what people do.
func (a *demoAudience) Before(ctx context.Context, scene *player.Scene, line player.Line) {
	if line.Note != "" {
		a.catchUp(ctx, scene)
		a.screen.narrate(ctx, line.Note)
	}
	name, rest, _ := strings.Cut(line.Text, " ")
	verb, what, _ := strings.Cut(rest, " ")
	who := slices.IndexFunc(a.people, func(p demoPerson) bool { return p.name == name })
	if who < 0 {
		return
	}
	a.actor = name
	switch verb {
	case "runs":
		a.screen.act(ctx, a.people[who], "types", what)
	case "presses":
		a.presses(ctx, scene, a.people[who], what)
	}
}

func (a *demoAudience) presses(ctx context.Context, scene *player.Scene, who demoPerson, label string) {
	a.screen.act(ctx, who, "presses", "["+label+"]")
	if dialog := scene.Person(who.name).Dialog(label); dialog != nil {
		a.screen.show(ctx, who, "a question first", demoMessage{
			titled: true, lines: []string{dialog.Title, dialog.Text, "[" + dialog.Deny + "] [" + dialog.Confirm + "]"},
		})
		a.screen.act(ctx, who, "presses", "["+dialog.Confirm+"]")
	}
}

// After implements player.Audience.
func (a *demoAudience) After(ctx context.Context, scene *player.Scene, line player.Line) {
	if strings.HasPrefix(line.Text, "code 1 works") {
		a.screen.outcome(ctx, "OneLogin lets Ana in.")
	}
	a.catchUp(ctx, scene)
}

// A demoChange is something new on somebody's screen.
type demoChange struct {
	who demoPerson
	how string // where it is, and that it changed
	at  string
	demoMessage
}

// catchUp shows what has changed on the screens since the last time: first what
// was repainted, beginning with whoever did something, then what is new, in the
// order in which it came.
func (a *demoAudience) catchUp(ctx context.Context, scene *player.Scene) {
	if scene.Settled(ctx) != nil {
		return
	}
	var repainted, added []demoChange
	for _, who := range a.people {
		now := screenOf(scene, who)
		before := a.seen[who.name]
		for _, m := range now {
			i := slices.IndexFunc(before, m.Same)
			switch {
			case i < 0:
				added = append(added, demoChange{who, whereIs(m, who), m.TS, messageLines(m, nil)})
			case before[i].Words() != m.Words():
				repainted = append(repainted, demoChange{who, "the message changes to", m.TS, messageLines(m, &before[i])})
			}
		}
		for _, m := range before {
			if !slices.ContainsFunc(now, m.Same) {
				repainted = append(repainted, demoChange{who, whereIs(m, who), m.TS, demoMessage{lines: []string{"The message with the code is gone."}}})
			}
		}
		a.seen[who.name] = now
	}
	slices.SortStableFunc(repainted, func(x, y demoChange) int { return a.turn(x.who) - a.turn(y.who) })
	slices.SortStableFunc(added, func(x, y demoChange) int { return strings.Compare(x.at, y.at) })
	for _, c := range append(repainted, added...) {
		a.screen.show(ctx, c.who, c.how, c.demoMessage)
	}
}

// turn is 0 for whoever did something last and 1 for the others.
func (a *demoAudience) turn(who demoPerson) int {
	if who.name == a.actor {
		return 0
	}
	return 1
}

// whereIs says in which conversation a message stands, and if only one person sees it.
func whereIs(m slacksim.Message, who demoPerson) string {
	where := m.Where
	if strings.HasPrefix(where, "DM ") {
		where = "direct message with olbot"
	}
	if m.Ephemeral {
		where += ", only " + who.calls() + " sees this"
	}
	return where
}

func screenOf(scene *player.Scene, who demoPerson) []slacksim.Message {
	if who.name == "" {
		return scene.Feed()
	}
	return scene.Person(who.name).Screen()
}

// A demoMessage is a message as the demo shows it.
type demoMessage struct {
	titled bool // the first line is a heading
	lines  []string
}

// messageLines are the lines of a message, or those that are new in it and its heading.
func messageLines(m slacksim.Message, before *slacksim.Message) demoMessage {
	shown := demoMessage{titled: beginsWithHeading(m)}
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
