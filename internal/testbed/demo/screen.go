package demo

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
	widest    = 96
	narrowest = 40
)

// A screen is what the demo prints on: a terminal, with boxes, colours and a
// calm rhythm, or anything else, as plain lines without a pause.
type screen struct {
	out      io.Writer
	onError  func(error) // told that out cannot be written to; nil: nobody is
	terminal bool
	colors   bool
	width    int
}

// newScreen looks at what out is and at TERM and NO_COLOR, in an environment of "NAME=value" each.
func newScreen(out io.Writer, environ []string) *screen {
	s := &screen{out: out, width: 80}
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || lookup(environ, "TERM") == "dumb" {
		return s
	}
	s.terminal = true
	s.colors = lookup(environ, "NO_COLOR") == ""
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		s.width = min(max(width-1, narrowest), widest)
	}
	return s
}

// lookup is the value of an environment variable. As in a process's environment, the last one wins.
func lookup(environ []string, name string) (value string) {
	for _, entry := range environ {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}

// paint colours text, if there are colours.
func (s *screen) paint(style, text string) string {
	if !s.colors || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (s *screen) line(text string) {
	if _, err := fmt.Fprintln(s.out, text); err != nil && s.onError != nil {
		s.onError(err)
	}
}

// pause lets somebody read so many lines. In a pipe nobody has to.
func (s *screen) pause(ctx context.Context, lines int) {
	if !s.terminal {
		return
	}
	d := min(max(time.Duration(lines)*110*time.Millisecond, 400*time.Millisecond), 1900*time.Millisecond)
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

func (s *screen) title(name, what string) {
	s.line("")
	s.line(s.paint(styleBold, name) + "  " + s.paint(styleFaint, what))
}

func (s *screen) say(text string) {
	s.line("")
	for _, l := range wrap(text, s.width) {
		s.line(s.paint(styleFaint, l))
	}
}

// narrate tells what happens away from any screen.
func (s *screen) narrate(ctx context.Context, text string) {
	s.line("")
	for _, l := range wrap(text, s.width) {
		s.line(s.paint(styleBold, l))
	}
	s.pause(ctx, 10)
}

// act tells what somebody does.
func (s *screen) act(ctx context.Context, who person, does, what string) {
	s.line("")
	s.line(s.paint(who.color, "▸ "+who.firstName()+" "+does) + "  " + s.paint(styleBold, what))
	s.pause(ctx, 7)
}

func (s *screen) outcome(ctx context.Context, text string) {
	s.line("")
	s.line(s.paint(styleGood, "✓ "+text))
	s.pause(ctx, 7)
}

// show shows a message on somebody's screen.
func (s *screen) show(ctx context.Context, who person, how string, m message) {
	s.line("")
	if s.terminal {
		s.box(who, how, m)
		s.pause(ctx, len(m.lines)+2)
		return
	}
	s.line(who.title + " (" + how + "):")
	for _, l := range m.lines {
		for _, part := range wrap(l, s.width-6) {
			s.line("    | " + part)
		}
	}
}

// box draws a message in a frame in its reader's colour.
func (s *screen) box(who person, how string, m message) {
	inner := s.width - 4
	frame := func(text string) string { return s.paint(who.color, text) }
	rest := s.width - textWidth("╭─ "+who.title+" ─╮")
	if how = " " + how + " "; textWidth(how) >= rest {
		how = ""
	}
	s.line(frame("╭─ ") + s.paint(who.color+";"+styleBold, who.title) +
		frame(" "+strings.Repeat("─", max(rest-textWidth(how), 0))) + s.paint(styleFaint, how) + frame("─╮"))
	for i, l := range m.lines {
		for j, part := range wrap(l, inner) {
			pad := strings.Repeat(" ", max(inner-textWidth(part), 0))
			s.line(frame("│ ") + s.styled(part, m.titled && i == 0, j > 0) + pad + frame(" │"))
		}
	}
	s.line(frame("╰" + strings.Repeat("─", s.width-2) + "╯"))
}

var (
	labelPattern  = regexp.MustCompile(`^[A-Z][\w' ]{1,24}:|^#\d+`)
	smallPattern  = regexp.MustCompile(`^(?:Request OTP-\S+|Trail up to \S+)$`)
	buttonPattern = regexp.MustCompile(`\[([^\]]+)\]`)
	digitsPattern = regexp.MustCompile(`^(?:\d[\s\x{2003}]?){6,}$`)
)

// styled makes headings, labels, buttons and the code stand out. A line that
// continues another has no label.
func (s *screen) styled(text string, heading, continues bool) string {
	switch {
	case !s.colors:
		return text
	case heading:
		return s.paint(styleBold, text)
	case smallPattern.MatchString(text):
		return s.paint(styleFaint, text)
	case digitsPattern.MatchString(text):
		return s.paint(styleCode, text)
	}
	if label := labelPattern.FindString(text); label != "" && !continues {
		return s.paint(styleBold, label) + text[len(label):]
	}
	return buttonPattern.ReplaceAllString(text, s.paint(styleKey, " $1 "))
}

func (s *screen) heading(text string) {
	s.line("")
	s.line(s.paint(styleBold, text))
}

func (s *screen) point(text string) {
	for i, l := range wrap(text, s.width-4) {
		mark := "    "
		if i == 0 {
			mark = "  " + s.paint(styleGood, "✓") + " "
		}
		s.line(mark + l)
	}
}

func (s *screen) item(name, what string) {
	s.line("  " + s.paint(styleBold, fmt.Sprintf("%-15s", name)) + " " + what)
}

// person introduces one of those whose screens are shown.
func (s *screen) person(who person) {
	s.line("  " + s.paint(who.color+";"+styleBold, fmt.Sprintf("%-20s", who.title)) + " " + who.part)
}

func (s *screen) end() { s.line("") }
