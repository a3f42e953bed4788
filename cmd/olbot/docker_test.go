package main

import (
	"debug/elf"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"olbot/internal/testbed/leftout"
)

// There is no Docker engine where these tests run. What the image promises is
// read from the Dockerfile, and its build is done by hand, from those files that
// .dockerignore lets through.

const root = "../.."

// An instruction is a line of a Dockerfile, continuations joined.
type instruction struct{ name, args string }

// lastStage is the Dockerfile's last stage, which is the image, and all its RUN instructions.
func lastStage(t *testing.T) (stage []instruction, runs []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.ReplaceAll(string(raw), "\\\n", " ")) {
		name, args, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch args = strings.TrimSpace(args); {
		case name == "" || name[0] == '#':
			continue
		case name == "FROM":
			stage = nil
		case name == "RUN":
			runs = append(runs, args)
		}
		stage = append(stage, instruction{name, args})
	}
	return stage, runs
}

func TestImagePromises(t *testing.T) {
	stage, _ := lastStage(t)
	got := map[string]string{}
	for _, i := range stage {
		got[i.name] = i.args
	}
	want := map[string]string{
		"ENV":        "OLBOT_DATABASE_URL=sqlite:/data/olbot.db",
		"USER":       "65532:65532", // by number, so that Kubernetes can see that it is not root
		"VOLUME":     "/data",
		"WORKDIR":    "/data",
		"STOPSIGNAL": "SIGTERM",
		"ENTRYPOINT": `["/olbot"]`,
		"CMD":        `["run"]`,
	}
	for name, args := range want {
		if got[name] != args {
			t.Errorf("%s is %q, want %q", name, got[name], args)
		}
	}
	if base := got["FROM"]; !regexp.MustCompile(`^gcr\.io/distroless/static-debian12:nonroot@sha256:[0-9a-f]{64}$`).MatchString(base) {
		t.Errorf("the image is %s: it shall have certificates, no shell, and a digest that nobody can change", base)
	}
	if !strings.HasSuffix(got["HEALTHCHECK"], ` CMD ["/olbot", "healthcheck"]`) {
		t.Errorf("HEALTHCHECK is %q", got["HEALTHCHECK"])
	}
	if !strings.Contains(got["LABEL"], `version="${VERSION}"`) || !strings.Contains(got["LABEL"], `revision="${COMMIT}"`) {
		t.Errorf("the image does not say what it is: LABEL %s", got["LABEL"])
	}
	if !slices.Contains(stage, instruction{"COPY", "--from=build /out/LICENSE /out/THIRD_PARTY_NOTICES /licenses/"}) {
		t.Error("the image does not carry the licences of what is in it")
	}
	if !slices.Contains(stage, instruction{"COPY", "--from=build --chown=65532:65532 /out/data /data"}) {
		t.Error("/data does not belong to the user")
	}
}

// -trimpath is left out here: it changes nothing but names of files, and would
// compile everything anew.
func TestImageBuildsAStaticBinary(t *testing.T) {
	leftout.UnlessLong(t)
	_, runs := lastStage(t)
	i := slices.IndexFunc(runs, func(run string) bool { return strings.HasPrefix(run, "CGO_ENABLED=0 go build -trimpath ") })
	if i < 0 {
		t.Fatalf("no static build among %q", runs)
	}
	build, _, _ := strings.Cut(runs[i], "&&")
	binary := filepath.Join(t.TempDir(), "olbot")
	build = strings.NewReplacer("-trimpath ", "", "/out/olbot", binary, "${VERSION}", "v1.2.3", "${COMMIT}", "8774da3").Replace(build)
	sh := exec.CommandContext(t.Context(), "sh", "-c", build)
	sh.Dir = buildContext(t)
	if out, err := sh.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	static(t, binary)
	version := exec.CommandContext(t.Context(), binary, "version", "--json")
	version.Env = []string{}
	if out, err := version.Output(); err != nil || !strings.HasPrefix(string(out), `{"version":"v1.2.3","commit":"8774da3",`) {
		t.Errorf("version says %q: %v", out, err)
	}
	endsBySignals(t, binary)
	t.Run("confined", func(t *testing.T) { needsLittle(t, binary) })
	t.Run("on a disk that fills up", func(t *testing.T) { fillsUp(t, binary) })
	worksInACompany(t, binary)
}

// static fails if the program needs anything else to be loaded.
func static(t *testing.T, binary string) {
	t.Helper()
	f, err := elf.Open(binary)
	if err != nil {
		t.Skipf("left out: not an ELF binary here: %v", err)
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil || len(libraries) > 0 {
		t.Errorf("the binary needs %q: %v", libraries, err)
	}
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Error("the binary needs a loader")
	}
}

// buildContext copies what .dockerignore lets through.
func buildContext(t *testing.T) string {
	t.Helper()
	rules := ignoreRules(t)
	dir := t.TempDir()
	copied := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		if err != nil || d.IsDir() || rules.ignore(rel) {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		copied[strings.Split(rel, "/")[0]] = true
		target := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, raw, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range maps.Keys(copied) {
		if strings.HasPrefix(name, ".") || name == "ci" || name == "docs" {
			t.Errorf("%s goes to the builder", name)
		}
	}
	return dir
}

// rules are the lines of .dockerignore: the last one that matches decides.
type rules []string

func ignoreRules(t *testing.T) (rs rules) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			rs = append(rs, line)
		}
	}
	return rs
}

func (rs rules) ignore(path string) bool {
	ignored := false
	for _, rule := range rs {
		pattern, keep := strings.CutPrefix(rule, "!")
		names := strings.Split(path, "/")
		if anywhere, ok := strings.CutPrefix(pattern, "**/"); ok {
			pattern = anywhere
		} else {
			names = names[:1]
		}
		if slices.ContainsFunc(names, func(name string) bool { ok, _ := filepath.Match(pattern, name); return ok }) {
			ignored = !keep
		}
	}
	return ignored
}

func TestNoSecretGoesToTheBuilder(t *testing.T) {
	rs := ignoreRules(t)
	for path, want := range map[string]bool{
		".env": true, "cmd/olbot/.env": true, "olbot.db": true, "cmd/olbot/olbot.db-wal": true, ".git/config": true, "olbot": true,
		"go.mod": false, "cmd/olbot/main.go": false, "internal/sqlstore/migrations/sqlite/00001_init.sql": false,
	} {
		if rs.ignore(path) != want {
			t.Errorf("%s is ignored: %t", path, !want)
		}
	}
}
