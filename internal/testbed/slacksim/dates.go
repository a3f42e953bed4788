package slacksim

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dateParts are the placeholders of Slack's date formatting
// (docs.slack.dev/messaging/formatting-message-text, date formatting).
var dateParts = regexp.MustCompile(`\{[a-z_]+\}`)

// dateToken reads <!date^seconds^format^optional link|fallback>.
func (r reader) dateToken(body, fallback string) string {
	parts := strings.SplitN(body, "^", 4)
	if len(parts) < 3 {
		return fallback
	}
	seconds, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return fallback
	}
	return r.date(seconds, parts[2], fallback)
}

// date writes a moment in the reader's time zone; the fallback if the format is not Slack's.
func (r reader) date(seconds int64, format, fallback string) string {
	t := time.Unix(seconds, 0).In(r.zone)
	now := r.s.o.Now().In(r.zone)
	known := true
	out := dateParts.ReplaceAllStringFunc(format, func(part string) string {
		text, ok := datePart(t, now, part)
		known = known && ok
		return text
	})
	if !known || out == format {
		return fallback
	}
	return out
}

func datePart(t, now time.Time, part string) (string, bool) {
	name, pretty := strings.CutSuffix(strings.Trim(part, "{}"), "_pretty")
	if pretty {
		if day := nearDay(t, now); day != "" {
			return day, true
		}
	}
	switch name {
	case "date_num":
		return t.Format("2006-01-02"), true
	case "date_slash":
		return t.Format("01/02/2006"), true
	case "date":
		return t.Format("January 2") + ordinal(t.Day()) + t.Format(", 2006"), true
	case "date_long", "day_divider":
		return t.Format("Monday, January 2") + ordinal(t.Day()) + t.Format(", 2006"), true
	case "date_short":
		return t.Format("Jan 2, 2006"), true
	case "time":
		return t.Format("15:04"), true
	case "time_secs":
		return t.Format("15:04:05"), true
	case "ago":
		return ago(now.Sub(t)), true
	}
	return "", false
}

// nearDay is today, yesterday or tomorrow.
func nearDay(t, now time.Time) string {
	for name, days := range map[string]int{"yesterday": -1, "today": 0, "tomorrow": 1} {
		y, m, d := now.AddDate(0, 0, days).Date()
		if ty, tm, td := t.Date(); ty == y && tm == m && td == d {
			return name
		}
	}
	return ""
}

func ordinal(day int) string {
	switch {
	case day%10 == 1 && day != 11:
		return "st"
	case day%10 == 2 && day != 12:
		return "nd"
	case day%10 == 3 && day != 13:
		return "rd"
	}
	return "th"
}

func ago(d time.Duration) string {
	form := "%d %s ago"
	if d < 0 {
		form, d = "in %d %s", -d
	}
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"days", 24 * time.Hour}, {"hours", time.Hour}, {"minutes", time.Minute}} {
		if d >= unit.size {
			return fmt.Sprintf(form, d/unit.size, unit.name)
		}
	}
	return fmt.Sprintf(form, d/time.Second, "seconds")
}
