package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"olbot/approvals"
)

// KeepSettings implements approvals.Store.
func (s *Store) KeepSettings(ctx context.Context, settings map[string]string, at time.Time) error {
	body, err := json.Marshal(settings)
	if err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	return s.write(ctx, "keep settings", func(t *tx) error {
		var before string
		known, err := t.row(`SELECT body FROM settings WHERE id = 1`, nil, &before)
		if err != nil {
			return err
		}
		if !known {
			_, err := t.exec(`INSERT INTO settings (id, body) VALUES (1, $1)`, string(body))
			return err
		}
		var old map[string]string
		if err := json.Unmarshal([]byte(before), &old); err != nil {
			return fmt.Errorf("decode settings: %w", err)
		}
		changed := difference(old, settings)
		if len(changed) == 0 {
			return nil
		}
		if _, err := t.exec(`UPDATE settings SET body = $1 WHERE id = 1`, string(body)); err != nil {
			return err
		}
		return t.append(approvals.Event{At: at, Kind: approvals.EventSettings, Settings: changed})
	})
}

// difference lists what changed, by name. A setting that is missing is empty.
func difference(old, now map[string]string) []approvals.Setting {
	names := maps.Clone(old)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, now)
	var changed []approvals.Setting
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if old[name] != now[name] {
			changed = append(changed, approvals.Setting{Name: name, Old: old[name], New: now[name]})
		}
	}
	return changed
}

// RecordStop implements approvals.Store.
func (s *Store) RecordStop(ctx context.Context, version string, at time.Time) error {
	return s.Record(ctx, nil, approvals.Event{At: at, Kind: approvals.EventShutDown, Version: version, Quiet: true})
}

// RecordStart implements approvals.Store.
func (s *Store) RecordStart(ctx context.Context, version string, settings map[string]string, at time.Time) error {
	return s.write(ctx, "record the start", func(t *tx) error {
		var told, starts int64
		if _, err := t.row(`SELECT told_at, starts FROM starts WHERE id = 1`, nil, &told, &starts); err != nil {
			return err
		}
		lost, err := t.feedLost()
		if err != nil {
			return err
		}
		e := approvals.Event{At: at, Kind: approvals.EventStarted, Version: version, Schema: s.schema, Settings: difference(nil, settings), Count: int(starts) + 1}
		since := at.Sub(stored(told))
		e.Quiet = !lost && since >= 0 && since < approvals.StartsQuiet
		if e.Quiet {
			starts++
		} else {
			told, starts = nanos(at), 0
		}
		if _, err := t.exec(`UPDATE starts SET told_at = $1, starts = $2 WHERE id = 1`, told, starts); err != nil {
			return err
		}
		return t.append(e)
	})
}
