package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"olbot/bot/view"
)

func manifest(t *testing.T, vars map[string]string) map[string]any {
	t.Helper()
	code, stdout, stderr := call(t, vars, "manifest")
	if code != exitDone || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(stdout), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestManifestIsWhatSlackTakes(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/slack-manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"/tempotp", "/" + strings.Repeat("x", 31)} {
		if err := schema.Validate(any(manifest(t, map[string]string{"OLBOT_COMMAND": command}))); err != nil {
			t.Errorf("with %s: %v", command, err)
		}
	}
}

// Too little and olbot does not work; too much and a stolen token can do more than it has to.
func TestManifestAsksForWhatIsUsedAndNoMore(t *testing.T) {
	m := manifest(t, map[string]string{"OLBOT_COMMAND": "/otp"})
	at := func(path ...string) any {
		var v any = m
		for _, key := range path {
			v = v.(map[string]any)[key]
		}
		return v
	}
	want := []any{"commands", "chat:write", "im:write", "users:read", "users:read.email", "usergroups:read", "channels:read", "groups:read"}
	if got := at("oauth_config", "scopes"); !reflect.DeepEqual(got, map[string]any{"bot": want}) {
		t.Errorf("scopes are %v", got)
	}
	command := at("features", "slash_commands").([]any)[0].(map[string]any)
	if command["command"] != "/otp" || command["should_escape"] != true || command["url"] != nil {
		t.Errorf("the command is %v", command)
	}
	shortcut := at("features", "shortcuts").([]any)[0].(map[string]any)
	if shortcut["type"] != "global" || shortcut["callback_id"] != view.ShortcutRequest {
		t.Errorf("the shortcut is %v", shortcut)
	}
	if at("settings", "socket_mode_enabled") != true || at("settings", "interactivity", "is_enabled") != true {
		t.Error("Socket Mode or interactivity is off")
	}
	if at("features", "app_home", "messages_tab_enabled") != true {
		t.Error("no message can be sent to people")
	}
	if at("features", "app_home", "home_tab_enabled") != true {
		t.Error("there is no Home tab")
	}
	if got := at("settings", "event_subscriptions"); !reflect.DeepEqual(got, map[string]any{"bot_events": []any{"app_home_opened"}}) {
		t.Errorf("olbot subscribes to %v", got)
	}
}
