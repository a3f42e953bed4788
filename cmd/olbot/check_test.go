package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"olbot/internal/sqlstore"
	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
	"olbot/internal/trailkey"
)

// found is what olbot check has to say. All of it is in testdata/check.
var found = []struct {
	name    string
	options slacksim.Options
	args    []string
	make    func(*world)
	later   time.Duration // this machine's clock
}{
	{name: "fine", make: storeAnEvent},
	{name: "fine-and-new"},
	{name: "fine-offline", args: []string{"--offline"}, make: func(w *world) {
		storeAnEvent(w)
		w.vars["SLACK_API_URL"], w.vars["ONELOGIN_API_URL"] = "https://slack.invalid/api/", "https://onelogin.invalid"
	}},
	{name: "unwise", make: func(w *world) {
		w.vars["OLBOT_PROTECTED"], w.vars["OLBOT_APPROVERS"], w.vars["OLBOT_SECURITY_CONTACTS"] = "", "manager", "none"
	}},
	{name: "one-of-each", make: func(w *world) {
		w.vars["OLBOT_APPROVERS"], w.vars["OLBOT_SECURITY_CONTACTS"] = "manager,U0SAM", "U0SAM"
	}},
	{name: "exports-away", make: func(w *world) {
		w.vars["OLBOT_EXPORT"] = "https://127.0.0.1:1/services/collector/raw?token=hunter2,syslog+tls://127.0.0.1:1,file:/nowhere/olbot.jsonl,file:/tmp/olbot-trail.jsonl"
	}},
	{name: "exports-offline", args: []string{"--offline"}, make: func(w *world) { w.vars["OLBOT_EXPORT"] = "https://siem.invalid/,file:/nowhere/olbot.jsonl" }},
	{name: "configuration-wrong", make: func(w *world) {
		delete(w.vars, "OLBOT_AUDIT_CHANNEL")
		w.vars["SLACK_APP_TOKEN"], w.vars["OLBOT_REQUESTER"] = "xoxb-swapped", "U0JOE"
	}},
	{name: "env-for-all-to-read", make: func(w *world) {
		if err := errors.Join(os.WriteFile(".env", []byte("LOG_LEVEL=info\n"), 0o600), os.Chmod(".env", 0o644)); err != nil {
			w.t.Fatal(err)
		}
		w.dir = "."
	}},
	{name: "tokens-wrong", make: func(w *world) {
		w.vars["SLACK_BOT_TOKEN"], w.vars["SLACK_APP_TOKEN"], w.vars["ONELOGIN_CLIENT_SECRET"] = "xoxb-1-wrong", "xapp-1-wrong", "wrong"
	}},
	{name: "scopes-missing", options: slacksim.Options{Scopes: slices.DeleteFunc(slacksim.DefaultScopes(), func(s string) bool { return s == "im:write" || s == "usergroups:read" })}},
	{name: "channel-missing", make: func(w *world) { w.vars["OLBOT_AUDIT_CHANNEL"] = "C0NOWHERE" }},
	{name: "channel-archived", make: func(w *world) { w.channel.Archive() }},
	{name: "groups-odd", make: func(w *world) {
		w.vars["OLBOT_REQUESTERS"] = "S0NOWHERE," + w.slack.AddUserGroup("empty")
		var many []*slacksim.Person
		for i := range mostAsked + 1 {
			many = append(many, w.slack.AddUser(slacksim.User{Name: fmt.Sprint("lead", i)}))
		}
		w.vars["OLBOT_APPROVERS"] = "manager," + w.slack.AddUserGroup("many", many...) + "," + w.slack.AddUserGroup("ten", many[:mostAsked]...)
	}},
	{name: "group-of-contacts-missing", make: func(w *world) { w.vars["OLBOT_SECURITY_CONTACTS"] = "S0NOWHERE" }},
	{name: "groups-do-not-answer", make: func(w *world) { w.slack.Fail(slacksim.Fault{Method: "usergroups.list", Status: 503}) }},
	{name: "groups-cannot-be-had", make: func(w *world) { w.slack.Fail(slacksim.Fault{Method: "usergroups.list", Error: "paid_teams_only"}) }},
	{name: "slack-down", make: func(w *world) { w.vars["SLACK_API_URL"] = "http://" + nobody(w.t) + "/api/" }},
	{name: "onelogin-down", make: func(w *world) { w.onelogin.Down() }},
	{name: "onelogin-scope", make: func(w *world) { w.onelogin.FailAlways(oneloginsim.CallRateLimit, oneloginsim.InsufficientPermission()) }},
	{name: "onelogin-lacks-the-call", make: func(w *world) { w.onelogin.FailAlways(oneloginsim.CallRateLimit, oneloginsim.NotFound()) }},
	{name: "clock-ahead", later: 5 * time.Minute},
	{name: "clock-behind", later: -2 * time.Hour},
	{name: "database-no-directory", make: func(w *world) { w.vars["OLBOT_DATABASE_URL"] = "sqlite:nowhere/olbot.db" }},
	{name: "database-newer", make: func(w *world) {
		storeAnEvent(w)
		w.changeDatabase(`UPDATE compatibility SET lowest_reader = 999`)
	}},
	{name: "database-older", make: func(w *world) {
		storeAnEvent(w)
		w.changeDatabase(`DELETE FROM olbot_schema WHERE version_id > 0`)
	}},
	{name: "database-other-key", make: func(w *world) {
		storeAnEvent(w)
		w.vars["OLBOT_TRAIL_KEY"] = strings.Repeat("0f", 32)
	}},
	{name: "http-address-taken", make: func(w *world) { w.vars["OLBOT_HTTP_ADDR"] = strings.Split(w.onelogin.URL(), "/")[2] }},
}

// changeDatabase does to olbot.db what olbot does not.
func (w *world) changeDatabase(query string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", "olbot.db")
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = db.ExecContext(w.t.Context(), query)
	if err := errors.Join(err, db.Close()); err != nil {
		w.t.Fatal(err)
	}
}

// newCheckWorld is a world in which there is nothing to warn of, in a directory of its own.
func newCheckWorld(t *testing.T, o slacksim.Options) *world {
	t.Helper()
	t.Chdir(t.TempDir())
	o.Seed, o.TeamID = 1, "T0ACME"
	w := newWorld(t, o)
	joe, sam, sue := w.slack.AddUser(slacksim.User{Name: "joe"}), w.slack.AddUser(slacksim.User{Name: "sam"}), w.slack.AddUser(slacksim.User{Name: "sue"})
	w.vars["OLBOT_DATABASE_URL"], w.vars["OLBOT_HTTP_ADDR"] = "sqlite:olbot.db", "127.0.0.1:0"
	w.vars["OLBOT_REQUESTERS"] = w.slack.AddUserGroup("helpdesk", joe)
	w.vars["OLBOT_APPROVERS"] = "manager," + w.slack.AddUserGroup("leads", sam, sue)
	w.vars["OLBOT_SECURITY_CONTACTS"] = w.slack.AddUserGroup("security", sam, sue)
	w.vars["OLBOT_PROTECTED"] = "role:7"
	return w
}

// check runs olbot check without patience.
func (w *world) check(later time.Duration, args ...string) (code int, stdout string) {
	w.t.Helper()
	var out, err bytes.Buffer
	p := &program{environ: environ(w.vars), dir: w.dir, stdout: &out, stderr: &err, now: func() time.Time { return time.Now().Add(later) }, pressTime: w.pressTime}
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	others := len(w.slack.Connections())
	code = p.run(ctx, append([]string{"check"}, args...))
	// The process ends now: what is still connected ends without a close frame, and Slack goes on counting it.
	w.until("the check has left", func() bool { return len(w.slack.Connections()) <= others })
	if says := err.String(); says != "" && (says != "olbot: press the button that olbot has posted to the audit channel, within "+w.pressTime.String()+"\n" || !slices.Contains(args, "--live")) {
		w.t.Errorf("on stderr: %s", says)
	}
	w.keepsSecrets(out.String())
	return code, out.String()
}

func TestACheckSaysWhatIsFineAndWhatToDo(t *testing.T) {
	golden, err := filepath.Abs("testdata/check")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range found {
		t.Run(tt.name, func(t *testing.T) {
			w := newCheckWorld(t, tt.options)
			if tt.make != nil {
				tt.make(w)
			}
			before := filesHere(t)
			code, stdout := w.check(tt.later, tt.args...)
			if after := filesHere(t); after != before {
				t.Errorf("there are the files %s, and were %s", after, before)
			}
			compare(t, filepath.Join(golden, tt.name+".golden"), fmt.Sprintf("exit code %d\n%s", code, steady(stdout)))
			w.wasLeftAlone()
		})
	}
}

// filesHere are the files of the working directory, with what tells whether they were changed.
func filesHere(t *testing.T) (all string) {
	t.Helper()
	files, err := os.ReadDir(".")
	for _, f := range files {
		info, infoErr := f.Info()
		err = errors.Join(err, infoErr)
		all += fmt.Sprintf(" %s (%v, %d bytes, %v)", f.Name(), info.Mode(), info.Size(), info.ModTime())
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// wasLeftAlone fails if the check called what it need not.
func (w *world) wasLeftAlone(harmless ...string) {
	w.t.Helper()
	harmless = append(harmless, "users.info", "auth.test", "bots.info", "conversations.info", "usergroups.list", "apps.connections.open")
	for _, c := range w.slack.Calls() {
		if !slices.Contains(harmless, c.Method) {
			w.t.Errorf("the check called %s", c.Method)
		}
	}
}

// TestRunSaysWhatTheCheckSays, of everything that keeps it from starting.
func TestRunSaysWhatTheCheckSays(t *testing.T) {
	for _, tt := range troubles {
		t.Run(tt.name, func(t *testing.T) {
			inTrouble := func() *world {
				t.Chdir(t.TempDir())
				w := newWorld(t, tt.options)
				if tt.make != nil {
					tt.make(w)
				}
				return w
			}
			wantCode, _, stderr := inTrouble().run("run")
			code, stdout := inTrouble().check(0)
			if tt.name == "database-in-use" { // no hindrance to a check
				wantCode = exitDone
			}
			if code != wantCode {
				t.Errorf("exit code %d, want %d:\n%s", code, wantCode, stdout)
			}
			for line := range strings.Lines(steady(stderr)) {
				sentence := strings.TrimSpace(strings.TrimPrefix(line, "olbot: "))
				if !strings.Contains(steady(stdout), " "+sentence+"\n") {
					t.Errorf("run says %q, and the check:\n%s", sentence, stdout)
				}
			}
		})
	}
}

func TestACheckSaysTheWayThatIsTaken(t *testing.T) {
	proxy := func(r *http.Request) (*url.URL, error) {
		if r.URL.Host == "slack.com" {
			return nil, nil
		}
		return url.Parse("http://user:hunter2@proxy.example.com:3128")
	}
	env := lookupIn([]string{"SSL_CERT_FILE=/etc/ssl/other.pem", "SSL_CERT_FILE=/etc/ssl/acme.pem"})
	f, err := lookAtNetwork(proxy, env, "https://slack.com/api/", "https://acme.onelogin.com")
	if want := "directly to slack.com, by the proxy proxy.example.com:3128 to acme.onelogin.com; trusts the certificates in /etc/ssl/acme.pem (SSL_CERT_FILE)"; err != nil || f.well != want {
		t.Errorf("%q, %v, want %q", f.well, err, want)
	}
}

func TestACheckAsksWhoCouldApproveForSome(t *testing.T) {
	for name, tt := range map[string]struct {
		approvers, says string
		make            func(w *world)
	}{
		"all have a manager": {"manager", "ok       approvers      3 accounts of the first 100 that OneLogin lists, all with a manager who could approve", func(*world) {}},
		"one decides for themselves": {"manager", " approvers      of 4 accounts of the first 100 that OneLogin lists, 1 have no manager", func(w *world) {
			alone := w.onelogin.AddUser(oneloginsim.User{Email: "bob@example.com"})
			w.onelogin.UpdateUser(alone, func(u *oneloginsim.User) { u.ManagerUserID = alone })
		}},
		"one has none": {"manager", `warning  approvers      of 4 accounts of the first 100 that OneLogin lists, 1 have no manager who could approve (active in OneLogin, a full member in Slack), such as "bob@example.com"`,
			func(w *world) { w.onelogin.AddUser(oneloginsim.User{Email: "bob@example.com"}) }},
		"a fallback": {"manager,S0LEADS", "ok       approvers      4 accounts of the first 100 that OneLogin lists, 1 without a manager who could approve: the next of OLBOT_APPROVERS is asked for them",
			func(w *world) { w.onelogin.AddUser(oneloginsim.User{Email: "bob@example.com"}) }},
		"the manager is locked out": {"manager", " approvers      of 4 accounts of the first 100 that OneLogin lists, 1 have no manager",
			func(w *world) {
				gone := w.onelogin.AddUser(oneloginsim.User{Email: "gone@example.com", Status: new(oneloginsim.Locked)})
				w.onelogin.AddUser(oneloginsim.User{Email: "bob@example.com", ManagerUserID: gone})
			}},
		"OneLogin does not list": {"manager", "warning  approvers      who has a manager that could approve was not looked up", func(w *world) {
			w.onelogin.FailAlways(oneloginsim.CallFindUsers, oneloginsim.Unavailable())
		}},
		"nobody asks a manager": {"S0LEADS", "ok       onelogin", func(*world) {}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newCheckWorld(t, slacksim.Options{})
			boss := func(name string) int64 {
				w.slack.AddUser(slacksim.User{Name: name, Email: name + "@example.com"})
				return w.onelogin.AddUser(oneloginsim.User{Email: name + "@example.com"})
			}
			maria, sue := boss("maria"), boss("susan") // they decide for each other
			w.onelogin.UpdateUser(maria, func(u *oneloginsim.User) { u.ManagerUserID = sue })
			w.onelogin.UpdateUser(sue, func(u *oneloginsim.User) { u.ManagerUserID = maria })
			w.onelogin.AddUser(oneloginsim.User{Email: "ana@example.com", ManagerUserID: maria})
			w.vars["OLBOT_APPROVERS"] = tt.approvers
			tt.make(w)
			if _, stdout := w.check(0); !strings.Contains(stdout, tt.says) || strings.Contains(stdout, " approvers ") != strings.Contains(tt.says, " approvers ") {
				t.Errorf("it does not say %q:\n%s", tt.says, stdout)
			}
		})
	}
}

func TestACheckWarnsOfAFullDisk(t *testing.T) {
	for bytes, warned := range map[uint64]bool{0: true, 42 << 20: true, littleRoom: false, 1 << 40: false} {
		f := describeDatabase(sqlstore.Examination{Schema: 1, Room: sqlstore.Room{Bytes: bytes, Known: true}}, false)
		if got := len(f.warnings) == 1; got != warned {
			t.Errorf("%d bytes: %v", bytes, f.warnings)
		}
	}
	if f := describeDatabase(sqlstore.Examination{Schema: 1}, false); len(f.warnings) > 0 {
		t.Errorf("nobody said how much there is: %v", f.warnings)
	}
}

func TestAProgramCanReadTheCheck(t *testing.T) {
	w := newCheckWorld(t, slacksim.Options{})
	w.channel.Archive()
	w.vars["OLBOT_PROTECTED"] = ""
	code, stdout := w.check(0, "--json")
	var said struct {
		Exit     int
		Findings []struct{ Check, Outcome, Text string }
	}
	if err := json.Unmarshal([]byte(stdout), &said); err != nil || code != exitConfig || said.Exit != code {
		t.Fatalf("exit code %d, %v: %s", code, err, stdout)
	}
	var names []string
	for _, f := range said.Findings {
		names = append(names, f.Check+" "+f.Outcome)
		if f.Text == "" {
			t.Errorf("%s says nothing", f.Check)
		}
	}
	want := "configuration ok, configuration warning, network ok, database ok, http ok, slack_token ok, clock ok, slack_app ok, audit_channel problem, user_groups ok, app_token ok, onelogin ok, people skipped, protected skipped, approvers skipped"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestACheckAsksTheOlbotThatRuns(t *testing.T) {
	w := newCheckWorld(t, slacksim.Options{})
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	b := w.start()
	b.wait("olbot is ready", func() bool { code, _ := b.page("/readyz"); return code == 200 })
	b.wait("all its connections are there", func() bool { return len(w.slack.Connections()) == 2 })
	code, stdout := w.check(0)
	for _, want := range []string{"and is ready\n", "warning  database       OLBOT_DATABASE_URL: database sqlite:olbot.db: another olbot has this file open"} {
		if code != exitDone || !strings.Contains(stdout, want) {
			t.Errorf("exit code %d, not %q:\n%s", code, want, stdout)
		}
	}
	w.slack.RevokeBotToken()
	w.slack.AddUser(slacksim.User{Name: "eve"}).Runs("/tempotp #1")
	b.wait("olbot is not ready", func() bool { code, _ := b.page("/readyz"); return code == 503 })
	if _, stdout := w.check(0); !strings.Contains(stdout, ", and is not ready: Slack ") {
		t.Errorf("the check says:\n%s", stdout)
	}
}

func TestACheckOfAServerSaysWhatItWouldTake(t *testing.T) {
	server := leftout.PostgreSQL.Need(t)
	golden, err := filepath.Abs("testdata/check")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	for name, parameter := range map[string]string{"postgres-new": "", "postgres-read-only": "&default_transaction_read_only=on"} {
		t.Run(name, func(t *testing.T) {
			w := newCheckWorld(t, slacksim.Options{})
			database, dump := newSchema(t, server)
			w.vars["OLBOT_DATABASE_URL"], w.vars["OLBOT_TRAIL_KEY"] = database+parameter, trailkey.New()
			code, stdout := w.check(0)
			stdout = strings.ReplaceAll(stdout, u.User.Username()+"@"+u.Host+u.Path, "olbot@db.example.com:5432/olbot")
			compare(t, filepath.Join(golden, name+".golden"), fmt.Sprintf("exit code %d\n%s", code, steady(stdout)))
			if made, err := dump(t.Context()); err != nil || len(made) > 0 {
				t.Errorf("the check made %s, %v", made, err)
			}
		})
	}
}
