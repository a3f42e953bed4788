package slacksim_test

import (
	"net/url"
	"strings"
	"testing"
)

// x is a string of n characters.
func x(n int) string { return strings.Repeat("x", n) }

func section(text string) string {
	return `{"type":"section","text":{"type":"mrkdwn","text":"` + text + `"}}`
}

func button(fields string) string {
	return `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Go"}` + fields + `}]}`
}

func rich(elements string) string {
	return `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + elements + `]}]}`
}

func confirmed(title, text string) string {
	return button(`,"confirm":{"title":{"type":"plain_text","text":"` + title + `"},"text":{"type":"plain_text","text":"` +
		text + `"},"confirm":{"type":"plain_text","text":"Yes"},"deny":{"type":"plain_text","text":"No"}}`)
}

func TestTakesValidBlocks(t *testing.T) {
	s := begin(t)
	for name, blocks := range map[string]string{
		"section at its limit": section(x(3000)),
		"fields":               `{"type":"section","fields":[{"type":"plain_text","text":"a","emoji":false},{"type":"mrkdwn","text":"b","verbatim":true}]}`,
		"header":               `{"type":"header","text":{"type":"plain_text","text":"` + x(150) + `","emoji":true}}`,
		"context":              `{"type":"context","elements":[{"type":"mrkdwn","text":"a"},{"type":"image","image_url":"https://example.com/a.png","alt_text":"a"}]}`,
		"button":               button(`,"action_id":"go","value":"` + x(2000) + `","style":"danger","url":"https://example.com"`),
		"confirm":              confirmed(x(100), x(300)),
		"rich text":            rich(`{"type":"text","text":"a","style":{"bold":true}},{"type":"user","user_id":"U1"},{"type":"date","timestamp":1790000000,"format":"{date_short} at {time}","fallback":"then"},{"type":"link","url":"https://example.com"},{"type":"emoji","name":"tada"}`),
		"lists":                `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]},{"type":"rich_text_preformatted","border":0,"elements":[{"type":"text","text":"b"}]},{"type":"rich_text_quote","elements":[{"type":"text","text":"c"}]}]}`,
		"image":                `{"type":"image","image_url":"https://example.com/a.png","alt_text":"a","title":{"type":"plain_text","text":"b"}}`,
		"markdown":             `{"type":"markdown","text":"**a**"}`,
		"table":                `{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"b"}]}]}]]}`,
		"input":                `{"type":"input","label":{"type":"plain_text","text":"a"},"element":{"type":"plain_text_input"}}`,
		"select":               `{"type":"actions","elements":[{"type":"static_select","placeholder":{"type":"plain_text","text":"a"},"options":[{"text":{"type":"plain_text","text":"b"},"value":"c"}]}]}`,
	} {
		if out := call(t, s, "chat.postMessage", url.Values{"channel": {s.Person("joe").ID()}, "text": {"x"}, "blocks": {"[" + blocks + "]"}}); out["ok"] != true {
			t.Errorf("%s: %v", name, out)
		}
	}
	honest(t, s)
}

func TestRefusesInvalidBlocks(t *testing.T) {
	s := begin(t)
	for name, c := range map[string]struct{ blocks, pointer string }{
		"section too long":    {section(x(3001)), "/blocks/0/text/text"},
		"empty text":          {section(""), "/blocks/0/text/text"},
		"section of nothing":  {`{"type":"section"}`, "/blocks/0"},
		"long field":          {`{"type":"section","fields":[{"type":"mrkdwn","text":"` + x(2001) + `"}]}`, "/blocks/0/fields/0/text"},
		"eleven fields":       {`{"type":"section","fields":[` + strings.Repeat(`{"type":"mrkdwn","text":"a"},`, 10) + `{"type":"mrkdwn","text":"a"}]}`, "/blocks/0/fields"},
		"header in mrkdwn":    {`{"type":"header","text":{"type":"mrkdwn","text":"a"}}`, "/blocks/0/text/type"},
		"header too long":     {`{"type":"header","text":{"type":"plain_text","text":"` + x(151) + `"}}`, "/blocks/0/text/text"},
		"emoji in mrkdwn":     {`{"type":"section","text":{"type":"mrkdwn","text":"a","emoji":true}}`, "/blocks/0/text"},
		"verbatim in plain":   {`{"type":"section","text":{"type":"plain_text","text":"a","verbatim":true}}`, "/blocks/0/text"},
		"unknown block":       {`{"type":"carousel_of_horses"}`, "/blocks/0/type"},
		"no type":             {`{"text":"a"}`, "/blocks/0"},
		"unknown field":       {`{"type":"divider","colour":"red"}`, "/blocks/0"},
		"not an object":       {`"divider"`, "/blocks/0"},
		"duplicate block_id":  {`{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`, "/blocks/1/block_id"},
		"long block_id":       {`{"type":"divider","block_id":"` + x(256) + `"}`, "/blocks/0/block_id"},
		"duplicate action_id": {`{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"A"}},{"type":"button","action_id":"a","text":{"type":"plain_text","text":"B"}}]}`, "/blocks/0/elements/1/action_id"},
		"long value":          {button(`,"value":"` + x(2001) + `"`), "/blocks/0/elements/0/value"},
		"empty value":         {button(`,"value":""`), "/blocks/0/elements/0/value"},
		"wrong style":         {button(`,"style":"default"`), "/blocks/0/elements/0/style"},
		"button in mrkdwn":    {`{"type":"actions","elements":[{"type":"button","text":{"type":"mrkdwn","text":"A"}}]}`, "/blocks/0/elements/0/text/type"},
		"long label":          {`{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + x(76) + `"}}]}`, "/blocks/0/elements/0/text/text"},
		"half a confirm":      {button(`,"confirm":{"title":{"type":"plain_text","text":"a"}}`), "/blocks/0/elements/0/confirm"},
		"long confirm text":   {confirmed("a", x(301)), "/blocks/0/elements/0/confirm/text/text"},
		"long confirm title":  {confirmed(x(101), "a"), "/blocks/0/elements/0/confirm/title/text"},
		"no elements":         {`{"type":"actions","elements":[]}`, "/blocks/0/elements"},
		"input in actions":    {`{"type":"actions","elements":[{"type":"plain_text_input"}]}`, "/blocks/0/elements/0/type"},
		"long context":        {`{"type":"context","elements":[` + strings.Repeat(`{"type":"mrkdwn","text":"a"},`, 10) + `{"type":"mrkdwn","text":"a"}]}`, "/blocks/0/elements"},
		"rich text, no parts": {`{"type":"rich_text"}`, "/blocks/0"},
		"empty rich text":     {rich(`{"type":"text","text":""}`), "/blocks/0/elements/0/elements/0/text"},
		"unknown rich part":   {rich(`{"type":"sparkle"}`), "/blocks/0/elements/0/elements/0/type"},
		"date without format": {rich(`{"type":"date","timestamp":1}`), "/blocks/0/elements/0/elements/0"},
		"text in rich_text":   {`{"type":"rich_text","elements":[{"type":"text","text":"a"}]}`, "/blocks/0/elements/0/type"},
		"list without style":  {`{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[{"type":"rich_text_section","elements":[]}]}]}`, "/blocks/0/elements/0"},
		"51 blocks":           {strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}`, "/blocks"},
	} {
		out := call(t, s, "chat.postMessage", url.Values{"channel": {s.Person("joe").ID()}, "text": {"x"}, "blocks": {"[" + c.blocks + "]"}})
		if out["error"] != "invalid_blocks" {
			t.Errorf("%s: %v, want invalid_blocks", name, out)
			continue
		}
		messages := out["response_metadata"].(map[string]any)["messages"].([]any)
		if !strings.HasSuffix(messages[0].(string), "[json-pointer:"+c.pointer+"]") {
			t.Errorf("%s: %v, want it to point to %s", name, messages, c.pointer)
		}
	}
	if len(s.Person("joe").DM()) != 0 {
		t.Error("something was posted")
	}
}

func TestValidatesBlocksWithoutPosting(t *testing.T) {
	s := begin(t)
	grants(t, call(t, s, "blocks.validate", url.Values{"blocks": {"[" + section("a") + "]"}}))
	refuses(t, call(t, s, "blocks.validate", url.Values{"blocks": {"[" + section("") + "]"}}), "invalid_blocks")
	refuses(t, call(t, s, "blocks.validate", url.Values{"view": {`{"type":"modal","blocks":[]}`}}), "invalid_view")
	refuses(t, call(t, s, "blocks.validate", nil), "invalid_arguments")
}
