package main

import (
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// fillsUp is about the program that binary is: on a disk that fills up it takes nothing, says so to whoever asks and to who
// watches it, and goes on once there is room.
func fillsUp(t *testing.T, binary string) {
	if os.Geteuid() != 0 {
		t.Skip("left out: only root can mount a small disk")
	}
	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	joe, ana, maria := w.people()
	disk := t.TempDir()
	w.vars["OLBOT_DATABASE_URL"], w.vars["OLBOT_HTTP_ADDR"], w.vars["PATH"] = "sqlite:"+disk+"/olbot.db", nobody(t), os.Getenv("PATH")
	var log lockedBuffer
	cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-c", `mount -t tmpfs -o size=8m olbot "$0" && exec "$1" run`, disk, binary)
	cmd.Env, cmd.Dir, cmd.Stderr = environ(w.vars), t.TempDir(), &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b := &started{world: w}
	inside := func(script string) {
		t.Helper()
		sh := exec.CommandContext(t.Context(), "nsenter", "--mount", "--target", strconv.Itoa(cmd.Process.Pid), "sh", "-c", script, disk)
		if out, err := sh.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", script, err, out)
		}
	}
	ready := func(status int, metric string) func() bool {
		return func() bool {
			got, _ := b.page("/readyz")
			_, metrics := b.page("/metrics")
			return got == status && strings.Contains(metrics, `olbot_ready{check="database_write"} `+metric+"\n")
		}
	}
	w.until("olbot is ready", ready(http.StatusOK, "1"), log.String)

	inside(`dd if=/dev/zero of="$0/fill" bs=4k 2>/dev/null; test -s "$0/fill"`)
	w.until("it says that it cannot write", ready(http.StatusServiceUnavailable, "0"), log.String)
	if said := joe.Runs("/tempotp " + ana.Mention()).Words(); strings.Contains(said, "OTP-") || said == "" {
		t.Errorf("a command that was not stored is answered with %q", said)
	}

	inside(`rm "$0/fill"`)
	w.until("it is ready again", ready(http.StatusOK, "1"), log.String)
	b.asks(joe, ana)
	w.until("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok }, log.String)
	maria.Presses("Approve")
	w.until("a code is made", func() bool { return len(w.onelogin.Codes()) == 1 }, log.String)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("olbot ended with %v: %s", err, log.String())
	}
}
