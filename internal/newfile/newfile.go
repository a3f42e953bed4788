// Package newfile gives a file that was written under another name its own, once it is complete.
package newfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Name gives the complete file partial, in the same directory, its name, and makes sure that
// it has it over a crash. It never replaces another file: fs.ErrExist. Where partial is left,
// the caller removes it.
func Name(partial, name string) error {
	err := os.Link(partial, name)
	if err != nil && !errors.Is(err, fs.ErrExist) { // not every file system has links
		if _, missing := os.Lstat(name); !errors.Is(missing, fs.ErrNotExist) {
			return errors.Join(fs.ErrExist, err)
		}
		err = os.Rename(partial, name)
	}
	if err != nil || runtime.GOOS == "windows" { // does not sync directories
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
