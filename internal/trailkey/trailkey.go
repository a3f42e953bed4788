// Package trailkey holds the keys by which olbot knows its own records again:
// what carries no MAC of one of them was not stored by an olbot that has it.
//
// A MAC is written as the key's id, a colon and the HMAC-SHA-256 in hex. The id is
// the first 8 hex digits of the key's SHA-256: it tells keys apart, and tells
// nothing about them.
package trailkey

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	size     = 32 // bytes of a key
	idDigits = 8
)

// ErrFalse is the error of a MAC that the key it names did not make.
var ErrFalse = errors.New("the MAC is false")

// An UnknownError says that a MAC names a key that is not in the Ring.
type UnknownError struct{ ID string }

func (e *UnknownError) Error() string { return "no key " + e.ID + " is known here" }

// A Ring is the keys of an olbot: the first makes MACs, all verify them. It
// shows its keys to nobody. The zero Ring has none.
type Ring struct{ keys []key }

type key struct {
	id     string
	secret []byte
}

// New draws a key, as it is written in a setting or a file.
func New() string {
	secret := make([]byte, size)
	rand.Read(secret) // never fails
	return hex.EncodeToString(secret)
}

// Parse reads a comma list of keys. Its errors do not quote it.
func Parse(list string) (Ring, error) {
	var r Ring
	for each := range strings.SplitSeq(list, ",") {
		secret, err := hex.DecodeString(strings.TrimSpace(each))
		if err != nil || len(secret) != size {
			return Ring{}, fmt.Errorf("each key is %d hex digits", 2*size)
		}
		sum := sha256.Sum256(secret)
		k := key{hex.EncodeToString(sum[:])[:idDigits], secret}
		if r.Has(k.id) {
			return Ring{}, errors.New("a key is in it twice")
		}
		r.keys = append(r.keys, k)
	}
	return r, nil
}

// Empty says whether there is no key.
func (r Ring) Empty() bool { return len(r.keys) == 0 }

// Has says whether there is a key with that id.
func (r Ring) Has(id string) bool { return slices.Contains(r.IDs(), id) }

// IDs names the keys, the one that makes MACs first.
func (r Ring) IDs() (ids []string) {
	for _, k := range r.keys {
		ids = append(ids, k.id)
	}
	return ids
}

// MAC authenticates a message by the first key. use keeps the messages of one use
// from passing for those of another: no use begins with another.
func (r Ring) MAC(use, message string) string {
	return r.keys[0].id + ":" + hex.EncodeToString(r.keys[0].sum(use, message))
}

// Check is nil if the MAC is that of the message, *UnknownError if it names a key
// that is not here, else ErrFalse.
func (r Ring) Check(mac, use, message string) error {
	id, sum, _ := strings.Cut(mac, ":")
	for _, k := range r.keys {
		if k.id != id {
			continue
		}
		if want, err := hex.DecodeString(sum); err != nil || !hmac.Equal(want, k.sum(use, message)) {
			return ErrFalse
		}
		return nil
	}
	if !isID(id) {
		return ErrFalse
	}
	return &UnknownError{id}
}

func (k key) sum(use, message string) []byte {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte(use)) // a hash never fails
	h.Write([]byte(message))
	return h.Sum(nil)
}

// IDOf is the id of the key that a MAC names.
func IDOf(mac string) string {
	id, _, _ := strings.Cut(mac, ":")
	return id
}

func isID(id string) bool {
	_, err := hex.DecodeString(id)
	return err == nil && len(id) == idDigits
}

// Format keeps the keys from being printed.
func (r Ring) Format(f fmt.State, _ rune) { fmt.Fprint(f, "(keys are not shown)") }

// MarshalText keeps them from being marshalled.
func (r Ring) MarshalText() ([]byte, error) { return nil, errors.New("keys are not marshalled") }
