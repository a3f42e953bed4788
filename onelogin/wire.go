package onelogin

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// What OneLogin's JSON has where its documentation is not of one mind about the type.

var errNotReadable = errors.New("neither of the documented forms")

// An integer reads 7, "7", "" and null; the last two are not given.
type integer struct {
	value int64
	given bool
	said  bool // the answer has the field, be it null
}

// id is the value of an id that may be none.
func (i integer) id() int64 {
	if !i.said {
		return NotGiven
	}
	return i.value
}

func (i *integer) UnmarshalJSON(data []byte) error {
	i.said = true
	text := strings.Trim(string(data), `"`)
	if text == "" || string(data) == "null" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || text[0] == '+' {
		return errNotReadable
	}
	i.value, i.given = n, true
	return nil
}

// A boolean reads true, "true", false, "false", "" and null; the last two are not given.
type boolean struct {
	value bool
	given bool
}

func (b *boolean) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case `null`, `""`:
	case `true`, `"true"`:
		*b = boolean{value: true, given: true}
	case `false`, `"false"`:
		*b = boolean{value: false, given: true}
	default:
		return errNotReadable
	}
	return nil
}

// A timestamp reads RFC 3339 and what Ruby makes of a time ("2016-09-28 22:52:33 UTC", "… +0000"), each with or without a
// fraction, and "" and null as the zero time.
type timestamp struct{ time.Time }

var timeForms = []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05 -0700"}

func (t *timestamp) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return errNotReadable
	}
	if text == "" {
		return nil
	}
	for _, layout := range timeForms {
		if at, err := time.Parse(layout, text); err == nil && !at.IsZero() {
			t.Time = at.UTC()
			return nil
		}
	}
	return errNotReadable
}

// A deviceID reads a text, a whole number, and "" and null as none.
type deviceID string

func (d *deviceID) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		text = string(data)
		if strings.Trim(text, "0123456789") != "" {
			return errNotReadable
		}
	}
	if text != "" && !isDevice(text) {
		return errNotReadable
	}
	*d = deviceID(text)
	return nil
}
