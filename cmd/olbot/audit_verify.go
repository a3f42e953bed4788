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
	if !store.SchemaFits() {
		if err := p.verified(result, false); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, "the database was changed by another version of olbot, so only the events were checked, and not whether the requests agree with them: use that version")
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
	in := p.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return &exportError{err}
		}
		defer file.Close()
		in = file
	}
	keys := c.Keys()
	if beside := sqlstore.KeyFile(c.DatabaseURL.Reveal()); keys.Empty() && beside != "" {
		if keys, err = trailkey.ReadFile(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read the key of the trail in %s: %w", beside, err)
		}
	}
	result, err := sqlstore.VerifyExport(in, keys, anchors)
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
	what := "the trail is whole: " + counted(result.Events, "event")
	if result.First > 0 {
		what = fmt.Sprintf("this part of the trail is whole: %s from %d on", counted(result.Events, "event"), result.First)
	}
	_, err := fmt.Fprintf(p.stdout, "%s, the last one is %d:%s\n%s%s", what, result.Last, result.Hash, aboutExport(result), keysOf(result, ofDatabase))
	return err
}

// aboutExport says what is particular about an export.
func aboutExport(result sqlstore.VerifyResult) string {
	var b strings.Builder
	if result.Unbound {
		fmt.Fprintf(&b, "what event %d says was not compared with its hash: that needs the whole hash of the event before, --anchor %d:…\n", result.First, result.First-1)
	}
	if result.First > 0 {
		b.WriteString("requests that began before it were not followed through their states\n")
	}
	for _, number := range result.NotCompared {
		fmt.Fprintf(&b, "the anchor of event %d was not compared: the event is not in the file\n", number)
	}
	if result.Repeated > 0 {
		fmt.Fprintf(&b, "%s there more than once, as a sink may get them\n", counted(result.Repeated, "line stands", "lines stand"))
	}
	return b.String()
}

// keysOf says what each key is for, a line each; of a database also whether it is
// needed.
func keysOf(result sqlstore.VerifyResult, ofDatabase bool) string {
	var b strings.Builder
	for _, k := range result.Keys {
		events, requests := counted(k.Events, "event"), counted(k.Requests, "request")
		fmt.Fprintf(&b, "key %s: ", k.ID)
		switch {
		case !k.Here:
			fmt.Fprintf(&b, "the first %s; it is not set here, so only the hashes of the later events vouch for them\n", events)
		case !ofDatabase:
			fmt.Fprintf(&b, "%s\n", events)
		case k.Last == result.Last:
			fmt.Fprintf(&b, "%s and %s; in use\n", events, requests)
		case k.Requests > 0:
			fmt.Fprintf(&b, "%s and %s; still needed, until olbot has removed what it stored with it (OLBOT_RETENTION)\n", events, requests)
		case k.Needed:
			fmt.Fprintf(&b, "%s; still needed, by a request that is open, or by a block or a pause\n", events)
		default:
			fmt.Fprintf(&b, "%s; no longer needed, so you can take it out of OLBOT_TRAIL_KEY\n", events)
		}
	}
	return b.String()
}

// counted is "1 event" or "2 events"; many is the plural, if it is no more than an s.
func counted[N int | int64](n N, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %ss", n, one)
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
	sqlstore.FaultKey:      "event {event} was stored with a key that is not set here",
	sqlstore.FaultStep:     "event {event} of {request} cannot follow the ones before it",
	sqlstore.FaultPlanted:  "{request} is kept, and no event tells of it",
	sqlstore.FaultRemoved:  "{request} is gone, and its events say that it should be kept (the last one is {event})",
	sqlstore.FaultDiffers:  "{request} is not what its events tell (the last one is {event})",
	sqlstore.FaultRowKey:   "{request} was stored with a key that is not set here",
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
