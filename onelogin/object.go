package onelogin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// errNoObject is the error for an answer that is no JSON object, or has something behind it.
var errNoObject = errors.New("it is no JSON object")

// An object is a JSON object, read field by field and by exact names. encoding/json alone would let "Reusable" overwrite
// "reusable", the last of two fields of one name win, and one odd field spoil the rest.
type object struct {
	fields map[string]json.RawMessage
	twice  map[string]bool
}

// readObject reads the fields of an object and looks into none of them.
func readObject(body []byte) (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if begin, err := decoder.Token(); err != nil || begin != json.Delim('{') {
		return object{}, errNoObject
	}
	o := object{fields: map[string]json.RawMessage{}, twice: map[string]bool{}}
	for decoder.More() {
		name, err := decoder.Token()
		var value json.RawMessage
		if err != nil || decoder.Decode(&value) != nil {
			return object{}, errNoObject
		}
		key, _ := name.(string) // JSON has no other names
		_, before := o.fields[key]
		o.fields[key], o.twice[key] = value, before
	}
	if _, err := decoder.Token(); err != nil {
		return object{}, errNoObject
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return object{}, errNoObject
	}
	return o, nil
}

func (o object) has(name string) bool { return o.fields[name] != nil }

// read decodes a field. One that is not there leaves value as it is; one that is there twice cannot be read, because
// nobody can tell which of the two holds. The error is a *fieldError.
func (o object) read(name string, value any) error {
	switch {
	case !o.has(name):
		return nil
	case o.twice[name]:
		return &fieldError{name, "came twice"}
	case json.Unmarshal(o.fields[name], value) != nil:
		return &fieldError{name, "came as " + typeOf(o.fields[name])}
	}
	return nil
}

// typeOf is the JSON type of a value, with its article.
func typeOf(value json.RawMessage) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// A fieldError says which field cannot be read and the type it came as, and never its value.
type fieldError struct{ name, problem string }

func (e *fieldError) Error() string { return fmt.Sprintf("%s %s", e.name, e.problem) }
