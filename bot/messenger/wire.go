package messenger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"olbot/bot/view"
)

// messagePrint tells whether two messages say the same. Block ids do not count.
func messagePrint(m view.Message) string {
	for _, b := range m.Blocks {
		setBlockID(b, "")
	}
	return fingerprint(m.Blocks, m.Text)
}

// fingerprint tells whether two views say the same.
func fingerprint(shown any, text string) string {
	raw, err := json.Marshal(shown)
	if err != nil {
		panic(fmt.Sprintf("a view that does not marshal: %v", err)) // unreachable: it is plain data
	}
	sum := sha256.Sum256(append(raw, text...))
	return hex.EncodeToString(sum[:8])
}

// messageOptions are the message as slack-go sends it.
func messageOptions(m view.Message, name string) []slack.MsgOption {
	nameBlocks(m, name)
	return []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...)}
}

// nameBlocks gives the blocks their ids. Slack wants other ones when a message changes;
// name is what they are made of, and never of a code: they come back with every press.
func nameBlocks(m view.Message, name string) {
	for i, b := range m.Blocks {
		setBlockID(b, fmt.Sprintf("%s-%d", name, i))
	}
}

func setBlockID(b slack.Block, id string) {
	switch b := b.(type) {
	case *slack.SectionBlock:
		b.BlockID = id
	case *slack.RichTextBlock:
		b.BlockID = id
	case *slack.HeaderBlock:
		b.BlockID = id
	case *slack.ContextBlock:
		b.BlockID = id
	case *slack.ActionBlock:
		b.BlockID = id
	case *slack.DividerBlock:
		b.BlockID = id
	}
}
