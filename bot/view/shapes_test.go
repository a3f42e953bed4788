package view

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// shapesFolder has about a dozen views as the JSON that Slack gets. What every
// view says is in docs/words.md; these hold what it is made of.
const shapesFolder = "testdata/shapes"

var update = flag.Bool("update", false, "write the golden files and docs/words.md")

// shapes are views in which every kind of block and element that olbot uses occurs.
func shapes(t *testing.T) map[string]any {
	t.Helper()
	moments := map[string]scene{}
	for _, s := range scenes() {
		moments[s.name] = s
	}
	card := func(moment, key string) Message {
		s := moments[moment]
		for _, c := range Cards(s.r, s.now, testOptions) {
			if c.Key == key {
				return c.Message
			}
		}
		t.Fatalf("%s has no card %s", moment, key)
		return Message{}
	}
	feed, _ := FeedMessage(trail()[:2], testOptions)
	alarm, _ := FeedMessage(slices.DeleteFunc(trail(), func(e approvals.Event) bool { return e.Kind != approvals.EventFeedLost }), testOptions)
	digest, _ := feedDigest(trail()[:3])
	all := map[string]any{
		"form-request":  allForms()["form-request-filled"],
		"form-deny":     allForms()["form-deny"],
		"form-stop":     allForms()["form-stop"],
		"home-agent":    allHomes()["home-agent"].view(),
		"home-approver": allHomes()["home-approver"].view(),
	}
	for name, m := range map[string]Message{
		"approver":    card("pending-unusual", "approver:U0MARIA"),
		"agent":       card("pending", KeyAgent),
		"owner":       card("pending", keyOwner),
		"contact":     card("disowned-issued", keyContact+"U0SEC"),
		"reminder":    card("pending-reminded", "news:reminded:1:U0MARIA"),
		"code":        CodeMessage(moments["issued-second"].r, "4aB7", moments["issued-second"].now),
		"error":       allAnswers()["answer/slip-corrected"],
		"feed":        feed,
		"feed-alarm":  alarm,
		"feed-digest": digest,
	} {
		all[name] = sentMessage(m)
	}
	return all
}

// sentMessage is the message as Slack gets it.
func sentMessage(m Message) any {
	return struct {
		Text   string        `json:"text"`
		Blocks []slack.Block `json:"blocks"`
	}{m.Text, m.Blocks}
}

// TestGoldenShapes compares each shape with its file; with -update it writes the
// files.
func TestGoldenShapes(t *testing.T) {
	all := shapes(t)
	for name, view := range all {
		path, got := filepath.Join(shapesFolder, name+".json"), lines(t, view)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v; run go test ./bot/view -run Golden -update", err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; run go test ./bot/view -run Golden -update and look at the difference\ngot:\n%s", path, got)
		}
	}
	if files, err := filepath.Glob(filepath.Join(shapesFolder, "*")); err != nil || len(files) != len(all) {
		t.Errorf("%d files in %s for %d shapes, %v", len(files), shapesFolder, len(all), err)
	}
}

// lines is JSON with each member of an array on a line of its own.
func lines(t *testing.T, v any) []byte {
	t.Helper()
	raw := strings.NewReplacer("[{", "[\n{", "},{", "},\n{").Replace(flatJSON(v)) + "\n"
	if !json.Valid([]byte(raw)) {
		t.Fatalf("a text that looks like JSON: %s", raw)
	}
	return []byte(raw)
}

// TestShapesHaveEveryKind wants every kind of block and element of any message,
// form or Home tab, where it stands and with each of its fields, in a shape.
func TestShapesHaveEveryKind(t *testing.T) {
	known, used := map[string]string{}, map[string]string{}
	for name, view := range shapes(t) {
		noteKinds(t, known, name, view)
	}
	for name, view := range allViews() {
		noteKinds(t, used, name, view)
	}
	for _, kind := range slices.Sorted(maps.Keys(used)) {
		if known[kind] == "" {
			t.Errorf("no shape has %s, as in %s", kind, used[kind])
		}
	}
}

// noteKinds notes in which view it saw each kind, as home/actions/button.confirm.
func noteKinds(t *testing.T, seen map[string]string, name string, view any) {
	t.Helper()
	walk(t, view, func(at string, o object) {
		for field, child := range o {
			if style, ok := child.(string); ok && field == "style" {
				field += "=" + style
			}
			seen[at+"."+field] = name
		}
	})
}

// TestEveryStateIsShown wants each state among the examples, to everybody who
// sees a request in it.
func TestEveryStateIsShown(t *testing.T) {
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

func flatJSON(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
