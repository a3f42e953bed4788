package player

import (
	"slices"
	"strings"
	"testing"
)

// Every story can be read: parts and sentences are known, and it says what it promises.
func TestEveryStoryReads(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 40 {
		t.Errorf("there are %d stories", len(all))
	}
}

// The language has no sentence that no story needs.
func TestEverySentenceIsSaid(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, story := range all {
		for _, line := range slices.Concat(story.People, story.Lines) {
			s, _, _ := understand(line.Text)
			said[s.form] = true
		}
	}
	for _, s := range sentences() {
		if !said[s.form] {
			t.Errorf("no story says: %s", s.form)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no promise":         "-- story --\njoe runs /tempotp\n",
		"no story":           "A promise.\n-- people --\nana joins\n",
		"unknown part":       "A promise.\n-- prologue --\n-- story --\njoe runs /tempotp\n",
		"unknown sentence":   "A promise.\n-- story --\njoe dances\n",
		"something unset":    "A promise.\n-- settings --\nwhat\n-- story --\njoe runs /tempotp\n",
		"unknown people":     "A promise.\n-- people --\nana flies\n-- story --\njoe runs /tempotp\n",
		"a lower-case name":  "A promise.\n-- settings --\nolbot_x=1\n-- story --\njoe runs /tempotp\n",
		"an empty story":     "A promise.\n-- story --\n",
		"nothing whatsoever": "",
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := Parse("x.txtar", []byte(text)); err == nil {
				t.Errorf("Parse took it: %+v", s)
			}
		})
	}
}

func TestParseNumbersLinesAndKeepsBreaths(t *testing.T) {
	s, err := Parse("dir/lost.txtar", []byte(`A promise
in two lines.
-- settings --
OLBOT_DELIVERY=claim
-- people --
dora joins
-- story --
# a comment
joe runs /tempotp @ana 300 lost her phone

maria presses Approve
  joe sees code 1
`))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "lost" || s.Promise != "A promise\nin two lines." || s.Settings["OLBOT_DELIVERY"] != "claim" || s.People[0].Number != 6 {
		t.Errorf("Parse = %+v", s)
	}
	want := []Line{
		{9, "joe runs /tempotp @ana 300 lost her phone", false, "a comment"},
		{11, "maria presses Approve", false, ""},
		{12, "joe sees code 1", true, ""},
	}
	for i, line := range s.Lines {
		if line != want[i] {
			t.Errorf("line %d is %+v, want %+v", i, line, want[i])
		}
	}
}

func TestUnderstand(t *testing.T) {
	for line, want := range map[string]string{
		"joe runs /tempotp @ana 300":                                             "NAME runs TEXT: joe|/tempotp @ana 300",
		"maria presses Approve":                                                  "NAME presses TEXT: maria|Approve",
		"maria presses Approve twice":                                            "NAME presses SHORT twice: maria|Approve",
		"bob presses maria's Approve":                                            "NAME presses NAME's SHORT: bob|maria|Approve",
		"joe presses ana's This wasn't me":                                       "NAME presses NAME's SHORT: joe|ana|This wasn't me",
		"ana presses This wasn't me":                                             "NAME presses TEXT: ana|This wasn't me",
		"joe sees code 1":                                                        "NAME sees code N: joe|1",
		"joe sees Code 2 of 3":                                                   "NAME sees TEXT: joe|Code 2 of 3",
		"joe sees no code":                                                       "NAME sees no code: joe",
		"the request is denied or issued":                                        "the request is STATE: denied or issued",
		"slack answers chat.postMessage to #audit with 429 for 2s":               "slack answers METHOD[ to SHORT] with TEXT: chat.postMessage|#audit|429 for 2s",
		"slack answers chat.update with 503, 2 times":                            "slack answers METHOD[ to SHORT] with TEXT: chat.update||503, 2 times",
		"onelogin made 1 code":                                                   "onelogin made N code[s]: 1",
		"onelogin made no code":                                                  "onelogin made no code: ",
		"carol presses Deny and dora presses Approve at the same moment":         "NAME presses SHORT and NAME presses SHORT at the same moment: carol|Deny|dora|Approve",
		"ana is locked in OneLogin":                                              "NAME is TEXT in OneLogin: ana|locked",
		"maria is asked signs in as before Approve counts":                       "NAME is asked SHORT before TEXT counts: maria|signs in as|Approve",
		"joe types /tempotp @ana, which slack holds back":                        "NAME types TEXT, which slack holds back: joe|/tempotp @ana",
		"@mixed has bob, gus":                                                    "GROUP has NAMES: mixed|bob, gus",
		"ana is called <!channel> is in Slack":                                   "NAME is called TEXT: ana|<!channel> is in Slack",
		"the feed tells nothing of settings changed":                             "the feed tells nothing of TEXT: settings changed",
		"joe sees OneLogin made a code that could do more than was approved, so": "NAME sees TEXT: joe|OneLogin made a code that could do more than was approved, so",
	} {
		s, a, ok := understand(line)
		if got := s.form + ": " + strings.Join(a, "|"); !ok || got != want {
			t.Errorf("%q is understood as %q, want %q", line, got, want)
		}
	}
}
