package people

import (
	"testing"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

func TestActiveIsWhoSlackThinksIsThere(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	joe := w.slack.AddUser(slacksim.User{Name: "joe"})
	if got, err := w.Active(t.Context(), joe.ID()); !got || err != nil {
		t.Errorf("at the desk: %t, %v", got, err)
	}
	joe.GoesAway()
	if got, err := w.Active(t.Context(), joe.ID()); got || err != nil {
		t.Errorf("away: %t, %v", got, err)
	}
	if got, err := w.Active(t.Context(), "U404"); got || err == nil {
		t.Errorf("nobody: %t, %v", got, err)
	}
	for _, answer := range []string{`{"ok":false}`, `{"ok":true}`, `{"ok":true,"presence":"idle"}`} {
		if got, err := slackSaying(t, answer).Active(t.Context(), "U1"); got || err == nil {
			t.Errorf("%s is told as an answer: %t, %v", answer, got, err)
		}
	}
}
