package bot

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"olbot/approvals"
)

var update = flag.Bool("update", false, "write the golden files and docs/words.md anew")

// TestGoldenViews holds what everybody sees at every moment of a request:
// testdata/views has a file for each moment, with all cards and lines of news.
func TestGoldenViews(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			cards := Cards(s.r, s.now, testOptions)
			golden(t, s.name, slices.DeleteFunc(cards, func(c Card) bool {
				return strings.HasPrefix(c.To, "U0LEAD") && c.To != "U0LEAD0" // they see what the first of them sees
			}))
		})
	}
	seen := map[approvals.State]int{}
	for _, s := range scenes() {
		viewers := map[string]bool{}
		for _, c := range Cards(s.r, s.now, testOptions) {
			viewers[c.To] = true
		}
		seen[s.r.State] = max(seen[s.r.State], len(viewers))
	}
	for _, s := range approvals.States() {
		want := 4 // the agent, the approver who decides, another one, the owner
		if s == approvals.Received {
			want = 1
		}
		if seen[s] < want {
			t.Errorf("state %s is shown to %d people, want %d", s, seen[s], want)
		}
	}
}

// TestGoldenFeed holds the line of each kind of event.
func TestGoldenFeed(t *testing.T) {
	kinds := map[approvals.EventKind][]Message{}
	for _, e := range trail() {
		m, _ := FeedMessage([]approvals.Event{e}, testOptions)
		kinds[e.Kind] = append(kinds[e.Kind], m)
	}
	for kind, all := range kinds {
		golden(t, "feed-"+string(kind), all)
	}
	digest, _ := FeedMessage(trail(), testOptions)
	golden(t, "feed", []Message{digest, plainFeedMessage(trail()[0])})
}

// TestGoldenAnswers holds what commands and presses are answered with, and the
// message with the code.
func TestGoldenAnswers(t *testing.T) {
	for name, m := range allAnswers() {
		if !strings.HasSuffix(name, "-many") && !strings.HasSuffix(name, "-long") {
			golden(t, strings.ReplaceAll(name, "/", "-"), m)
		}
	}
	for _, s := range scenes() {
		if s.r.State == approvals.Issued {
			golden(t, "code-"+s.name, CodeMessage(s.r, testCode, s.now))
		}
	}
}

// golden compares what is shown with the file of that name, and with -update
// writes it.
func golden(t *testing.T, name string, shown any) {
	t.Helper()
	path := filepath.Join("testdata", "views", name+".json")
	got := pretty(t, shown)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test ./bot -run Golden -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run go test ./bot -run Golden -update and look at the difference\ngot:\n%s", path, got)
	}
}

// pretty is JSON with what fits into a line on one line.
func pretty(t *testing.T, v any) []byte {
	t.Helper()
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	var tree any
	dec := json.NewDecoder(&raw)
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	prettyPrint(&out, tree, "")
	out.WriteByte('\n')
	return out.Bytes()
}

func prettyPrint(out *bytes.Buffer, v any, indent string) {
	const width = 180
	flat := flatJSON(v)
	inner := indent + "  "
	if utf8.RuneCountInString(flat)+len(indent) <= width {
		out.WriteString(flat)
		return
	}
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			out.WriteString(pickString(i == 0, "[\n", ",\n") + inner)
			prettyPrint(out, e, inner)
		}
		out.WriteString("\n" + indent + "]")
	case map[string]any:
		for i, k := range sortedKeys(v) {
			out.WriteString(pickString(i == 0, "{\n", ",\n") + inner + flatJSON(k) + ": ")
			prettyPrint(out, v[k], inner)
		}
		out.WriteString("\n" + indent + "}")
	default:
		out.WriteString(flat)
	}
}

func flatJSON(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
