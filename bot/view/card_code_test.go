package view

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

const testCode = "25992782"

// TestCodeIsInTheBlocksOfItsMessageOnly is invariant 5: not in the notification,
// not in a button, and in no message that two codes would not differ by anyway.
func TestCodeIsInTheBlocksOfItsMessageOnly(t *testing.T) {
	s := made()
	one, other := CodeMessage(s.r, testCode, s.now), CodeMessage(s.r, "00000000", s.now)
	if one.Text != other.Text {
		t.Errorf("the text depends on the code: %q, %q", one.Text, other.Text)
	}
	var differ []string
	a, b := blocksOf(t, one), blocksOf(t, other)
	for i := range a {
		if flatJSON(a[i]) != flatJSON(b[i]) {
			differ = append(differ, a[i]["type"].(string))
		}
	}
	if got := strings.Join(differ, " "); got != "header rich_text" {
		t.Errorf("the code is in blocks of type %q, want a header and a rich_text", got)
	}
	actions, err := json.Marshal(one.Blocks[len(one.Blocks)-2])
	if err != nil || !strings.Contains(string(actions), `"action_id":"hide"`) || !strings.Contains(string(actions), `"value":"-"`) {
		t.Errorf("the button of the code's message: %s, %v", actions, err)
	}
}

// TestCodeCanBeCopiedExactly wants the code in letters of one width, as it came.
func TestCodeCanBeCopiedExactly(t *testing.T) {
	for _, code := range []string{testCode, "007", "UIOWE787979", "aB-9 x", long("7", 400)} {
		s := made()
		found := 0
		for _, b := range CodeMessage(s.r, code, s.now).Blocks {
			rich, ok := b.(*slack.RichTextBlock)
			if !ok {
				continue
			}
			if pre, ok := rich.Elements[0].(*slack.RichTextPreformatted); ok {
				found++
				if got := spans(pre.Elements).plain(); got != code || len(rich.Elements) != 1 {
					t.Errorf("code %q is shown as %q", code, got)
				}
			}
		}
		if found != 1 {
			t.Errorf("code %q is shown exactly %d times", code, found)
		}
	}
}

func TestCodeIsSetApartForReadingOut(t *testing.T) {
	for _, c := range []struct{ code, large, spelled string }{
		{"25992782", "2 5 9 9\u20032 7 8 2", ""},
		{"123456", "1 2 3\u20034 5 6", ""},
		{"1234567", "1 2 3 4\u20035 6 7", ""},
		{"Ol0-1", "O l 0 -\u20031", "capital O, small l, 0, -, 1"},
	} {
		if got := spaced(c.code); got != c.large {
			t.Errorf("spaced(%q) = %q, want %q", c.code, got, c.large)
		}
		if got := oneByOne(c.code).plain(); got != c.spelled {
			t.Errorf("oneByOne(%q) = %q, want %q", c.code, got, c.spelled)
		}
	}
}
