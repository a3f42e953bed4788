package trailkey

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"olbot/internal/newfile"
)

// maxFile is more than any list of keys needs.
const maxFile = 64 << 10

// ReadFile reads the keys in a file that nobody but its owner can read or write. Of the
// owner's group it takes what it was given: Kubernetes lets the group in at each mount
// of a volume with an fsGroup. No such file: fs.ErrNotExist.
func ReadFile(name string) (Ring, error) {
	info, err := os.Stat(name)
	if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 && info.Mode().Perm()&0o007 == 0 {
		if os.Chmod(name, 0o600) == nil {
			info, err = os.Stat(name)
		}
	}
	if err != nil {
		return Ring{}, err
	}
	switch {
	case !info.Mode().IsRegular() || info.Size() > maxFile:
		return Ring{}, errors.New("it is no file with keys")
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return Ring{}, fmt.Errorf("others can read or write it (mode %04o); chmod 600 it, or name it in OLBOT_TRAIL_KEY_FILE where it is mounted and cannot be changed", info.Mode().Perm())
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return Ring{}, err
	}
	return Parse(strings.TrimSpace(string(raw)))
}

// MakeFile draws a key and writes it to a new file that only its owner can read. The
// file is whole, and on the disk, when it has its name; one that exists is left as it
// is and is an error.
func MakeFile(name string) (Ring, error) {
	text := New()
	partial, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.partial") // mode 0600
	if err != nil {
		return Ring{}, err
	}
	defer os.Remove(partial.Name())
	_, err = partial.WriteString(text + "\n")
	if err = errors.Join(err, partial.Sync(), partial.Close()); err != nil {
		return Ring{}, err
	}
	if err := newfile.Name(partial.Name(), name); err != nil {
		return Ring{}, err
	}
	return Parse(text)
}
