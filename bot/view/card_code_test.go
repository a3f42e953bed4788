package view

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
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
	a, b := tree(t, one), tree(t, other)
	for i := range a {
		if flatJSON(a[i]) != flatJSON(b[i]) {
			differ = append(differ, a[i].(map[string]any)["type"].(string))
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

// TestCodeSaysWhatOneLoginAllows wants OneLogin's own answer on the screen, also
// where it is less than was approved or not complete.
func TestCodeSaysWhatOneLoginAllows(t *testing.T) {
	full := func(s *story) approvals.Grant { return s.grant() }
	for _, c := range []struct {
		name  string
		grant func(*story) approvals.Grant
		want  []string
		not   []string
	}{
		{"as asked", full, []string{"Works until today at 14:23 (single use)."}, []string{"less than", "did not say"}},
		{"narrower", func(s *story) approvals.Grant {
			return approvals.Grant{Until: s.now.Add(2 * time.Minute), Narrower: true}
		}, []string{"Works until today at 14:20", "less than the approved 5 minutes"}, []string{"did not say"}},
		{"fields missing", func(s *story) approvals.Grant {
			g := s.grant()
			g.Missing = []string{"reusable", "expires_at"}
			return g
		}, []string{"did not say when the code ends", "did not say how often"}, []string{"less than"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin().asked().approved(approvals.DeliverAuto).issuing()
			s.issuedAs(c.grant(s))
			got := read(t, CodeMessage(s.r, testCode, s.now))
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("does not say %q:\n%s", want, got)
				}
			}
			for _, not := range c.not {
				if strings.Contains(got, not) {
					t.Errorf("says %q:\n%s", not, got)
				}
			}
		})
	}
}

func TestLaterCodeSaysToUseOnlyIt(t *testing.T) {
	first, second := made(), made().wants().issuing().issued()
	if got := read(t, CodeMessage(first.r, testCode, first.now)); strings.Contains(got, "only this one") {
		t.Errorf("the first code:\n%s", got)
	}
	got := read(t, CodeMessage(second.r, testCode, second.now))
	if !strings.Contains(got, "Code 2 of 3 for Ana Lopes") || !strings.Contains(got, "Use only this one") {
		t.Errorf("the second code:\n%s", got)
	}
}
