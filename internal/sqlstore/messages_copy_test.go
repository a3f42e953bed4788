package sqlstore_test

import (
	"fmt"
	"slices"
	"testing"
)

// A press can find a message whose send got no answer before the second send is
// noted. Both are kept, so that both are rerendered (invariant 7).
func TestACardFoundBeforeItsCopyIsNotedIsKept(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		const request, key = "OTP-7F3K-9QXM", "approver:U1"
		for _, step := range []func() error{
			func() error { return s.Adopt(t.Context(), request, key, "D1", "1.1") },
			func() error { return s.SetRendered(t.Context(), request, key, "D1", "2.2", "asking") },
			func() error { return s.SetRendered(t.Context(), request, key, "D1", "1.1", "decided") },
			func() error { return s.SetRendered(t.Context(), request, key+"#2.2", "D1", "2.2", "decided") },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		var all []string
		err := s.Messages(t.Context(), request, func(key, channel, ts, rendered string, sends int) error {
			all = append(all, fmt.Sprint(key, " ", channel, " ", ts, " ", rendered))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"approver:U1 D1 1.1 decided", "approver:U1#2.2 D1 2.2 decided"}
		if !slices.Equal(all, want) {
			t.Errorf("messages are %q, want %q", all, want)
		}
	})
}
