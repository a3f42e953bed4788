package player

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/tools/txtar"

	"olbot/scenarios"
)

// A Story is what people do and see, line by line.
type Story struct {
	Name     string // the file's, without .txtar
	Promise  string // what the story shows
	Settings map[string]string
	People   []Line
	Lines    []Line

	OnFile   bool // it begins on a SQLite database
	OnServer bool // it needs a PostgreSQL database; with OnFile, an empty one besides
}

// A Line is one sentence of a story.
type Line struct {
	Number int // in the file, from 1
	Text   string
	Breath bool   // follows the line before in the same breath: olbot is not restarted between the two
	Note   string // the comment that stands before it
}

// All returns every story, by name.
func All() ([]Story, error) {
	names, err := fs.Glob(scenarios.Files, "*.txtar")
	if err != nil {
		return nil, fmt.Errorf("list the stories: %w", err)
	}
	var all []Story
	for _, name := range names {
		s, err := Named(strings.TrimSuffix(name, ".txtar"))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Named returns the story of that name.
func Named(name string) (Story, error) {
	text, err := scenarios.Files.ReadFile(name + ".txtar")
	if err != nil {
		return Story{}, fmt.Errorf("read the story %s: %w", name, err)
	}
	return Parse(name+".txtar", text)
}

// Parse reads a story. It refuses parts and sentences that it does not know.
func Parse(file string, text []byte) (Story, error) {
	s := Story{Name: strings.TrimSuffix(path.Base(file), ".txtar"), Settings: map[string]string{}}
	archive := txtar.Parse(text)
	if s.Promise = strings.TrimSpace(string(archive.Comment)); s.Promise == "" {
		return s, fmt.Errorf("%s: begin with a sentence on what the story promises", file)
	}
	at := 1 + strings.Count(string(archive.Comment), "\n")
	for _, part := range archive.Files {
		lines := readLines(string(part.Data), at)
		at += 1 + strings.Count(string(part.Data), "\n")
		var err error
		switch part.Name {
		case "settings":
			err = s.readSettings(lines)
		case "people":
			s.People, err = lines, known(lines)
		case "story":
			s.Lines, err = lines, known(lines)
		default:
			err = fmt.Errorf("no such part: %s; there are settings, people and story", part.Name)
		}
		if err != nil {
			return s, fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, line := range s.People {
		s.OnFile = s.OnFile || line.Text == onFile || line.Text == toServer
		s.OnServer = s.OnServer || line.Text == onServer || line.Text == toServer
	}
	if len(s.Lines) == 0 {
		return s, fmt.Errorf("%s: add a part -- story --", file)
	}
	return s, nil
}

// readLines leaves out empty lines. before is the number of the line before the first.
func readLines(text string, before int) []Line {
	var lines []Line
	var notes []string
	for i, line := range strings.Split(text, "\n") {
		said := strings.TrimSpace(line)
		if note, ok := strings.CutPrefix(said, "# "); ok {
			notes = append(notes, note)
			continue
		}
		if said == "" {
			continue
		}
		lines = append(lines, Line{
			Number: before + i + 1, Text: said, Breath: line[0] == ' ' || line[0] == '\t', Note: strings.Join(notes, " "),
		})
		notes = nil
	}
	return lines
}

func (s *Story) readSettings(lines []Line) error {
	for _, line := range lines {
		name, value, ok := strings.Cut(line.Text, "=")
		if !ok || strings.ToUpper(name) != name {
			return fmt.Errorf("line %d: %q is no setting; write NAME=value", line.Number, line.Text)
		}
		s.Settings[name] = value
	}
	return nil
}

func known(lines []Line) error {
	for _, line := range lines {
		if _, _, ok := understand(line.Text); !ok {
			return fmt.Errorf("line %d: no sentence reads %q", line.Number, line.Text)
		}
	}
	return nil
}
