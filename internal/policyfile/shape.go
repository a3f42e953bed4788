package policyfile

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A shape is what may stand in one place: how it is read, and how JSON Schema
// describes it. read returns false if it has noted a problem.
type shape[T any] struct {
	schema schema
	read   func(r *reader, n *yaml.Node) (T, bool)
}

// A field is one key of a mapping that is read into what a P points to. (Of all pointers
// the compiler makes one instance; one for each struct made the program 0.2 MB larger.)
type field[P any] struct {
	name, about string
	required    bool
	schema      schema
	read        func(r *reader, n *yaml.Node, into P) bool
}

// key is a field: its value has a shape, and is put where it belongs.
func key[P, V any](name, about string, of shape[V], put func(P, V)) field[P] {
	return field[P]{name: name, about: about, schema: of.schema, read: func(r *reader, n *yaml.Node, into P) bool {
		v, ok := of.read(r, n)
		if ok {
			put(into, v)
		}
		return ok
	}}
}

// must says that a key may not be missing.
func (f field[P]) must() field[P] {
	f.required = true
	return f
}

// object is a mapping with these keys, read in this order. check, if not nil, looks at
// what all of its keys say together, if nothing is wrong with one of them.
func object[P any](create func() P, check func(r *reader, n *yaml.Node, v P) bool, fields ...field[P]) shape[P] {
	names := make([]string, len(fields))
	properties, required := schema{}, []string{}
	for i, f := range fields {
		names[i] = f.name
		properties[f.name] = described(f.schema, f.about)
		if f.required {
			required = append(required, f.name)
		}
	}
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return shape[P]{s, func(r *reader, n *yaml.Node) (v P, ok bool) {
		v = create()
		values, ok := r.mapping(n, "keys with values: "+strings.Join(names, ", "))
		if values == nil {
			return v, false
		}
		var meant []string // what was said of unknown keys: the key that was meant is not called missing then
		for i := 0; i < len(n.Content); i += 2 {
			if name := n.Content[i]; name.Kind == yaml.ScalarNode && !slices.Contains(names, name.Value) {
				advice := unknownKey(name.Value, names)
				meant = append(meant, advice)
				ok = r.problem(name, "there is no key %s here%s", quoted(name.Value), advice)
			}
		}
		for _, f := range fields {
			value, exists := values[f.name]
			switch {
			case exists:
				ok = f.read(r, value, v) && ok
			case f.required && !slices.Contains(meant, "; did you mean "+f.name+"?"):
				ok = r.problem(n, "the key %s is missing: %s", f.name, f.about)
			}
		}
		return v, ok && (check == nil || check(r, n, v))
	}}
}

func unknownKey(name string, names []string) string {
	switch {
	case name == "<<":
		return "; policies have no merge keys of YAML: write out what is meant"
	case name == "when" && slices.Contains(names, "refuse"):
		return "; in a rule write owner, agent, request, inside and outside beside its name"
	}
	return oneOf(name, names)
}

// mapping returns the values by their keys, nil if n is no mapping.
func (r *reader) mapping(n *yaml.Node, want string) (values map[string]*yaml.Node, ok bool) {
	if n.Kind != yaml.MappingNode {
		return nil, r.problem(n, "write %s", want)
	}
	values, ok = map[string]*yaml.Node{}, true
	for i := 0; i < len(n.Content); i += 2 {
		name := n.Content[i]
		switch _, twice := values[name.Value]; {
		case name.Kind != yaml.ScalarNode:
			ok = r.problem(name, "a key is a word, not a list or a mapping")
			continue
		case twice:
			ok = r.problem(name, "the key %s stands here twice; remove one of them", quoted(name.Value))
		}
		values[name.Value] = n.Content[i+1]
	}
	return values, ok
}

// child is the node of a value, for the place of a problem; n itself, if it has no such key.
func child(n *yaml.Node, names ...string) *yaml.Node {
	for _, name := range names {
		for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				n = n.Content[i+1]
				break
			}
		}
	}
	return n
}

// list is a list of at least one.
func list[T any](of shape[T]) shape[[]T] {
	s := listOrNone(of)
	read := s.read
	s.schema["minItems"] = 1
	s.read = func(r *reader, n *yaml.Node) ([]T, bool) {
		if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
			return nil, r.problem(n, "this list is empty; fill it, or remove its key")
		}
		return read(r, n)
	}
	return s
}

func listOrNone[T any](of shape[T]) shape[[]T] {
	return shape[[]T]{schema{"type": "array", "items": of.schema}, func(r *reader, n *yaml.Node) (all []T, ok bool) {
		if n.Kind != yaml.SequenceNode {
			return nil, r.problem(n, "write a list: [one, another], or a line with a dash for each")
		}
		ok = true
		for _, entry := range n.Content {
			v, fine := of.read(r, entry)
			all, ok = append(all, v), ok && fine
		}
		return all, ok
	}}
}

// oneOrMore takes a single one without the list around it.
func oneOrMore[T any](of shape[T]) shape[[]T] {
	several := list(of)
	return shape[[]T]{schema{"anyOf": []schema{of.schema, several.schema}}, func(r *reader, n *yaml.Node) ([]T, bool) {
		if n.Kind == yaml.SequenceNode {
			return several.read(r, n)
		}
		v, ok := of.read(r, n)
		return []T{v}, ok
	}}
}

// named is a mapping from names that the file chooses.
func named[T any](name shape[string], of shape[T], keep func(r *reader, name string, v T)) shape[map[string]T] {
	return shape[map[string]T]{schema{"type": "object", "propertyNames": name.schema, "additionalProperties": of.schema}, func(r *reader, n *yaml.Node) (map[string]T, bool) {
		values, ok := r.mapping(n, "names with what they stand for")
		if values == nil {
			return nil, false
		}
		all := map[string]T{}
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Kind != yaml.ScalarNode {
				continue
			}
			word, fine := name.read(r, n.Content[i])
			v, fineToo := of.read(r, n.Content[i+1])
			all[word] = v
			keep(r, word, v)
			ok = ok && fine && fineToo
		}
		return all, ok
	}}
}

// define gives the schema of a shape that stands in several places a name.
func define[T any](name string, of shape[T]) shape[T] {
	of.schema = schema{"$ref": "#/$defs/" + name, definition: of.schema}
	return of
}

func described(s schema, about string) schema {
	s = maps.Clone(s)
	s["description"] = about
	return s
}
