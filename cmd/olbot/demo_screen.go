package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"golang.org/x/term"
)

// The colours, as SGR parameters. Each person has one.
const (
	colorJoe   = "36"
	colorMaria = "32"
	colorAna   = "35"
	colorFeed  = "33"
	styleBold  = "1"
	styleFaint = "2"
	styleGood  = "1;32"
	styleKey   = "7" // a button
	styleCode  = "1;7"
)

// How wide the demo's text is at most and at least.
const (
	demoWidest    = 96
	demoNarrowest = 40
)

// A demoScreen is what the demo prints on: a terminal, with boxes, colours and a
// calm rhythm, or anything else, as plain lines without a pause.
type demoScreen struct {
	out      io.Writer
	unheard  func(error) // told that out cannot be written to; nil: nobody is
	terminal bool
	colors   bool
	width    int
}

func newDemoScreen(out io.Writer, environ []string) *demoScreen {
	vars := lookup(environ)
	s := &demoScreen{out: out, width: 80}
	f, ok := out.(*os.File)
	if !ok || !isTerminal(f) || vars["TERM"] == "dumb" {
		return s
	}
	s.terminal = true
	s.colors = vars["NO_COLOR"] == ""
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		s.width = min(max(width-1, demoNarrowest), demoWidest)
	}
	return s
}

// paint colours text, if there are colours.
func (s *demoScreen) paint(style, text string) string {
	if !s.colors || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (s *demoScreen) line(text string) {
	if _, err := fmt.Fprintln(s.out, text); err != nil && s.unheard != nil {
		s.unheard(err)
	}
}

// pause lets somebody read so many lines. In a pipe nobody has to.
func (s *demoScreen) pause(ctx context.Context, lines int) {
	if !s.terminal {
		return
	}
	d := min(max(time.Duration(lines)*110*time.Millisecond, 400*time.Millisecond), 1900*time.Millisecond)
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

func (s *demoScreen) title(name, what string) {
	s.line("")
	s.line(s.paint(styleBold, name) + "  " + s.paint(styleFaint, what))
}

func (s *demoScreen) say(text string) {
	s.line("")
	for _, l := range demoWrap(text, s.width) {
		s.line(s.paint(styleFaint, l))
	}
}

// narrate tells what happens away from any screen.
func (s *demoScreen) narrate(ctx context.Context, text string) {
	s.line("")
	for _, l := range demoWrap(text, s.width) {
		s.line(s.paint(styleBold, l))
	}
	s.pause(ctx, 10)
}

// act tells what somebody does.
func (s *demoScreen) act(ctx context.Context, who demoPerson, does, what string) {
	s.line("")
	s.line(s.paint(who.color, "▸ "+who.calls()+" "+does) + "  " + s.paint(styleBold, what))
	s.pause(ctx, 7)
}

func (s *demoScreen) outcome(ctx context.Context, text string) {
	s.line("")
	s.line(s.paint(styleGood, "✓ "+text))
	s.pause(ctx, 7)
}

// show shows a message on somebody's screen.
func (s *demoScreen) show(ctx context.Context, who demoPerson, how string, m demoMessage) {
	s.line("")
	if s.terminal {
		s.box(who, how, m)
		s.pause(ctx, len(m.lines)+2)
		return
	}
	s.line(who.title + " (" + how + "):")
	for _, l := range m.lines {
		for _, part := range demoWrap(l, s.width-6) {
			s.line("    | " + part)
		}
	}
}

// box draws a message in a frame in its reader's colour.
func (s *demoScreen) box(who demoPerson, how string, m demoMessage) {
	inner := s.width - 4
	frame := func(text string) string { return s.paint(who.color, text) }
	rest := s.width - textWidth("╭─ "+who.title+" ─╮")
	if how = " " + how + " "; textWidth(how) >= rest {
		how = ""
	}
	s.line(frame("╭─ ") + s.paint(who.color+";"+styleBold, who.title) +
		frame(" "+strings.Repeat("─", max(rest-textWidth(how), 0))) + s.paint(styleFaint, how) + frame("─╮"))
	for i, l := range m.lines {
		for j, part := range demoWrap(l, inner) {
			pad := strings.Repeat(" ", max(inner-textWidth(part), 0))
			s.line(frame("│ ") + s.styled(part, m.titled && i == 0, j > 0) + pad + frame(" │"))
		}
	}
	s.line(frame("╰" + strings.Repeat("─", s.width-2) + "╯"))
}

var (
	demoLabel  = regexp.MustCompile(`^[A-Z][\w' ]{1,24}:|^#\d+`)
	demoSmall  = regexp.MustCompile(`^(?:Request OTP-\S+|Trail up to \S+)$`)
	demoButton = regexp.MustCompile(`\[([^\]]+)\]`)
	demoDigits = regexp.MustCompile(`^(?:\d[\s\x{2003}]?){6,}$`)
)

// styled makes headings, labels, buttons and the code stand out. A line that
// continues another has no label.
func (s *demoScreen) styled(text string, heading, continues bool) string {
	switch {
	case !s.colors:
		return text
	case heading:
		return s.paint(styleBold, text)
	case demoSmall.MatchString(text):
		return s.paint(styleFaint, text)
	case demoDigits.MatchString(text):
		return s.paint(styleCode, text)
	}
	if label := demoLabel.FindString(text); label != "" && !continues {
		return s.paint(styleBold, label) + text[len(label):]
	}
	return demoButton.ReplaceAllString(text, s.paint(styleKey, " $1 "))
}

func (s *demoScreen) heading(text string) {
	s.line("")
	s.line(s.paint(styleBold, text))
}

func (s *demoScreen) point(text string) {
	for i, l := range demoWrap(text, s.width-4) {
		mark := "    "
		if i == 0 {
			mark = "  " + s.paint(styleGood, "✓") + " "
		}
		s.line(mark + l)
	}
}

func (s *demoScreen) item(name, what string) {
	s.line("  " + s.paint(styleBold, fmt.Sprintf("%-15s", name)) + " " + what)
}

// person introduces one of those whose screens are shown.
func (s *demoScreen) person(who demoPerson) {
	s.line("  " + s.paint(who.color+";"+styleBold, fmt.Sprintf("%-20s", who.title)) + " " + who.part)
}

func (s *demoScreen) end() { s.line("") }
