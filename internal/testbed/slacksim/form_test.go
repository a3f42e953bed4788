package slacksim_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"olbot/internal/testbed/slacksim"
)

// requestForm is a form as slack-go builds it.
func requestForm(title string) slack.ModalViewRequest {
	plain := func(text string) *slack.TextBlockObject {
		return slack.NewTextBlockObject("plain_text", text, false, false)
	}
	who := slack.NewInputBlock("who", plain("Who"), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plain("Pick"), "user"))
	why := slack.NewInputBlock("why", plain("Why"), nil, slack.NewPlainTextInputBlockElement(plain("Reason"), "text"))
	kind := slack.NewInputBlock("kind", plain("Kind"), nil, slack.NewRadioButtonsBlockElement("pick",
		slack.NewOptionBlockObject("one", plain("Single use"), nil), slack.NewOptionBlockObject("many", plain("Reusable"), nil)))
	kind.Optional = true
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(title), Submit: plain("Ask"), Close: plain("Cancel"), CallbackID: "request",
		PrivateMetadata: "meta", Blocks: slack.Blocks{BlockSet: []slack.Block{who, why, kind}},
	}
}

func TestSlackGoRunsAForm(t *testing.T) {
	s := begin(t)
	runApp(t, s, func(api *slack.Client, app *socketmode.Client, e socketmode.Event) {
		in, ok := e.Data.(slack.InteractionCallback)
		if !ok {
			return
		}
		switch in.Type {
		case slack.InteractionTypeShortcut:
			_, err := api.OpenView(in.TriggerID, requestForm("Request"))
			check(t, err)
			check(t, app.Ack(*e.Request))
		case slack.InteractionTypeViewSubmission:
			values := in.View.State.Values
			if values["why"]["text"].Value == "no" {
				check(t, app.Ack(*e.Request, slack.NewErrorsViewSubmissionResponse(map[string]string{"why": "Say more."})))
				return
			}
			if values["who"]["user"].SelectedUser != s.Person("ana").ID() || values["kind"]["pick"].SelectedOption.Value != "many" || in.View.PrivateMetadata != "meta" {
				t.Errorf("values %+v", values)
			}
			check(t, app.Ack(*e.Request))
		}
	})
	joe := s.Person("joe")
	if a := joe.UsesShortcut("ask"); !a.OK() {
		t.Fatal(a.Err)
	}
	form, _ := joe.Form()
	if !strings.HasPrefix(form.Words(), "Request\nWho: [Pick]\nWhy: ____\n") || !strings.HasSuffix(form.Words(), "[Cancel] [Ask]") {
		t.Fatalf("form %q", form.Words())
	}
	if a := joe.Submits(); a.Err != slacksim.ErrFieldNeeded || len(a.Fields) != 2 {
		t.Errorf("empty form: %+v, want two required fields", a)
	}
	must(t, joe.Fills(map[string]string{"Who": "@ana", "Why": "no", "Kind": "Reusable"}))
	if a := joe.Submits(); !a.OK() || a.Fields["Why"] != "Say more." {
		t.Errorf("complaint: %+v", a)
	}
	if form, _ := joe.Form(); form.Errors["Why"] != "Say more." {
		t.Errorf("errors %v", form.Errors)
	}
	must(t, joe.Fills(map[string]string{"Who": ""}))
	if form, _ := joe.Form(); form.Fields["Who"] != "" {
		t.Errorf("emptied, and still there: %v", form.Fields)
	}
	must(t, joe.Fills(map[string]string{"Who": "@ana", "Why": "lost her phone"}))
	if a := joe.Submits(); !a.OK() || len(a.Fields) != 0 {
		t.Errorf("submission: %+v", a)
	}
	if _, open := joe.Form(); open {
		t.Error("the form is still open")
	}
	honest(t, s)
}

// viewJSON is a small modal.
func viewJSON(title string) string {
	return `{"type":"modal","callback_id":"c","title":{"type":"plain_text","text":"` + title + `"},"submit":{"type":"plain_text","text":"OK"},
		"notify_on_close":true,"blocks":[{"type":"input","block_id":"b","label":{"type":"plain_text","text":"Why"},"element":{"type":"plain_text_input","action_id":"a"}}]}`
}

// trigger makes Joe use a shortcut and returns the trigger_id.
func trigger(t *testing.T, s *slacksim.Server, app *rawApp) string {
	t.Helper()
	go s.Person("joe").UsesShortcut("ask")
	f := app.next()
	app.ack(f)
	return f.Payload["trigger_id"].(string)
}

func open(t *testing.T, s *slacksim.Server, method, trigger, title string) map[string]any {
	t.Helper()
	return call(t, s, method, url.Values{"trigger_id": {trigger}, "view": {viewJSON(title)}})
}

func TestTriggerIsGoodOnceForThreeSeconds(t *testing.T) {
	var c clock
	s := begin(t, c.set, func(o *slacksim.Options) { o.TriggerLife = 0 }) // Slack's own
	app := connect(t, s)
	id := trigger(t, s, app)
	refuses(t, open(t, s, "views.open", "1.2.3", "One"), "invalid_trigger_id")
	grants(t, open(t, s, "views.open", id, "One"))
	refuses(t, open(t, s, "views.open", id, "Two"), "exchanged_trigger_id")
	late := trigger(t, s, app)
	c.pass(3*time.Second + time.Millisecond)
	refuses(t, open(t, s, "views.open", late, "Late"), "expired_trigger_id")
	if n := len(s.Findings(slacksim.FindingTrigger)); n != 3 {
		t.Errorf("%d findings, want 3", n)
	}
}

func TestStackHoldsThreeForms(t *testing.T) {
	s := begin(t)
	app, joe := connect(t, s), s.Person("joe")
	refuses(t, open(t, s, "views.push", trigger(t, s, app), "None under it"), "not_found")
	grants(t, open(t, s, "views.open", trigger(t, s, app), "One"))
	grants(t, open(t, s, "views.push", trigger(t, s, app), "Two"))
	grants(t, open(t, s, "views.push", trigger(t, s, app), "Three"))
	refuses(t, open(t, s, "views.push", trigger(t, s, app), "Four"), "push_limit_reached")
	if form, _ := joe.Form(); form.Title != "Three" || form.Depth != 3 {
		t.Errorf("form %q at depth %d", form.Title, form.Depth)
	}
	go joe.Closes()
	f := app.next()
	if f.Payload["type"] != "view_closed" {
		t.Errorf("payload %v", f.Payload)
	}
	app.ack(f)
	if form, _ := joe.Form(); form.Title != "Two" {
		t.Errorf("form %q, want the one under it", form.Title)
	}
}

func TestUpdatesAFormByHash(t *testing.T) {
	s := begin(t)
	app, joe := connect(t, s), s.Person("joe")
	v := grants(t, open(t, s, "views.open", trigger(t, s, app), "One"))["view"].(map[string]any)
	must(t, joe.Fills(map[string]string{"Why": "typed"}))
	args := url.Values{"view_id": {v["id"].(string)}, "hash": {v["hash"].(string)}, "view": {viewJSON("Two")}}
	updated := grants(t, call(t, s, "views.update", args))["view"].(map[string]any)
	raw, _ := json.Marshal(updated["state"])
	if form, _ := joe.Form(); form.Title != "Two" || !strings.Contains(string(raw), "typed") {
		t.Errorf("form %q, state %s", form.Title, raw)
	}
	refuses(t, call(t, s, "views.update", args), "hash_conflict")
	args.Del("hash")
	joe.Reloads()
	refuses(t, call(t, s, "views.update", args), "not_found")
}

func TestRefusesInvalidForms(t *testing.T) {
	s := begin(t)
	app := connect(t, s)
	for name, c := range map[string]struct{ view, want string }{
		"not JSON":       {`{`, "invalid_arguments"},
		"home by open":   {`{"type":"home","blocks":[]}`, "invalid_arguments"},
		"no title":       {`{"type":"modal","blocks":[]}`, "invalid_arguments"},
		"long title":     {viewJSON(x(25)), "invalid_arguments"},
		"long metadata":  {strings.Replace(viewJSON("A"), `"callback_id":"c"`, `"private_metadata":"`+x(3001)+`"`, 1), "invalid_arguments"},
		"no submit":      {strings.Replace(viewJSON("A"), `"submit":{"type":"plain_text","text":"OK"},`, "", 1), "invalid_arguments"},
		"unknown field":  {strings.Replace(viewJSON("A"), `"callback_id"`, `"colour"`, 1), "invalid_arguments"},
		"message block":  {strings.Replace(viewJSON("A"), `"blocks":[`, `"blocks":[{"type":"markdown","text":"a"},`, 1), "invalid_arguments"},
		"bad block":      {strings.Replace(viewJSON("A"), `"plain_text_input"`, `"button"`, 1), "invalid_arguments"},
		"more than 250k": {viewJSON(x(250_000)), "view_too_large"},
	} {
		out := call(t, s, "views.open", url.Values{"trigger_id": {trigger(t, s, app)}, "view": {c.view}})
		if out["error"] != c.want {
			t.Errorf("%s: %v, want %s", name, out, c.want)
		}
	}
}

func TestAnswersToASubmission(t *testing.T) {
	modal := func(title string) any {
		var v any
		_ = json.Unmarshal([]byte(viewJSON(title)), &v)
		return v
	}
	for name, c := range map[string]struct {
		answer map[string]any
		err    string
		title  string // of the form afterwards; empty: none
		depth  int
	}{
		"close":            {map[string]any{}, "", "One", 1},
		"clear":            {map[string]any{"response_action": "clear"}, "", "", 0},
		"update":           {map[string]any{"response_action": "update", "view": modal("New")}, "", "New", 2},
		"push":             {map[string]any{"response_action": "push", "view": modal("New")}, "", "New", 3},
		"errors":           {map[string]any{"response_action": "errors", "errors": map[string]any{"b": "no"}}, "", "Two", 2},
		"errors elsewhere": {map[string]any{"response_action": "errors", "errors": map[string]any{"nowhere": "no"}}, slacksim.ErrTrouble, "Two", 2},
		"bad view":         {map[string]any{"response_action": "update", "view": map[string]any{"type": "modal"}}, slacksim.ErrTrouble, "Two", 2},
		"unknown action":   {map[string]any{"response_action": "dance"}, slacksim.ErrTrouble, "Two", 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			app, joe := connect(t, s), s.Person("joe")
			grants(t, open(t, s, "views.open", trigger(t, s, app), "One"))
			grants(t, open(t, s, "views.push", trigger(t, s, app), "Two"))
			must(t, joe.Fills(map[string]string{"Why": "because"}))
			answered := make(chan slacksim.Answer)
			go func() { answered <- joe.Submits() }()
			f := app.next()
			if f.Payload["type"] != "view_submission" || !f.Accepts {
				t.Errorf("frame %+v", f)
			}
			app.send(map[string]any{"envelope_id": f.EnvelopeID, "payload": c.answer})
			if a := <-answered; a.Err != c.err {
				t.Errorf("answer %q, want %q", a.Err, c.err)
			}
			if form, _ := joe.Form(); form.Title != c.title || form.Depth != c.depth {
				t.Errorf("form %q at depth %d, want %q at %d", form.Title, form.Depth, c.title, c.depth)
			}
			if bad := len(s.Findings(slacksim.FindingBadAnswer)); (c.err != "") != (bad == 1) {
				t.Errorf("%d findings", bad)
			}
		})
	}
}

func TestExternalIDsAreUnique(t *testing.T) {
	s := begin(t)
	app, joe := connect(t, s), s.Person("joe")
	named := func(title string) string {
		return strings.Replace(viewJSON(title), `"callback_id"`, `"external_id":"mine","callback_id"`, 1)
	}
	grants(t, call(t, s, "views.open", url.Values{"trigger_id": {trigger(t, s, app)}, "view": {named("One")}}))
	again := url.Values{"trigger_id": {trigger(t, s, app)}, "view": {named("Two")}}
	refuses(t, call(t, s, "views.push", again), "duplicate_external_id")
	grants(t, call(t, s, "views.update", url.Values{"external_id": {"mine"}, "view": {named("Three")}}))
	if form, _ := joe.Form(); form.Title != "Three" || form.Depth != 1 {
		t.Errorf("form %q at depth %d", form.Title, form.Depth)
	}
}

func TestClearOnCloseClosesAll(t *testing.T) {
	s := begin(t)
	app, joe := connect(t, s), s.Person("joe")
	grants(t, open(t, s, "views.open", trigger(t, s, app), "One"))
	clearing := strings.Replace(viewJSON("Two"), `"notify_on_close":true`, `"clear_on_close":true`, 1)
	grants(t, call(t, s, "views.push", url.Values{"trigger_id": {trigger(t, s, app)}, "view": {clearing}}))
	if a := joe.Closes(); !a.OK() {
		t.Error(a.Err)
	}
	if _, open := joe.Form(); open {
		t.Error("a form is still open")
	}
}

func TestHomeTab(t *testing.T) {
	s := begin(t)
	app, joe := connect(t, s), s.Person("joe")
	publish := func(hash string) map[string]any {
		return call(t, s, "views.publish", url.Values{"user_id": {joe.ID()}, "hash": {hash}, "view": {`{"type":"home","blocks":[` + button(`,"action_id":"new"`) + `]}`}})
	}
	v := grants(t, publish(""))["view"].(map[string]any)
	grants(t, publish(v["hash"].(string)))
	refuses(t, publish(v["hash"].(string)), "hash_conflict")
	if home, ok := joe.Home(); !ok || home.Words() != "[Go]" {
		t.Errorf("home %q", home.Words())
	}
	go joe.PressesAtHome("Go")
	f := app.next()
	if f.Payload["container"].(map[string]any)["type"] != "view" || f.Payload["response_url"] != nil {
		t.Errorf("payload %v", f.Payload)
	}
	off := begin(t, func(o *slacksim.Options) { o.NoHomeTab = true })
	refuses(t, call(t, off, "views.publish", url.Values{"user_id": {off.Person("joe").ID()}, "view": {`{"type":"home","blocks":[]}`}}), "not_enabled")
}
