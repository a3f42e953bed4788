package slacksim

import (
	"fmt"
	"slices"
	"strconv"
)

// Enters fills fields of the form that the person sees, as a client with the ids at hand does: fields by
// block_id, options by their value, people and places by their ids, anything else as it was typed.
// No value empties a field. It fails and changes nothing if that form is not the one on top, or a
// field cannot hold what it is given. Fills does the same by what a person reads.
func (p *Person) Enters(formID string, fields map[string][]string) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	v := p.top()
	if v == nil || v.id != formID {
		return fmt.Errorf("fill a form: @%s does not see form %s", p.u.Name, formID)
	}
	entered := map[string]map[string]any{}
	for blockID, values := range fields {
		i := slices.IndexFunc(v.inputs(), func(b map[string]any) bool { return str(b["block_id"]) == blockID })
		if i < 0 {
			return fmt.Errorf("fill a form: no field has the block_id %q", blockID)
		}
		e := object(v.inputs()[i]["element"])
		state, err := p.s.enterField(e, values)
		if err != nil {
			return fmt.Errorf("fill field %q: %w", blockID, err)
		}
		entered[blockID] = map[string]any{str(e["action_id"]): state}
	}
	for blockID, state := range entered {
		v.values[blockID] = state
	}
	p.s.touch(p)
	return nil
}

// enterField is a field's state after these values were put into it.
func (s *Server) enterField(e map[string]any, values []string) (map[string]any, error) {
	key, most := stateKey(str(e["type"]))
	if most > 0 && len(values) > most {
		return nil, fmt.Errorf("%d values are too many", len(values))
	}
	entered := []any{}
	for _, value := range values {
		one, err := s.enterValue(e, key, value)
		if err != nil {
			return nil, err
		}
		if one != nil {
			entered = append(entered, one)
		}
	}
	state := map[string]any{"type": str(e["type"]), key: nil}
	switch {
	case most == 0:
		state[key] = entered
	case len(entered) > 0:
		state[key] = entered[0]
	}
	return state, nil
}

// stateKey is the field of view.state.values that holds what was entered, and how many values it can
// hold; 0: any number (docs.slack.dev/reference/views, view state).
func stateKey(kind string) (key string, most int) {
	switch kind {
	case "static_select", "radio_buttons":
		return "selected_option", 1
	case "checkboxes", "multi_static_select":
		return "selected_options", 0
	case "users_select":
		return "selected_user", 1
	case "multi_users_select":
		return "selected_users", 0
	case "channels_select":
		return "selected_channel", 1
	case "conversations_select":
		return "selected_conversation", 1
	case "datepicker":
		return "selected_date", 1
	case "timepicker":
		return "selected_time", 1
	case "datetimepicker":
		return "selected_date_time", 1
	}
	return "value", 1
}

// enterValue is one value as the state holds it; nil if nothing was entered.
func (s *Server) enterValue(e map[string]any, key, value string) (any, error) {
	if value == "" {
		return nil, nil
	}
	switch key {
	case "selected_option", "selected_options":
		for _, o := range optionsOf(e) {
			if str(object(o)["value"]) == value {
				return o, nil
			}
		}
		return nil, fmt.Errorf("no option has the value %q", value)
	case "selected_user", "selected_users":
		if s.people[value] == nil {
			return nil, fmt.Errorf("nobody has the id %q", value)
		}
	case "selected_channel", "selected_conversation":
		if s.rooms[value] == nil {
			return nil, fmt.Errorf("no conversation has the id %q", value)
		}
	case "selected_date_time":
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q are no seconds", value)
		}
		return float64(seconds), nil
	}
	return value, nil
}

// optionsOf is every option of a menu, those in groups too.
func optionsOf(e map[string]any) []any {
	options := slices.Clone(list(e["options"]))
	for _, g := range list(e["option_groups"]) {
		options = append(options, list(object(g)["options"])...)
	}
	return options
}
