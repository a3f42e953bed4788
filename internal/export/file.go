package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// A file gets JSON Lines at its end. It is opened for each batch, so that one that was
// rotated away is made anew.
type file struct{ path string }

// send writes all lines or none, and returns when they are on the disk.
func (d file) send(_ context.Context, lines []line) (taken int, err error) {
	f, made, err := d.open()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := d.append(f, lines); err != nil {
		return 0, fmt.Errorf("write to it: %w", rootCause(err))
	}
	if made {
		if err := syncDir(filepath.Dir(d.path)); err != nil {
			return 0, fmt.Errorf("write its folder to the disk: %w", rootCause(err))
		}
	}
	return len(lines), nil
}

// open opens the file at its end, and says whether it had to be made.
func (d file) open() (f *os.File, made bool, err error) {
	info, err := os.Stat(d.path)
	if made = errors.Is(err, fs.ErrNotExist); !made && err == nil && !info.Mode().IsRegular() {
		return nil, false, errors.New("it is no ordinary file")
	}
	if f, err = os.OpenFile(d.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600); err != nil {
		return nil, false, fmt.Errorf("open it: %w", rootCause(err))
	}
	return f, made, nil
}

// append writes the lines, behind the end of a line. What could be written in part is taken
// back, as far as that is possible.
func (d file) append(f *os.File, lines []line) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	end, last := info.Size(), make([]byte, 1)
	if end > 0 {
		if _, err := f.ReadAt(last, end-1); err != nil {
			return err
		}
		if last[0] != '\n' { // a crash cut it
			text.WriteByte('\n')
		}
	}
	for _, l := range lines {
		text.Write(l.text)
		text.WriteByte('\n')
	}
	if _, err = f.Write(text.Bytes()); err == nil {
		err = f.Sync()
	}
	if err != nil {
		_ = f.Truncate(end)
	}
	return err
}

// reach opens the file, or if there is none writes another one to its folder and removes it.
func (d file) reach(context.Context) error {
	if _, err := os.Stat(d.path); err == nil {
		f, _, err := d.open()
		if err != nil {
			return err
		}
		return f.Close()
	}
	f, err := os.CreateTemp(filepath.Dir(d.path), ".olbot-*")
	if err != nil {
		return fmt.Errorf("make it: %w", rootCause(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func syncDir(path string) error {
	if runtime.GOOS == "windows" { // does not sync directories
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// rootCause is the error without the path, which the sink's name has.
func rootCause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
