package slacksim

import "encoding/json"

// Distort lets f change what Slack is about to send: payloads, by the type of their envelope, and the user objects of
// answers, by "user". Slack adds to its objects and sends shapes that it does not document, such as state.values as []
// (https://github.com/slack-go/slack/issues/943). nil ends it.
func (s *Server) Distort(f func(what string, o map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.distort = f
}

func (s *Server) distorted(what string, o any) any {
	var tree map[string]any
	if s.distort == nil || json.Unmarshal(encode(o), &tree) != nil {
		return o
	}
	s.distort(what, tree)
	return encode(tree)
}

// OddFields, for Distort, adds fields and gives another shape to those that an app that answers commands, presses and
// forms has no need of.
func OddFields(what string, o map[string]any) {
	o["new_field"], o["token"], o["is_enterprise_install"] = map[string]any{"id": 7}, nil, []any{}
	switch what {
	case "slash_commands":
		o["channel_id"], o["enterprise_id"], o["user_name"] = 0, []any{}, nil
	case "user":
		o["tz"], o["updated"], o["is_admin"] = []any{}, "x", 0
		object(o["profile"])["status_text"] = map[string]any{}
		if o["enterprise_user"] == nil {
			o["enterprise_user"] = []any{} // what PHP makes of an empty object
		}
	case "interactive":
		o["team"], o["enterprise"], o["channel"], o["message"], o["response_urls"] = "", []any{}, 0, []any{}, map[string]any{}
		if o["type"] == "block_actions" {
			o["state"] = map[string]any{"values": []any{}}
			object(list(o["actions"])[0])["text"] = 0
		}
		if view := object(o["view"]); view != nil {
			view["title"], view["blocks"], view["hash"] = "", []any{}, 0
		}
	case "events_api":
		o["authorizations"], o["event_time"] = nil, "x"
		object(o["event"])["view"] = []any{}
	}
}
