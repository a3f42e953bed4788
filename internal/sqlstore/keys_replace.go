package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/trailkey"
)

// replacedName is what a file with a key that is replaced is called from then on. It has
// the key's id, so that another try never writes over a key that is still needed.
func replacedName(file string) string {
	keys, err := trailkey.ReadFile(file)
	if err != nil {
		return fmt.Sprintf("%s.replaced-%d", file, time.Now().UnixNano())
	}
	return file + ".replaced-" + strings.Join(keys.IDs(), "-")
}

// ErrSameKey is the error of ReplaceKey where the key that is set is still the old one.
var ErrSameKey = errors.New("the key that is set is the one that the trail is kept with")

// A Replaced is what ReplaceKey did.
type Replaced struct {
	Dropped int    // requests that were open
	File    string // with the new key; "" if it is the one that is set
	Old     string // where the file with the old key is now; "" if there was none
}

// ReplaceKey starts over with another key, where the old one is lost or given away:
// the first of cfg.Keys or, for a SQLite database without any, a new one in the file
// beside it. An EventKeyReplaced says so; every request is believed once more as it
// stands, with what drop makes of it, and stored with the new key. The events before
// stay as they are. No olbot may be running on the database.
func ReplaceKey(ctx context.Context, cfg Config, drop func(approvals.Request) ([]approvals.Change, error)) (Replaced, error) {
	d, err := parseDSN(cfg.URL)
	if err != nil {
		return Replaced{}, err
	}
	var done Replaced
	s, err := openWith(ctx, cfg, func(s *Store) error {
		done, err = s.giveKey(ctx, d, cfg.Keys)
		return err
	})
	if err != nil {
		return Replaced{}, err
	}
	done.Dropped, err = s.startOver(ctx, drop)
	if err = errors.Join(err, s.Close()); err != nil {
		return Replaced{}, fmt.Errorf("replace the key: %w", err)
	}
	return done, nil
}

// giveKey takes the new key. A file is in its place before anything is stored with its
// key: a crash in between leaves a database that no olbot starts on, and the next try.
func (s *Store) giveKey(ctx context.Context, d dsn, keys trailkey.Ring) (done Replaced, err error) {
	s.trust = newTrust(keys, s.log)
	if !keys.Empty() {
		if fits, _, _, err := s.fits(ctx); err != nil || fits {
			return done, errors.Join(err, ErrSameKey)
		}
		return done, nil
	}
	if d.file == "" {
		return done, openError(NoKey, nil)
	}
	done.File, done.Old = d.keyFile(), replacedName(d.keyFile())
	err = os.Rename(done.File, done.Old)
	if errors.Is(err, fs.ErrNotExist) {
		done.Old, err = "", nil
	}
	if err == nil {
		s.trust.keys, err = trailkey.MakeFile(done.File)
	}
	if err != nil {
		return done, openError(BadKey, fmt.Errorf("%s cannot be made: %w", done.File, err))
	}
	return done, nil
}

// startOverLimit is how long it may take to store everything anew. Nobody waits: no olbot runs.
const startOverLimit = time.Hour

// startOver stores all requests, and what is restricted, with the key that there is now.
// What cannot be read must not keep anybody from starting over.
func (s *Store) startOver(ctx context.Context, drop func(approvals.Request) ([]approvals.Change, error)) (dropped int, err error) {
	s.writer.limit = startOverLimit
	return write(ctx, s, "start over with another key", nil, func(t *tx) (int, error) {
		bodies := map[string]string{}
		err := t.rows(`SELECT id, body FROM requests`, nil, func(row scanner) error {
			var id, body string
			err := row.Scan(&id, &body)
			bodies[id] = body
			return err
		})
		if err != nil {
			return 0, err
		}
		restricted, err := t.believeRestrictions()
		if err != nil {
			return 0, err
		}
		var open [][]approvals.Change
		var before []approvals.Request
		var signed []statement
		for _, id := range slices.Sorted(maps.Keys(bodies)) {
			body := bodies[id]
			r, err := decodeRequest(body)
			if err != nil || string(r.ID) != id {
				s.log.Error("a request cannot be read, and is not believed", zap.String("request_id", id), zap.Error(err))
				continue // it stays without a MAC of the new key
			}
			changes, err := drop(r)
			if err != nil {
				return 0, err
			}
			if len(changes) > 0 {
				open, before = append(open, changes), append(before, r)
			}
			row := rowOf(r, body)
			t.trust.sign(&row)
			signed = append(signed, replaceRow(row))
		}
		if err := t.append(approvals.Event{At: s.now(), Kind: approvals.EventKeyReplaced, Count: len(open)}); err != nil {
			return 0, err
		}
		if err := t.restateRestrictions(restricted); err != nil {
			return 0, err
		}
		if _, err := t.execAll(signed); err != nil {
			return 0, err
		}
		for i, changes := range open {
			r := before[i]
			for _, c := range changes {
				if r, err = t.keep(r, c, nil, s.now()); err != nil {
					return 0, err
				}
			}
		}
		return len(open), nil
	})
}

// replaceRow writes a row over whatever has its id.
func replaceRow(row requestRow) statement {
	return statement{`
		UPDATE requests SET version = $2, state = $3, agent_slack = $4, agent_slack_org = $5, agent_onelogin = $6,
			owner_slack = $7, owner_slack_org = $8, owner_onelogin = $9, created_at = $10, asked_at = $11,
			ended_at = $12, blocks = $13, body = $14, mac = $15
		WHERE id = $1`, row.values()}
}
