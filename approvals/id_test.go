package approvals

import (
	"errors"
	"regexp"
	"testing"
)

func TestIDsCanBeReadOut(t *testing.T) {
	form := regexp.MustCompile(`^OTP-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)
	seen := map[ID]bool{}
	letters := map[rune]bool{}
	for range 2000 {
		id := NewID()
		if !form.MatchString(string(id)) {
			t.Fatalf("%q is not of the form OTP-XXXX-XXXX in Crockford's base32", id)
		}
		if back, err := ParseID(string(id)); err != nil || back != id {
			t.Fatalf("ParseID(%q) = %q, %v", id, back, err)
		}
		seen[id] = true
		for _, c := range id[4:] {
			letters[c] = true
		}
	}
	if len(seen) != 2000 || len(letters) != 33 {
		t.Errorf("%d different ids of 2000 with %d different characters, want all 32 and the dash", len(seen), len(letters))
	}
}

func TestIDsAreReadAsPeopleTypeThem(t *testing.T) {
	for _, text := range []string{
		"OTP-7F3K-9Q10", "otp-7f3k-9q10", "7f3k9q10", " OTP 7F3K 9Q10 ", "OTP7F3K-9QIO", "7f3k-9qlo", "OTP-7F3K-9QLO",
	} {
		if id, err := ParseID(text); err != nil || id != "OTP-7F3K-9Q10" {
			t.Errorf("ParseID(%q) = %q, %v", text, id, err)
		}
	}
	for _, text := range []string{"", "OTP", "OTP-7F3K-9QX", "OTP-7F3K-9QXMM", "OTP-7F3K-9QXU", "OTP-7F3K-9Q!M", "OTP-7F3K-9Qé"} {
		_, err := ParseID(text)
		if why, ok := errors.AsType[*Refusal](err); !ok || why.Code != BadRequestID || why.Text != text {
			t.Errorf("ParseID(%q): %v, want a refusal that says so", text, err)
		}
	}
}

func TestReferencesAreShort(t *testing.T) {
	if ref := NewRef(); !regexp.MustCompile(`^[0-9A-Z]{4}$`).MatchString(ref) {
		t.Errorf("NewRef() = %q", ref)
	}
}
