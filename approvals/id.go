package approvals

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
)

// An ID names a request. It looks like OTP-7F3K-9QXM: 40 bits in
// Crockford's base32 (https://www.crockford.com/base32.html), which has no
// letters that are mistaken for one another when read out over a phone.
type ID string

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewID draws a random ID. Two draws may collide; a Store refuses the second
// with ErrIDTaken and the caller draws again.
func NewID() ID {
	var b [8]byte
	rand.Read(b[3:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	bits := binary.BigEndian.Uint64(b[:])
	var s [8]byte
	for i := range s {
		s[i] = crockford[bits>>(35-5*i)&31]
	}
	return ID("OTP-" + string(s[:4]) + "-" + string(s[4:]))
}

// ParseID reads an ID as a person may type it: in any case, with or without
// the prefix and the dashes, and with O, I and L for the digits they look like.
func ParseID(s string) (ID, error) {
	clean := strings.ToUpper(strings.TrimSpace(s))
	clean = strings.TrimPrefix(clean, "OTP")
	clean = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(clean)
	if len(clean) != 8 || strings.Trim(clean, crockford) != "" {
		return "", &Refusal{Code: BadRequestID, Text: s}
	}
	return ID("OTP-" + clean[:4] + "-" + clean[4:]), nil
}

// NewRef draws a short random reference that a person can read out and an
// operator finds in the log.
func NewRef() string { return string(NewID())[4:8] }
