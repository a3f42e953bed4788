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

// A timestamp reads RFC 3339 with or without a fraction, also with a space for the T, and "" and null as the zero time.
type timestamp struct{ time.Time }

func (t *timestamp) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return errNotReadable
	}
	if text == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil && !at.IsZero() {
			t.Time = at.UTC()
			return nil
		}
	}
	return errNotReadable
}
