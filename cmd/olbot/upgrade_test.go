package main

import (
	"strings"
	"testing"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// TestARunThatCannotWorkLeavesTheDatabaseAlone: what the schema was brought up to date for could not be
// used, and an older olbot may not be able to go back to it.
func TestARunThatCannotWorkLeavesTheDatabaseAlone(t *testing.T) {
	for name, trouble := range map[string]func(*world){
		"Slack":    func(w *world) { w.vars["SLACK_BOT_TOKEN"] = "xoxb-1-wrong" },
		"OneLogin": func(w *world) { w.onelogin.FailAlways(oneloginsim.CallToken, oneloginsim.AddressRefused()) },
		"channel":  func(w *world) { w.channel.Archive() },
		"port":     func(w *world) { w.vars["OLBOT_HTTP_ADDR"] = strings.Split(w.onelogin.URL(), "/")[2] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			w := newWorld(t, slacksim.Options{})
			trouble(w)
			w.vars["OLBOT_DATABASE_URL"] = "sqlite:olbot.db"
			if code, _, stderr := w.run("run"); code == exitDone {
				t.Fatalf("it ran: %s", stderr)
			}
			if files := filesHere(t); files != "" {
				t.Errorf("a database was made: %s", files)
			}
			storeAnEvent(w)
			w.changeDatabase(`DELETE FROM olbot_schema WHERE version_id > 0`)
			w.run("run")
			_, check := w.check(0)
			if !strings.Contains(check, "brings up to date") {
				t.Errorf("the older schema was changed:\n%s", check)
			}
		})
	}
}
