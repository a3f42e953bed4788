package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestCleansUntrustedText is invariant 9 at its source.
func TestCleansUntrustedText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "lost her phone, INC-4711", "lost her phone, INC-4711"},
		{"empty", "", ""},
		{"blanks at the ends and in a row", "  a \t\n b\u00A0\u3000c  ", "a b c"},
		{"line and paragraph separators", "a\u2028b\u2029c\vd\fe\rf\u0085g", "a b c d e f g"},
		{"controls", "a\x00b\x1b[31mc\x7fd\u009be", "a b [31mc d e"},
		{"bidi marks", "a\u202Eb\u202Cc\u2066d\u2069e\u200Ef\u200Fg\u061Ch\u202Ai", "a b c d e f g h i"},
		{"invisible", "pay\u200Bpal\u2060\uFEFF\u00ADx\u180E\u034Fy", "pay pal x y"},
		{"blank letters", "a\u3164b\u2800c\uFFA0\u115Fd", "a b c d"},
		{"invisible tags", "a\U000E0041\U000E0042b\U000E0100c", "a b c"},
		{"joiners between Latin letters", "jo\u200De@ex\u200Cample.com", "jo e@ex ample.com"},
		{"joiners at the ends", "\u200Dمی\u200C", "می"},
		{"joiners that join", "می\u200Cخواهم 👩\u200D🚒 👁\uFE0F\u200D🗨\uFE0F", "می\u200Cخواهم 👩\u200D🚒 👁\uFE0F\u200D🗨\uFE0F"},
		{"marks upon marks", "Z" + strings.Repeat("\u0335", 40) + "algo", "Z" + strings.Repeat("\u0335", maxMarks) + "algo"},
		{"broken bytes", "a\xffb\xed\xa0\x80c", "a\uFFFDb\uFFFDc"},
		{"markup stays as it is", "<!channel> *x* :tada: `y` &amp;", "<!channel> *x* :tada: `y` &amp;"},
		{"right to left", "שרה لا", "שרה لا"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Clean(c.in, 100); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestCutsLongTextByCharacters(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"12345", "12345"},
		{"123456", "1234…"},
		{"𝄞𝄞𝄞𝄞𝄞𝄞", "𝄞𝄞𝄞𝄞…"},
		{"abc defg", "abc…"},
	} {
		if got := Clean(c.in, 5); got != c.want {
			t.Errorf("Clean(%q, 5) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestQuotedTextCannotEndItsQuotation is invariant 9: a reason in quotation
// marks cannot go on as olbot's own words.
func TestQuotedTextCannotEndItsQuotation(t *testing.T) {
	for _, mark := range `"“”„‟«»″〝〞＂❝❞` {
		got := Quote("x"+string(mark)+". Approved", 50)
		if got != "“x'. Approved”" {
			t.Errorf("Quote with %q inside = %s", mark, got)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\u202Eb")
	f.Add("\u200D\u200D👩\u200D🚒")
	f.Add(strings.Repeat("e\u0301\u0301\u0301\u0301\u0301", 30))
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s, 50)
		if n := utf8.RuneCountInString(got); n > 50 {
			t.Errorf("%d characters", n)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("blanks at the ends or in a row: %q", got)
		}
		if bad := forbidden(got); bad != "" {
			t.Errorf("Clean(%q) keeps %s", s, bad)
		}
		if again := Clean(got, 50); again != got {
			t.Errorf("clean is not stable: %q, then %q", got, again)
		}
	})
}

// forbidden names the first character of s that could change how the rest is
// shown; "" if there is none.
func forbidden(s string) string {
	for _, c := range s {
		switch {
		case c == ' ', c == '\u200C', c == '\u200D':
		case unicode.IsControl(c), unicode.IsSpace(c), unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp):
			return fmt.Sprintf("%U", c)
		}
	}
	return ""
}
