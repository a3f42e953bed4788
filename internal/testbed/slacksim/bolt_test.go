package slacksim_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/slacksim"
)

// TestOfficialBoltClient lets Slack's own client library judge the simulator: a command, a button, a
// form and the Home tab through Bolt in Socket Mode.
func TestOfficialBoltClient(t *testing.T) {
	dir := leftout.Bolt.Need(t)
	s := begin(t)
	stop := startBolt(t, s, dir)
	joe := s.Person("joe")
	a := joe.Runs("/tempotp @ana 300")
	if !a.OK() || a.Words() != "asked: @ana 300" {
		t.Fatalf("command: %q %q", a.Err, a.Words())
	}
	if _, err := joe.WaitsFor(soon(t), "more follows"); err != nil {
		t.Error("nothing came through the response_url")
	}
	_, err := joe.WaitsForButton(soon(t), "Approve")
	must(t, err)
	fillsBoltsForm(t, joe)
	if a := joe.Presses("Approve"); !a.OK() {
		t.Error(a.Err)
	}
	if _, err := joe.WaitsFor(soon(t), "Approved OTP-1 by @joe"); err != nil {
		t.Error("the button had no effect")
	}
	joe.OpensHome()
	must(t, joe.Waits(soon(t), func() bool {
		home, ok := joe.Home()
		return ok && home.Words() == "Nothing is waiting for you"
	}))
	honest(t, s)
	if complaints, err := stop(); err != nil || complaints != "" {
		t.Errorf("Bolt ended with %v and said %q", err, complaints)
	}
}

// startBolt starts the Bolt app and waits until it is connected. stop ends it and returns what
// it wrote to standard error.
func startBolt(t *testing.T, s *slacksim.Server, dir string) (stop func() (string, error)) {
	t.Helper()
	app := exec.Command("node", "check.mjs")
	app.Dir = dir
	app.Env = append(os.Environ(),
		"SLACK_API_URL="+s.URL(), "SLACK_BOT_TOKEN="+s.BotToken(), "SLACK_APP_TOKEN="+s.AppToken())
	var complaints bytes.Buffer
	app.Stderr = &complaints
	out, err := app.StdoutPipe()
	must(t, err)
	must(t, app.Start())
	stop = sync.OnceValues(func() (string, error) {
		_ = app.Process.Signal(syscall.SIGTERM) // Wait tells whether it had ended before
		err := app.Wait()
		return complaints.String(), err
	})
	t.Cleanup(func() {
		if said, _ := stop(); t.Failed() && said != "" {
			t.Logf("Bolt said: %s", said)
		}
	})
	if line, _ := bufio.NewReader(out).ReadString('\n'); strings.TrimSpace(line) != "ready" {
		t.Fatalf("Bolt did not start: %q", line)
	}
	must(t, s.Wait(soon(t), func() bool { return len(s.Connections()) == 1 }))
	return stop
}

// fillsBoltsForm opens the form, submits it with a mistake and then without.
func fillsBoltsForm(t *testing.T, joe *slacksim.Person) {
	t.Helper()
	if a := joe.Presses("Open form"); !a.OK() {
		t.Fatal(a.Err)
	}
	must(t, joe.Waits(soon(t), func() bool {
		_, open := joe.Form()
		return open
	}))
	must(t, joe.Fills(map[string]string{"Reason": "hm"}))
	if a := joe.Submits(); !a.OK() || a.Fields["Reason"] != "Say more." {
		t.Errorf("form with a mistake: %+v", a)
	}
	must(t, joe.Fills(map[string]string{"Reason": "lost her phone"}))
	if a := joe.Submits(); !a.OK() || len(a.Fields) > 0 {
		t.Errorf("form: %+v", a)
	}
	if _, err := joe.WaitsFor(soon(t), "Noted: lost her phone (kept)"); err != nil {
		t.Error("the form had no effect")
	}
}
