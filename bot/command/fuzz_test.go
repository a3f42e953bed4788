package command

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"olbot/approvals"
)

// markup is what Slack reads as an entity: https://docs.slack.dev/messaging/formatting-message-text
var markup = regexp.MustCompile(`<[@#!A-Za-z/][^<>]*>`)

func FuzzParseCommand(f *testing.F) {
	for _, seed := range []string{
		"", "help", "list", "cancel otp7f3k9qxm", "cancel my OTP-7F3K-9QXM", "<@U0ANA|ana> 300 reusable lost her phone, INC-4711",
		"<mailto:a@b.c|a@b.c> 5m -- 2 phones", "#12345 — x", "300 <@U1>reusable", "<@U1> 1.5h reusabel 0 -5 2FA", "<@U1> 5 min x", "`a@b.c` 1 day", "<@U1> 5minutes 2 hours x", "<@U1> 101 days",
		"a&amp;b@c.d 3d single-use &lt;!here&gt;", "<@U1> <!channel> <https://a.b|c> <tel:1|2> <!date^1^{x}|y>", "<@U1> x \u202e\u2028\u00a0\x00",
		"<@U1> ３００ ―", "<<@U1>>", "<@U1> -- < <", "<tel:<@U1>|300>", "&lt;@U1&gt; usable 99999999999999999999", "<@U0000|000>0 reABle", "<@W1> reusable single-use 5m 300",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err == nil {
			checkCommand(t, c)
			return
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Problem == "" || c != (Command{}) {
			t.Fatalf("Parse(%q) = %+v, %v", text, c, err)
		}
		checkReadable(t, e.Word)
		if e.Corrected == "" {
			return
		}
		fixed, err := Parse(e.Corrected)
		if err != nil || fixed.String() != e.Corrected {
			t.Fatalf("the correction %q of %q is read as %+v, %v", e.Corrected, text, fixed, err)
		}
		left := 0 // of re-us-ab-le: two edits spoil two of the four
		for _, part := range []string{"re", "us", "ab", "le"} {
			left += min(1, strings.Count(strings.ToLower(fold(text)), part))
		}
		if fixed.Reusable && left < 2 {
			t.Fatalf("the correction %q of %q asks for more", e.Corrected, text)
		}
		checkCommand(t, fixed)
	})
}

// checkCommand checks what is promised of every command.
func checkCommand(t *testing.T, c Command) {
	t.Helper()
	again, err := Parse(c.String())
	if err != nil || again != c {
		t.Fatalf("%#v is written %q and that is read as %#v, %v", c, c.String(), again, err)
	}
	named := 0
	for _, set := range []bool{c.Owner.Slack != "", c.Owner.Email != "", c.Owner.OneLogin > 0} {
		if set {
			named++
		}
	}
	asking, cancelling := c.Verb == VerbAsk, c.Verb == VerbCancel
	if asking != (named == 1) || cancelling != (c.Request != "") || !asking && c != (Command{Verb: c.Verb, Request: c.Request}) {
		t.Fatalf("odd command: %#v", c)
	}
	if c.Validity < 0 || c.Validity > 100*24*time.Hour || c.Validity%time.Second != 0 {
		t.Fatalf("validity %s", c.Validity)
	}
	if cancelling {
		if id, err := approvals.ParseID(string(c.Request)); err != nil || id != c.Request {
			t.Fatalf("request id %q", c.Request)
		}
	}
	checkReadable(t, c.Reason)
}

func checkReadable(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.TrimSpace(s) != s || strings.Contains(s, "  ") || markup.MatchString(s) {
		t.Fatalf("not readable: %q", s)
	}
	for _, r := range s {
		if r != ' ' && (unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r)) {
			t.Fatalf("%U in %q", r, s)
		}
	}
}
