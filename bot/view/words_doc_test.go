package view

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/bot/command"
)

const wordsDoc = "../../docs/words.md"

// TestWordsDoc keeps docs/words.md as the words are; with -update it writes it.
func TestWordsDoc(t *testing.T) {
	got := []byte(renderWordsDoc(t))
	if *update {
		if err := os.WriteFile(wordsDoc, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(wordsDoc)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/words.md is stale; run go test ./bot/view -run WordsDoc -update and read it")
	}
}

var place = regexp.MustCompile(`\{[^{}]*\}`)

// TestWordsDocHasEverySentence looks for each text of the views, from one place
// for a value to the next, in docs/words.md.
func TestWordsDocHasEverySentence(t *testing.T) {
	doc := renderWordsDoc(t)
	checked := 0
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, s := range textsIn(t, name) {
			for _, part := range place.Split(strings.ReplaceAll(s, "*", ""), -1) {
				if checked++; wordy(part) && !hasWords(doc, part) {
					t.Errorf("%s: %q is not in docs/words.md", name, s)
					break
				}
			}
		}
	}
	if checked < 300 {
		t.Errorf("only %d texts were looked for", checked)
	}
}

// textsIn are the strings in a source file that people may read: not those of
// imports, panics and errors.
func textsIn(t *testing.T, path string) (all []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr:
			called := types.ExprString(n.Fun)
			return called != "panic" && called != "errors.New"
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				all = append(all, s)
			}
		}
		return true
	})
	return all
}

// hasWords says whether doc has the words, also where a sentence begins with them.
func hasWords(doc, words string) bool {
	words = strings.Trim(words, " ")
	upper := strings.ToUpper(words[:1]) + words[1:]
	return strings.Contains(doc, words) || strings.Contains(doc, upper)
}

// renderWordsDoc writes what each person reads, moment by moment.
func renderWordsDoc(t *testing.T) string {
	var b strings.Builder
	b.WriteString(wordsIntro)
	all := scenes()
	writePerson(t, &b, "Joe, the agent", all, func(s scene, c Card) bool { return c.To == "U0JOE" })
	writeCodes(t, &b)
	writePerson(t, &b, "Maria, the approver", all, func(s scene, c Card) bool { return c.To == "U0MARIA" })
	writeSeveral(t, &b)
	writePerson(t, &b, "Tom, another approver", all, func(s scene, c Card) bool { return c.To == "U0TOM" })
	writePerson(t, &b, "Ana, the owner", all, func(s scene, c Card) bool { return c.To == "U0ANA" })
	writePerson(t, &b, "Sam, a security contact", all, func(s scene, c Card) bool {
		return strings.HasPrefix(c.Key, keyContact) || c.News && c.To == samGarcia.Slack
	})
	writeOnlyContact(t, &b)
	writeForms(t, &b)
	writeHomes(t, &b)
	writeAnswers(t, &b)
	writeRefusals(t, &b)
	writeFeed(t, &b)
	writeParts(t, &b)
	return b.String()
}

const wordsIntro = `# Words

Everything a person can read in Slack, by person and moment. Joe, the agent, asks for a code for Ana, the owner of the
account; Maria, her manager, approves. Each message begins with ">" and what a notification
shows of it; "#" begins a heading, "[ ]" is a button. Times stand in the reader's own zone in Slack. What the request is about
(for whom, how long, why, its id) is on every card; here it stands on the first, and alone where a later card has nothing
else that is new. A message is left out where it says nothing that has not been said to the same person before.

The words are in bot/view. This file is made of them: go test ./bot/view -run WordsDoc -update.
`

// A told remembers what a person has been told, to leave out what is not new.
type told map[string]bool

var anyNumber = regexp.MustCompile(`[0-9]+`)

// news drops the lines of a message that say what the request is about, if they
// are known, and everything else if all of that is known. It is "" if the
// message says nothing new.
func (seen told) news(m, notice string) string {
	var body, about []string
	isNew := false
	for i, line := range strings.Split(notice+"\n"+m, "\n") {
		known := anyNumber.ReplaceAllString(line, "n")
		if !aboutLine.MatchString(line) {
			body = append(body, pickString(i == 0, "> ", "")+line)
			isNew = isNew || !seen[known]
		} else if !seen[known] {
			body, about = append(body, line), append(about, line)
		}
		seen[known] = true
	}
	if isNew {
		return strings.Join(body, "\n")
	}
	return strings.Join(about, "\n")
}

var aboutLine = regexp.MustCompile(`^(For|Asked by|Code|Caller verified|Reason|When): |^Request OTP-[-0-9A-Z]+$`)

func writePerson(t *testing.T, b *strings.Builder, title string, all []scene, theirs func(scene, Card) bool) {
	fmt.Fprintf(b, "\n## %s\n", title)
	seen := told{}
	for _, s := range all {
		var shown []string
		for _, c := range Cards(s.r, s.now, testOptions) {
			if !theirs(s, c) || odd(s) {
				continue
			}
			if body := seen.news(read(t, c.Message)+confirmsOf(c.Message), noticeAsRead(c.Message.Text)); body != "" {
				shown = append(shown, body)
			}
		}
		if len(shown) > 0 {
			fmt.Fprintf(b, "\n### %s\n\n```text\n%s\n```\n", s.title(), strings.Join(shown, "\n\n"))
		}
	}
}

// odd says whether the moment is one of texts as long or as strange as they can be.
func odd(s scene) bool {
	return slices.ContainsFunc([]string{"-long", "-forged", "-crowd"}, func(part string) bool { return strings.Contains(s.name, part) })
}

func writeMessage(t *testing.T, b *strings.Builder, m Message) {
	fmt.Fprintf(b, "\n```text\n> %s\n%s\n```\n", noticeAsRead(m.Text), read(t, m))
}

// writeSeveral writes the card where an approval is for more than one code.
func writeSeveral(t *testing.T, b *strings.Builder) {
	b.WriteString("\n### Pending, with OLBOT_MAX_CODES=3\n")
	o, r := testOptions, begin().asked().r
	o.MaxCodes = 3
	m := approverCard(r, r.Approvers[0], start, o)
	fmt.Fprintf(b, "\n```text\n> %s\n%s%s\n```\n", noticeAsRead(m.Text), read(t, m), confirmsOf(m))
}

// writeOnlyContact writes what changes where the only security contact has approved what left a block.
func writeOnlyContact(t *testing.T, b *strings.Builder) {
	b.WriteString("\n### Disowned, where the only security contact had approved\n")
	o, s := testOptions, made().disowned()
	o.SecurityContacts = principals("U0MARIA")
	home := HomeView(approvals.Home{Blocks: []approvals.Request{s.r}}, "U0MARIA", s.now, o)
	fmt.Fprintf(b, "\n```text\n%s\n\nAt home:\n%s\n", read(t, contactCard(s.r, "U0MARIA", s.now, o)), read(t, home))
	for _, c := range Cards(s.r, s.now, o) {
		if c.To == "U0JOE" {
			fmt.Fprintf(b, "\nTo the agent:\n%s\n", read(t, c.Message))
		}
	}
	b.WriteString("```\n")
}

func writeCodes(t *testing.T, b *strings.Builder) {
	b.WriteString("\n### The code itself\n")
	for _, s := range scenes() {
		switch s.name {
		case "issued", "issued-narrower", "issued-missing", "issued-reusable":
			writeMessage(t, b, CodeMessage(s.r, testCode, s.now))
		case "issued-second":
			writeMessage(t, b, CodeMessage(s.r, "4aB7", s.now))
		}
	}
}

func writeAnswers(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## Whoever types a command or presses a button\n")
	all := allAnswers()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !strings.Contains(name, "many") && !strings.Contains(name, "long") {
			fmt.Fprintf(b, "\n### %s\n", strings.ReplaceAll(strings.TrimPrefix(name, "answer/"), "-", " "))
			writeMessage(t, b, all[name])
		}
	}
	b.WriteString("\n### What is not understood in a command\n\n")
	for _, p := range slices.Sorted(maps.Values(constants(t, "../command", "Problem"))) {
		fmt.Fprintf(b, "- %s\n", strings.Split(read(t, ReplyToCommand(&command.Error{Problem: command.Problem(p), Word: "word"}, "/tempotp")), "\n")[0])
	}
}

// writeRefusals writes every refusal, for every role it can be about.
func writeRefusals(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## What is refused, and what to do\n\nTo the agent, on the card, or to whoever pressed. The answer to a command\n" +
		"that is refused at once begins with \"Nothing was asked:\".\n")
	for _, code := range slices.Sorted(maps.Values(constants(t, "../../approvals", "RefusalCode"))) {
		fmt.Fprintf(b, "\n**%s**\n\n", code)
		seen := map[string]bool{}
		for _, role := range rolesOf(approvals.RefusalCode(code)) {
			for _, why := range refusalExamples(approvals.RefusalCode(code), role) {
				for _, s := range []string{refusedLine(&why, contacts(testOptions)).plain(), toThemselves(why)} {
					if s != "" && !seen[s] {
						seen[s] = true
						fmt.Fprintf(b, "- %s\n", s)
					}
				}
			}
		}
	}
}

func writeFeed(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## The audit channel\n\nOne line for each event; here all of them, each posted alone.\n\n")
	for _, e := range trail() {
		m, _ := FeedMessage([]approvals.Event{e}, testOptions)
		fmt.Fprintf(b, "- %s\n", strings.Split(read(t, m), "\n")[0])
	}
	b.WriteString("\nSeveral at once, at the end of which stands what the trail can be checked against:\n")
	m, _ := FeedMessage(trail()[:3], testOptions)
	writeMessage(t, b, m)
	all := trail()
	m, _ = FeedMessage(all[len(all)-3:], testOptions)
	writeMessage(t, b, m)
	fmt.Fprintf(b, "\nMany at once, when more than %d wait: briefly, without reasons, and an alarm always as above:\n", feedBehind)
	m, _ = feedDigest(trail()[:4])
	writeMessage(t, b, m)
	b.WriteString("\nA line that Slack did not take:\n")
	writeMessage(t, b, FeedPlain(trail()[0]))
	b.WriteString("\nAfter messages that Slack did not confirm, of which some were given up in the end:\n")
	m, _ = FeedMessage(trail()[4:7], testOptions)
	writeMessage(t, b, FeedDoubt(m, trail()[4:7], approvals.Doubt{From: 2, Through: 6}))
}

// writeParts writes what the sentences are put together from.
func writeParts(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## Parts\n\nWhat is put together into the sentences above; {places} are filled in.\n\n")
	for _, a := range []Action{
		ActionApprove, ActionDeny, ActionPassOn, ActionWithdraw, ActionShowCode, ActionGenerate, ActionAnother, ActionMore, ActionAskAgain, ActionChange, ActionStop, ActionDisown, ActionLift, ActionHide, ActionBlock, ActionPause, ActionResume,
	} {
		fmt.Fprintf(b, "- %s\n", buttons[a].label)
	}
	for _, s := range textsIn(t, "parts.go") {
		fmt.Fprintf(b, "- %s\n", strings.ReplaceAll(s, "*", ""))
	}
}
