package view

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/text"
)

// A Message is what is posted. Text is what a notification shows and a screen
// reader reads first; it is neutral: no name, no reason, no code.
type Message struct {
	Text   string
	Blocks []slack.Block
}

// Slack's limits that a text of somebody else's length could reach.
// https://docs.slack.dev/reference/block-kit/blocks
const (
	maxBlocks      = 50  // of a message
	maxHeader      = 150 // characters of a header
	maxConfirmText = 300 // characters of the text of a confirm dialog
	maxConfirmName = 25  // characters of a name in it, so that two of them fit, and in the label of a button
)

// plainText is a plain_text object: in it nothing is a mention or a link, and
// with emoji switched off :words: stay words.
// https://docs.slack.dev/reference/block-kit/composition-objects/text-object
func plainText(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

func heading(title phrase) slack.Block {
	return slack.NewHeaderBlock(plainText(text.Cut(title.plain(nil), maxHeader)))
}

// paragraph is one rich_text block with a line for each of the lines that is not empty.
func paragraph(lines ...spans) slack.Block {
	return slack.NewRichTextBlock("", section(join("\n", lines...)))
}

// bullets is an introduction and a list under it, in one block.
func bullets(intro spans, items []spans) slack.Block {
	var all []slack.RichTextElement
	for _, item := range items {
		all = append(all, section(item))
	}
	return slack.NewRichTextBlock("", section(intro), bulletList{slack.RTEList, slack.RTEListBullet, all})
}

// A bulletList is a slack.RichTextList with what Slack's own types know of it: no
// offset, which slack-go always sends.
type bulletList struct {
	Type     slack.RichTextElementType     `json:"type"`
	Style    slack.RichTextListElementType `json:"style"`
	Elements []slack.RichTextElement       `json:"elements"`
}

// RichTextElementType implements slack.RichTextElement.
func (l bulletList) RichTextElementType() slack.RichTextElementType { return l.Type }

func section(s spans) *slack.RichTextSection { return slack.NewRichTextSection(merged(s)...) }

// merged puts neighbouring texts of one form into one, except line ends.
func merged(s spans) spans {
	var out spans
	var last *slack.RichTextSectionTextElement
	for _, e := range s {
		t, ok := e.(*slack.RichTextSectionTextElement)
		if ok && last != nil && (t.Style == nil) == (last.Style == nil) && t.Text != "\n" && last.Text != "\n" {
			last.Text += t.Text
			continue
		}
		last = nil
		if ok {
			last = &slack.RichTextSectionTextElement{Type: t.Type, Text: t.Text, Style: t.Style}
			e = last
		}
		out = append(out, e)
	}
	return out
}

// exact shows s as it is, in letters of one width, so that it can be copied.
func exact(s string) slack.Block {
	return slack.NewRichTextBlock("", &slack.RichTextPreformatted{
		Type: slack.RTEPreformatted, Elements: word(s),
	})
}

// footnote is small print: ids and the like.
func footnote(s spans) slack.Block { return slack.NewContextBlock("", plainText(s.plain())) }

// buttonRow is the buttons of a message, side by side.
func buttonRow(all ...*slack.ButtonBlockElement) slack.Block {
	var elements []slack.BlockElement
	for _, b := range all {
		elements = append(elements, b)
	}
	return slack.NewActionBlock("", elements...)
}

// oneLine is a message of one sentence.
func oneLine(notice, line phrase, v values) Message {
	return Message{Text: notice.notice(v), Blocks: []slack.Block{paragraph(line.in(v))}}
}

// A card is what a person sees of a request, before it becomes blocks: what has
// happened and what to do, what it is about, and the buttons.
type card struct {
	r       approvals.Request
	now     time.Time
	options Options
	v       values // of its phrases
	title   phrase
	notice  phrase
	lines   []spans // what happened, what to do, until when
	about   []spans // what it is about
	note    phrase  // the introduction to notes
	notes   []spans // what is unusual
	steps   []spans // what to do before pressing
	buttons []*slack.ButtonBlockElement
}

func newCard(r approvals.Request, now time.Time, o Options) *card {
	return &card{r: r, now: now, options: o, v: valuesOf(r, now).and(contactsOf(r, o))}
}

// head says what a notification shows of the card, and what stands above it.
func (c *card) head(title, notice phrase) { c.title, c.notice = title, notice }

// say adds lines about what happened.
func (c *card) say(lines ...phrase) { c.lines = append(c.lines, c.v.lines(lines...)...) }

// advise adds lines about what to do.
func (c *card) advise(steps ...phrase) { c.steps = append(c.steps, c.v.lines(steps...)...) }

// offer adds a button about the request.
func (c *card) offer(a Action) *slack.ButtonBlockElement {
	b := requestButton(a, c.r)
	c.buttons = append(c.buttons, b)
	return b
}

func (c *card) message() Message {
	blocks := []slack.Block{heading(c.title)}
	for _, lines := range [][]spans{c.lines, c.about} {
		if len(join("", lines...)) > 0 {
			blocks = append(blocks, paragraph(lines...))
		}
	}
	if len(c.notes) > 0 {
		blocks = append(blocks, bullets(c.note.in(nil), c.notes))
	}
	if len(c.steps) > 0 {
		blocks = append(blocks, paragraph(c.steps...))
	}
	if len(c.buttons) > 0 {
		blocks = append(blocks, buttonRow(c.buttons...))
	}
	return Message{Text: c.notice.notice(c.v), Blocks: append(blocks, footnote(sayRequestID.in(c.v)))}
}
