package slacksim

import (
	"encoding/json"
	"maps"
)

// view is a modal or a Home tab of one person.
type view struct {
	id       string
	person   *Person
	spec     map[string]any // as the app sent it, with the ids Slack adds
	hash     string
	root     *view
	previous *view
	values   map[string]map[string]any // what is filled in, by block_id and action_id
	errors   map[string]string         // what the app complained about, by block_id
}

// readView reads and checks the view argument of a views method.
func (s *Server) readView(method, raw string, on surface) (map[string]any, error) {
	if len(raw) > limit("modal.view_bytes_max") {
		return nil, fault("view_too_large")
	}
	var spec map[string]any
	if err := json.Unmarshal([]byte(raw), &spec); err != nil {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] must be a valid view [json-pointer:/view]"}}
	}
	if problems := checkView(on, spec); len(problems) > 0 {
		s.found(FindingBadBlocks, method, problems[0])
		return nil, &apiError{code: "invalid_arguments", messages: problems}
	}
	return spec, nil
}

// checkView returns what Slack would have against this view (docs.slack.dev/reference/views).
func checkView(on surface, spec map[string]any) []string {
	c := newChecker(on)
	fields := map[string]check{
		"blocks":           func(c *checker, path string, v any) { c.all(path, list(v)) },
		"private_metadata": chars(0, limit("modal.private_metadata_max")),
		"callback_id":      chars(0, limit("modal.callback_id_max")),
		"external_id":      chars(0, limit("modal.external_id_max")),
	}
	s := shape{must: []string{"blocks"}, fields: fields}
	switch {
	case str(spec["type"]) != string(on) || on != surfaceModal && on != surfaceHome:
		c.note("/view/type", "must be %s", on)
		return c.problems
	case on == surfaceModal:
		s.must = append(s.must, "title")
		maps.Copy(fields, map[string]check{
			"title": plain("modal.title_max"), "submit": plain("modal.submit_max"), "close": plain("modal.close_max"),
			"clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean,
		})
		for _, b := range list(spec["blocks"]) {
			if str(object(b)["type"]) == "input" && spec["submit"] == nil {
				c.note("/view", "missing required field: submit")
				break
			}
		}
	}
	c.object("/view", spec, s)
	return c.problems
}

// newView makes a view for a person; it is not shown yet.
func (s *Server) newView(p *Person, spec map[string]any) *view {
	v := &view{id: drawID(s.rng, "V"), person: p}
	v.root = v
	s.views[v.id] = v
	s.fill(v, spec)
	return v
}

// fill gives a view new content and a new hash. What is filled in stays where block_id and
// action_id stay the same.
func (s *Server) fill(v *view, spec map[string]any) {
	old := v.values
	v.spec = maps.Clone(spec)
	v.spec["blocks"] = s.completeBlocks(list(spec["blocks"]))
	v.hash = s.nextTS() + "." + drawHex(s.rng, 8)
	v.errors = nil
	v.values = map[string]map[string]any{}
	for _, b := range v.inputs() {
		blockID, e := str(b["block_id"]), object(b["element"])
		value := initialState(e)
		if kept, ok := old[blockID][str(e["action_id"])]; ok {
			value = object(kept)
		}
		v.values[blockID] = map[string]any{str(e["action_id"]): value}
	}
}

func (v *view) inputs() []map[string]any {
	var all []map[string]any
	for _, b := range list(v.spec["blocks"]) {
		if o := object(b); str(o["type"]) == "input" {
			all = append(all, o)
		}
	}
	return all
}

// object is the view as API answers and payloads carry it.
func (v *view) object(s *Server) map[string]any {
	o := map[string]any{
		"id": v.id, "team_id": s.o.TeamID, "app_id": s.appID, "app_installed_team_id": s.o.TeamID, "bot_id": s.botID,
		"title": nil, "submit": nil, "close": nil, "private_metadata": "", "callback_id": "", "external_id": "",
		"clear_on_close": false, "notify_on_close": false, "blocks": []any{}, "previous_view_id": nil,
	}
	maps.Copy(o, v.spec)
	values := map[string]any{}
	for blockID, actions := range v.values {
		values[blockID] = maps.Clone(actions)
	}
	o["state"] = map[string]any{"values": values}
	o["hash"], o["root_view_id"] = v.hash, v.root.id
	if v.previous != nil {
		o["previous_view_id"] = v.previous.id
	}
	return o
}
