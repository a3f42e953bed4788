package view

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"olbot/internal/testbed/leftout"
)

// TestSlacksOwnTypes lets the TypeScript compiler hold every message, form and
// Home tab of the examples, as the JSON that Slack gets, against the types that
// Slack publishes.
func TestSlacksOwnTypes(t *testing.T) {
	types := leftout.Types.Need(t)
	if said, err := compile(t, types, sentAsTypeScript(t)); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	said, err := compile(t, types, typesPrelude+strings.Join(wronglyTyped, "\n"))
	for i, line := range wronglyTyped {
		if at := fmt.Sprintf("sent.ts(%d,", strings.Count(typesPrelude, "\n")+i+1); err == nil || !strings.Contains(said, at) {
			t.Errorf("the compiler takes %s: %v, %s", line, err, said)
		}
	}
}

// wronglyTyped are what the compiler has to notice.
var wronglyTyped = []string{
	"const a: Home = {type: 'home', blocks: [{type: 'header', text: {type: 'mrkdwn', text: 'x'}}]};",
	"const b: Modal = {type: 'modal', blocks: []};",
	"const c: Sent = {text: 'x', blocks: [{type: 'actions', elements: [{type: 'button', text: {type: 'plain_text', text: 'x'}, colour: 'red'}]}]};",
}

// typesPrelude leaves out the types that allow anything.
const typesPrelude = `import type { HomeView, KnownBlock, ModalView } from "@slack/types";
type Strict<V> = Omit<V, "blocks"> & { blocks: KnownBlock[] };
type Home = Strict<HomeView>;
type Modal = Strict<ModalView>;
type Sent = { text: string; blocks: KnownBlock[] };
export {};
`

// sentAsTypeScript is all that olbot sends, as constants of Slack's types.
func sentAsTypeScript(t *testing.T) string {
	var b strings.Builder
	b.WriteString(typesPrelude)
	n := 0
	constant := func(kind, name string, v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		n++
		fmt.Fprintf(&b, "// %s\nconst c%d: %s = %s;\n", name, n, kind, raw)
	}
	for name, m := range allMessages() {
		constant("Sent", name, map[string]any{"text": m.Text, "blocks": m.Blocks})
	}
	for name, form := range allForms() {
		constant("Modal", name, form)
	}
	for name, s := range allHomes() {
		constant("Home", name, s.view())
	}
	return b.String()
}

func compile(t *testing.T, types, source string) (said string, err error) {
	t.Helper()
	dir := t.TempDir()
	config, err := json.Marshal(map[string]any{
		"compilerOptions": map[string]any{
			"strict": true, "noEmit": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "types": []string{},
			"paths": map[string][]string{"@slack/types": {filepath.Join(types, "node_modules", "@slack", "types", "dist", "index.d.ts")}},
		},
		"files": []string{"sent.ts"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"tsconfig.json": string(config), "sent.ts": source, "package.json": `{"type":"module"}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tsc := exec.CommandContext(t.Context(), "node", filepath.Join(types, "node_modules", "typescript", "bin", "tsc"), "-p", dir)
	out, err := tsc.CombinedOutput()
	return string(out), err
}
