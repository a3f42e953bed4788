package approvals

import "fmt"

// A Token is the code that OneLogin made, on its way to the one ephemeral
// message that shows it. It cannot be printed, formatted, logged or marshalled
// (invariant 5): the value lives in a closure, which no encoder can look into,
// and every encoder that asks is told "[code withheld]". Reveal is the only way
// out. The zero Token holds nothing.
type Token struct {
	reveal func() string
}

const withheld = "[code withheld]"

// NewToken wraps a code.
func NewToken(code string) Token { return Token{reveal: func() string { return code }} }

// Reveal returns the code itself. Only what puts the code on the agent's screen calls it.
func (t Token) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// String returns a constant; so does every other rendering.
func (t Token) String() string { return withheld }

// GoString serves %#v.
func (t Token) GoString() string { return withheld }

// Format serves every verb of package fmt, the numeric and pointer ones too.
func (t Token) Format(f fmt.State, _ rune) { fmt.Fprint(f, withheld) }

// MarshalText serves encoding/json, encoding/xml and zap's reflection.
func (t Token) MarshalText() ([]byte, error) { return []byte(withheld), nil }

// MarshalBinary serves encoding/gob.
func (t Token) MarshalBinary() ([]byte, error) { return []byte(withheld), nil }
