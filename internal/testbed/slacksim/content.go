package slacksim

import (
	"encoding/json"
	"unicode/utf8"
)

// maxBlocksJSON is the size at which chat.postMessage answers msg_blocks_too_long. Slack does
// not document it; apps have measured 13,200 characters of JSON (slackapi/bolt-js issue 2509).
const maxBlocksJSON = 13_200

// content reads what a message is to say from the arguments of a chat method.
func (s *Server) content(method string, r *request) (*paint, error) {
	text := r.args["text"]
	if md := r.args["markdown_text"]; md != "" {
		if text != "" || r.args["blocks"] != "" {
			return nil, fault("markdown_text_conflict")
		}
		text = md
	}
	var tree []any
	if raw := r.args["blocks"]; raw != "" {
		if json.Unmarshal([]byte(raw), &tree) != nil {
			return nil, fault("invalid_blocks_format")
		}
	}
	if r.args["metadata"] != "" {
		s.found(FindingMetadata, method, "message metadata can be read by every member and app")
	}
	if text == "" && len(tree) == 0 && r.args["attachments"] == "" {
		return nil, fault("no_text")
	}
	return s.compose(method, text, tree)
}

// compose checks a text and blocks and makes them into a painting.
func (s *Server) compose(method, text string, tree []any) (*paint, error) {
	if problems := checkBlocks(surfaceMessage, tree); len(problems) > 0 {
		s.found(FindingBadBlocks, method, problems[0])
		return nil, &apiError{code: "invalid_blocks", messages: problems}
	}
	if len(tree) > 0 && text == "" {
		s.found(FindingNoText, method, "a notification would show the blocks")
	}
	if most := limit("message.text_truncated_over"); utf8.RuneCountInString(text) > most {
		s.found(FindingTruncated, method, "a text was cut at 40,000 characters")
		text = string([]rune(text)[:most])
	}
	return newPaint(text, s.completeBlocks(tree)), nil
}

// completeBlocks adds the ids that Slack adds: block_id, and action_id of what can be used.
func (s *Server) completeBlocks(tree []any) []any {
	if len(tree) == 0 {
		return nil
	}
	tree = clone(tree).([]any)
	for _, b := range tree {
		block := object(b)
		if str(block["block_id"]) == "" {
			block["block_id"] = drawFrom(s.rng, idAlphabet, 5)
		}
		parts := append([]any{block["accessory"], block["element"]}, list(block["elements"])...)
		for _, e := range parts {
			element := object(e)
			_, usable := elementShapes[str(element["type"])].fields["action_id"]
			if usable && str(element["action_id"]) == "" {
				element["action_id"] = drawFrom(s.rng, idAlphabet, 5)
			}
		}
	}
	return tree
}
