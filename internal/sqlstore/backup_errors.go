package sqlstore

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// A BackupError is why no backup could be made, where it is not the database's fault.
type BackupError struct {
	Kind BackupErrorKind
	File string // as it was named
	Err  error  // may be nil
}

// A BackupErrorKind says what is wrong.
type BackupErrorKind string

// What can be wrong with a backup.
const (
	BackupOfServer    BackupErrorKind = "of_server"    // the database is PostgreSQL
	BackupName        BackupErrorKind = "name"         // no name that a SQLite file can have
	BackupExists      BackupErrorKind = "exists"       // there is such a file
	BackupNoDirectory BackupErrorKind = "no_directory" // the file's directory does not exist
	BackupNotWritable BackupErrorKind = "not_writable" // the directory is read-only to us
	BackupNoSpace     BackupErrorKind = "no_space"     // the disk does not take the file
	BackupDamaged     BackupErrorKind = "damaged"      // the copy cannot be read as it was written
)

var backupAdvice = map[BackupErrorKind]string{
	BackupOfServer:    "the database is PostgreSQL; use pg_dump",
	BackupName:        "name a file, without ? and #",
	BackupExists:      "it exists already and is left as it is; name a new file",
	BackupNoDirectory: "the directory does not exist; create it, or name another file",
	BackupNotWritable: "it cannot be written to; give olbot write access to its directory, or name another file",
	BackupNoSpace:     "the disk is full, over its quota or does not take a file this large; make room, or name a file elsewhere",
	BackupDamaged:     "the copy cannot be read as it was written, and was removed; check the disk, and olbot audit verify",
}

// Error says which file, what to do, and what the system said.
func (e *BackupError) Error() string {
	text := "no backup: " + backupAdvice[e.Kind]
	if e.File != "" {
		text = "no backup at " + e.File + ": " + backupAdvice[e.Kind]
	}
	if e.Err != nil {
		text += fmt.Sprintf(" (%v)", e.Err)
	}
	return text
}

func (e *BackupError) Unwrap() error { return e.Err }

// Passing says that the same may work later.
func (e *BackupError) Passing() bool { return e.Kind == BackupNoSpace || e.Kind == BackupDamaged }

// backupError is what the system says of the copy's file.
func backupError(err error) error {
	kind := BackupDamaged
	switch {
	case errors.Is(err, fs.ErrExist):
		kind = BackupExists
	case errors.Is(err, fs.ErrNotExist):
		kind = BackupNoDirectory
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		kind = BackupNotWritable
	case errors.Is(err, syscall.ENOSPC):
		kind = BackupNoSpace
	}
	return &BackupError{Kind: kind, Err: err}
}

func isBackupError(err error) bool {
	_, ok := errors.AsType[*BackupError](err)
	return ok
}

// copyError tells what the copy's file is the cause of from what the database is.
func copyError(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch e.Code() {
	case lib.SQLITE_FULL, lib.SQLITE_IOERR_WRITE, lib.SQLITE_IOERR_SHMSIZE:
		return &BackupError{Kind: BackupNoSpace, Err: err}
	}
	return err
}
