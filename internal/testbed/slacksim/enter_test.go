package slacksim_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"olbot/internal/testbed/slacksim"
)

// opensForm lets Joe open the form by a shortcut; the app acknowledges everything else and tells of it.
func opensForm(t *testing.T, s *slacksim.Server, joe *slacksim.Person, view slack.ModalViewRequest) (slacksim.Form, <-chan slack.InteractionCallback) {
	t.Helper()
	told := make(chan slack.InteractionCallback, 10)
	runApp(t, s, func(api *slack.Client, app *socketmode.Client, e socketmode.Event) {
		in, ok := e.Data.(slack.InteractionCallback)
		if !ok {
			return
		}
		if in.Type == slack.InteractionTypeShortcut {
			_, err := api.OpenView(in.TriggerID, view)
			check(t, err)
		} else {
			told <- in
		}
		check(t, app.Ack(*e.Request))
	})
	joe.UsesShortcut("ask")
	must(t, joe.Waits(soon(t), func() bool { _, open := joe.Form(); return open }))
	form, _ := joe.Form()
	return form, told
}

func TestEntersByIDsAndValues(t *testing.T) {
	s := begin(t)
	joe, ana := s.Person("joe"), s.Person("ana")
	form, told := opensForm(t, s, joe, requestForm("Request"))
	if form.Submit != "Ask" || form.Close != "Cancel" {
		t.Errorf("buttons %q and %q", form.Close, form.Submit)
	}
	must(t, joe.Enters(form.ID, map[string][]string{"who": {ana.ID()}, "why": {"lost, stolen"}, "kind": {"many"}}))
	must(t, joe.Enters(form.ID, map[string][]string{"kind": {"one"}}))
	if err := joe.Enters(form.ID, map[string][]string{"why": {"changed"}, "kind": {"twice"}}); err == nil {
		t.Error("a value was taken that no option has")
	}
	shown, _ := joe.Form()
	var state map[string]map[string]struct {
		Value string
		User  string `json:"selected_user"`
	}
	must(t, json.Unmarshal(shown.State, &state))
	if state["why"]["text"].Value != "lost, stolen" || state["who"]["user"].User != ana.ID() {
		t.Errorf("state %s", shown.State)
	}
	if shown.Fields["Who"] != "@ana" || shown.Fields["Kind"] != "Single use" || shown.Fields["Why"] != "lost, stolen" {
		t.Errorf("fields %v", shown.Fields)
	}
	if a := joe.Submits(); !a.OK() {
		t.Fatal(a.Err)
	}
	values := (<-told).View.State.Values
	if values["kind"]["pick"].SelectedOption.Value != "one" {
		t.Errorf("values %+v", values)
	}
}

func TestEntersRefusesWhatAFormCannotHold(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	form, _ := opensForm(t, s, joe, requestForm("Request"))
	for _, c := range []struct {
		form   string
		fields map[string][]string
		why    string
	}{
		{"V0", nil, "does not see"},
		{form.ID, map[string][]string{"when": {"now"}}, "block_id"},
		{form.ID, map[string][]string{"who": {"U0NOBODY"}}, "nobody"},
		{form.ID, map[string][]string{"why": {"a", "b"}}, "too many"},
	} {
		if err := joe.Enters(c.form, c.fields); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%v: %v, want %q in it", c.fields, err, c.why)
		}
	}
	must(t, joe.Enters(form.ID, map[string][]string{"why": {"x"}, "kind": {"many"}}))
	must(t, joe.Enters(form.ID, map[string][]string{"why": {""}, "kind": nil}))
	if a := joe.Submits(); a.Err != slacksim.ErrFieldNeeded || a.Fields["Why"] == "" || a.Fields["Kind"] != "" {
		t.Errorf("emptied fields: %+v, want Why needed and Kind not", a)
	}
}

func TestPressesOneOfSeveralButtonsWithTheSameLabel(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	view := requestForm("Two")
	view.Submit = nil
	view.Blocks.BlockSet = nil
	for _, id := range []string{"first", "second"} {
		view.Blocks.BlockSet = append(view.Blocks.BlockSet, slack.NewActionBlock(id,
			slack.NewButtonBlockElement("go", id, slack.NewTextBlockObject("plain_text", "Go", false, false))))
	}
	form, told := opensForm(t, s, joe, view)
	joe.GoesAway()
	if a := joe.PressesButton(form, form.Buttons()[1]); !a.OK() {
		t.Fatal(a.Err)
	}
	if in := <-told; in.ActionCallback.BlockActions[0].BlockID != "second" {
		t.Errorf("pressed %+v", in.ActionCallback.BlockActions[0])
	}
	if joe.User().Away {
		t.Error("somebody who presses a button is away")
	}
	if a := s.Person("ana").PressesButton(form, form.Buttons()[0]); a.Err != slacksim.ErrGone {
		t.Errorf("Ana pressed a button in Joe's form: %q", a.Err)
	}
	joe.Closes()
	if a := joe.PressesButton(form, form.Buttons()[0]); a.Err != slacksim.ErrGone {
		t.Errorf("a closed form was pressed: %q", a.Err)
	}
}

func TestClicksOneOfSeveralButtonsWithTheSameLabel(t *testing.T) {
	s := begin(t)
	app, maria := connect(t, s), s.Person("maria")
	card(t, s, maria, "Approve", "OTP-1")
	card(t, s, maria, "Approve", "OTP-2")
	older := maria.DM()[0]
	pending := maria.ClicksButton(older, older.Buttons()[0])
	f := app.next()
	app.ack(f)
	if a := pending.Answer(); !a.OK() || action(t, f)["value"] != "OTP-1" {
		t.Errorf("%+v %v", a, action(t, f))
	}
	if a := maria.ClicksButton(slacksim.Message{}, slacksim.Button{}).Answer(); a.Err != slacksim.ErrNoButton {
		t.Errorf("no message at all: %q", a.Err)
	}
}
