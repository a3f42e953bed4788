package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"olbot/internal/config"
	"olbot/internal/sqlstore"
	"olbot/internal/trailkey"
)

// verify checks the trail and every request, and says which keys are needed.
func (p *program) verify(ctx context.Context, store *sqlstore.Store, anchors map[int64]string) error {
	if err := store.NeedKey(ctx); err != nil {
		return err
	}
	result, err := store.Verify(ctx, anchors)
	if err != nil {
		return err
	}
	if err := store.VerifyRequests(ctx, &result); err != nil {
		return err
	}
	return p.verified(result, true)
}

// verifyFile checks an export. Without a key beside a SQLite database it checks the
// hashes alone, and says so.
func (p *program) verifyFile(name string, anchors map[int64]string) error {
	c, err := config.Load(p.environ, p.dir, trailKey)
	if err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return &exportError{err}
	}
	defer file.Close()
	keys := c.Keys()
	if beside := sqlstore.KeyFile(c.DatabaseURL.Reveal()); keys.Empty() && beside != "" {
		if keys, err = trailkey.ReadFile(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read the key of the trail in %s: %w", beside, err)
		}
	}
	result, err := sqlstore.VerifyExport(file, keys, anchors)
	if err != nil {
		return &exportError{err}
	}
	if err := p.verified(result, false); err != nil || !keys.Empty() {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, "no key is set, so this is as far as hashes alone can tell")
	return err
}

// An exportError is why an export cannot be read.
type exportError struct{ err error }

func (e *exportError) Error() string { return "--file: " + e.err.Error() }
func (e *exportError) Unwrap() error { return e.err }

func (p *program) verified(result sqlstore.VerifyResult, ofDatabase bool) error {
	if len(result.Faults) > 0 {
		return &brokenTrailError{result}
	}
	if result.Events == 0 {
		_, err := fmt.Fprintln(p.stdout, "the trail is empty")
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "the trail is whole: %d events, the last one is %d:%s\n%s", result.Events, result.Last, result.Hash, keysOf(result, ofDatabase))
	return err
}

// keysOf says what each key is for, a line each; of a database also whether it is
// needed.
func keysOf(result sqlstore.VerifyResult, ofDatabase bool) string {
	var b strings.Builder
	for _, k := range result.Keys {
		use := fmt.Sprintf("%d events and %d requests", k.Events, k.Requests)
		switch {
		case !k.Here:
			fmt.Fprintf(&b, "key %s: %d events before all others; it is not set, so the hashes of those after them vouch for them\n", k.ID, k.Events)
		case !ofDatabase:
			fmt.Fprintf(&b, "key %s: %d events\n", k.ID, k.Events)
		case k.Last == result.Last:
			fmt.Fprintf(&b, "key %s: %s; in use\n", k.ID, use)
		case k.Needed:
			fmt.Fprintf(&b, "key %s: %s; still needed\n", k.ID, use)
		default:
			fmt.Fprintf(&b, "key %s: %s; not needed any more, it may go from OLBOT_TRAIL_KEY\n", k.ID, use)
		}
	}
	return b.String()
}

// A brokenTrailError says what is wrong with the trail.
type brokenTrailError struct{ result sqlstore.VerifyResult }

// faultWords have the places {event} and {request}.
var faultWords = map[sqlstore.FaultKind]string{
	sqlstore.FaultMissing:  "event {event} is missing",
	sqlstore.FaultAltered:  "event {event} is not what was stored",
	sqlstore.FaultUnlinked: "event {event} does not follow from the event before it",
	sqlstore.FaultAnchor:   "event {event} is not the one that was noted as the anchor",
	sqlstore.FaultCut:      "event {event} and all after it are gone",
	sqlstore.FaultMAC:      "event {event} was not stored by an olbot with the key",
	sqlstore.FaultKey:      "event {event} names a key that is not set here",
	sqlstore.FaultStep:     "event {event} of {request} cannot follow the ones before it",
	sqlstore.FaultPlanted:  "{request} is kept, and no event tells of it",
	sqlstore.FaultRemoved:  "{request} is gone, and its events say that it should be kept (the last one is {event})",
	sqlstore.FaultDiffers:  "{request} is not what its events tell (the last one is {event})",
	sqlstore.FaultTampered: "{request} is not as an olbot with the key stored it",
}

func (e *brokenTrailError) Error() string {
	var faults []string
	for _, f := range e.result.Faults {
		place := strings.NewReplacer("{event}", strconv.FormatInt(f.Number, 10), "{request}", string(f.Request))
		faults = append(faults, place.Replace(faultWords[f.Kind]))
	}
	return "the trail is broken: " + strings.Join(faults, "; ")
}
