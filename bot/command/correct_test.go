package command

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

func TestAWordWithinTwoEditsIsASlip(t *testing.T) {
	for word, want := range map[string]string{
		"reusable": "reusable", "eusable": "reusable", "reusabl": "reusable", "rreusablee": "reusable",
		"re-usable": "reusable", "re--usable": "reusable", "rusabel": "reusable", "erusable": "reusable",
		"erusabel": "reusable", "resuable": "reusable", "usable": "reusable", "reusab": "reusable",
		"recyable": "reusable", "sreusable": "reusable", "xxreusable": "reusable", "reusablexx": "reusable",
		"xxxreusable": "", "sable": "", "reuse": "", "disposable": "", "reasonable": "", "refusal": "", "rebootable": "",
		"single-use": "single-use", "singleuse": "single-use", "single-ues": "single-use", "isngle-sue": "single-use",
		"single-used": "single-use", "single-users": "single-use", "ingle-us": "single-use",
		"single-usersx": "", "single": "", "ngle-us": "", "singular": "",
	} {
		c, err := Parse("<@U0ANA> " + word)
		got := ""
		switch e, slipped := errors.AsType[*Error](err); {
		case slipped && e.Problem != UseSlip:
			t.Fatalf("%q: %+v", word, e)
		case slipped:
			got = nearUse(word)
		case c.Reusable:
			got = "reusable"
		case c.Reason == "":
			got = "single-use"
		}
		if got != want {
			t.Errorf("%q is taken for %q, want %q", word, got, want)
		}
	}
}

func TestWordsAreReadHoweverTheyWereTyped(t *testing.T) {
	for typed, want := range map[string]string{
		"ReUsable": "reusable", "！Ａ～": "!a~", "\uff00｟": "\uff00｟", "ＯＴＰ－１": "otp-1", "&lt;&amp;&gt;": "<&>", "—―": "----", "–−‐‑‒﹣": "------",
	} {
		if got := fold(typed); got != want {
			t.Errorf("fold(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestACommandIsWrittenAsItIsRead(t *testing.T) {
	address := approvals.Ref{Email: "a&b@example.com"}
	for want, c := range map[string]Command{
		"":                                     {},
		"help":                                 {Verb: VerbHelp},
		"list":                                 {Verb: VerbList},
		"cancel OTP-7F3K-9QXM":                 {Verb: VerbCancel, Request: "OTP-7F3K-9QXM"},
		"<@U0ANA>":                             asks(Command{}),
		"a&amp;b@example.com 90s":              asks(Command{Owner: address, Validity: 90 * time.Second}),
		"#12345 1h reusable":                   asks(Command{Owner: approvals.Ref{OneLogin: 12345}, Validity: time.Hour, Reusable: true}),
		"<@U0ANA> 1d lost her phone":           asks(Command{Validity: 24 * time.Hour, Reason: "lost her phone"}),
		"<@U0ANA> 61m A &amp; B &lt; C &gt; D": asks(Command{Validity: 61 * time.Minute, Reason: "A & B < C > D"}),
		"<@U0ANA> 25h -- 2 phones":             asks(Command{Validity: 25 * time.Hour, Reason: "2 phones"}),
		"<@U0ANA> -- reusable":                 asks(Command{Reason: "reusable"}),
		"<@U0ANA> -- unusable phone":           asks(Command{Reason: "unusable phone"}),
		"<@U0ANA> -- -- x":                     asks(Command{Reason: "-- x"}),
		"<@U0ANA> -- , x":                      asks(Command{Reason: ", x"}),
		"<@U0ANA> -- ... x":                    asks(Command{Reason: "... x"}),
		"<@U0ANA> &lt; x":                      asks(Command{Reason: "< x"}),
	} {
		if got := c.String(); got != want {
			t.Errorf("String() of %#v = %q, want %q", c, got, want)
		}
	}
}

// TestUnderstoodOfASlip holds what a form is filled in with.
func TestUnderstoodOfASlip(t *testing.T) {
	for text, want := range map[string]Command{
		"<@U0ANA> 5.0m lost it":   {Verb: VerbAsk, Owner: approvals.Ref{Slack: "U0ANA"}, Validity: 5 * time.Minute, Reason: "lost it"},
		"ana 5m reusable lost it": {Verb: VerbAsk, Validity: 5 * time.Minute, Reusable: true, Reason: "lost it"},
		"ana 5.0m lost it":        {Verb: VerbAsk, Validity: 5 * time.Minute, Reason: "lost it"},
		"300 lost it":             {Verb: VerbAsk, Validity: 5 * time.Minute, Reason: "lost it"},
		"@ana":                    {Verb: VerbAsk},
		"ana 0":                   {Verb: VerbAsk},
	} {
		_, err := Parse(text)
		slip, ok := err.(*Error)
		if !ok {
			t.Fatalf("%q has no slip: %v", text, err)
		}
		if got, asks := Understood(text, slip); !asks || got != want {
			t.Errorf("%q: understood %+v, want %+v", text, got, want)
		}
	}
	_, err := Parse("cancel it")
	if _, asks := Understood("cancel it", err.(*Error)); asks {
		t.Error("cancel asks for a code")
	}
}
