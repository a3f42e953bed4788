package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/joho/godotenv"
)

const dotenv = ".env"

// readDotenv reads the .env file in dir. No dir or no file: no variables, and no problem.
func readDotenv(dir string, ps *Problems) map[string]string {
	if dir == "" {
		return nil
	}
	raw, mode, err := readFile(filepath.Join(dir, dotenv))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		ps.add(dotenv, fmt.Sprintf("%s cannot be read (%v); make it readable or remove it", dotenv, rootCause(err)))
		return nil
	case othersWrite(mode):
		ps.add(dotenv, fmt.Sprintf("%s can be written to by others (mode %04o), who would then decide what olbot does; run chmod 600 %s", dotenv, mode, dotenv))
		return nil
	case othersRead(mode):
		ps.add(dotenv, fmt.Sprintf("%s can be read by others (mode %04o), and secrets may stand in it; run chmod 600 %s", dotenv, mode, dotenv))
		return nil
	}
	text, err := plainText(raw)
	if err != nil {
		ps.add(dotenv, fmt.Sprintf("%s is %v", dotenv, err))
		return nil
	}
	vars, err := godotenv.UnmarshalBytes(text)
	if err != nil {
		// The parser's error quotes the line, which may hold a secret.
		ps.add(dotenv, fmt.Sprintf("%s cannot be understood from line %d on; each line must be NAME=value", dotenv, badLine(text)))
		return nil
	}
	return vars
}

// Errors of text that is none to us.
var (
	errUTF16   = errors.New("in UTF-16, as some Windows programs write it; save it as UTF-8")
	errNotUTF8 = errors.New("not plain text; save it as UTF-8")
)

// plainText is the text without the byte order mark that some editors begin it with.
func plainText(raw []byte) ([]byte, error) {
	switch text := bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")); {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")), bytes.IndexByte(raw, 0) >= 0:
		return nil, errUTF16
	case !utf8.Valid(text):
		return nil, errNotUTF8
	default:
		return text, nil
	}
}

// badLine is the number of the line after which nothing can be parsed.
func badLine(raw []byte) int {
	lines := strings.SplitAfter(string(raw), "\n")
	for n := len(lines) - 1; n > 0; n-- {
		if _, err := godotenv.Unmarshal(strings.Join(lines[:n], "")); err == nil {
			return n + 1
		}
	}
	return 1
}
