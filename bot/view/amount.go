package view

import (
	"time"

	"github.com/slack-go/slack"
)

// duration says how long in words: 5 minutes, 1 hour 30 minutes, 3 days.
func duration(d time.Duration) spans {
	var parts []spans
	for _, unit := range []struct {
		size      time.Duration
		one, many phrase
	}{
		{24 * time.Hour, sayDay, sayDays},
		{time.Hour, sayHour, sayHours},
		{time.Minute, sayMinute, sayMinutes},
		{time.Second, saySecond, saySeconds},
	} {
		if n := int(d / unit.size); n > 0 {
			parts = append(parts, plural(n, unit.one, unit.many))
			d -= time.Duration(n) * unit.size
		}
	}
	if len(parts) == 0 {
		return plural(0, saySecond, saySeconds)
	}
	return word(join(" ", parts...).plain())
}

// plural is one of the two phrases, with the number at {n}.
func plural(n int, one, many phrase) spans {
	return word(sayIf(n == 1, one, many).plain(values{"n": numeral(n)}))
}

// The forms of times and what stands in their place where Slack cannot form them.
// https://docs.slack.dev/reference/block-kit/block-elements/date-element
const (
	minuteForm     = "{date_short_pretty} at {time}"
	secondForm     = "{date_short_pretty} at {time_secs}"
	minuteFallback = "2006-01-02 15:04 UTC"
	secondFallback = "2006-01-02 15:04:05 UTC"
)

// moment is a time to the minute, in the reader's own zone.
func moment(t time.Time) spans { return dateSpan(t, minuteForm, minuteFallback) }

// momentSeconds is a time to the second, for the trail.
func momentSeconds(t time.Time) spans { return dateSpan(t, secondForm, secondFallback) }

// dateSpan is a time, or words for one that is not set: Slack refuses a whole
// message for a time before 1970.
func dateSpan(t time.Time, form, fallback string) spans {
	if t.Unix() < 0 {
		return sayNoTime.in(nil)
	}
	instead := t.UTC().Format(fallback)
	return spans{slack.NewRichTextSectionDateElement(t.Unix(), form, nil, &instead)}
}
