// Package policyfile reads a policy file into rules.Set, and says everything that is
// wrong with it at once, each with its line and column.
//
// Load is the way in. layout.go and layout_rules.go are the file, key by key; what they say is
// what the reader takes and what the JSON Schema describes, which schema.go writes. shape.go
// is how both follow from one table. value.go and approvals.go parse one value each, check.go
// finds what can never be, and test.go runs the tests that stand in the file. tree.go parses the
// YAML, problem.go collects the problems, and write.go makes a file of today's environment.
//
// With the YAML module it makes the program 0.87 MB larger (go build -trimpath -ldflags="-s -w"). Embedding
// time/tzdata would add 0.41 MB, so zones are the system's; the image has them. A file with 200 rules is read in
// 8 ms (go test -bench . ./internal/policyfile).
package policyfile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"olbot/approvals/rules"
)

// A File is a policy file that was read.
type File struct {
	Set    rules.Set
	SHA256 string   // of the file's bytes, in hex
	Tests  []Result // of the tests in the file; none if the file itself has problems
}

// maxSize is far above what people write: 200 rules are 40 kB.
const maxSize = 256 << 10

// Load reads the file and runs its tests. The error is an *Error with all problems; if
// the tests alone fail, the File is complete.
func Load(path string) (File, error) {
	text, err := read(path)
	if err != nil {
		return File{}, &Error{Path: path, Problems: []Problem{{Text: err.Error()}}}
	}
	file, problems := Read(text)
	if len(problems) > 0 {
		return file, &Error{Path: path, Problems: problems}
	}
	return file, nil
}

// read says in a sentence why a file cannot be read.
func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file; check the path")
	case errors.Is(err, fs.ErrPermission):
		return nil, errors.New("the file may not be read by this user; change its mode or owner")
	case err != nil:
		return nil, fmt.Errorf("the file cannot be opened: %w", errors.Unwrap(err))
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("this is a directory; give the path of a file")
	}
	text, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	case len(text) > maxSize:
		return nil, fmt.Errorf("the file is larger than %d kB; this is probably not a policy file", maxSize>>10)
	}
	return text, nil
}

// Read is Load of a file's text. The problems are in the order of the text.
func Read(text []byte) (File, []Problem) {
	sum := sha256.Sum256(text)
	r := &reader{}
	if root := r.parse(text); root != nil {
		content, _ := layout().read(r, root)
		if len(r.problems) == 0 {
			set := rules.Set{Groups: r.groups, Defaults: content.defaults, Rules: content.rules}
			file := File{Set: set, SHA256: hex.EncodeToString(sum[:])}
			for _, test := range content.tests {
				result := test.run(set)
				file.Tests = append(file.Tests, result)
				if result.Fault != "" {
					r.add(Problem{Line: test.node.Line, Column: test.node.Column, Test: true, Text: fmt.Sprintf("the test %s fails: %s", quoted(test.name), result.Fault)})
				}
			}
			return file, r.sorted()
		}
	}
	return File{}, r.sorted()
}
