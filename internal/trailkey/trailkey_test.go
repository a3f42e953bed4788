package trailkey_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"olbot/internal/trailkey"
)

func ring(t *testing.T, list ...string) trailkey.Ring {
	t.Helper()
	r, err := trailkey.Parse(strings.Join(list, ","))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOnlyTheKeyMakesTheMAC (invariant 11).
func TestOnlyTheKeyMakesTheMAC(t *testing.T) {
	mine, other := trailkey.New(), trailkey.New()
	r := ring(t, mine)
	mac := r.MAC("event1", "hash")
	if err := r.Check(mac, "event1", "hash"); err != nil {
		t.Errorf("its own: %v", err)
	}
	flipped := []byte(mac)
	flipped[len(flipped)-1] ^= 1
	for name, c := range map[string]struct{ mac, use, message string }{
		"another message": {mac, "event1", "hush"},
		"another use":     {mac, "request1", "hash"},
		"another MAC":     {string(flipped), "event1", "hash"},
		"no MAC":          {"", "event1", "hash"},
		"no key":          {strings.TrimLeft(mac, "0123456789abcdef"), "event1", "hash"},
		"cut":             {mac[:len(mac)-2], "event1", "hash"},
		"another's, under this name": {
			trailkey.IDOf(mac) + strings.TrimLeft(ring(t, other).MAC("event1", "hash"), "0123456789abcdef"), "event1", "hash"},
	} {
		if err := r.Check(c.mac, c.use, c.message); !errors.Is(err, trailkey.ErrFalse) {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := ring(t, other).Check(mac, "event1", "hash")
	if unknown, ok := errors.AsType[*trailkey.UnknownError](err); !ok || unknown.ID != trailkey.IDOf(mac) {
		t.Errorf("a key that is not here: %v", err)
	}
}

func TestTheFirstKeyMakesMACsAndAllVerify(t *testing.T) {
	old, next := trailkey.New(), trailkey.New()
	before := ring(t, old).MAC("u", "m")
	both := ring(t, next, old)
	if err := both.Check(before, "u", "m"); err != nil {
		t.Errorf("the old key does not verify: %v", err)
	}
	if mac := both.MAC("u", "m"); trailkey.IDOf(mac) != both.IDs()[0] || ring(t, next).Check(mac, "u", "m") != nil {
		t.Errorf("%s is not by the first key", mac)
	}
}

func TestWhatIsNoListOfKeysIsRefusedAndNotQuoted(t *testing.T) {
	k := trailkey.New()
	for _, list := range []string{"", "secret-words", k[:62], k + "00", k + ",", k + "," + k, k + " " + trailkey.New()} {
		if _, err := trailkey.Parse(list); err == nil || list != "" && strings.Contains(err.Error(), list) {
			t.Errorf("%q: %v", list, err)
		}
	}
	ring(t, " "+k+" ", trailkey.New())
}

func TestKeysAreNeverPrinted(t *testing.T) {
	k := trailkey.New()
	r := ring(t, k)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		if got := fmt.Sprintf(verb+verb, r, &r); strings.Contains(got, k) || got != "(keys are not shown)(keys are not shown)" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
	if raw, err := json.Marshal(r); err == nil {
		t.Errorf("marshalled as %s", raw)
	}
}

func TestAKeyFileIsItsOwnersAlone(t *testing.T) {
	name := filepath.Join(t.TempDir(), "olbot.db.key")
	if _, err := trailkey.ReadFile(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	made, err := trailkey.MakeFile(name)
	if err != nil {
		t.Fatal(err)
	}
	read, err := trailkey.ReadFile(name)
	if err != nil || read.Check(made.MAC("u", "m"), "u", "m") != nil {
		t.Errorf("read back: %v", err)
	}
	if _, err := trailkey.MakeFile(name); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made over another: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(name), ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if runtime.GOOS == "windows" {
		return
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for _, mode := range []fs.FileMode{0o640, 0o660} { // a volume's group was let in
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		_, err := trailkey.ReadFile(name)
		if info, _ := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %o: %v, and %v now", mode, err, info.Mode())
		}
	}
	for _, mode := range []fs.FileMode{0o604, 0o666, 0o602} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := trailkey.ReadFile(name); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}
