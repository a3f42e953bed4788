package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// An installation is olbot as a package brought it, below a directory of its own, run as its unit says as far as this
// can be had without systemd.
type installation struct {
	*world
	packages, root, data, confined string
}

// TestInstallUpgradeGoBackRestore is what somebody does who runs olbot on Debian, from the first day to the worst one.
// ci/install makes the packages.
func TestInstallUpgradeGoBackRestore(t *testing.T) {
	packages := os.Getenv("OLBOT_TEST_PACKAGES")
	if packages == "" {
		t.Skip("left out: ci/install makes the packages")
	}
	if os.Geteuid() != 0 {
		t.Fatal("only root can confine olbot")
	}
	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	joe, ana, maria := w.people()
	i := &installation{world: w, packages: packages, root: t.TempDir()}
	i.data, i.confined = confine(t)

	i.install("0.1.0")
	i.configure()
	i.succeeds("no problem", "check")
	i.gives(joe, ana, maria)
	i.succeeds("backed up to", "backup", filepath.Join(i.data, "copy.db"))
	i.succeeds("the trail is whole", "audit", "verify")

	i.install("0.1.1") // it changes the schema
	i.succeeds("brings up to date", "check")
	i.gives(joe, ana, maria)
	i.succeeds("the trail is whole", "audit", "verify")

	i.install("0.1.0")
	i.succeeds("a newer olbot has changed the database's schema", "check")
	i.gives(joe, ana, maria)
	i.succeeds("the trail is whole", "audit", "verify")
	i.succeeds("backed up to", "backup", filepath.Join(i.data, "newer.db"))

	i.install("0.1.1")
	i.gives(joe, ana, maria)
	i.succeeds("the trail is whole", "audit", "verify")

	i.install("0.1.0")
	for _, leftover := range []string{"olbot.db", "olbot.db-wal", "olbot.db-shm"} {
		if err := os.Remove(filepath.Join(i.data, "olbot", leftover)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.Rename(filepath.Join(i.data, "copy.db"), filepath.Join(i.data, "olbot", "olbot.db")); err != nil {
		t.Fatal(err)
	}
	i.succeeds("the trail is whole", "audit", "verify")
	i.succeeds("no problem", "check")
	i.gives(joe, ana, maria)
	i.succeeds("the trail is whole", "audit", "verify")
}

// install installs the package over what is there, and makes its program the one that is run.
func (i *installation) install(version string) {
	i.t.Helper()
	for _, dir := range []string{"info", "updates"} {
		if err := os.MkdirAll(filepath.Join(i.root, "var/lib/dpkg", dir), 0o755); err != nil {
			i.t.Fatal(err)
		}
	}
	status, err := os.OpenFile(filepath.Join(i.root, "var/lib/dpkg/status"), os.O_CREATE, 0o644)
	if err == nil {
		err = status.Close()
	}
	if err != nil {
		i.t.Fatal(err)
	}
	dpkg := exec.CommandContext(i.t.Context(), "dpkg", "--root="+i.root, "--install", filepath.Join(i.packages, "olbot-"+version+".deb"))
	if out, err := dpkg.CombinedOutput(); err != nil {
		i.t.Fatalf("install %s: %v\n%s", version, err, out)
	}
	program := filepath.Join(i.root, "usr/bin/olbot")
	if out, err := exec.CommandContext(i.t.Context(), program, "version").Output(); err != nil || !strings.HasPrefix(string(out), "olbot v"+version+" ") {
		i.t.Fatalf("the program of %s says %q: %v", version, out, err)
	}
	use(i.t, program, i.confined)
}

// configure replaces the four settings of the example, and writes the secrets.
func (i *installation) configure() {
	i.t.Helper()
	var settings strings.Builder
	for _, name := range []string{"ONELOGIN_API_URL", "SLACK_API_URL", "OLBOT_AUDIT_CHANNEL", "OLBOT_REQUESTERS", "OLBOT_SECURITY_CONTACTS", "OLBOT_HTTP_ADDR"} {
		fmt.Fprintf(&settings, "%s=%s\n", name, i.vars[name])
	}
	i.write("etc/olbot/olbot.env", settings.String())
	for name, value := range map[string]string{
		"slack_bot_token": "SLACK_BOT_TOKEN", "slack_app_token": "SLACK_APP_TOKEN", "onelogin_client_id": "ONELOGIN_CLIENT_ID", "onelogin_client_secret": "ONELOGIN_CLIENT_SECRET",
	} {
		i.write("etc/olbot/secrets/"+name, i.vars[value])
	}
	key, err := exec.CommandContext(i.t.Context(), filepath.Join(i.root, "usr/bin/olbot"), "audit", "key").Output()
	if err != nil {
		i.t.Fatal(err)
	}
	i.write("etc/olbot/secrets/trail_key", string(key))
}

func (i *installation) write(name, text string) {
	i.t.Helper()
	if err := os.WriteFile(filepath.Join(i.root, name), []byte(text), 0o600); err != nil {
		i.t.Fatal(err)
	}
}

// environment is what systemd would give the service of the package: %S is where its state is, %d its credentials.
func (i *installation) environment() []string {
	i.t.Helper()
	credentials, state := filepath.Join(i.data, "credentials"), filepath.Join(i.data, "olbot")
	for _, dir := range []string{credentials, state} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			i.t.Fatal(err)
		}
		if err := os.Chown(dir, 65532, 65532); err != nil {
			i.t.Fatal(err)
		}
	}
	environ := []string{"PATH=" + os.Getenv("PATH")}
	for line := range strings.Lines(i.read("usr/lib/systemd/system/olbot.service")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.NewReplacer("%S", i.data, "%d", credentials).Replace(value)
		switch name {
		case "EnvironmentFile":
			environ = append(environ, strings.Split(strings.TrimSpace(i.read(value)), "\n")...)
		case "Environment":
			environ = append(environ, value)
		case "LoadCredential":
			id, from, _ := strings.Cut(value, ":")
			to := filepath.Join(credentials, id)
			_ = os.Remove(to)
			if err := os.WriteFile(to, []byte(i.read(from)), 0o400); err != nil {
				i.t.Fatal(err)
			}
			if err := os.Chown(to, 65532, 65532); err != nil {
				i.t.Fatal(err)
			}
		}
	}
	return environ
}

func (i *installation) read(name string) string {
	i.t.Helper()
	text, err := os.ReadFile(filepath.Join(i.root, name))
	if err != nil {
		i.t.Fatal(err)
	}
	return string(text)
}

// succeeds runs the program as the service is run.
func (i *installation) succeeds(says string, args ...string) {
	i.t.Helper()
	cmd := exec.CommandContext(i.t.Context(), i.confined, args...)
	cmd.Env = i.environment()
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), says) {
		i.t.Fatalf("olbot %s: %v, and it does not say %q:\n%s", strings.Join(args, " "), err, says, out)
	}
}

// gives runs the service until Joe has a code.
func (i *installation) gives(joe, ana, maria *slacksim.Person) {
	i.t.Helper()
	cmd := exec.CommandContext(i.t.Context(), i.confined, "run")
	cmd.Env = i.environment()
	var log lockedBuffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	i.until("olbot takes commands", func() bool { return strings.Contains(log.String(), "olbot takes commands") }, log.String)
	before := len(i.onelogin.Codes())
	id := regexp.MustCompile(`OTP-\w{4}-\w{4}`).FindString(joe.Runs("/tempotp " + ana.Mention()).Words())
	i.until("Maria is asked", func() bool { _, ok := maria.Finds(id); return ok && id != "" }, log.String)
	maria.Presses("Approve")
	i.until("Joe has the code", func() bool {
		codes := i.onelogin.Codes()
		if len(codes) == before {
			return false
		}
		_, shown := joe.Finds(codes[before].Value)
		return shown
	}, log.String)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		i.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		i.t.Fatalf("olbot ended with %v: %s", err, log.String())
	}
}
