package deploy

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A composition is what of compose.yaml is held to something here.
type composition struct {
	Services map[string]struct {
		User        string
		ReadOnly    bool     `yaml:"read_only"`
		CapDrop     []string `yaml:"cap_drop"`
		CapAdd      []string `yaml:"cap_add"`
		SecurityOpt []string `yaml:"security_opt"`
		Privileged  bool
		Ports       []string
		Volumes     []string
		EnvFile     string `yaml:"env_file"`
		Environment map[string]string
		Secrets     []string
		Healthcheck struct{ Test []string }
		Grace       string `yaml:"stop_grace_period"`
	}
	Volumes map[string]any
	Secrets map[string]struct{ File string }
}

func TestComposeKeepsOlbotIn(t *testing.T) {
	c := parse[composition](t, "compose.yaml")
	olbot := c.Services["olbot"]
	if len(c.Services) != 1 || olbot.User != instruction(t, "USER") || !olbot.ReadOnly || olbot.Privileged || len(olbot.CapAdd) > 0 {
		t.Errorf("olbot is more than it has to be: %+v", olbot)
	}
	same(t, "capabilities that are dropped", olbot.CapDrop, []string{"ALL"})
	same(t, "security options", olbot.SecurityOpt, []string{"no-new-privileges:true"})
	same(t, "what can be written to", olbot.Volumes, []string{"data:" + instruction(t, "VOLUME")})
	if len(olbot.Ports) > 0 {
		t.Errorf("olbot can be reached at %q", olbot.Ports)
	}
	if want := []string{"CMD", "/olbot", "healthcheck"}; !slices.Equal(olbot.Healthcheck.Test, want) {
		t.Errorf("the health check is %q", olbot.Healthcheck.Test)
	}
	if olbot.Grace != "15s" {
		t.Errorf("olbot has %s to stop, and needs up to 10 s", olbot.Grace)
	}
}

func TestComposeHasItsSecretsAsFiles(t *testing.T) {
	c := parse[composition](t, "compose.yaml")
	olbot := c.Services["olbot"]
	given := accepts(t, joined(envFile(t, olbot.EnvFile+".example"), olbot.Environment), "/run/secrets")
	same(t, "the secrets that olbot is given", olbot.Secrets, given)
	same(t, "the secrets that there are", slices.Collect(maps.Keys(c.Secrets)), given)
	ignored := strings.Split(string(read(t, "../.gitignore")), "\n")
	for name, secret := range c.Secrets {
		if secret.File != "secrets/"+name || !slices.Contains(ignored, "/deploy/"+path.Dir(secret.File)+"/") {
			t.Errorf("%s is in %s, which git does not ignore", name, secret.File)
		}
	}
	if !slices.Contains(ignored, "/deploy/"+olbot.EnvFile) {
		t.Errorf("git does not ignore %s", olbot.EnvFile)
	}
}

// instruction is what the last such line of the Dockerfile says.
func instruction(t *testing.T, name string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^`+name+` (.+)$`).FindAllStringSubmatch(string(read(t, "../Dockerfile")), -1)
	if len(found) == 0 {
		t.Fatalf("the Dockerfile has no %s", name)
	}
	return found[len(found)-1][1]
}
