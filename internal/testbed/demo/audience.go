package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"olbot/internal/testbed/player"
	"olbot/internal/testbed/slacksim"
)

// A person is one of those whose screens the demo shows.
type person struct {
	name  string // in the story; "" for the audit channel
	title string
	part  string // what they do in the story
	color string
}

// firstName is the first word of the title.
func (p person) firstName() string {
	name, _, _ := strings.Cut(p.title, ",")
	return name
}

// people are in the order in which things that happen at once are told.
func people() []person {
	return []person{
		{"joe", "Joe, the agent", "works at the helpdesk and asks", colorJoe},
		{"maria", "Maria, the approver", "is Ana's manager and decides", colorMaria},
		{"ana", "Ana, the owner", "has lost her phone; it is her account", colorAna},
		{"", "The audit channel", "is told every step", colorFeed},
	}
}

// An audience watches the story and shows what changes on people's screens.
type audience struct {
	screen *screen
	people []person
	actor  string                        // who did something last
	seen   map[string][]slacksim.Message // by person, as last shown
}

func newAudience(s *screen) *audience {
	return &audience{screen: s, people: people(), seen: map[string][]slacksim.Message{}}
}

// Before implements player.Audience: the narrator, and what people do.
func (a *audience) Before(ctx context.Context, scene *player.Scene, line player.Line) {
	if line.Note != "" {
		a.catchUp(ctx, scene)
		a.screen.narrate(ctx, line.Note)
	}
	name, rest, _ := strings.Cut(line.Text, " ")
	verb, what, _ := strings.Cut(rest, " ")
	who := slices.IndexFunc(a.people, func(p person) bool { return p.name == name })
	if who < 0 {
		return
	}
	a.actor = name
	switch verb {
	case "runs":
		a.screen.act(ctx, a.people[who], "types", what)
	case "presses":
		a.showPress(ctx, scene, a.people[who], what)
	}
}

func (a *audience) showPress(ctx context.Context, scene *player.Scene, who person, label string) {
	a.screen.act(ctx, who, "presses", "["+label+"]")
	if dialog := scene.Person(who.name).Dialog(label); dialog != nil {
		a.screen.show(ctx, who, "a question first", message{
			titled: true, lines: []string{dialog.Title, dialog.Text, "[" + dialog.Deny + "] [" + dialog.Confirm + "]"},
		})
		a.screen.act(ctx, who, "presses", "["+dialog.Confirm+"]")
	}
}

// After implements player.Audience.
func (a *audience) After(ctx context.Context, scene *player.Scene, line player.Line) {
	if strings.HasPrefix(line.Text, "code 1 works") {
		a.screen.outcome(ctx, "OneLogin lets Ana in.")
	}
	a.catchUp(ctx, scene)
}

// A change is something new on somebody's screen.
type change struct {
	who person
	how string // where it is, and that it changed
	at  string
	message
}

// catchUp shows what has changed on the screens since the last time: first what
// was repainted, beginning with whoever did something, then what is new, in the
// order in which it came.
func (a *audience) catchUp(ctx context.Context, scene *player.Scene) {
	if scene.Settled(ctx) != nil {
		return
	}
	var repainted, added []change
	for _, who := range a.people {
		now := screenOf(scene, who)
		before := a.seen[who.name]
		for _, m := range now {
			i := slices.IndexFunc(before, m.Same)
			switch {
			case i < 0:
				added = append(added, change{who, whereIs(m, who), m.TS, messageLines(m, nil)})
			case before[i].Words() != m.Words():
				repainted = append(repainted, change{who, "the message changes to", m.TS, messageLines(m, &before[i])})
			}
		}
		for _, m := range before {
			if !slices.ContainsFunc(now, m.Same) {
				repainted = append(repainted, change{who, whereIs(m, who), m.TS, message{lines: []string{"The message with the code is gone."}}})
			}
		}
		a.seen[who.name] = now
	}
	slices.SortStableFunc(repainted, func(x, y change) int { return a.order(x.who) - a.order(y.who) })
	slices.SortStableFunc(added, func(x, y change) int { return strings.Compare(x.at, y.at) })
	for _, c := range append(repainted, added...) {
		a.screen.show(ctx, c.who, c.how, c.message)
	}
}

// order is 0 for whoever did something last and 1 for the others.
func (a *audience) order(who person) int {
	if who.name == a.actor {
		return 0
	}
	return 1
}

// introduce says what is about to happen.
func (a *audience) introduce() {
	a.screen.title("olbot", "temporary OneLogin codes, approved by a second person in Slack")
	a.screen.say("This is the real olbot. Slack and OneLogin are simulated on this machine; olbot talks to them over the network, as it would to the real ones. What you see is what people see in Slack:")
	a.screen.end()
	for _, who := range a.people {
		a.screen.person(who)
	}
}

// conclude says what has happened and what to do next.
func (a *audience) conclude(s player.Summary) {
	a.screen.heading("What was checked")
	a.screen.point(fmt.Sprintf("The trail has %d events. Its chain of hashes holds up to %s, and the audit channel was told all of it, in order.", s.Events, s.Anchor))
	a.screen.point(fmt.Sprintf("OneLogin made %s, after the intent was stored and the approval checked again.", codesMade(s.Codes)))
	a.screen.point("The code stood in one message to Joe alone. It is not in the database, the log (at debug level), the trail, a notification, a button or any other message.")
	a.screen.heading("What next")
	a.screen.item("README.md", "how to set up Slack and OneLogin, step by step")
	a.screen.item("olbot manifest", "prints the Slack app to create")
	a.screen.item("olbot run", "runs olbot; what is missing in its settings, it says all at once")
	a.screen.say("And now you: go run ./cmd/olbot demo --page serves a page on which you are all of them.")
	a.screen.end()
}

func codesMade(n int) string {
	if n == 1 {
		return "one code"
	}
	return fmt.Sprintf("%d codes", n)
}
