package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"go.uber.org/zap"

	"olbot/approvals"
)

// An unknownKeyError is an approvals.ErrUnknownKey, or would be an approvals.ErrTampered: a
// record names a key that is not here.
type unknownKeyError struct {
	tamperedError
	event int64 // that names it; 0: the row of the request does
	key   string
}

func (e *unknownKeyError) Error() string {
	return fmt.Sprintf("%s: %v (%s)", named(e.request), approvals.ErrUnknownKey, e.key)
}

func (e *unknownKeyError) Unwrap() error { return approvals.ErrUnknownKey }

// A whose says who stored a record whose key is not here.
type whose int

const (
	replicas  whose = iota + 1 // another olbot, which has a key that this one lacks
	earlier                    // an olbot with a key that was taken out of the list, or replaced
	intruders                  // no olbot
)

// KeyUnknown is the id of a key that this process lacks, "" if it has met none: that of the
// last event that another process stored, or one that was taken out of the list too early.
func (s *Store) KeyUnknown() string {
	s.trust.mu.Lock()
	defer s.trust.mu.Unlock()
	return cmp.Or(s.trust.foreignKey(), s.trust.missing)
}

// meetOther notes whether an olbot with another key works on the trail, by the last event of
// another process. Who began when the trail was empty, and was not the first to store
// something, must not go on beside the one that was.
func (k *trust) meetOther(last entry) error {
	unknown, is := errors.AsType[*unknownKeyError](k.check("", last.number, last.mac, useEvent, last.hash))
	switch {
	case k.alone:
		return nil
	case !is:
		k.foreign = ""
		return nil
	case k.empty && k.seen.number == 0:
		return fmt.Errorf("%w: %w", errForAll, openError(WrongKey, fmt.Errorf("its last event was stored with the key %s", unknown.key)))
	case k.foreignKey() == "":
		k.log.Error("another process has stored something with a key that OLBOT_TRAIL_KEY lacks here", zap.String("key", unknown.key), zap.Int64("number", last.number))
	}
	k.foreign, k.met = unknown.key, last.number
	return nil
}

// foreignKey is the key of another olbot on the trail. Of one that has stored nothing for so
// long that its event is not among the newest any more there is no sign.
func (k *trust) foreignKey() string {
	if k.seen.number-k.met >= fitting {
		return ""
	}
	return k.foreign
}

// whose judges a record whose key is not here. The newest events may be of a replica that was
// given another list of keys, and those before all whose key is here may be of a key that was
// taken out. In between there is no room for a key: whoever names one there is no olbot.
func (s *Store) whose(ctx context.Context, e *unknownKeyError) (of whose, err error) {
	if s.writer == nil { // nobody is told
		return earlier, nil
	}
	if s.trust.isEarlier(e.event) {
		return earlier, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), transactionLimit)
	defer cancel()
	err = s.write(ctx, "look whose key it is", func(t *tx) (err error) {
		of, err = t.whose(e)
		return err
	})
	return of, err
}

func (t *tx) whose(e *unknownKeyError) (whose, error) {
	if t.trust.isForeign() {
		return replicas, nil
	}
	number := e.event
	if number == 0 { // with a request an event is stored, with the same key
		found, err := t.row(`SELECT number FROM events WHERE request = $1 AND SUBSTR(mac, 1, 9) = $2 ORDER BY number DESC LIMIT 1`,
			[]any{e.request, e.key + ":"}, &number)
		if err != nil || !found {
			return intruders, err
		}
	}
	var args []any
	for _, id := range t.trust.keys.IDs() {
		args = append(args, id+":")
	}
	known := int64(math.MaxInt64)
	found, err := t.row(`SELECT number FROM events WHERE SUBSTR(mac, 1, 9) IN (`+strings.Trim(placeholders(1, len(args)), "()")+`) ORDER BY number LIMIT 1`, args, &known)
	if found {
		t.trust.setKnown(known)
	}
	if err != nil || number < known {
		return earlier, err
	}
	return intruders, nil
}

// judge makes of an unknown key what it turned out to be. Where it is this process that lacks
// a key, that is remembered.
func (s *Store) judge(ctx context.Context, failed error) error {
	unknown, ok := errors.AsType[*unknownKeyError](failed)
	if !ok || s.writer == nil {
		return failed
	}
	whose, err := s.whose(ctx, unknown)
	switch {
	case err != nil:
		s.log.Error("whose key it is cannot be found out", zap.String("key", unknown.key), zap.Error(err))
	case whose == intruders:
		return &unknown.tamperedError
	case whose == earlier && s.trust.lacks(unknown.key):
		s.log.Error("a record that is still needed names a key that OLBOT_TRAIL_KEY lacks", zap.String("key", unknown.key), zap.String("request_id", string(unknown.request)))
	}
	return failed
}

// lacks notes a key that was taken out too early, and says whether that is new.
func (k *trust) lacks(key string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	first := k.missing == ""
	k.missing = key
	return first
}

func (k *trust) isForeign() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.foreignKey() != ""
}

func (k *trust) setKnown(number int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known = number
}

// isEarlier says whether the event surely stands before all whose key is here. 0 is none.
func (k *trust) isEarlier(event int64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return event > 0 && event < k.known
}

// notePlanted tells the log once of an event that keeps all others from being stored. No
// alarm can be: that would be an event.
func (k *trust) notePlanted(number int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if number != k.planted {
		k.planted = number
		k.log.Error("nothing can be stored", zap.Int64("number", number), zap.Error(ErrPlanted))
	}
}
