package slacksim

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// initialState is what an untouched field contributes to view.state.values.
func initialState(e map[string]any) map[string]any {
	kind := str(e["type"])
	state := map[string]any{"type": kind}
	set := func(key, from string) {
		state[key] = e[from]
	}
	switch kind {
	case "static_select", "radio_buttons":
		set("selected_option", "initial_option")
	case "checkboxes", "multi_static_select":
		state["selected_options"] = append([]any{}, list(e["initial_options"])...)
	case "users_select":
		set("selected_user", "initial_user")
	case "multi_users_select":
		state["selected_users"] = append([]any{}, list(e["initial_users"])...)
	case "channels_select":
		set("selected_channel", "initial_channel")
	case "conversations_select":
		set("selected_conversation", "initial_conversation")
	case "datepicker":
		set("selected_date", "initial_date")
	case "timepicker":
		set("selected_time", "initial_time")
	case "datetimepicker":
		set("selected_date_time", "initial_date_time")
	default:
		set("value", "initial_value")
	}
	return state
}

// fillField is a field's state after somebody has typed or chosen.
func (s *Server) fillField(e map[string]any, typed string) (map[string]any, error) {
	state := initialState(e)
	switch kind := str(e["type"]); kind {
	case "static_select", "radio_buttons":
		o, err := optionNamed(e, typed)
		state["selected_option"] = o
		return state, err
	case "checkboxes", "multi_static_select":
		chosen := []any{}
		for label := range strings.SplitSeq(typed, ",") {
			o, err := optionNamed(e, strings.TrimSpace(label))
			if err != nil {
				return nil, err
			}
			chosen = append(chosen, o)
		}
		state["selected_options"] = chosen
	case "users_select":
		if typed == "" {
			state["selected_user"] = nil
			return state, nil
		}
		p := s.handles[strings.TrimPrefix(typed, "@")]
		if p == nil {
			return nil, fmt.Errorf("no user %q", typed)
		}
		state["selected_user"] = p.u.ID
	case "channels_select", "conversations_select":
		room := s.channelNamed(typed)
		if room == nil {
			return nil, fmt.Errorf("no channel %q", typed)
		}
		state["selected_"+strings.TrimSuffix(kind, "s_select")] = room.c.ID
	case "datepicker":
		state["selected_date"] = typed
	case "timepicker":
		state["selected_time"] = typed
	default:
		state["value"] = typed
		if typed == "" {
			state["value"] = nil
		}
	}
	return state, nil
}

func optionNamed(e map[string]any, label string) (any, error) {
	for _, o := range optionsOf(e) {
		if textOf(object(o)["text"]) == label {
			return o, nil
		}
	}
	return nil, fmt.Errorf("no option %q", label)
}

var emailShape = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

// incomplete is why the client would not let a person submit this field; empty if it would.
func incomplete(block map[string]any, state map[string]any) string {
	e := object(block["element"])
	value, typed := "", false
	for key, v := range state {
		if key == "type" {
			continue
		}
		switch v := v.(type) {
		case string:
			value, typed = v, v != ""
		case []any:
			typed = len(v) > 0
		default:
			typed = v != nil
		}
	}
	if !typed {
		if truth(block["optional"]) {
			return ""
		}
		return "Please complete this required field."
	}
	return badText(e, value)
}

func badText(e map[string]any, value string) string {
	n := float64(utf8.RuneCountInString(value))
	least, _ := e["min_length"].(float64)
	most, limited := e["max_length"].(float64)
	switch str(e["type"]) {
	case "plain_text_input":
		if n < least || limited && n > most || n > 3000 {
			return "This entry is too short or too long."
		}
	case "email_text_input":
		if !emailShape.MatchString(value) {
			return "Enter a valid email address."
		}
	case "url_text_input":
		if !strings.Contains(value, "://") {
			return "Enter a valid URL."
		}
	case "number_input":
		number, err := strconv.ParseFloat(value, 64)
		least, lerr := strconv.ParseFloat(str(e["min_value"]), 64)
		most, merr := strconv.ParseFloat(str(e["max_value"]), 64)
		whole := number == float64(int64(number)) || truth(e["is_decimal_allowed"])
		if err != nil || !whole || lerr == nil && number < least || merr == nil && number > most {
			return "Enter a valid number."
		}
	}
	return ""
}
