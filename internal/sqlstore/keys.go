package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"go.uber.org/zap"

	"olbot/internal/trailkey"
)

// keySuffix makes of a SQLite file's name that of the file with its keys.
const keySuffix = ".key"

// KeyFile names the file with the keys of the SQLite database at the URL, "" if the
// URL is of no such database.
func KeyFile(url string) string {
	d, err := parseDSN(url)
	if err != nil || d.file == "" {
		return ""
	}
	return d.keyFile()
}

// keyFile is beside the file that symbolic links lead to, as the lock is.
func (d dsn) keyFile() string {
	if resolved, err := filepath.EvalSymlinks(d.file); err == nil {
		return resolved + keySuffix
	}
	return d.file + keySuffix
}

// findKeys takes the keys that there are: those that are set, else those in the file.
func (s *Store) findKeys(d dsn, keys trailkey.Ring) error {
	if keys.Empty() && d.file != "" {
		var err error
		keys, err = trailkey.ReadFile(d.keyFile())
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return openError(BadKey, fmt.Errorf("%s: %w", d.keyFile(), err))
		}
	}
	s.trust = newTrust(keys, s.log)
	s.trust.alone = d.file != ""
	return nil
}

// shareKeys finds the keys for writing beside the olbot that has them. None is made.
func (s *Store) shareKeys(ctx context.Context, d dsn, keys trailkey.Ring) error {
	err := s.findKeys(d, keys)
	if err == nil {
		err = s.NeedKey(ctx)
	}
	if err == nil && s.trust.keys.Empty() {
		err = openError(NoKey, nil)
	}
	return err
}

// takeKeys finds the keys for writing. What is stored must fit one of them: a database
// that has something in it never gets a new key by itself, or whoever can take the old
// one away could have everything believed.
func (s *Store) takeKeys(ctx context.Context, d dsn, keys trailkey.Ring) error {
	if err := s.findKeys(d, keys); err != nil {
		return err
	}
	_, empty, _, err := s.fits(ctx)
	switch {
	case err != nil:
		return err
	case !empty:
		return s.NeedKey(ctx)
	case !s.trust.keys.Empty():
		s.trust.empty = true
		return nil
	case d.file == "":
		return openError(NoKey, nil)
	}
	file := d.keyFile()
	made, err := trailkey.MakeFile(file)
	if err != nil {
		return openError(BadKey, fmt.Errorf("%s cannot be made: %w", file, err))
	}
	s.trust.keys = made
	s.log.Info("made the key that the trail is kept with; keep a copy apart from the database's backups",
		zap.String("file", file), zap.String("key", made.IDs()[0]))
	return nil
}

// fits says whether one of the last records carries the MAC of a key that is here. One
// alone does not decide: anybody who can write to the database can put one there.
func (s *Store) fits(ctx context.Context) (fits, empty bool, last string, err error) {
	empty = true
	err = readRows(ctx, s.r, `
		SELECT mac FROM (SELECT mac FROM events ORDER BY number DESC LIMIT $1) AS last_events
		UNION ALL SELECT mac FROM (SELECT mac FROM requests ORDER BY id LIMIT $1) AS some_requests`, []any{fitting}, func(row scanner) error {
		var mac string
		err := row.Scan(&mac)
		id := trailkey.IDOf(mac)
		if empty {
			empty, last = false, id
		}
		fits = fits || s.trust.keys.Has(id)
		return err
	})
	if err != nil {
		return false, false, "", fmt.Errorf("find the keys of what is stored: %w", err)
	}
	return fits, empty, last, nil
}

const fitting = 200

// NeedKey is an *OpenError if something is stored, and not with a key that is here.
func (s *Store) NeedKey(ctx context.Context) error {
	fits, empty, last, err := s.fits(ctx)
	switch kind := WrongKey; {
	case err != nil || empty || fits:
		return err
	default:
		if s.trust.keys.Empty() {
			kind = NoKey
		}
		return &OpenError{Kind: kind, Where: s.name, Err: fmt.Errorf("its last event was stored with the key %.8s", last)}
	}
}
