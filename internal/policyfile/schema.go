package policyfile

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A schema is JSON Schema, draft 2020-12.
type schema map[string]any

// Schema is the JSON Schema of a policy file, for editors. What it cannot say (names of groups,
// zones, patterns, what contradicts what) Load finds.
func Schema() []byte {
	defs := schema{}
	s := collect(layout().schema, defs).(schema)
	s["$defs"] = defs
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "olbot policy"
	s["description"] = "Who may ask for a code, for whom, how long it works, and who must approve."
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("policyfile: " + err.Error()) // maps of strings marshal
	}
	return out.Bytes()
}

// definition is the key under which define leaves what its $ref means.
const definition = "definition"

// collect moves definitions from where they are referred to into defs.
func collect(v any, defs schema) any {
	switch v := v.(type) {
	case schema:
		moved := schema{}
		for key, of := range v {
			if key != definition {
				moved[key] = collect(of, defs)
				continue
			}
			name := strings.TrimPrefix(v["$ref"].(string), "#/$defs/")
			defs[name] = collect(of, defs)
		}
		return moved
	case []schema:
		moved := make([]any, len(v))
		for i, of := range v {
			moved[i] = collect(of, defs)
		}
		return moved
	}
	return v
}
