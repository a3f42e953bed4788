package payload

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// A sample is a payload as Slack sends it, how it is read, and which of its fields are.
type sample struct {
	raw    []byte
	read   func([]byte) (any, error)
	fields []string // paths; what stands below one is read too
}

func command(raw []byte) (any, error)     { return ReadCommand(raw) }
func interaction(raw []byte) (any, error) { return ReadInteraction(raw) }
func homeOpened(raw []byte) (any, error) {
	h, ok, err := ReadHomeOpened(raw)
	return fmt.Sprint(h, ok), err
}

// samples are one of each kind of payload that olbot reads.
func samples(t testing.TB) map[string]sample {
	t.Helper()
	s := slacksim.New(slacksim.Options{Unlimited: true, AckTimeout: time.Minute, TriggerLife: time.Minute, EnterpriseID: "E0EXAMPLE"})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	joe := s.AddUser(slacksim.User{Name: "joe"})
	call := func(method string, args url.Values) {
		t.Helper()
		args.Set("token", s.BotToken())
		resp, err := http.PostForm(s.URL()+method, args)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var answer struct {
			OK    bool
			Error string
		}
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || !answer.OK {
			t.Fatalf("%s: %v %s", method, err, answer.Error)
		}
	}
	last := func() slacksim.Envelope { all := s.Envelopes(); return all[len(all)-1] }
	all := map[string]sample{}

	joe.Sends("/tempotp @joe 300 lost")
	all["command"] = sample{last().Payload(), command, []string{"command", "text", "user_id", "response_url", "trigger_id"}}

	const button = `{"type":"actions","elements":[{"type":"button","action_id":"approve","value":"OTP-7F3K-9QXM","text":{"type":"plain_text","text":"Approve"}}]}`
	call("chat.postMessage", url.Values{"channel": {joe.ID()}, "text": {"x"}, "blocks": {"[" + button + "]"}})
	joe.Presses("Approve")
	all["press"] = sample{last().Payload(), interaction, []string{
		"type", "user.id", "trigger_id", "response_url", "container.channel_id", "container.message_ts", "container.is_ephemeral", "actions.0.action_id", "actions.0.value",
	}}

	call("views.publish", url.Values{"user_id": {joe.ID()}, "view": {`{"type":"home","blocks":[` + button + `]}`}})
	joe.OpensHome()
	all["home opened"] = sample{last().Payload(), homeOpened, []string{"event.type", "event.user", "event.tab"}}
	joe.PressesAtHome("Approve")
	all["press at home"] = sample{last().Payload(), interaction, []string{
		"type", "user.id", "trigger_id", "actions.0.action_id", "actions.0.value", "view.type", "view.id", "view.callback_id", "view.private_metadata",
		"view.blocks", "view.state",
	}}

	joe.UsesShortcut("request_code")
	all["shortcut"] = sample{last().Payload(), interaction, []string{"type", "user.id", "trigger_id", "callback_id"}}

	call("views.open", url.Values{"trigger_id": {last().TriggerID}, "view": {`{"type":"modal","callback_id":"request","private_metadata":"OTP-7F3K-9QXM",
		"title":{"type":"plain_text","text":"x"},"submit":{"type":"plain_text","text":"x"},"blocks":[
		{"type":"input","block_id":"person","label":{"type":"plain_text","text":"Who"},"element":{"type":"users_select","action_id":"person","initial_user":"` + joe.ID() + `"}},
		{"type":"input","block_id":"text","label":{"type":"plain_text","text":"Why"},"element":{"type":"plain_text_input","action_id":"text","initial_value":"lost"}},
		{"type":"input","block_id":"uses","label":{"type":"plain_text","text":"Uses"},"element":{"type":"radio_buttons","action_id":"uses","options":[` + option + `],"initial_option":` + option + `}},
		{"type":"input","block_id":"block","label":{"type":"plain_text","text":"Too"},"element":{"type":"checkboxes","action_id":"block","options":[` + option + `],"initial_options":[` + option + `]}}]}`}})
	joe.SendsForm()
	all["submission"] = sample{last().Payload(), interaction, []string{
		"type", "user.id", "trigger_id", "view.type", "view.id", "view.callback_id", "view.private_metadata",
		"view.blocks.0.type", "view.blocks.0.block_id", "view.blocks.1.type", "view.blocks.1.block_id", "view.blocks.2.type", "view.blocks.2.block_id",
		"view.blocks.3.type", "view.blocks.3.block_id", "view.state.values.block.block.selected_options.0.value",
		"view.state.values.person.person.selected_user", "view.state.values.text.text.value", "view.state.values.uses.uses.selected_option.value",
	}}
	return all
}

const option = `{"value":"reusable","text":{"type":"plain_text","text":"Reusable"}}`

// TestEveryFieldThatIsReadIsInItsSample, or what follows would try nothing.
func TestEveryFieldThatIsReadIsInItsSample(t *testing.T) {
	for name, s := range samples(t) {
		want, err := s.read(s.raw)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, path := range s.fields {
			if got, err := s.read(s.with(t, strings.Split(path, "."), `{"odd":true}`)); err == nil && reflect.DeepEqual(got, want) && !slices.Contains(empty, path) {
				t.Errorf("%s is read as before without %s", name, path)
			}
		}
	}
}

// empty are fields that are read, and say nothing in the samples.
var empty = []string{"container.is_ephemeral", "view.blocks", "view.state", "view.callback_id", "view.private_metadata"}

// TestNoFieldThatIsNotReadMatters puts every odd value in place of every field that is not read. A press, a form, a
// command and an event count exactly as before: what is done follows from what is read.
func TestNoFieldThatIsNotReadMatters(t *testing.T) {
	for name, s := range samples(t) {
		want, err := s.read(s.raw)
		if err != nil {
			t.Fatal(err)
		}
		tried := 0
		for _, path := range s.unread(t) {
			for _, odd := range []string{`[]`, `{}`, `null`, `""`, `0`, `"x"`, `true`, `[[]]`, `{"id":{"id":[]}}`} {
				changed := s.with(t, path, odd)
				if got, err := s.read(changed); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%s with %s as %s is read as %+v, %v, want %+v", name, strings.Join(path, "."), odd, got, err, want)
				}
				tried++
			}
		}
		if tried < 30 {
			t.Errorf("%s: only %d odd payloads were tried", name, tried)
		}
	}
}

// FuzzPayload looks for a value that matters although its field is not read, or that makes olbot panic although it is.
func FuzzPayload(f *testing.F) {
	all := samples(f)
	names := []string{"command", "press", "press at home", "home opened", "shortcut", "submission"}
	for i := range names {
		for field := range 3 {
			for _, odd := range []string{`[]`, `{}`, `null`, `""`, `0`, `"x"`, `{"values":[]}`, `[{"action_id":7},3]`} {
				f.Add(i, field, odd)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which, field int, odd string) {
		if !json.Valid([]byte(odd)) || which < 0 || field < 0 {
			t.Skip("not JSON, or no field: nothing to try")
		}
		s := all[names[which%len(names)]]
		var tree any
		if err := json.Unmarshal(s.raw, &tree); err != nil {
			t.Fatal(err)
		}
		paths := pathsOf(tree, nil)
		path := paths[field%len(paths)]
		want, _ := s.read(s.raw)
		got, err := s.read(s.with(t, path, odd))
		if !s.reads(path) && (err != nil || !reflect.DeepEqual(got, want)) {
			t.Errorf("%s as %s: %+v, %v", strings.Join(path, "."), odd, got, err)
		}
	})
}

// TestErrorsSayNothingOfThePayload: they are logged.
func TestErrorsSayNothingOfThePayload(t *testing.T) {
	for name, s := range samples(t) {
		for _, path := range s.fields {
			_, err := s.read(s.with(t, strings.Split(path, "."), `["hunter2"]`))
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// reads says whether the field at path, one that it is in, or one in it is read.
func (s sample) reads(path []string) bool {
	at := strings.Join(path, ".") + "."
	return slices.ContainsFunc(s.fields, func(field string) bool {
		field += "."
		return strings.HasPrefix(field, at) || strings.HasPrefix(at, field)
	})
}

func (s sample) unread(t testing.TB) [][]string {
	var tree any
	if err := json.Unmarshal(s.raw, &tree); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(pathsOf(tree, nil), s.reads)
}

// with is the sample with another value in one place.
func (s sample) with(t testing.TB, path []string, value string) []byte {
	t.Helper()
	var tree any
	if err := json.Unmarshal(s.raw, &tree); err != nil {
		t.Fatal(err)
	}
	visit(tree, path, func(container any, key string) { put(container, key, json.RawMessage(value)) })
	changed, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// pathsOf are the places of all values in the tree, and for each object that of a field that it does not have.
func pathsOf(tree any, at []string) (all [][]string) {
	below := func(key string, v any) {
		path := append(slices.Clone(at), key)
		all = append(append(all, path), pathsOf(v, path)...)
	}
	switch tree := tree.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(tree)) {
			below(key, tree[key])
		}
		all = append(all, append(slices.Clone(at), "something_new"))
	case []any:
		for i, v := range tree {
			below(fmt.Sprint(i), v)
		}
	}
	return all
}

// visit calls do for the place, and says whether there is one.
func visit(tree any, path []string, do func(container any, key string)) bool {
	for _, key := range path[:len(path)-1] {
		tree = child(tree, key)
	}
	key := path[len(path)-1]
	_, isObject := tree.(map[string]any)
	if there := child(tree, key) != nil; !there && !isObject {
		return false
	}
	do(tree, key)
	return true
}

func child(tree any, key string) any {
	switch tree := tree.(type) {
	case map[string]any:
		return tree[key]
	case []any:
		for i, v := range tree {
			if fmt.Sprint(i) == key {
				return v
			}
		}
	}
	return nil
}

func put(container any, key string, v any) {
	switch container := container.(type) {
	case map[string]any:
		container[key] = v
	case []any:
		for i := range container {
			if fmt.Sprint(i) == key {
				container[i] = v
			}
		}
	}
}
