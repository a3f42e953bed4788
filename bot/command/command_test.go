package command

import (
	"errors"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
)

var ana = approvals.Ref{Slack: "U0ANA"}

func asks(c Command) Command {
	c.Verb = VerbAsk
	if c.Owner == (approvals.Ref{}) {
		c.Owner = ana
	}
	return c
}

func TestCommandsAreRead(t *testing.T) {
	const minutes5 = 5 * time.Minute
	reason := func(s string) Command { return asks(Command{Reason: s}) }
	lasting := func(d time.Duration) Command { return asks(Command{Validity: d}) }
	mail := func(s string) Command { return asks(Command{Owner: approvals.Ref{Email: s}}) }
	slack := func(s string) Command { return asks(Command{Owner: approvals.Ref{Slack: s}}) }
	number := func(n int64) Command { return asks(Command{Owner: approvals.Ref{OneLogin: n}}) }
	full := asks(Command{Validity: minutes5, Reusable: true, Reason: "lost her phone, INC-4711"})

	for text, want := range map[string]Command{
		// Verbs.
		"": {Verb: VerbForm}, " \t\u00a0": {Verb: VerbForm}, "help": {Verb: VerbHelp}, "HELP me": {Verb: VerbHelp},
		"list": {Verb: VerbList}, "  List  mine ": {Verb: VerbList},
		"cancel OTP-7F3K-9QXM":    {Verb: VerbCancel, Request: "OTP-7F3K-9QXM"},
		"cancel otp7f3k9qxm":      {Verb: VerbCancel, Request: "OTP-7F3K-9QXM"},
		"Cancel OTP–7f3k–9qxm":    {Verb: VerbCancel, Request: "OTP-7F3K-9QXM"},
		"cancel OTP 7F3K 9QXM":    {Verb: VerbCancel, Request: "OTP-7F3K-9QXM"},
		"cancel ＯＴＰ-7F3K-9QXM ":   {Verb: VerbCancel, Request: "OTP-7F3K-9QXM"},
		"<@U0ANA> list":           reason("list"),
		"<@U0ANA> help cancel me": reason("help cancel me"),

		// Who.
		"<@U0ANA>": reason(""), "<@U0ANA|ana>": reason(""), "<@U0ANA|Ana Silva> help": reason("help"),
		"<@W012A3CDE|x>": slack("W012A3CDE"), "&lt;@U0ANA&gt; locked out": reason("locked out"),
		"&lt;@U0ANA|ana&gt;": reason(""), "\u2068<@U0ANA>\u2069": reason(""),
		"ana@example.com": mail("ana@example.com"), "Ana+mfa@Example.COM,": mail("Ana+mfa@Example.COM"),
		"<mailto:ana@example.com|ana@example.com>":    mail("ana@example.com"),
		"<mailto:ana@example.com>":                    mail("ana@example.com"),
		"<mailto:ana@example.com?subject=x|somebody>": mail("ana@example.com"),
		"<mailto:a&amp;b@example.com|a&amp;b>":        mail("a&b@example.com"),
		"a&amp;b@example.com":                         mail("a&b@example.com"),
		"o’brien@example.com":                         mail("o'brien@example.com"),
		"“ana@example.com”":                           mail("ana@example.com"),
		"\"ana@example.com\",":                        asks(Command{Owner: approvals.Ref{Email: "ana@example.com"}}),
		"300@example.com":                             mail("300@example.com"),
		"#a@mail.example.com.":                        mail("#a@mail.example.com"),
		"jürgen@example.com":                          mail("jürgen@example.com"),
		"#12345":                                      number(12345),
		"＃１２３,":                                       number(123),
		"#<tel:36216766|36216766>":                    number(36216766),
		"<tel:#36216766>":                             number(36216766),
		"#000000000000000001":                         number(1),
		"#999999999999999999":                         number(999999999999999999),
		strings.Repeat("a", 242) + "@example.com":     mail(strings.Repeat("a", 242) + "@example.com"),
		"<@U" + strings.Repeat("A", 30) + ">":         slack("U" + strings.Repeat("A", 30)),

		"`ana@example.com`": mail("ana@example.com"), "`<mailto:ana@example.com|ana@example.com>`": mail("ana@example.com"),
		"``#12345``": number(12345), " `<@U0ANA>`": slack("U0ANA"),

		// Validity and use, in either order.
		"<@U0ANA> 300": lasting(minutes5), "<@U0ANA>300": lasting(minutes5), "<@U0ANA>, 300": lasting(minutes5),
		"<@U0ANA>:5m": lasting(minutes5), "<@U0ANA> 5M": lasting(minutes5), "<@U0ANA> 90s": lasting(90 * time.Second),
		"<@U0ANA> 2h": lasting(2 * time.Hour), "<@U0ANA> 3d": lasting(72 * time.Hour), "<@U0ANA> 0300,": lasting(minutes5),
		"<@U0ANA> ３００": lasting(minutes5), "<@U0ANA> <tel:300|300>": lasting(minutes5), "<@U0ANA> 1": lasting(time.Second),
		"<@U0ANA> 8640000": lasting(2400 * time.Hour), "<@U0ANA> 8640000s": lasting(2400 * time.Hour),
		"<@U0ANA> 144000m": lasting(2400 * time.Hour), "<@U0ANA> 2400h": lasting(2400 * time.Hour), "<@U0ANA> 100d": lasting(2400 * time.Hour),
		"<@U0ANA> reusable": asks(Command{Reusable: true}), "<@U0ANA> REUSABLE": asks(Command{Reusable: true}),
		"<@U0ANA> reusable, reusable": asks(Command{Reusable: true}),
		"<@U0ANA> single-use":         reason(""), "<@U0ANA> Single–Use.": reason(""),
		"<@U0ANA> 300 reusable lost her phone, INC-4711":                  full,
		"<@U0ANA|ana>\u00a05m\nReusable;\u2028lost  her\tphone, INC-4711": full,
		"<@U0ANA> reusable 300 -- lost her phone, INC-4711":               full,
		"<@U0ANA> reusable 5m — lost her phone, INC-4711":                 full,
		"<@U0ANA> reusable 5m ― lost her phone, INC-4711":                 full,
		"ana@example.com 2h single-use x": asks(Command{
			Owner: approvals.Ref{Email: "ana@example.com"}, Validity: 2 * time.Hour, Reason: "x"}),

		// Where the reason begins.
		"<@U0ANA> lost 300 reusable": reason("lost 300 reusable"), "<@U0ANA> -- 300 reusable": reason("300 reusable"),
		"<@U0ANA> -- -- x": reason("-- x"), "<@U0ANA> --": reason(""), "<@U0ANA> ... ,": reason(""),
		"<@U0ANA> reuse": reason("reuse"), "<@U0ANA> single use": reason("single use"),
		"<@U0ANA> (2FA)": reason("(2FA)"), "<@U0ANA> <@U1|300>": reason("@300"), "<@U0ANA> lost<@U1>": reason("lost@U1"),
		"<@U0ANA> 5min lost": asks(Command{Validity: minutes5, Reason: "lost"}), "<@U0ANA> 5 minutes": lasting(minutes5),
		"<@U0ANA> 5minutes": lasting(minutes5), "<@U0ANA> 2hours": lasting(2 * time.Hour), "<@U0ANA> 2 hours": lasting(2 * time.Hour),
		"<@U0ANA> 1 day": lasting(24 * time.Hour), "<@U0ANA> 1day": lasting(24 * time.Hour), "<@U0ANA> 100 days": lasting(2400 * time.Hour),
		"<@U0ANA> 1 hr": lasting(time.Hour), "<@U0ANA> 101 d": asks(Command{Validity: 101 * time.Second, Reason: "d"}),
		"<@U0ANA> 5 min, lost":       asks(Command{Validity: minutes5, Reason: "lost"}),
		"<@U0ANA> 1 Hour reusable x": asks(Command{Validity: time.Hour, Reusable: true, Reason: "x"}),
		"<@U0ANA> reusable 300 secs": asks(Command{Validity: minutes5, Reusable: true}),
		"<@U0ANA> 300 second phone":  asks(Command{Validity: minutes5, Reason: "second phone"}),
		"<@U0ANA> 300 days off":      asks(Command{Validity: minutes5, Reason: "days off"}),
		"<@U0ANA> 300 -- minutes":    asks(Command{Validity: minutes5, Reason: "minutes"}),
		"<@U0ANA> 5m minutes matter": asks(Command{Validity: minutes5, Reason: "minutes matter"}),
		"<@U0ANA> 300 <@U1|min>":     asks(Command{Validity: minutes5, Reason: "@min"}),
	} {
		got, err := Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestReasonsAreReadableAndHoldNoEntities(t *testing.T) {
	for typed, want := range map[string]string{
		"ask <@U1|joe> or <@U2>, <@W3|@maria>":        "ask @joe or @U2, @maria",
		"<!channel> <!here|here> <!everyone>":         "@channel @here @everyone",
		"<!subteam^S1|@helpdesk> <!subteam^S2>":       "@helpdesk @S2",
		"<#C1|general> <#C2> <#C3|>":                  "#general #C2 #C3",
		"at <!date^1790000000^{time}|10:13 UTC>":      "at 10:13 UTC",
		"<https://example.com/?a=1&amp;b=2|the bank>": "https://example.com/?a=1&b=2",
		"<http://example.com|example.com>":            "http://example.com",
		"<mailto:joe@example.com|joe@example.com>":    "joe@example.com",
		"call <tel:+351912345678|+351 912 345 678>":   "call +351 912 345 678",
		"call <tel:112>":                              "call 112",
		"A &amp; B &lt;3 C":                           "A & B < 3 C",
		"&amp;lt;!channel&amp;gt;":                    "&lt;!channel&gt;",
		"&lt;!channel&gt; &lt;@U1&gt;":                "< !channel> < @U1>",
		"<<!x>!channel>":                              "< @x!channel>",
		"<@U1|&lt;!channel&gt;>":                      "@< !channel>",
		"a <b> c <> <":                                "a < b> c < > <",
		"<@":                                          "< @", "<": "<", "a<": "a<", "5 &gt; 3": "5 > 3", "<!>": "@", "<@>": "@",
		"one\r\ntwo\u2029three\u0085four\x00five":       "one two three four five",
		"\u202egnp.exe\u202c \u2066x\u2069\u200b\ufeff": "gnp.exe x",
		"“smart” ‘quotes’ – and — dashes":               "“smart” ‘quotes’ – and — dashes",
		"👩\u200d💻 می\u200cخواهم":                        "👩\u200d💻 می\u200cخواهم",
		"\u200d \u200c":                                 "",
		"bad \xff byte":                                 "bad \uFFFD byte",
	} {
		got, err := Parse("<@U0ANA> -- " + typed)
		if want := asks(Command{Reason: want}); err != nil || got != want {
			t.Errorf("reason of %q = %q, %v, want %q", typed, got.Reason, err, want.Reason)
		}
	}
}

func TestSlipsAreNamedAndCorrected(t *testing.T) {
	for text, want := range map[string]Error{
		// Who.
		"300 reusable lost":                   {WhoMissing, "", ""},
		"reusable":                            {WhoMissing, "", ""},
		"-- lost":                             {WhoMissing, "", ""},
		"300 reusable <@U0ANA> lost":          {WhoMissing, "", "<@U0ANA> 5m reusable lost"},
		"300<@U0ANA>reusable":                 {WhoMissing, "", "<@U0ANA> 5m reusable"},
		"5min reusabel ana@example.com":       {WhoMissing, "", "ana@example.com 5m reusable"},
		"300 lost <@U0ANA>":                   {WhoMissing, "", ""},
		"300 -- <@U0ANA>":                     {WhoMissing, "", ""},
		"300 @ana":                            {WhoPlainName, "@ana", ""},
		"300 <!here>":                         {WhoGroup, "@here", ""},
		"@ana 300":                            {WhoPlainName, "@ana", ""},
		"＠ana.silva":                          {WhoPlainName, "＠ana.silva", ""},
		"@ana@example.com":                    {WhoPlainName, "@ana@example.com", ""},
		"ana 300":                             {WhoUnknown, "ana", ""},
		"<@B012> 300":                         {WhoUnknown, "@B012", ""},
		"<@u012> 300":                         {WhoUnknown, "@u012", ""},
		"<@U> 300":                            {WhoUnknown, "@U", ""},
		"<@U" + strings.Repeat("A", 31) + ">": {WhoUnknown, "@U" + strings.Repeat("A", 31), ""},
		"&lt;@U0ANA":                          {WhoUnknown, "< @U0ANA", ""},
		"@U0ANA&gt;":                          {WhoPlainName, "@U0ANA>", ""},
		"<https://example.com>":               {WhoUnknown, "https://example.com", ""},
		"<mailto:ana|ana>":                    {WhoUnknown, "ana", ""},
		"ana@localhost":                       {WhoUnknown, "ana@localhost", ""},
		"ana@example..com":                    {WhoUnknown, "ana@example..com", ""},
		"*@example.com":                       {WhoUnknown, "*@example.com", ""},
		"!ana@example.com":                    {WhoUnknown, "!ana@example.com", ""},
		"ana,joe@example.com":                 {WhoUnknown, "ana,joe@example.com", ""},
		"a\u200db@example.com":                {WhoUnknown, "a\u200db@example.com", ""},
		strings.Repeat("a", 243) + "@example.com": {WhoUnknown, strings.Repeat("a", 243) + "@example.com", ""},
		"#0":                          {WhoUnknown, "#0", ""},
		"#1000000000000000000":        {WhoUnknown, "#1000000000000000000", ""},
		"#12a":                        {WhoUnknown, "#12a", ""},
		"<!subteam^S1|@helpdesk> 300": {WhoGroup, "@helpdesk", ""},
		"<!channel>":                  {WhoGroup, "@channel", ""},
		"<#C1|general>":               {WhoGroup, "#general", ""},

		// Validity.
		"<@U0ANA> 1h30m reusable":       {ValidityUnit, "1h30m", "<@U0ANA> 90m reusable"},
		"<@U0ANA> 1d2h":                 {ValidityUnit, "1d2h", "<@U0ANA> 26h"},
		"<@U0ANA> 99d24h":               {ValidityUnit, "99d24h", "<@U0ANA> 100d"},
		"<@U0ANA> 99d25h":               {ValidityUnit, "99d25h", "<@U0ANA> -- 99d25h"},
		"<@U0ANA> 101days":              {ValidityTooLong, "101days", "<@U0ANA>"},
		"<@U0ANA> 1h30":                 {ValidityUnit, "1h30", "<@U0ANA> -- 1h30"},
		"<@U0ANA> 5x":                   {ValidityUnit, "5x", "<@U0ANA> -- 5x"},
		"<@U0ANA> 2FA &amp; phone lost": {ValidityUnit, "2FA", "<@U0ANA> -- 2FA &amp; phone lost"},
		"<@U0ANA> 24/7 on call":         {ValidityUnit, "24/7", "<@U0ANA> -- 24/7 on call"},
		"<@U0ANA> ٣٠٠":                  {ValidityUnit, "٣٠٠", "<@U0ANA> -- ٣٠٠"},
		"<@U0ANA> ½h":                   {ValidityUnit, "½h", "<@U0ANA> -- ½h"},
		"<@U0ANA> 300-600":              {ValidityUnit, "300-600", "<@U0ANA> -- 300-600"},
		"<@U0ANA> 5 m":                  {ValidityUnit, "5 m", "<@U0ANA> 5m"},
		"<@U0ANA> 100 d":                {ValidityUnit, "100 d", "<@U0ANA> 100d"},
		"<@U0ANA> 1.5h lost":            {ValidityPart, "1.5h", "<@U0ANA> 90m lost"},
		"<@U0ANA> 0,5 h":                {ValidityPart, "0,5", "<@U0ANA> -- 0,5 h"},
		"<@U0ANA> 2.0":                  {ValidityPart, "2.0", "<@U0ANA> 2s"},
		"<@U0ANA> 0.0001d":              {ValidityPart, "0.0001d", "<@U0ANA> -- 0.0001d"},
		"<@U0ANA> 0.0625d":              {ValidityPart, "0.0625d", "<@U0ANA> 90m"},
		"<@U0ANA> 0.06250d":             {ValidityPart, "0.06250d", "<@U0ANA> -- 0.06250d"},
		"<@U0ANA> 8640000.0":            {ValidityPart, "8640000.0", "<@U0ANA> 100d"},
		"<@U0ANA> 8640001.0":            {ValidityPart, "8640001.0", "<@U0ANA> -- 8640001.0"},
		"<@U0ANA> 8640000.5":            {ValidityPart, "8640000.5", "<@U0ANA> -- 8640000.5"},
		"<@U0ANA> 1..5":                 {ValidityPart, "1..5", "<@U0ANA> -- 1..5"},
		"<@U0ANA> -300":                 {ValiditySign, "-300", "<@U0ANA> 5m"},
		"<@U0ANA> −5m":                  {ValiditySign, "−5m", "<@U0ANA> 5m"},
		"<@U0ANA> +2h":                  {ValiditySign, "+2h", "<@U0ANA> 2h"},
		"<@U0ANA> -0":                   {ValiditySign, "-0", "<@U0ANA> -- 0"},
		"<@U0ANA> - lost":               {ValiditySign, "-", "<@U0ANA> lost"},
		"<@U0ANA> –":                    {ValiditySign, "–", "<@U0ANA>"},
		"<@U0ANA> --lost":               {ValiditySign, "--lost", "<@U0ANA> lost"},
		"<@U0ANA> —2FA":                 {ValiditySign, "—2FA", "<@U0ANA> -- 2FA"},
		"<@U0ANA> +1 lost":              {ValiditySign, "+1", "<@U0ANA> 1s lost"},
		"<@U0ANA> +x":                   {ValiditySign, "+x", "<@U0ANA> -- +x"},
		"<@U0ANA> 0 lost":               {ValidityZero, "0", "<@U0ANA> lost"},
		"<@U0ANA> 00m":                  {ValidityZero, "00m", "<@U0ANA>"},
		"<@U0ANA> 8640001":              {ValidityTooLong, "8640001", "<@U0ANA>"},
		"<@U0ANA> 144001m":              {ValidityTooLong, "144001m", "<@U0ANA>"},
		"<@U0ANA> 101d x":               {ValidityTooLong, "101d", "<@U0ANA> x"},
		"<@U0ANA> 9223372036854775808":  {ValidityTooLong, "9223372036854775808", "<@U0ANA>"},
		"<@U0ANA> 300 5m lost":          {ValidityTwice, "5m", "<@U0ANA> 5m lost"},
		"<@U0ANA> 1h reusable 2 phones": {ValidityTwice, "2", "<@U0ANA> 1h reusable -- 2 phones"},

		// Use.
		"<@U0ANA> reusabel 300 x":                 {UseSlip, "reusabel", "<@U0ANA> 5m reusable x"},
		"<@U0ANA> 300 Reuseable x":                {UseSlip, "Reuseable", "<@U0ANA> 5m reusable x"},
		"<@U0ANA> [reusable]":                     {UseSlip, "[reusable]", "<@U0ANA> reusable"},
		"<@U0ANA> --reusable":                     {UseSlip, "--reusable", "<@U0ANA> reusable"},
		"<@U0ANA> —reusable":                      {UseSlip, "—reusable", "<@U0ANA> reusable"},
		"<@U0ANA> 5reusable":                      {UseSlip, "5reusable", "<@U0ANA> reusable"},
		"<@U0ANA> usable phone":                   {UseSlip, "usable", "<@U0ANA> -- usable phone"},
		"<@U0ANA> Unusable phone":                 {UseSlip, "Unusable", "<@U0ANA> -- Unusable phone"},
		"<@U0ANA> singleuse":                      {UseSlip, "singleuse", "<@U0ANA>"},
		"<@U0ANA> single_use x":                   {UseSlip, "single_use", "<@U0ANA> x"},
		"<@U0ANA> reusable single-use":            {UseBoth, "single-use", "<@U0ANA>"},
		"<@U0ANA> single-use 5m reusable x":       {UseBoth, "reusable", "<@U0ANA> 5m x"},
		"<@U0ANA> reusable reusable single-use x": {UseBoth, "single-use", "<@U0ANA> x"},

		// More than one.
		"<@U0ANA> reusabel 5min -300 0 x": {UseSlip, "reusabel", "<@U0ANA> 5m reusable x"},
		"<@U0ANA> 5 minutes 2h lost":      {ValidityTwice, "2h", "<@U0ANA> 5m lost"},
		"<@U0ANA> 5m 2 minutes lost":      {ValidityTwice, "2", "<@U0ANA> 5m -- 2 minutes lost"},
		"<@U0ANA> 0 0 0 0 0 0 0 0 x":      {ValidityZero, "0", "<@U0ANA> x"},
		"<@U0ANA> 0 0 0 0 0 0 0 0 0 x":    {ValidityZero, "0", ""},

		// Cancel.
		"cancel":                         {BadRequest, "", ""},
		"cancel OTP-7F3K":                {BadRequest, "OTP-7F3K", ""},
		"cancel my OTP-7F3K-9QXM please": {BadRequest, "my OTP-7F3K-9QXM please", "cancel OTP-7F3K-9QXM"},
		"cancel the password reset":      {BadRequest, "the password reset", ""},
		"cancel otp7f3k9qxm otp00000000": {BadRequest, "otp7f3k9qxm otp00000000", "cancel OTP-7F3K-9QXM"},
	} {
		got, err := Parse(text)
		e, ok := errors.AsType[*Error](err)
		if !ok || *e != want || got != (Command{}) {
			t.Errorf("Parse(%q) = %+v, %+v, want %+v", text, got, err, want)
		}
	}
}

func TestCommandErrorsSayNothingThatWasTyped(t *testing.T) {
	_, err := Parse("hunter2 is my password")
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("err = %v", err)
	}
}

func TestAPastedCommandIsReadWithoutItsName(t *testing.T) {
	for text, want := range map[string]string{
		"/tempotp <@U0ANA> 300": " <@U0ANA> 300", " /TempOTP <@U0ANA>": " <@U0ANA>", "/tempotp": "",
		"<@U0ANA> /tempotp": "<@U0ANA> /tempotp", "/tempotps x": "/tempotps x", "": "",
	} {
		if got := TrimName(text, "/tempotp"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAValidityByItselfMayHaveItsUnitBehindABlank(t *testing.T) {
	for typed, want := range map[string]time.Duration{
		"5 minutes": 5 * time.Minute, "5 m": 5 * time.Minute, "2 hours.": 2 * time.Hour, "1 day": 24 * time.Hour, "90": 90 * time.Second, "5min": 5 * time.Minute,
	} {
		if got, err := ReadValidity(typed); err != nil || got != want {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"5 phones", "5 5", "minutes 5", "1 h 30"} {
		if got, err := ReadValidity(typed); err == nil {
			t.Errorf("%q: %v", typed, got)
		}
	}
}
