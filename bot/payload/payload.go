// Package payload reads what Slack delivers to the bot, field by field. Slack adds to its payloads and changes what it
// has not promised, so only what olbot uses is read: a field of another shape than documented counts as
// absent, and no other field matters.
//
// What olbot cannot do without is an error if it is absent. The error quotes nothing of the payload.
package payload

import (
	"encoding/json"
	"errors"
)

var errNoObject = errors.New("the payload is not a JSON object")

// An object is a JSON object whose fields have not been read.
type object map[string]json.RawMessage

func readObject(raw []byte) (object, error) {
	var o object
	if json.Unmarshal(raw, &o) != nil || o == nil {
		return nil, errNoObject
	}
	return o, nil
}

// field is the field of that name, or zero if it is absent or not of the shape of a T.
func field[T any](o object, name string) T {
	var v T
	if json.Unmarshal(o[name], &v) != nil {
		var none T
		return none
	}
	return v
}

func (o object) text(name string) string   { return field[string](o, name) }
func (o object) object(name string) object { return field[object](o, name) }

// objects are the elements of an array; those that are not objects are empty ones.
func (o object) objects(name string) []object {
	var all []object
	for _, raw := range field[[]json.RawMessage](o, name) {
		element, _ := readObject(raw)
		all = append(all, element)
	}
	return all
}

// A Command is somebody's slash command:
// https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
type Command struct {
	Name        string // with the slash
	Text        string // what was typed behind the name
	UserID      string
	ResponseURL string
	TriggerID   string
}

// ReadCommand needs to know who typed it, and what.
func ReadCommand(raw []byte) (Command, error) {
	o, err := readObject(raw)
	if err != nil {
		return Command{}, err
	}
	c := Command{
		Name: o.text("command"), Text: o.text("text"), UserID: o.text("user_id"),
		ResponseURL: o.text("response_url"), TriggerID: o.text("trigger_id"),
	}
	if c.UserID == "" {
		return c, errors.New("user_id is not a text")
	}
	var text string
	if typed, there := o["text"]; there && json.Unmarshal(typed, &text) != nil {
		return c, errors.New("text is not a text")
	}
	return c, nil
}

// A HomeOpened is the event that somebody opened a tab of the app:
// https://docs.slack.dev/reference/events/app_home_opened
type HomeOpened struct {
	UserID string
	Tab    string
}

// ReadHomeOpened needs to know who opened it. It is not ok for another event.
func ReadHomeOpened(raw []byte) (h HomeOpened, ok bool, err error) {
	o, err := readObject(raw)
	if err != nil {
		return h, false, err
	}
	event := o.object("event")
	if event.text("type") != "app_home_opened" {
		return h, false, nil
	}
	h = HomeOpened{UserID: event.text("user"), Tab: event.text("tab")}
	if h.UserID == "" {
		return h, false, errors.New("event.user is not a text")
	}
	return h, true, nil
}
