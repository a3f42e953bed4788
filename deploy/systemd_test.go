package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A unit is what a unit's file sets: in each section a list of values for each key.
type unit map[string]map[string][]string

func readUnit(t *testing.T, name string) unit {
	t.Helper()
	u := unit{}
	var section string
	for line := range strings.Lines(string(read(t, filepath.Join("systemd", name)))) {
		line = strings.TrimSpace(line)
		switch key, value, found := strings.Cut(line, "="); {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
			u[section] = map[string][]string{}
		case found:
			u[section][key] = append(u[section][key], value)
		default:
			t.Fatalf("%s: %q", name, line)
		}
	}
	return u
}

// environment is what Environment= sets.
func (u unit) environment(t *testing.T) map[string]string {
	t.Helper()
	vars := map[string]string{}
	for _, entry := range u["Service"]["Environment"] {
		name, value, found := strings.Cut(entry, "=")
		if !found {
			t.Fatalf("Environment=%s", entry)
		}
		vars[name] = value
	}
	return vars
}

// credentials are the names of what LoadCredential= loads from the files of the same names.
func (u unit) credentials(t *testing.T) (names []string) {
	t.Helper()
	for _, entry := range u["Service"]["LoadCredential"] {
		name, path, _ := strings.Cut(entry, ":")
		if path != "/etc/olbot/secrets/"+name {
			t.Errorf("the credential %s is loaded from %s", name, path)
		}
		names = append(names, name)
	}
	return names
}

func (u unit) has(t *testing.T, want map[string]string) {
	t.Helper()
	for key, value := range want {
		if got := u["Service"][key]; !slices.Equal(got, []string{value}) {
			t.Errorf("%s is %q, want %q", key, got, value)
		}
	}
}

// stricter are the keys that say what the service may not do.
var stricter = regexp.MustCompile(`^(Private|Protect|Restrict|SystemCall|Lock|Memory|NoNew|Remove|Capability|Ambient|Device|Keyring|Proc|Limit|UMask|Dynamic)`)

func TestTheServiceHasItsSecretsAsCredentials(t *testing.T) {
	service, settings := readUnit(t, "olbot.service"), envFile(t, "olbot.env.example")
	loaded := service.credentials(t)
	same(t, "the credentials that are read", accepts(t, joined(service.environment(t), settings), "%d"), loaded)

	more := readUnit(t, "olbot-postgresql.conf")
	same(t, "the credentials that are read with PostgreSQL",
		accepts(t, joined(service.environment(t), settings, more.environment(t)), "%d"), append(more.credentials(t), loaded...))
}

func TestTheServiceIsConfined(t *testing.T) {
	service, backup := readUnit(t, "olbot.service"), readUnit(t, "olbot-backup.service")
	service.has(t, map[string]string{
		"Type": "notify", "RestartPreventExitStatus": "2", "EnvironmentFile": "/etc/olbot/olbot.env",
		"User": "olbot", "DynamicUser": "yes", "StateDirectory": "olbot", "StateDirectoryMode": "0700", "CapabilityBoundingSet": "", "ProtectSystem": "strict",
	})
	backup.has(t, map[string]string{
		"Type": "oneshot", "User": "olbot", "StateDirectory": "olbot olbot-backup", "StateDirectoryMode": "0700", "PrivateNetwork": "yes",
	})
	for key, values := range service["Service"] {
		if key != "RestrictAddressFamilies" && stricter.MatchString(key) && !slices.Equal(backup["Service"][key], values) {
			t.Errorf("%s is %q for the backup, %q for the service", key, backup["Service"][key], values)
		}
	}
	database := service.environment(t)["OLBOT_DATABASE_URL"]
	if got := backup.environment(t)["OLBOT_DATABASE_URL"]; got != database || database != "sqlite:%S/olbot/olbot.db" {
		t.Errorf("%s is backed up, and %s written to", got, database)
	}
	same(t, "the backup's credentials", backup.credentials(t), []string{"trail_key"})
}

// The commands of the backup are tried in a shell, which reads these lines as systemd does.
func TestTheBackupKeepsThirtyDays(t *testing.T) {
	dir := t.TempDir()
	program, copies := filepath.Join(dir, "olbot"), filepath.Join(dir, "olbot-backup")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ntest $# = 2 && test $1 = backup && echo copy >\"$2\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(copies, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, days := range map[string]int{
		"olbot-aged.db": 32, "olbot-young.db": 2, ".olbot-killed.db.1.partial": 33, "notes": 99,
	} {
		path, old := filepath.Join(copies, name), time.Now().AddDate(0, 0, -days)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range readUnit(t, "olbot-backup.service")["Service"]["ExecStart"] {
		line = strings.NewReplacer("%S", dir, "%%", "%", "$$", "$", "exec olbot", "exec "+program).Replace(line)
		sh := exec.CommandContext(t.Context(), "sh", "-c", line)
		if out, err := sh.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	entries, err := os.ReadDir(copies)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, regexp.MustCompile(`^olbot-\d{4}-\d\d-\d\dT\d{6}\.db$`).ReplaceAllString(e.Name(), "the new one"))
	}
	same(t, "the copies", names, []string{"the new one", "olbot-young.db", "notes"})
}
