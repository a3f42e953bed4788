package policyfile

import (
	"bytes"
	"encoding/json"
)

// A schema is JSON Schema, draft 2020-12.
type schema map[string]any

// Schema is the JSON Schema of a policy file, for editors. What it cannot say (names of groups,
// zones, patterns, what contradicts what) Load finds.
func Schema() []byte {
	s := layout().schema
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
