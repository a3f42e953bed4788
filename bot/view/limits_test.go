package view

import (
	"fmt"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"olbot/approvals"
)

// Slack's limits, of https://docs.slack.dev/reference/block-kit/blocks and the
// pages below it. Characters are counted as JavaScript does, which is the strictest way.
const (
	limitBlocks      = 50
	limitAll         = 12_000 // characters of all blocks as JSON; measured by others, not documented
	limitText        = 4000   // recommended for the text of a message
	limitTextObject  = 3000
	limitHeader      = 150
	limitContext     = 10
	limitActions     = 25
	limitButton      = 75
	limitValue       = 2000
	limitConfirm     = 300
	limitConfirmHead = 100
	limitConfirmBtn  = 30
	limitID          = 255
)

// TestEveryMessageIsWithinSlacksLimits takes all moments, with names and reasons
// as long as they can be.
func TestEveryMessageIsWithinSlacksLimits(t *testing.T) {
	for name, m := range allMessages() {
		t.Run(name, func(t *testing.T) { checkLimits(t, m) })
	}
}

// TestAWholeChainOfRefusalsFits takes as many approvers as a chain can name, all
// unfit, with names as long as they can be.
func TestAWholeChainOfRefusalsFits(t *testing.T) {
	why := approvals.Refusal{Code: approvals.NoApprover}
	for i := range 60 {
		p := approvals.Person{Slack: fmt.Sprint("U0", i), OneLogin: int64(i), Name: long("𝄞", 200), Email: long("e", 300)}
		why.Chain = append(why.Chain, &approvals.Refusal{Code: approvals.IsGuest, Role: approvals.Approver, Person: p})
	}
	s := begin().refused(why)
	for _, c := range Cards(s.r, s.now, testOptions) {
		checkLimits(t, c.Message)
	}
	m, _ := FeedMessage([]approvals.Event{s.last()}, testOptions)
	checkLimits(t, m)
	checkLimits(t, ReplyTo(&why))
}

// checkLimits says what Slack would refuse of the message.
func checkLimits(t *testing.T, m Message) {
	t.Helper()
	atMost(t, "blocks", len(m.Blocks), limitBlocks)
	atMost(t, "all blocks", utf8.RuneCountInString(flatJSON(tree(t, m))), limitAll)
	atMost(t, "text", length(m.Text), limitText)
	if m.Text == "" || len(m.Blocks) == 0 {
		t.Error("a message without text or without blocks")
	}
	for i, b := range tree(t, m) {
		checkBlock(t, fmt.Sprintf("block %d", i), b.(map[string]any))
	}
}

func checkBlock(t *testing.T, at string, b map[string]any) {
	t.Helper()
	elements, _ := b["elements"].([]any)
	id, _ := b["block_id"].(string)
	atMost(t, at+" id", length(id), limitID)
	switch b["type"] {
	case "header":
		checkPlain(t, at, b["text"], limitHeader)
	case "section":
		checkPlain(t, at, b["text"], limitTextObject)
	case "context":
		atMost(t, at+" elements", len(elements), limitContext)
		for _, e := range elements {
			checkPlain(t, at, e, limitTextObject)
		}
	case "actions":
		atMost(t, at+" elements", len(elements), limitActions)
		seen := map[any]bool{}
		for _, e := range elements {
			button := e.(map[string]any)
			checkButton(t, at, button)
			if seen[button["action_id"]] {
				t.Errorf("%s: action id %s twice", at, button["action_id"])
			}
			seen[button["action_id"]] = true
		}
	case "rich_text":
		if len(elements) == 0 {
			t.Errorf("%s is empty", at)
		}
		for _, e := range elements {
			checkRich(t, at, e.(map[string]any))
		}
	default:
		t.Errorf("%s: unexpected type %s", at, b["type"])
	}
}

// checkRich looks for what a rich_text may not have: empty sections and texts.
func checkRich(t *testing.T, at string, e map[string]any) {
	t.Helper()
	elements, _ := e["elements"].([]any)
	if len(elements) == 0 {
		t.Errorf("%s: an empty %s", at, e["type"])
	}
	for _, part := range elements {
		p := part.(map[string]any)
		if e["type"] == "rich_text_list" {
			checkRich(t, at, p)
			continue
		}
		if s, ok := p["text"].(string); p["type"] == "text" && (!ok || s == "") {
			t.Errorf("%s: an empty text", at)
		}
	}
}

func checkButton(t *testing.T, at string, b map[string]any) {
	t.Helper()
	checkPlain(t, at, b["text"], limitButton)
	atMost(t, at+" value", length(b["value"].(string)), limitValue)
	atMost(t, at+" action id", length(b["action_id"].(string)), limitID)
	confirm, ok := b["confirm"].(map[string]any)
	if !ok {
		return
	}
	checkPlain(t, at+" confirm title", confirm["title"], limitConfirmHead)
	checkPlain(t, at+" confirm text", confirm["text"], limitConfirm)
	checkPlain(t, at+" confirm yes", confirm["confirm"], limitConfirmBtn)
	checkPlain(t, at+" confirm no", confirm["deny"], limitConfirmBtn)
}

// checkPlain wants a plain_text object with emoji switched off, so that nothing
// in it is read as anything but text (invariant 9).
func checkPlain(t *testing.T, at string, o any, limit int) {
	t.Helper()
	text := o.(map[string]any)
	if text["type"] != "plain_text" || text["emoji"] != false {
		t.Errorf("%s: type %s, emoji %v; want plain_text without emoji", at, text["type"], text["emoji"])
	}
	s := text["text"].(string)
	atMost(t, at, length(s), limit)
	if s == "" {
		t.Errorf("%s: an empty text", at)
	}
}

func atMost(t *testing.T, what string, n, limit int) {
	t.Helper()
	if n > limit {
		t.Errorf("%s: %d, Slack takes %d", what, n, limit)
	}
}

func length(s string) int { return len(utf16.Encode([]rune(s))) }
