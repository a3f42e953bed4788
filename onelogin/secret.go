package onelogin

import (
	"crypto/subtle"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a Secret looks like wherever it is printed.
const redacted = "[secret]"

var errSecret = errors.New("a onelogin.Secret cannot be marshalled or stored")

// A Secret is a string that must not be seen: a client secret, an MFA token, an access token.
//
// Every way of formatting or logging it shows "[secret]"; marshalling it (JSON, XML, YAML, gob, SQL) is an error, so that a
// mistake is found and no store keeps a useless placeholder. That also holds where it sits in an unexported field of
// another struct, which package fmt prints without asking the type: there is no string to be found, only a function.
//
// The zero value is the empty secret.
type Secret struct {
	reveal func() string
}

// NewSecret hides s. NewSecret("") is the zero value.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return s }}
}

// Reveal returns the secret itself. It is the only way to it.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal reports whether both hold the same string. The time it takes depends on the length only.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns "[secret]".
func (s Secret) String() string { return redacted }

// Format writes "[secret]" for every verb and flag.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue makes log/slog write "[secret]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText always fails. It stands in for JSON, XML and YAML, which all ask for it.
func (s Secret) MarshalText() ([]byte, error) { return nil, errSecret }

// MarshalBinary always fails. encoding/gob asks for it.
func (s Secret) MarshalBinary() ([]byte, error) { return nil, errSecret }

// Value always fails: a Secret cannot be written to a database.
func (s Secret) Value() (driver.Value, error) { return nil, errSecret }
