package payload

import "errors"

// The types of interactions that olbot answers.
const (
	TypePress      = "block_actions"
	TypeSubmission = "view_submission"
	TypeShortcut   = "shortcut"
)

// An Interaction is somebody's press, submitted form or shortcut:
// https://docs.slack.dev/reference/interaction-payloads
type Interaction struct {
	Type        string
	CallbackID  string // of a shortcut
	UserID      string
	TriggerID   string
	ResponseURL string // "" where there is no place for an answer: in a form, a Home tab, a shortcut
	Message     Message
	Button      Button
	View        View
}

// A Message says on which message a button was pressed.
type Message struct {
	ChannelID string
	TS        string
	Ephemeral bool
}

// A Button is what was pressed.
type Button struct {
	ActionID string
	Value    string
}

// ReadInteraction needs to know who did it, which button was pressed, and which form was submitted. With an error
// comes what could be read, so that it can be answered.
func ReadInteraction(raw []byte) (Interaction, error) {
	o, err := readObject(raw)
	if err != nil {
		return Interaction{}, err
	}
	container := o.object("container")
	i := Interaction{
		Type: o.text("type"), CallbackID: o.text("callback_id"), UserID: o.object("user").text("id"),
		TriggerID: o.text("trigger_id"), ResponseURL: o.text("response_url"),
		Message: Message{
			ChannelID: container.text("channel_id"), TS: container.text("message_ts"),
			Ephemeral: field[bool](container, "is_ephemeral"),
		},
		View: readView(o.object("view")),
	}
	pressed := o.objects("actions")
	if len(pressed) == 1 {
		i.Button = Button{ActionID: pressed[0].text("action_id"), Value: pressed[0].text("value")}
	}
	switch {
	case i.Type == "":
		err = errors.New("type is not a text")
	case i.UserID == "":
		err = errors.New("user.id is not a text")
	case i.Type == TypePress && i.Button.ActionID == "":
		err = errors.New("actions is not one action with an action_id")
	case i.Type == TypeSubmission && i.View.CallbackID == "":
		err = errors.New("view.callback_id is not a text")
	}
	return i, err
}

// A View is a submitted form, or the Home tab in which a button was pressed:
// https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
type View struct {
	Type            string // modal or home
	ID              string
	CallbackID      string
	PrivateMetadata string
	Inputs          []string                    // the block ids of its fields
	State           map[string]map[string]Input // what was filled in, by block id and action id
}

// TypeHome is the type of a View that is a Home tab.
const TypeHome = "home"

// An Input is what was filled into a field; only what fits the kind of the field is set.
type Input struct {
	Text   string // typed
	UserID string // chosen
	Option string // the value of the option that was chosen; of several, the first
}

func readView(o object) View {
	v := View{
		Type: o.text("type"), ID: o.text("id"), CallbackID: o.text("callback_id"), PrivateMetadata: o.text("private_metadata"),
		State: map[string]map[string]Input{},
	}
	for _, block := range o.objects("blocks") {
		if id := block.text("block_id"); id != "" && block.text("type") == "input" {
			v.Inputs = append(v.Inputs, id)
		}
	}
	values := o.object("state").object("values")
	for blockID := range values {
		block, filled := values.object(blockID), map[string]Input{}
		for actionID := range block {
			e := block.object(actionID)
			in := Input{Text: e.text("value"), UserID: e.text("selected_user"), Option: e.object("selected_option").text("value")}
			if many := e.objects("selected_options"); in.Option == "" && len(many) > 0 {
				in.Option = many[0].text("value")
			}
			if in != (Input{}) {
				filled[actionID] = in
			}
		}
		if len(filled) > 0 {
			v.State[blockID] = filled
		}
	}
	return v
}
