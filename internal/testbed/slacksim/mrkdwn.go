package slacksim

import (
	"regexp"
	"strings"
)

// tokens are Slack's <…> sequences: mentions, channels, special commands and links.
var tokens = regexp.MustCompile(`<[@#!]?[^<>\s][^<>]*>`)

// styles are the formatting marks of mrkdwn, which count at the edges of words only.
var styles = []*regexp.Regexp{
	regexp.MustCompile("(^|[\\s\\p{P}])```(.+?)```($|[\\s\\p{P}])"),
	regexp.MustCompile("(^|[\\s\\p{P}])`([^`\n]+)`($|[\\s\\p{P}])"),
	regexp.MustCompile(`(^|[\s(\[{"'>])\*([^*\s](?:[^*\n]*[^*\s])?)\*($|[\s\p{P}])`),
	regexp.MustCompile(`(^|[\s(\[{"'>])_([^_\s](?:[^_\n]*[^_\s])?)_($|[\s\p{P}])`),
	regexp.MustCompile(`(^|[\s(\[{"'>])~([^~\s](?:[^~\n]*[^~\s])?)~($|[\s\p{P}])`),
}

// mrkdwn reads Slack's mrkdwn: tokens resolved, marks gone, emoji shown, entities decoded.
func (r reader) mrkdwn(text string) string {
	if strings.ContainsAny(text, "*_~`") {
		for _, style := range styles {
			text = style.ReplaceAllString(text, "$1$2$3")
		}
	}
	text = emojify(text)
	if strings.Contains(text, "<") {
		text = tokens.ReplaceAllStringFunc(text, r.token)
	}
	return unescape(text)
}

// token reads one <…>.
func (r reader) token(token string) string {
	body, label, labelled := strings.Cut(token[1:len(token)-1], "|")
	switch {
	case strings.HasPrefix(body, "@"):
		return r.user(body[1:])
	case strings.HasPrefix(body, "#"):
		return r.channel(body[1:])
	case strings.HasPrefix(body, "!subteam^"):
		return r.group(strings.TrimPrefix(body, "!subteam^"))
	case strings.HasPrefix(body, "!date^"):
		return r.dateToken(body, label)
	case body == "!here" || body == "!channel" || body == "!everyone":
		return "@" + body[1:]
	case strings.HasPrefix(body, "!") || labelled:
		return label
	}
	return strings.TrimPrefix(body, "mailto:")
}

func (r reader) user(id string) string {
	if p := r.s.people[id]; p != nil {
		return "@" + p.u.Name
	}
	if id == Slackbot {
		return "@slackbot"
	}
	return "@" + id
}

func (r reader) channel(id string) string {
	if room := r.s.rooms[id]; room != nil {
		return "#" + room.c.Name
	}
	return "#" + id
}

func (r reader) group(id string) string {
	if g := r.s.groups[id]; g != nil {
		return "@" + g.handle
	}
	return "@" + id
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

func unescape(text string) string { return entities.Replace(text) }

var entify = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape is how Slack writes what somebody typed (docs.slack.dev, formatting message text).
func escape(text string) string { return entify.Replace(text) }

var emojiCodes = regexp.MustCompile(`:[a-z0-9_+-]+:`)

// emoji are the codes that messages use most; others stay as they are typed.
var emoji = map[string]string{
	":white_check_mark:": "✅", ":x:": "❌", ":warning:": "⚠️", ":lock:": "🔒", ":key:": "🔑",
	":hourglass:": "⌛", ":hourglass_flowing_sand:": "⏳", ":bell:": "🔔", ":rotating_light:": "🚨",
	":no_entry:": "⛔", ":no_entry_sign:": "🚫", ":information_source:": "ℹ️", ":eyes:": "👀",
	":tada:": "🎉", ":smile:": "😄", ":+1:": "👍", ":thumbsup:": "👍", ":phone:": "☎️",
	":large_green_circle:": "🟢", ":red_circle:": "🔴", ":large_yellow_circle:": "🟡",
}

func emojify(text string) string {
	return emojiCodes.ReplaceAllStringFunc(text, func(code string) string {
		if glyph, ok := emoji[code]; ok {
			return glyph
		}
		return code
	})
}
