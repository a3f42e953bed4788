package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Marks are the parts of a Set by their names, each with the beginning of the hash
// of what it means: what can be stored to say later what has changed. Defaults are named
// "default 1" and so on, which no rule can be. A change of a group changes the
// rules that use it.
func (s Set) Marks() map[string]string {
	marks := map[string]string{}
	for i, d := range s.Defaults {
		marks[fmt.Sprintf("default %d", i+1)] = s.mark(d, d.When)
	}
	for _, r := range s.Rules {
		marks[r.Name] = s.mark(r, r.When)
	}
	return marks
}

func (s Set) mark(part any, when Condition) string {
	groups := map[string]Group{}
	for _, name := range slices.Concat(when.Owner.In, when.Agent.In) {
		groups[name] = s.Groups[name]
	}
	text, err := json.Marshal([]any{part, groups})
	if err != nil {
		panic("rules: " + err.Error()) // these types marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// A Diff names what two Sets do not share. All are sorted.
type Diff struct{ Added, Removed, Changed []string }

// Compare says how the marks of one Set differ from an older one's.
func Compare(older, newer map[string]string) (d Diff) {
	for _, name := range slices.Sorted(maps.Keys(newer)) {
		switch mark, existed := older[name]; {
		case !existed:
			d.Added = append(d.Added, name)
		case mark != newer[name]:
			d.Changed = append(d.Changed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(older)) {
		if _, exists := newer[name]; !exists {
			d.Removed = append(d.Removed, name)
		}
	}
	return d
}
