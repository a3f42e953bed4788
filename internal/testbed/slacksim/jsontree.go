package slacksim

import (
	"bytes"
	"encoding/json"
)

// Block Kit is kept as decoded JSON: maps, slices, strings, float64 and bool.

func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // unreachable: only decoded JSON and our own maps are encoded
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// clone returns a deep copy of decoded JSON.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		c := make(map[string]any, len(v))
		for k, e := range v {
			c[k] = clone(e)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, e := range v {
			c[i] = clone(e)
		}
		return c
	}
	return v
}

// walk calls f for every object in the tree, outer ones first.
func walk(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		f(v)
		for _, e := range v {
			walk(e, f)
		}
	case []any:
		for _, e := range v {
			walk(e, f)
		}
	}
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func truth(v any) bool {
	b, _ := v.(bool)
	return b
}

// textOf is the text of a text object.
func textOf(v any) string { return str(object(v)["text"]) }
