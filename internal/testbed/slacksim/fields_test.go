package slacksim_test

import (
	"encoding/json"
	"net/url"
	"reflect"
	"testing"

	"olbot/internal/testbed/slacksim"
)

// fieldForm has a field of every kind and a button.
const fieldForm = `{"type":"modal","title":{"type":"plain_text","text":"Fields"},"submit":{"type":"plain_text","text":"OK"},"blocks":[
	{"type":"input","block_id":"mail","label":{"type":"plain_text","text":"Mail"},"element":{"type":"email_text_input","action_id":"x"}},
	{"type":"input","block_id":"many","label":{"type":"plain_text","text":"Many"},"element":{"type":"number_input","action_id":"x","is_decimal_allowed":false,"max_value":"9"}},
	{"type":"input","block_id":"size","label":{"type":"plain_text","text":"Size"},"element":{"type":"static_select","action_id":"x","options":[
		{"text":{"type":"plain_text","text":"Small"},"value":"s"},{"text":{"type":"plain_text","text":"Large"},"value":"l"}]}},
	{"type":"input","block_id":"ways","label":{"type":"plain_text","text":"Ways"},"element":{"type":"checkboxes","action_id":"x","options":[
		{"text":{"type":"plain_text","text":"Call"},"value":"c"},{"text":{"type":"plain_text","text":"Video"},"value":"v"}]}},
	{"type":"input","block_id":"day","optional":true,"label":{"type":"plain_text","text":"Day"},"element":{"type":"datepicker","action_id":"x"}},
	{"type":"actions","elements":[{"type":"button","action_id":"more","text":{"type":"plain_text","text":"More"}}]}]}`

// chosen is what a form's state holds for each block, without the type.
func chosen(t *testing.T, state any) map[string]string {
	t.Helper()
	got := map[string]string{}
	for block, actions := range state.(map[string]any)["values"].(map[string]any) {
		field := actions.(map[string]any)["x"].(map[string]any)
		delete(field, "type")
		raw, err := json.Marshal(field)
		must(t, err)
		got[block] = string(raw)
	}
	return got
}

func TestFieldsSendWhatWasChosen(t *testing.T) {
	s := begin(t)
	app, joe := connect(t, s), s.Person("joe")
	grants(t, call(t, s, "views.open", url.Values{"trigger_id": {trigger(t, s, app)}, "view": {fieldForm}}))
	for label, wrong := range map[string]string{"Size": "Huge", "Ways": "Call, Letter", "Nothing": "x"} {
		if err := joe.Fills(map[string]string{label: wrong}); err == nil {
			t.Errorf("%s took %q", label, wrong)
		}
	}
	must(t, joe.Fills(map[string]string{"Mail": "ana", "Many": "10", "Size": "Large", "Ways": "Call, Video"}))
	if a := joe.Submits(); a.Err != slacksim.ErrFieldNeeded || a.Fields["Mail"] == "" || a.Fields["Many"] == "" || len(a.Fields) != 2 {
		t.Errorf("the client let it pass: %+v", a)
	}
	must(t, joe.Fills(map[string]string{"Mail": "ana@example.com", "Many": "9"}))
	go joe.Submits()
	f := app.next()
	got := chosen(t, f.Payload["view"].(map[string]any)["state"])
	want := map[string]string{
		"mail": `{"value":"ana@example.com"}`, "many": `{"value":"9"}`, "day": `{"selected_date":null}`,
		"size": `{"selected_option":{"text":{"text":"Large","type":"plain_text"},"value":"l"}}`,
		"ways": `{"selected_options":[{"text":{"text":"Call","type":"plain_text"},"value":"c"},{"text":{"text":"Video","type":"plain_text"},"value":"v"}]}`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("state %v, want %v", got, want)
	}
	app.ack(f)
}

func TestButtonInAFormKnowsItsForm(t *testing.T) {
	s := begin(t)
	app, joe := connect(t, s), s.Person("joe")
	grants(t, call(t, s, "views.open", url.Values{"trigger_id": {trigger(t, s, app)}, "view": {fieldForm}}))
	form, _ := joe.Form()
	go joe.PressesInForm("More")
	f := app.next()
	app.ack(f)
	if c := f.Payload["container"].(map[string]any); c["type"] != "view" || c["view_id"] != form.ID {
		t.Errorf("container %v, want view %s", c, form.ID)
	}
	if a := action(t, f); a["action_id"] != "more" {
		t.Errorf("action %v", a)
	}
	if a := joe.PressesInForm("Less"); a.Err != slacksim.ErrNoButton {
		t.Errorf("no such button: %q", a.Err)
	}
}
