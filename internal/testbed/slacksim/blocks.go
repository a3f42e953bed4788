package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
)

// surface is where blocks are shown.
type surface string

const (
	surfaceMessage surface = "message"
	surfaceModal   surface = "modal"
	surfaceHome    surface = "home"
)

// checkBlocks returns what Slack would have against these blocks, nothing if it would take them.
func checkBlocks(on surface, tree []any) []string {
	c := newChecker(on)
	c.all("/blocks", tree)
	return c.problems
}

func newChecker(on surface) *checker {
	return &checker{surface: on, blocks: blockShapes, elements: elementShapes, blockIDs: map[string]bool{}}
}

func (c *checker) all(path string, tree []any) {
	if most := limit(string(c.surface) + ".blocks_max"); len(tree) > most {
		c.note(path, "no more than %d items allowed", most)
	}
	for i, b := range tree {
		c.block(fmt.Sprintf("%s/%d", path, i), b)
	}
}

func (c *checker) block(path string, v any) {
	o, ok := v.(map[string]any)
	if !ok {
		c.note(path, "must be an object")
		return
	}
	kind, given := o["type"]
	s, known := c.blocks[str(kind)]
	switch {
	case !given:
		c.note(path, "missing required field: type")
		return
	case !known || len(s.on) > 0 && !slices.Contains(s.on, c.surface):
		c.note(path+"/type", "unsupported type: %s", str(kind))
		return
	}
	c.object(path, o, s.shape)
	c.ids(path, o)
}

// ids notes a block_id used twice in the message and an action_id used twice in the block.
func (c *checker) ids(path string, block map[string]any) {
	if id := str(block["block_id"]); id != "" {
		if c.blockIDs[id] {
			c.note(path+"/block_id", "`block_id` %q already exists", id)
		}
		c.blockIDs[id] = true
	}
	actions := map[string]bool{}
	for i, e := range list(block["elements"]) {
		id := str(object(e)["action_id"])
		if id != "" && actions[id] {
			c.note(fmt.Sprintf("%s/elements/%d/action_id", path, i), "`action_id` %q already exists for `block_id`", id)
		}
		actions[id] = true
	}
}

// blocksValidate answers blocks.validate: the checks of the posting methods without posting.
func (s *Server) blocksValidate(r *request) (reply, error) {
	var tree []any
	var object map[string]any
	var problems []string
	arg, read := "", error(nil)
	switch {
	case r.args["blocks"] != "":
		arg, read = "blocks", json.Unmarshal([]byte(r.args["blocks"]), &tree)
		problems = checkBlocks(surfaceMessage, tree)
	case r.args["message"] != "":
		arg, read = "message", json.Unmarshal([]byte(r.args["message"]), &object)
		problems = checkBlocks(surfaceMessage, list(object["blocks"]))
	case r.args["view"] != "":
		arg, read = "view", json.Unmarshal([]byte(r.args["view"]), &object)
		problems = checkView(surface(str(object["type"])), object)
	default:
		return nil, fault("invalid_arguments")
	}
	if read != nil || len(problems) > 0 {
		return nil, &apiError{code: "invalid_" + arg, messages: problems}
	}
	return reply{}, nil
}
