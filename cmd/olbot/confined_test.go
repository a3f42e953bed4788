package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// confinement runs olbot as the files in deploy/ say, as far as this can be had without the programs that read them: nobody's
// user, no capabilities, and a file system of which only data can be written to. Its first argument is where olbot and data are.
const confinement = `#!/bin/sh
exec unshare --mount sh -c '
	cd "$0" && mount --bind data data && mount -o remount,bind,ro / || exit 98
	touch writable 2>/dev/null && exit 99
	cd data && exec setpriv --reuid=65532 --regid=65532 --clear-groups --no-new-privs --bounding-set=-all "$0/olbot" "$@"
' "$(dirname "$0")" "$@"
`

// confine makes a place with a data directory and a command that runs the olbot of the place confined.
func confine(t *testing.T) (data, confined string) {
	t.Helper()
	place, err := os.MkdirTemp("", "olbot") // not within t.TempDir, where only root can go
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(place) })
	data, confined = filepath.Join(place, "data"), filepath.Join(place, "confined")
	for _, err := range []error{
		os.Chmod(place, 0o755), os.Mkdir(data, 0o700), os.Chown(data, 65532, 65532), os.WriteFile(confined, []byte(confinement), 0o755),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return data, confined
}

// use makes binary the olbot of the place where confined is.
func use(t *testing.T, binary, confined string) {
	t.Helper()
	program, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(filepath.Dir(confined), "olbot")
	if err := errors.Join(os.WriteFile(place+".new", program, 0o755), os.Rename(place+".new", place)); err != nil {
		t.Fatal(err)
	}
}

// needsLittle is about the program that binary is: confined, it makes a code, is backed up, and stops when it is told to.
func needsLittle(t *testing.T, binary string) {
	if os.Geteuid() != 0 {
		t.Skip("left out: only root can confine olbot here")
	}
	data, confined := confine(t)
	use(t, binary, confined)

	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	joe, ana, maria := w.people()
	w.vars["OLBOT_DATABASE_URL"], w.vars["PATH"] = "sqlite:"+filepath.Join(data, "olbot.db"), os.Getenv("PATH")
	cmd := w.process(confined)
	joe.Runs("/tempotp " + ana.Mention())
	w.until("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })
	maria.Presses("Approve")
	w.until("a code is made", func() bool { return len(w.onelogin.Codes()) == 1 })
	backup := exec.CommandContext(t.Context(), confined, "backup", filepath.Join(data, "copy.db"))
	backup.Env = environ(w.vars)
	if out, err := backup.CombinedOutput(); err != nil {
		t.Errorf("the backup ended with %v: %s", err, out)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("olbot ended with %v", err)
	}
}
