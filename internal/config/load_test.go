package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
)

// load reads a configuration that must have no problem.
func load(t *testing.T, vars map[string]string, files map[string]string) Config {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range vars {
		vars[name] = strings.ReplaceAll(value, "$DIR", dir)
	}
	c, err := Load(environ(vars), dir)
	if err != nil {
		t.Error(err)
	}
	return c
}

func goodBut(name, value string) map[string]string {
	vars := good()
	vars[name] = value
	return vars
}

func principals(names ...string) (all []approvals.Principal) {
	for _, name := range names {
		p, err := approvals.ParsePrincipal(name)
		if err != nil {
			panic(err)
		}
		all = append(all, p)
	}
	return all
}

// The defaults are part of the public surface.
func TestDefaults(t *testing.T) {
	c := load(t, good(), nil)
	want := approvals.Policy{
		Requesters: principals("S0HELPDESK"), Chain: principals("manager"),
		DefaultValidity: 5 * time.Minute, MaxValidity: time.Hour, AllowReusable: true,
		ApprovalTimeout: 15 * time.Minute, RemindAfter: 5 * time.Minute, EscalateAfter: 10 * time.Minute, ClaimWindow: 15 * time.Minute,
		RecoveryHold: 24 * time.Hour, ObjectionWindow: 7 * 24 * time.Hour, MaxCodes: 1, AgentLimit: 10, OwnerLimit: 5, Delivery: approvals.DeliverAuto, CheckAge: 70 * time.Second,
	}
	if got := c.Policy(); !reflect.DeepEqual(got, want) {
		t.Errorf("policy is %+v\nwant      %+v", got, want)
	}
	if c.SlackAPIURL != "https://slack.com/api/" || c.DatabaseURL.Reveal() != "sqlite:olbot.db" || c.Command != "/tempotp" ||
		!c.NotifyOwner || time.Duration(c.Retention) != 90*24*time.Hour || c.HTTPAddr != "127.0.0.1:8080" || c.SocketConnections != 2 {
		t.Errorf("config is %+v", c)
	}
}

func TestValuesAreUnderstood(t *testing.T) {
	tests := []struct {
		name, value string
		got         func(Config) any
		want        any
	}{
		{"OLBOT_MAX_VALIDITY", "3d", func(c Config) any { return c.MaxValidity }, validity(72 * time.Hour)},
		{"OLBOT_MAX_VALIDITY", "3600", func(c Config) any { return c.MaxValidity }, validity(time.Hour)},
		{"OLBOT_MAX_VALIDITY", "1d12h", func(c Config) any { return c.MaxValidity }, validity(36 * time.Hour)},
		{"OLBOT_DEFAULT_VALIDITY", "120s", func(c Config) any { return c.DefaultValidity }, validity(2 * time.Minute)},
		{"OLBOT_APPROVAL_TIMEOUT", "1s", func(c Config) any { return c.ApprovalTimeout }, timeout(time.Second)},
		{"OLBOT_REMIND_AFTER", "0", func(c Config) any { return c.Policy().RemindAfter }, time.Duration(0)},
		{"OLBOT_ESCALATE_AFTER", "1s", func(c Config) any { return c.Policy().EscalateAfter }, time.Second},
		{"OLBOT_SECURITY_CONTACTS", "U0SAM,S0SEC", func(c Config) any { return c.Policy().SecurityContacts }, principals("U0SAM", "S0SEC")},
		{"OLBOT_RETENTION", "0", func(c Config) any { return c.Retention }, retention(0)},
		{"OLBOT_RETENTION", "8d12h", func(c Config) any { return c.Retention }, retention(204 * time.Hour)},
		{"OLBOT_RETENTION", "8d", func(c Config) any { return c.Retention }, retention(192 * time.Hour)},
		{"OLBOT_OBJECTION_WINDOW", "30d", func(c Config) any { return c.Policy().ObjectionWindow }, 30 * 24 * time.Hour},
		{"OLBOT_RECOVERY_HOLD", "0", func(c Config) any { return c.Policy().RecoveryHold }, time.Duration(0)},
		{"OLBOT_RECOVERY_HOLD", "3d", func(c Config) any { return c.Policy().RecoveryHold }, 72 * time.Hour},
		{"OLBOT_AGENT_LIMIT", "0", func(c Config) any { return c.AgentLimit }, limit(0)},
		{"OLBOT_ALLOW_REUSABLE", "False", func(c Config) any { return c.AllowReusable }, false},
		{"OLBOT_ALLOW_REUSABLE", "", func(c Config) any { return c.AllowReusable }, true},
		{"OLBOT_HTTP_ADDR", "", func(c Config) any { return c.HTTPAddr }, httpAddr("")},
		{"OLBOT_HTTP_ADDR", " ", func(c Config) any { return c.HTTPAddr }, httpAddr("")},
		{"OLBOT_HTTP_ADDR", ":0", func(c Config) any { return c.HTTPAddr }, httpAddr(":0")},
		{"OLBOT_COMMAND", "/otp-2", func(c Config) any { return c.Command }, slashCommand("/otp-2")},
		{"OLBOT_REQUESTERS", "*", func(c Config) any { return c.Requesters }, requesterList(principals("*"))},
		{"OLBOT_REQUESTERS", " U0JOE , W0JIM,S0HELP, U0JOE", func(c Config) any { return c.Requesters }, requesterList(principals("U0JOE", "W0JIM", "S0HELP"))},
		{"OLBOT_APPROVERS", "S0LEADS,manager,W0MARIA", func(c Config) any { return c.Approvers }, approverChain(principals("S0LEADS", "manager", "W0MARIA"))},
		{"OLBOT_PROTECTED", "12345,#678, role:9,group:10,CEO@Example.com", func(c Config) any { return c.Protected },
			approvals.Protected{Users: []int64{12345, 678}, Roles: []int64{9}, Groups: []int64{10}, Emails: []string{"ceo@example.com"}}},
		{"SLACK_API_URL", "http://127.0.0.1:8080/api", func(c Config) any { return c.SlackAPIURL }, slackURL("http://127.0.0.1:8080/api/")},
		{"SLACK_API_URL", "https://slack-gov.com/api//", func(c Config) any { return c.SlackAPIURL }, slackURL("https://slack-gov.com/api/")},
		{"ONELOGIN_API_URL", "http://localhost:9000/", func(c Config) any { return c.OneLoginAPIURL }, oneloginURL("http://localhost:9000")},
		{"ONELOGIN_API_URL", "http://[::1]:9000", func(c Config) any { return c.OneLoginAPIURL }, oneloginURL("http://[::1]:9000")},
		{"OLBOT_EXPORT", "https://SIEM.example.com:443/ , http://127.0.0.1:8088/a?b=c,syslog+tls://siem.example.com,file:/var//log/a.jsonl,file:///b.jsonl", func(c Config) any {
			var all []string
			for _, u := range c.Export {
				all = append(all, u.String())
			}
			return all
		}, []string{"https://siem.example.com", "http://127.0.0.1:8088/a?b=c", "syslog+tls://siem.example.com:6514", "file:///var/log/a.jsonl", "file:///b.jsonl"}},
		{"ONELOGIN_SUBDOMAIN", "Example", func(c Config) any { return c.OneLoginAPIURL }, oneloginURL("https://example.onelogin.com")},
	}
	for _, tt := range tests {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			if got := tt.got(load(t, goodBut(tt.name, tt.value), nil)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("read as %#v, want %#v", got, tt.want)
			}
		})
	}
}

// What the stories of testdata leave out: the bounds.
func TestValuesAreRefused(t *testing.T) {
	for _, setting := range []string{
		"OLBOT_DEFAULT_VALIDITY=119s", "OLBOT_DEFAULT_VALIDITY=120.5s", "OLBOT_DEFAULT_VALIDITY=-5m", "OLBOT_MAX_VALIDITY=259201", "OLBOT_MAX_VALIDITY=4d",
		"OLBOT_APPROVAL_TIMEOUT=999ms", "OLBOT_APPROVAL_TIMEOUT=d", "OLBOT_CLAIM_WINDOW=1d-1h", "OLBOT_CLAIM_WINDOW=+5m", "OLBOT_CLAIM_WINDOW=1.5d",
		"OLBOT_REMIND_AFTER=999ms", "OLBOT_REMIND_AFTER=0s", "OLBOT_ESCALATE_AFTER=-10m", "OLBOT_ESCALATE_AFTER=never",
		"OLBOT_RETENTION=167h59m", "OLBOT_RETENTION=191h59m", "OLBOT_RECOVERY_HOLD=-1h", "OLBOT_OBJECTION_WINDOW=0", "OLBOT_OBJECTION_WINDOW=-7d", "OLBOT_RETENTION=-90d", "OLBOT_RETENTION=70000d",
		"OLBOT_AGENT_LIMIT=1000001", "OLBOT_MAX_CODES=0", "OLBOT_MAX_CODES=one", "OLBOT_SOCKET_CONNECTIONS=0", "OLBOT_HTTP_ADDR=localhost:http", "OLBOT_HTTP_ADDR=localhost:65536",
		"OLBOT_COMMAND=/", "OLBOT_COMMAND=/Tempotp", "OLBOT_COMMAND=/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "OLBOT_AUDIT_CHANNEL=D0DM", "OLBOT_AUDIT_CHANNEL=C",
		"OLBOT_REQUESTERS=u0joe", "OLBOT_REQUESTERS=<@U0JOE>", "OLBOT_REQUESTERS=manager", "OLBOT_APPROVERS=*", "OLBOT_SECURITY_CONTACTS=*",
		"OLBOT_PROTECTED=+5", "OLBOT_PROTECTED=##5", "OLBOT_PROTECTED=role", "OLBOT_PROTECTED=role: 5x", "OLBOT_PROTECTED=ana@", "OLBOT_PROTECTED=ana@a@b",
		"SLACK_API_URL=http://slack.com/api/", "SLACK_API_URL=http://127.0.0.1.example.com/", "SLACK_API_URL=mailto:joe@example.com", "SLACK_API_URL=https:///api/",
		"SLACK_API_URL=https://slack.com/api/#x", "ONELOGIN_API_URL=acme.onelogin.com", "ONELOGIN_API_URL=https://", "ONELOGIN_API_URL=ftp://acme.onelogin.com",
		"OLBOT_EXPORT=http://siem.example.com/", "OLBOT_EXPORT=https://joe:hunter2@siem.example.com", "OLBOT_EXPORT=https://", "OLBOT_EXPORT=https://siem.example.com/#x",
		"OLBOT_EXPORT=https://<host>/", "OLBOT_EXPORT=syslog://siem.example.com", "OLBOT_EXPORT=syslog+tls://siem.example.com/x", "OLBOT_EXPORT=syslog+tls://joe:hunter2@siem.example.com",
		"OLBOT_EXPORT=file:trail.jsonl", "OLBOT_EXPORT=file:/var/log/", "OLBOT_EXPORT=file://host/a", "OLBOT_EXPORT=/var/log/a.jsonl", "OLBOT_EXPORT=file:/a,", "OLBOT_EXPORT=file:/a,file:///a",
		"OLBOT_EXPORT=https://siem.example.com/?token=hunter2,https://siem.example.com:443?token=other", "OLBOT_EXPORT_AUTHORIZATION=Bearer hunter2\nX: y",
		"SLACK_BOT_TOKEN=xoxb-", "SLACK_BOT_TOKEN=xoxb-two words", "SLACK_BOT_TOKEN=xoxe.xoxb-1-rotated", "ONELOGIN_CLIENT_ID=id:secret", "OLBOT_DATABASE_URL=olbot.db", "OLBOT_DATABASE_URL=sqlite:",
	} {
		name, value, _ := strings.Cut(setting, "=")
		vars := good()
		vars[name] = value
		_, ps := read(environ(vars), "")
		if len(ps) != 1 || !ps.has(name) || !strings.HasPrefix(ps[0].text, name+" ") {
			t.Errorf("%s: the problems are %v", setting, ps)
		}
		if strings.Contains(ps.Error(), "hunter2") {
			t.Errorf("a secret is told: %v", ps)
		}
	}
}

func TestACredentialIsForOneHost(t *testing.T) {
	for exports, wrong := range map[string]bool{
		"https://a.example.com/x,https://b.example.com/y": true, "https://a.example.com/x,https://a.example.com/y": false, "https://a.example.com/x,file:/b": false,
	} {
		vars := good()
		vars["OLBOT_EXPORT"], vars["OLBOT_EXPORT_AUTHORIZATION"] = exports, "Bearer hunter2"
		if _, ps := read(environ(vars), ""); ps.has("OLBOT_EXPORT_AUTHORIZATION") != wrong {
			t.Errorf("%s: the problems are %v", exports, ps)
		}
	}
}

func TestExportsThatAreUnwise(t *testing.T) {
	vars := good()
	vars["OLBOT_DATABASE_URL"], vars["OLBOT_TRAIL_KEY"] = "postgres://db.example.com/olbot", strings.Repeat("7e57", 16)
	vars["OLBOT_EXPORT"], vars["OLBOT_EXPORT_AUTHORIZATION"] = "file:/var/log/olbot.jsonl", "Bearer hunter2"
	told := strings.Join(load(t, vars, nil).Warnings(), "\n")
	for _, want := range []string{"each event is in the file of one of them", "OLBOT_EXPORT_AUTHORIZATION is set, and"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not among the warnings:\n%s", want, told)
		}
	}
}

// An app with token rotation gives tokens that begin otherwise, and end after twelve hours.
func TestATokenThatIsRotatedIsExplained(t *testing.T) {
	_, ps := read(environ(goodBut("SLACK_BOT_TOKEN", "xoxe.xoxb-1-rotated")), "")
	if len(ps) != 1 || !strings.Contains(ps[0].text, "token rotation is on") || !strings.Contains(ps[0].text, "make a new Slack app") {
		t.Errorf("the problems are %v", ps)
	}
}

func TestTheEnvironmentWinsOverDotenv(t *testing.T) {
	c := load(t, goodBut("OLBOT_COMMAND", "/from-env"), map[string]string{
		dotenv: "OLBOT_COMMAND=/from-file\nOLBOT_DELIVERY=claim\nexport OLBOT_REQUIRE_REASON='true' # said in the policy\n",
	})
	if c.Command != "/from-env" || c.Delivery != approvals.DeliverClaim || !c.RequireReason {
		t.Errorf("command %s, delivery %s, reason required %t", c.Command, c.Delivery, c.RequireReason)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	vars := good()
	files := map[string]string{}
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ONELOGIN_CLIENT_ID", "ONELOGIN_CLIENT_SECRET"} {
		files[name] = vars[name] + "-from-a-file\r\n"
		delete(vars, name)
		vars[name+fileSuffix] = "$DIR/" + name
	}
	files["url"], files["key"] = "postgres://olbot@db.example.com/olbot\n", strings.Repeat("7e57", 16)+"\n"
	vars["OLBOT_TRAIL_KEY_FILE"] = "$DIR/key"
	files[dotenv] = "OLBOT_DATABASE_URL_FILE=$DIR/url\n"
	vars["OLBOT_DATABASE_URL_FILE"] = "$DIR/url"
	c := load(t, vars, files)
	for _, secret := range []fmt.Stringer{c.SlackBotToken, c.SlackAppToken, c.OneLoginClientID, c.OneLoginClientSecret, c.DatabaseURL} {
		if secret.String() != "[secret]" {
			t.Error("a secret can be printed")
		}
	}
	got := []string{c.SlackBotToken.Reveal(), c.SlackAppToken.Reveal(), c.OneLoginClientID.Reveal(), c.OneLoginClientSecret.Reveal(), c.DatabaseURL.Reveal()}
	want := []string{"xoxb-1-good-from-a-file", "xapp-1-good-from-a-file", "client-id-from-a-file", "client-secret-from-a-file", "postgres://olbot@db.example.com/olbot"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("secrets are %q, want %q", got, want)
	}
	if keys := c.Keys(); len(keys.IDs()) != 1 {
		t.Errorf("the keys are %q", keys.IDs())
	}
}

// A secret in the environment also wins over its file named in .env, and the other way round.
func TestASecretAndItsFileAreOneSetting(t *testing.T) {
	c := load(t, good(), map[string]string{dotenv: "SLACK_BOT_TOKEN_FILE=nowhere\nONELOGIN_CLIENT_ID_FILE=nowhere\n"})
	if c.SlackBotToken.Reveal() != "xoxb-1-good" {
		t.Error(".env's file won over the environment's value")
	}
	vars := good()
	delete(vars, "SLACK_BOT_TOKEN")
	vars["SLACK_BOT_TOKEN_FILE"] = "$DIR/token"
	c = load(t, vars, map[string]string{"token": "xoxb-2-file", dotenv: "SLACK_BOT_TOKEN=xoxb-3-dotenv\n"})
	if c.SlackBotToken.Reveal() != "xoxb-2-file" {
		t.Error(".env's value won over the environment's file")
	}
}

func TestAuditedSettingsHoldNoSecretAndOneSpelling(t *testing.T) {
	vars := good()
	maps.Copy(vars, map[string]string{
		"OLBOT_DATABASE_URL": "postgres://olbot:hunter2@db.example.com/olbot", "OLBOT_TRAIL_KEY": strings.Repeat("7e57", 16),
		"OLBOT_REQUESTERS": "U0B,U0A", "OLBOT_APPROVERS": "U0Z,manager",
		"OLBOT_PROTECTED": "ceo@example.com,group:3,role:2,#1", "OLBOT_MAX_VALIDITY": "5400",
		"OLBOT_EXPORT": "https://siem.example.com/hunter2?token=hunter2,file:/var/log/olbot.jsonl", "OLBOT_EXPORT_FORMAT": "ocsf", "OLBOT_EXPORT_AUTHORIZATION": "Splunk hunter2",
	})
	got := load(t, vars, nil).AuditedSettings()
	want := map[string]string{
		"SLACK_API_URL": "slack.com", "ONELOGIN_API_URL": "example.onelogin.com", "OLBOT_AUDIT_CHANNEL": "C0AUDIT",
		"OLBOT_REQUESTERS": "U0A,U0B", "OLBOT_APPROVERS": "U0Z,manager", "OLBOT_PROTECTED": "1,role:2,group:3,ceo@example.com",
		"OLBOT_SECURITY_CONTACTS": "none", "OLBOT_DEFAULT_VALIDITY": "5m", "OLBOT_MAX_VALIDITY": "1h30m",
		"OLBOT_ALLOW_REUSABLE": "true", "OLBOT_REQUIRE_REASON": "false", "OLBOT_APPROVAL_TIMEOUT": "15m", "OLBOT_REMIND_AFTER": "5m", "OLBOT_ESCALATE_AFTER": "10m", "OLBOT_CLAIM_WINDOW": "15m",
		"OLBOT_RECOVERY_HOLD": "1d", "OLBOT_OBJECTION_WINDOW": "7d",
		"OLBOT_MAX_CODES": "1", "OLBOT_AGENT_LIMIT": "10", "OLBOT_OWNER_LIMIT": "5", "OLBOT_DELIVERY": "auto", "OLBOT_NOTIFY_OWNER": "true", "OLBOT_RETENTION": "90d",
		"OLBOT_EXPORT": "file:/var/log/olbot.jsonl,https://siem.example.com", "OLBOT_EXPORT_FORMAT": "ocsf",
	}
	if !reflect.DeepEqual(got, want) {
		told, _ := json.MarshalIndent(got, "", " ")
		t.Errorf("settings are %s", told)
	}
}
