package demo

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"olbot/internal/testbed/player"
)

func TestAStoryThatGoesWrongSaysWhereInOneLine(t *testing.T) {
	failure := &player.Failure{
		Story: "demo", Line: player.Line{Number: 12, Text: "joe sees code 1"}, Err: errors.New("it did not become so"), Seen: "joe sees\nmany things",
	}
	want := "the demo went another way than it is told: demo.txtar:12: joe sees code 1: it did not become so"
	if got := (&Error{failure}).Error(); got != want {
		t.Errorf("it says %q", got)
	}
}

// On a terminal every line of a box is as wide as the box, whatever its contents.
func TestBoxesAreStraight(t *testing.T) {
	escapes := regexp.MustCompile("\x1b\\[[0-9;]*m")
	shown := message{titled: true, lines: []string{
		"Your decision is needed", "#12 today at 14:02:11 Approved OTP-7F3K-9QXM: 渡辺さん approved, and that is a long line that has to be broken.",
		"• a bullet that goes on for longer than a narrow terminal is wide", strings.Repeat("x", 150), "[Approve] [Deny]", "1 2 3 4\u20035 6 7 8", "",
	}}
	for width := narrowest; width <= widest; width++ {
		for _, colors := range []bool{false, true} {
			var out bytes.Buffer
			s := &screen{out: &out, terminal: true, colors: colors, width: width}
			s.box(people()[1], "direct message with olbot, only Maria sees this", shown)
			if !colors && strings.Contains(out.String(), "\x1b") {
				t.Fatalf("colours without being asked for:\n%q", out.String())
			}
			for line := range strings.Lines(out.String()) {
				line = escapes.ReplaceAllString(strings.TrimSuffix(line, "\n"), "")
				if textWidth(line) != width {
					t.Fatalf("a line is %d wide, the box %d:\n%s", textWidth(line), width, out.String())
				}
			}
		}
	}
}

func TestHeedsNoColor(t *testing.T) {
	var out bytes.Buffer
	if s := newScreen(&out, nil); s.terminal || s.colors {
		t.Errorf("a buffer is taken for a terminal: %+v", s)
	}
	terminal, err := os.Open("/dev/ptmx")
	if err != nil {
		t.Skip("there is no /dev/ptmx: left out what the demo does on a terminal")
	}
	defer terminal.Close()
	for vars, want := range map[string]bool{"TERM=xterm": true, "NO_COLOR=1": false, "NO_COLOR=": true} {
		if s := newScreen(terminal, []string{vars}); !s.terminal || s.colors != want {
			t.Errorf("with %s on a terminal: %+v", vars, s)
		}
	}
	if s := newScreen(terminal, []string{"TERM=dumb"}); s.terminal {
		t.Errorf("on a dumb terminal: %+v", s)
	}
}
