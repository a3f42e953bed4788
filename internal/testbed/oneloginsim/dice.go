package oneloginsim

import (
	crand "crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
)

// dice makes the random choices. What matters (ids, codes) and what is only look have streams of their own, so that with
// a seed the number of answers written does not change the next code.
type dice struct {
	mu               sync.Mutex
	ids, codes, look *rand.Rand
}

func newDice(seed uint64) *dice {
	var key [32]byte
	if seed == 0 {
		_, _ = crand.Read(key[:]) // never fails, see crypto/rand
	} else {
		binary.LittleEndian.PutUint64(key[:], seed)
	}
	stream := func(n byte) *rand.Rand {
		k := key
		k[31] ^= n
		return rand.New(rand.NewChaCha8(k))
	}
	return &dice{ids: stream(1), codes: stream(2), look: stream(3)}
}

// hex returns n random hexadecimal digits.
func (d *dice) hex(n int) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := make([]byte, 0, n+16)
	for len(b) < n {
		b = fmt.Appendf(b, "%016x", d.ids.Uint64())
	}
	return string(b[:n])
}

// userID returns an id as an account of some age has them.
func (d *dice) userID() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return 30_000_000 + d.ids.Int64N(270_000_000)
}

// code returns 8 digits, leading zeros included.
func (d *dice) code() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return fmt.Sprintf("%08d", d.codes.IntN(100_000_000))
}

// pick chooses one of several equally documented forms.
func pick[T any](d *dice, forms ...T) T {
	d.mu.Lock()
	defer d.mu.Unlock()
	return forms[d.look.IntN(len(forms))]
}

// object is a JSON object whose keys are written in random order, among them fields nobody has heard of.
type object map[string]any

// encode writes v, an object, a []object, or anything encoding/json can write.
func (d *dice) encode(v any) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.append(nil, v)
}

func (d *dice) append(b []byte, v any) []byte {
	switch v := v.(type) {
	case object:
		return d.appendObject(b, v)
	case []object:
		b = append(b, '[')
		for i, o := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = d.append(b, o)
		}
		return append(b, ']')
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("oneloginsim: a field holds what JSON cannot write: %v", err))
	}
	return append(b, text...)
}

func (d *dice) appendObject(b []byte, o object) []byte {
	o = maps.Clone(o)
	for range d.look.IntN(3) {
		unknown := []any{nil, true, d.look.Int32(), "new", []any{}, map[string]any{"id": d.look.Int32(), "reusable": true}}
		o[fmt.Sprintf("x_%06x", d.look.IntN(1<<24))] = unknown[d.look.IntN(len(unknown))]
	}
	keys := slices.Sorted(maps.Keys(o))
	d.look.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = d.append(b, k)
		b = append(b, ':')
		b = d.append(b, o[k])
	}
	return append(b, '}')
}
