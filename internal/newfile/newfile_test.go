package newfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestAFileGetsItsNameAndReplacesNone(t *testing.T) {
	dir := t.TempDir()
	partial, name := filepath.Join(dir, ".new.partial"), filepath.Join(dir, "new")
	for _, text := range []string{"first", "second"} {
		if err := os.WriteFile(partial, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Name(partial, name); (text == "second") != errors.Is(err, fs.ErrExist) {
			t.Errorf("the %s: %v", text, err)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != "first" {
			t.Errorf("after the %s: %q, %v", text, got, err)
		}
		if err := os.RemoveAll(partial); err != nil {
			t.Fatal(err)
		}
	}
}
