package config

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// TestFilesOfOthers: what others can write decides what olbot does, and what they can read is no secret.
func TestFilesOfOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("rights are kept in another way")
	}
	const written, read = "can be written to by others", "can be read by others"
	for _, tt := range []struct {
		mode           fs.FileMode
		dotenv, secret string // the problem of a .env and of a NAME_FILE
		warns          bool   // of the latter
	}{
		{0o600, "", "", false}, {0o400, "", "", false}, {0o700, "", "", false},
		{0o640, read, "", false}, {0o440, read, "", false}, {0o604, read, "", true}, {0o444, read, "", true},
		{0o620, written, "which others can write to", false}, {0o602, written, "which others can write to", false}, {0o666, written, "which others can write to", false},
	} {
		t.Run(tt.mode.String(), func(t *testing.T) {
			dir := t.TempDir()
			put := func(name, text string) string {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, tt.mode); err != nil { // whatever the umask
					t.Fatal(err)
				}
				return path
			}
			put(dotenv, "OLBOT_DELIVERY=claim\n")
			said := func(c Config, err error) string {
				if err == nil {
					return ""
				}
				return err.Error()
			}
			if got := said(Load(environ(good()), dir)); (got == "") != (tt.dotenv == "") || !strings.Contains(got, tt.dotenv) {
				t.Errorf(".env: %q, want %q", got, tt.dotenv)
			}
			vars := good()
			delete(vars, "ONELOGIN_CLIENT_SECRET")
			vars["ONELOGIN_CLIENT_SECRET_FILE"] = put("secret", "hunter2")
			c, err := Load(environ(vars), "")
			if got := said(c, err); (got == "") != (tt.secret == "") || !strings.Contains(got, tt.secret) {
				t.Errorf("the secret's file: %q, want %q", got, tt.secret)
			}
			if warned := strings.Contains(strings.Join(c.Warnings(), "\n"), "which others can read"); warned != tt.warns {
				t.Errorf("the secret's file: warned of: %t", warned)
			}
		})
	}
}

// TestSettingsFromFilesAreNamed, those that count, and never their values.
func TestSettingsFromFilesAreNamed(t *testing.T) {
	vars := good()
	delete(vars, "SLACK_BOT_TOKEN")
	vars["SLACK_BOT_TOKEN_FILE"] = "$DIR/token"
	c := load(t, vars, map[string]string{
		"token": "xoxb-2-file", dotenv: "OLBOT_DELIVERY=claim\nOLBOT_COMMAND=/otp\nOLBOT_AUDIT_CHANNEL=C0OTHER\nSLACK_BOT_TOKEN=xoxb-3-dotenv\n",
	})
	want := []File{{dotenv, []string{"OLBOT_COMMAND", "OLBOT_DELIVERY"}}, {vars["SLACK_BOT_TOKEN_FILE"], []string{"SLACK_BOT_TOKEN"}}}
	if got := c.Files(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := load(t, good(), nil).Files(); len(got) > 0 {
		t.Errorf("without files: %+v", got)
	}
}

func TestWhatIsUnwiseIsWarnedOf(t *testing.T) {
	wise := good()
	maps.Copy(wise, map[string]string{"OLBOT_PROTECTED": "role:7", "OLBOT_APPROVERS": "manager,S0LEADS", "OLBOT_SECURITY_CONTACTS": "U0SAM,U0SUE"})
	for _, tt := range []struct{ name, value, says string }{
		{"OLBOT_PROTECTED", "role:7", ""},
		{"OLBOT_PROTECTED", "", "OLBOT_PROTECTED is empty"},
		{"OLBOT_SECURITY_CONTACTS", "none", "OLBOT_SECURITY_CONTACTS is none"},
		{"OLBOT_SECURITY_CONTACTS", "U0SAM", "OLBOT_SECURITY_CONTACTS names one person"},
		{"OLBOT_SECURITY_CONTACTS", "U0SAM,U0SAM", "OLBOT_SECURITY_CONTACTS names one person"},
		{"OLBOT_SECURITY_CONTACTS", "S0SEC", ""},
		{"OLBOT_SECURITY_CONTACTS", "S0LEADS,U0SAM", `OLBOT_SECURITY_CONTACTS contains "S0LEADS", the only fallback approver`},
		{"OLBOT_APPROVERS", "manager,U0JIM", `OLBOT_APPROVERS has "U0JIM" as the only fallback`},
		{"OLBOT_APPROVERS", "U0JIM", `OLBOT_APPROVERS is "U0JIM" alone`},
		{"OLBOT_APPROVERS", "S0LEADS", ""},
		{"OLBOT_APPROVERS", "manager,U0SAM,S0LEADS", ""},
		{"OLBOT_APPROVERS", "manager", "OLBOT_APPROVERS is manager alone"},
		{"OLBOT_REMIND_AFTER", "15m", "OLBOT_REMIND_AFTER is not shorter than OLBOT_APPROVAL_TIMEOUT"},
		{"OLBOT_REMIND_AFTER", "14m", ""},
		{"OLBOT_ESCALATE_AFTER", "15m", "OLBOT_ESCALATE_AFTER is not shorter than OLBOT_APPROVAL_TIMEOUT"},
		{"LOG_LEVL", "debug", "LOG_LEVL is set and is not a setting of olbot; did you mean LOG_LEVEL?"},
	} {
		vars := maps.Clone(wise)
		vars[tt.name] = tt.value
		got := strings.Join(load(t, vars, nil).Warnings(), "\n")
		if (got == "") != (tt.says == "") || !strings.HasPrefix(got, tt.says) || strings.Contains(got, "\n") {
			t.Errorf("%s=%s: %q, want %q", tt.name, tt.value, got, tt.says)
		}
	}
}

func TestAContactWhoIsTheOnlyFallbackIsWarnedOfTwice(t *testing.T) {
	vars := good()
	maps.Copy(vars, map[string]string{"OLBOT_PROTECTED": "role:7", "OLBOT_APPROVERS": "manager,U0SAM", "OLBOT_SECURITY_CONTACTS": "U0SAM,U0SUE"})
	got := load(t, vars, nil).Warnings()
	if len(got) != 2 || !strings.HasPrefix(got[0], `OLBOT_SECURITY_CONTACTS contains "U0SAM", the only fallback approver`) ||
		!strings.HasPrefix(got[1], `OLBOT_APPROVERS has "U0SAM" as the only fallback`) {
		t.Errorf("%q", got)
	}
}

// TestGroupsOfContactsDecideToo: whether somebody may lift a block is asked of the group.
func TestGroupsOfContactsDecideToo(t *testing.T) {
	vars := good()
	maps.Copy(vars, map[string]string{"OLBOT_REQUESTERS": "U0JOE", "OLBOT_APPROVERS": "manager", "OLBOT_SECURITY_CONTACTS": "U0SAM"})
	if load(t, vars, nil).UsesUserGroups() {
		t.Error("no group is named, and one is used")
	}
	vars["OLBOT_SECURITY_CONTACTS"] = "S0SEC"
	if !load(t, vars, nil).UsesUserGroups() {
		t.Error("the contacts' group is not used")
	}
}

// TestFilesOfOtherEditors: what Windows programs write is read, or named.
func TestFilesOfOtherEditors(t *testing.T) {
	utf16 := func(text string) string {
		out := "\xff\xfe"
		for _, r := range text {
			out += string([]byte{byte(r), 0})
		}
		return out
	}
	const settings = "OLBOT_COMMAND=/otp\r\nOLBOT_DELIVERY=\"claim\"\r\n"
	for _, text := range []string{settings, "\xef\xbb\xbf" + settings} {
		secret := strings.ReplaceAll(text, settings, "client-secret\r\n")
		vars := goodBut("ONELOGIN_CLIENT_SECRET_FILE", "$DIR/secret")
		delete(vars, "ONELOGIN_CLIENT_SECRET")
		c := load(t, vars, map[string]string{dotenv: text, "secret": secret})
		if c.Command != "/otp" || c.Delivery != "claim" || c.OneLoginClientSecret.Reveal() != "client-secret" {
			t.Errorf("%q is read as command %q, delivery %q; the secret is the same: %t", text, c.Command, c.Delivery, c.OneLoginClientSecret.Reveal() == "client-secret")
		}
	}
	for text, want := range map[string]string{
		utf16(settings): ".env is in UTF-16, as some Windows programs write it; save it as UTF-8", "OLBOT_COMMAND=/\xe4\n": ".env is not plain text; save it as UTF-8",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, dotenv), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(nil, dir); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestProxiesThatCannotBeUsedAreFoundOut(t *testing.T) {
	for value, want := range map[string]bool{
		"http://proxy.example.com:3128": true, "proxy.example.com:3128": true, "proxy": true, "http://joe:hunter2@proxy.example.com": true, "https://proxy.example.com": false,
		"socks5://127.0.0.1:1080": true, "http://proxy:port": false, "http://": false, "ftp://proxy.example.com": false, "http:// proxy": false,
	} {
		if got := isProxy(value); got != want {
			t.Errorf("%s is a proxy: %t, want %t", value, got, want)
		}
	}
	c := load(t, good(), map[string]string{dotenv: "HTTPS_PROXY=http://proxy.example.com:3128\n"})
	if got := strings.Join(c.Warnings(), "\n"); !strings.HasPrefix(got, "HTTPS_PROXY has no effect in .env: set it in the environment") || strings.Contains(got, "example.com") {
		t.Errorf("of a proxy in .env it says %q", got)
	}
}
