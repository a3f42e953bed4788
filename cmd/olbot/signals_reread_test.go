package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// rereads is about the program that binary is: at SIGHUP it goes on with what the files say, if it
// can work with that, and else with what they said.
func rereads(t *testing.T, binary string) {
	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	joe, ana, maria := w.people()
	w.vars["LOG_LEVEL"] = "info"
	dir, output := t.TempDir(), &lockedBuffer{}
	secret := w.vars["ONELOGIN_CLIENT_SECRET"]
	w.vars["ONELOGIN_CLIENT_SECRET_FILE"] = filepath.Join(dir, "secret")
	delete(w.vars, "ONELOGIN_CLIENT_SECRET")
	delete(w.vars, "OLBOT_REQUESTERS")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("secret", secret)
	write(".env", "OLBOT_REQUESTERS=U0NOBODY")
	cmd := exec.CommandContext(t.Context(), binary, "run")
	cmd.Env, cmd.Dir, cmd.Stderr = environ(w.vars), dir, output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	says := func(what string, times int) {
		t.Helper()
		w.until(what, func() bool { return strings.Count(output.String(), what) == times }, output.String)
	}
	hangUp := func() {
		t.Helper()
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	says("olbot takes commands", 1)
	if a := joe.Runs("/tempotp " + ana.Mention()); !strings.Contains(a.Words(), "not among those") {
		t.Errorf("Joe is not on the list and was answered: %s", a.Words())
	}

	write(".env", "OLBOT_REQUESTERS=Joe")
	write("secret", "wrong")
	hangUp()
	says("goes on with those it has", 1)
	write(".env", "OLBOT_REQUESTERS="+joe.ID())
	hangUp()
	says("OneLogin refuses ONELOGIN_CLIENT_ID", 1)
	if a := joe.Runs("/tempotp " + ana.Mention()); !strings.Contains(a.Words(), "not among those") {
		t.Errorf("one file was in order, the other not, and Joe was answered: %s", a.Words())
	}

	write("secret", secret)
	hangUp()
	says("olbot takes commands", 2)
	joe.Runs("/tempotp " + ana.Mention())
	w.until("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok }, output.String)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("olbot ended with %v", err)
	}
	w.keepsSecrets(output.String())
	_, trail, _ := w.run("audit", "export")
	for kind, times := range map[string]int{"started": 2, "settings_changed": 1, "shut_down": 2} {
		if n := strings.Count(trail, `"kind":"`+kind+`"`); n != times {
			t.Errorf("%d events %s, want %d:\n%s", n, kind, times, trail)
		}
	}
}
