package spelling

import "testing"

func TestEditsAreCounted(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"", "ab", 2}, {"ab", "", 2}, {"abc", "abd", 1}, {"abc", "ab", 1},
		{"ab", "abc", 1}, {"ab", "ba", 1}, {"abcd", "badc", 2}, {"ca", "abc", 3}, {"aab", "aba", 1},
		{"xab", "yba", 2}, {"é", "e", 1}, {"abcdef", "ghijkl", 6}, {"kitten", "sitting", 3},
	} {
		if got := Edits(tt.a, tt.b); got != tt.want {
			t.Errorf("Edits(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
