package people

import (
	"testing"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

func TestReachableIsWhoseDMCanBeOpened(t *testing.T) {
	w := newWorld(t, slacksim.Options{}, oneloginsim.Options{})
	for name, tt := range map[string]struct {
		user slacksim.User
		want bool
	}{
		"member":      {slacksim.User{}, true},
		"guest":       {slacksim.User{Guest: true}, true},
		"deactivated": {slacksim.User{Deleted: true}, false},
		"bot":         {slacksim.User{Bot: true}, false},
		"closed":      {slacksim.User{DMClosed: true}, false},
	} {
		got, err := w.Reachable(t.Context(), w.slack.AddUser(tt.user).ID())
		if err != nil || got != tt.want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
	if got, err := w.Reachable(t.Context(), "U404"); got || err != nil {
		t.Errorf("nobody: %t, %v", got, err)
	}
	joe := w.slack.AddUser(slacksim.User{Name: "joe"})
	for _, code := range []string{"cannot_dm_bot", "channel_not_found"} {
		w.slack.Fail(slacksim.Fault{Method: "conversations.open", Times: 1, Error: code})
		if got, err := w.Reachable(t.Context(), joe.ID()); got || err != nil {
			t.Errorf("%s: %t, %v", code, got, err)
		}
	}
	if got, err := w.Reachable(t.Context(), joe.ID()); !got || err != nil {
		t.Errorf("an earlier no was kept: %t, %v", got, err)
	}
}

func TestAnAnswerWithoutAChannelIsNotReachable(t *testing.T) {
	for _, answer := range []string{`{"ok":false}`, `{"ok":true}`, `{"ok":true,"channel":{}}`} {
		if got, err := slackSaying(t, answer).Reachable(t.Context(), "U1"); got || kind(err) != "temporary" {
			t.Errorf("%s: %t, %v", answer, got, err)
		}
	}
}

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
