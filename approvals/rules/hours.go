package rules

import "time"

// Hours are times of the week in a zone, to the minute. From = 22h, To = 6h reaches into the
// following day, and belongs to the day on which it begins.
type Hours struct {
	Days [7]bool        `json:"days"` // from time.Sunday on
	From time.Duration  `json:"from"` // by the clock on the wall, from midnight on
	To   time.Duration  `json:"to"`   // not in it any more; 24h is the end of the day
	Zone string         `json:"zone"` // the name of In
	In   *time.Location `json:"-"`    // nil is UTC
}

// Hold says whether t lies in the hours.
func (h Hours) Hold(t time.Time) bool {
	if h.In == nil {
		t = t.UTC()
	} else {
		t = t.In(h.In)
	}
	// The clock on the wall: where it is put forward, a day has no 24 hours.
	clock := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	today, yesterday := t.Weekday(), (t.Weekday()+6)%7
	if h.From < h.To {
		return h.Days[today] && clock >= h.From && clock < h.To
	}
	return h.Days[today] && clock >= h.From || h.Days[yesterday] && clock < h.To
}
