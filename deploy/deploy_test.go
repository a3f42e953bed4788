// Package deploy holds to what the files beside it promise: olbot takes the settings that they give, its
// secrets come as files, it is nobody in particular and can write to nothing but its data. Go alone has to do
// here; .ci/run asks systemd-analyze and Kubernetes' own types (ci/kubernetes) as well.
package deploy

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/joho/godotenv"
	"go.yaml.in/yaml/v3"

	"olbot/internal/config"
	"olbot/internal/trailkey"
)

var update = flag.Bool("update", false, "write what is made from other files")

// secretSettings must come from files, wherever olbot runs.
var secretSettings = []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ONELOGIN_CLIENT_ID", "ONELOGIN_CLIENT_SECRET", "OLBOT_TRAIL_KEY"}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// parse reads YAML. A key that stands twice is an error.
func parse[T any](t *testing.T, path string) (v T) {
	t.Helper()
	if err := yaml.Unmarshal(read(t, path), &v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

// envFile reads NAME=value lines.
func envFile(t *testing.T, path string) map[string]string {
	t.Helper()
	vars, err := godotenv.UnmarshalBytes(read(t, path))
	if err != nil || len(vars) == 0 {
		t.Fatalf("%s: %d settings, %v", path, len(vars), err)
	}
	return vars
}

// secretFiles makes a directory with the secrets that an operator has put there.
func secretFiles(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, secret := range map[string]string{
		"slack_bot_token": "xoxb-1-good", "slack_app_token": "xapp-1-good", "onelogin_client_id": "id", "onelogin_client_secret": "secret",
		"trail_key": trailkey.New(), "database_url": "postgres://olbot:hunter2@127.0.0.1/olbot",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// accepts fails unless olbot takes these settings, which look for secrets in the directory place, and reads every
// secret from a file there, and from each file one. It returns the files' names.
func accepts(t *testing.T, vars map[string]string, place string) []string {
	t.Helper()
	dir := secretFiles(t)
	var environ []string
	for name, value := range vars {
		if in, ok := strings.CutPrefix(value, place+"/"); ok {
			value = filepath.Join(dir, in)
		}
		environ = append(environ, name+"="+value)
	}
	c, err := config.Load(environ, "")
	if err != nil {
		t.Fatalf("olbot says: %v", err)
	}
	names := map[string]bool{}
	var settings []string
	for _, f := range c.Files() {
		names[filepath.Base(f.Path)] = true
		settings = append(settings, f.Settings...)
	}
	for _, name := range secretSettings {
		if !slices.Contains(settings, name) {
			t.Errorf("%s does not come from a file", name)
		}
	}
	if strings.HasPrefix(c.DatabaseURL.Reveal(), "postgres") && !slices.Contains(settings, "OLBOT_DATABASE_URL") {
		t.Error("a URL with a password does not come from a file")
	}
	return slices.Sorted(maps.Keys(names))
}

// joined are the settings of several places; the later ones win.
func joined(places ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, vars := range places {
		maps.Copy(all, vars)
	}
	return all
}

// same fails unless the two lists have the same entries.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// What the guide says to install, read or click exists.
func TestTheGuideNamesWhatExists(t *testing.T) {
	const guide = "../docs/guides/deployment.md"
	text := string(read(t, guide))
	made := []string{"deploy/secrets", "deploy/olbot.env"} // by the reader
	for _, path := range regexp.MustCompile(`\bdeploy/[\w./*-]+\w`).FindAllString(text, -1) {
		found, err := filepath.Glob(filepath.Join("..", path))
		mine := slices.ContainsFunc(made, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") })
		if (err != nil || len(found) == 0) && !mine {
			t.Errorf("there is no %s", path)
		}
	}
	for _, link := range regexp.MustCompile(`\]\(([\w./-]+)`).FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(filepath.Dir(guide), link[1])); err != nil {
			t.Errorf("a link leads nowhere: %v", err)
		}
	}
}
