package policyfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"olbot/approvals"
)

func TestTheExampleIsReadAndItsTestsPass(t *testing.T) {
	path := filepath.Join("testdata", "company.yaml")
	file, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	if sum := sha256.Sum256(text); file.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("SHA-256 is %s", file.SHA256)
	}
	if len(file.Set.Defaults) != 2 || len(file.Set.Rules) != 4 || len(file.Tests) != 7 {
		t.Errorf("%d defaults, %d rules, %d tests", len(file.Set.Defaults), len(file.Set.Rules), len(file.Tests))
	}
}

// JSON is YAML: the same file means the same.
func TestJSONIsRead(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "company.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var content any
	if err := yaml.Unmarshal(text, &content); err != nil {
		t.Fatal(err)
	}
	want, _ := Read(text)
	for _, indent := range []string{"", "  ", "\t"} {
		var asJSON bytes.Buffer
		enc := json.NewEncoder(&asJSON)
		enc.SetIndent("", indent)
		if err := enc.Encode(content); err != nil {
			t.Fatal(err)
		}
		got, problems := Read(asJSON.Bytes())
		if len(problems) > 0 || !reflect.DeepEqual(got.Set.Marks(), want.Set.Marks()) || !reflect.DeepEqual(got.Tests, want.Tests) {
			t.Errorf("with indent %q: %v", indent, problems)
		}
	}
}

// What is just within a bound is taken, and what is just beyond it is not.
func TestBoundsAreWhereTheyAreSaidToBe(t *testing.T) {
	file := func(approvals, validity, rule string) string {
		return fmt.Sprintf("version: 1\ngroups: {one: {slack_groups: [S0X]}, mixed: {slack_groups: [S0X], onelogin_roles: [1], onelogin_groups: [2]}}\n"+
			"defaults: {agents: [S0HELPDESK], approvals: [%s], validity: {%s}}\nrules: [{name: x, %s}]", approvals, validity, rule)
	}
	const manager, usual, why = "1 of manager", "max: 1h", "why: x"
	for text, fine := range map[string]bool{
		file("\"20 of S0A, else S0B\"", usual, why): true, file("\"21 of S0A, else S0B, else S0C\"", usual, why): false,
		file("10 of S0A, 10 of S0B", usual, why): true, file("10 of S0A, 10 of S0B, 1 of S0C", usual, why): false, file("1 of one", usual, why): true, file("1 of mixed", usual, why): false,
		file(manager, "default: 120s, max: 2m", why): true, file(manager, "default: 119s", why): false, file(manager, "max: 72h", why): true, file(manager, "max: 3d", why): true,
		file(manager, "max: 1d48h", why): true, file(manager, "max: 1d49h", why): false, file(manager, "max: 72h1s", why): false, file(manager, "max: +5m", why): false, file(manager, "max: xd5m", why): false,
		file(manager, "max: 5m0.5s", why): false, file(manager, "max: 2d24h", why): true, file(manager, "max: 2d24h1s", why): false,
		file(manager, usual, "why: "+strings.Repeat("é", 150)): true, file(manager, usual, "why: "+strings.Repeat("é", 151)): false,
		file(manager, usual, "reason: {required: true, ticket: "+strings.Repeat("x", 200)+"}"): true, file(manager, usual, "reason: {required: true, ticket: "+strings.Repeat("x", 201)+"}"): false,
		file(manager, usual, "request: {validity: '>=1h'}, why: x"): true, file(manager, usual, "request: {validity: '>1h'}, why: x"): false, file(manager, usual, "request: {validity: '>'}, why: x"): false,
		file(manager, usual, "inside: {hours: '08:00-18:00', zone: UTC}, outside: {hours: '00:00-17:59', zone: UTC}, why: x"): true,
		file(manager, usual, "inside: {hours: '08:00-18:00', zone: UTC}, outside: {hours: '07:00-18:00', zone: UTC}, why: x"): false,
		file(manager, usual, "inside: {hours: '20:00-24:00', zone: UTC}, outside: {hours: '19:00-24:00', zone: UTC}, why: x"): false,
	} {
		if got := problemsOf(text); (got == "") != fine {
			t.Errorf("%s\n%s", text, got)
		}
	}
}

// Everything that can be said arrives where it belongs.
func TestEveryKeyIsRead(t *testing.T) {
	file, problems := Read([]byte(`
version: 1
groups:
  all: {onelogin_roles: [1], onelogin_groups: [2], slack_groups: [S0A], emails: ["*@x"], departments: [Sales]}
  desk: {slack_groups: [S0DESK, S0DESK2]}
defaults:
  - when:
      owner: {in: [all]}
      agent: {first_time: false}
      request: {reusable: true, verified: false}
      inside: {days: Sat-Mon, zone: UTC}
      outside: {days: "Sun", hours: "22:00-06:30", zone: UTC}
    agents: [desk, U0TOM, U0TOM]
    approvals: [2 of S0B, else U0KIM, "1 of manager, else S0C"]
    validity: {default: 90m}
    codes: 3
    reason: {required: true, ticket: '^INC'}
  - {agents: [S0DESK], approvals: [1 of manager], validity: {max: 3m}, reusable: true}
rules:
  - name: one
    owner: {onelogin_roles: [3], onelogin_groups: [4], slack_groups: [S0D], emails: ["a*@x"], departments: [Ops], is: manager, requests_7d: "<= 2", first_time: true}
    agent: {in: desk}
    request: {validity: ">1m", ticket: true}
    agents: [U0TOM]
    approvals: [1 of S0E]
    validity: {default: 3m, max: 1d}
    reusable: false
    codes: 2
    reason: {required: true, ticket: 'x'}
    refuse: no {owner}
    why: for {agent}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got, err := json.Marshal(file.Set)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Groups":{"all":{"roles":[1],"groups":[2],"slack_groups":["S0A"],"emails":["*@x"],"departments":["Sales"]},"desk":{"slack_groups":["S0DESK","S0DESK2"]}},"Defaults":[` +
		`{"when":{"owner":{"in":["all"]},"agent":{"first_time":false},"request":{"reusable":true,"verified":false},"inside":{"days":[true,true,false,false,false,false,true],"from":0,"to":86400000000000,"zone":"UTC"},"outside":{"days":[true,false,false,false,false,false,false],"from":79200000000000,"to":23400000000000,"zone":"UTC"}},` +
		`"agents":["S0DESK","S0DESK2","U0TOM"],"approvals":[{"count":2,"links":["S0B","U0KIM"]},{"count":1,"links":["manager","S0C"]}],"validity":5400000000000,"max":5400000000000,"reusable":false,"codes":3,"reason":{"required":true,"ticket":"^INC"}},` +
		`{"agents":["S0DESK"],"approvals":[{"count":1,"links":["manager"]}],"validity":180000000000,"max":180000000000,"reusable":true,"codes":1}],"Rules":[` +
		`{"name":"one","when":{"owner":{"roles":[3],"groups":[4],"slack_groups":["S0D"],"emails":["a*@x"],"departments":["Ops"],"is":["manager"],"requests_7d":{"op":"\u003c=","value":2},"first_time":true},"agent":{"in":["desk"]},"request":{"validity":{"op":"\u003e","value":60000000000},"ticket":true}},` +
		`"agents":["U0TOM"],"approvals":[{"count":1,"links":["S0E"]}],"validity":180000000000,"max":86400000000000,"single_use":true,"codes":2,"reason":{"required":true,"ticket":"x"},"refuse":"no {owner}","why":"for {agent}"}]}`
	if string(got) != want {
		t.Errorf("read\n%s\nwant\n%s", got, want)
	}
	if file.Set.Defaults[0].When.Inside.In != time.UTC {
		t.Error("the zone of the hours is missing")
	}
}

// A test says all facts, and each can decide.
func TestATestSaysEveryFact(t *testing.T) {
	const start = "version: 1\ndefaults: {agents: [S0DESK, U0TOM], approvals: [1 of manager], reusable: true, reason: {ticket: '^INC'}}\nrules: [{name: it, %s, why: x}]\ntests: [{x: {%s, want: {because: [%s]}}}]"
	for rule, facts := range map[string]string{
		"owner: {onelogin_roles: [1]}": "roles: [1]", "owner: {onelogin_groups: [1]}": "group: 1", "owner: {departments: [Sales]}": "department: sales",
		"owner: {slack_groups: [S0A]}": "slack_groups: [S0A]", "owner: {is: contact}": "is: contact", "owner: {requests_7d: '>1'}": "requests_7d: 2",
		"owner: {first_time: true}": "first_time: true", "owner: {emails: ['ana@*']}": "owner: ana@x", "agent: {onelogin_roles: [1]}": "agent: {roles: [1]}",
		"agent: {onelogin_groups: [1]}": "agent: {group: 1}", "agent: {departments: [Sales]}": "agent: {department: sales}", "agent: {slack_groups: [S0A]}": "agent: {slack_groups: [S0A]}",
		"agent: {is: contact}": "agent: {is: contact}", "agent: {requests_7d: '>1'}": "agent: {requests_7d: 2}", "agent: {first_time: true}": "agent: {first_time: true}",
		"agent: {emails: ['joe@*']}": "agent: {email: joe@x}", "request: {reusable: true}": "reusable: true", "request: {verified: true}": "verified: true",
		"request: {ticket: true}": "reason: INC1", "request: {validity: '>10m'}": "validity: 11m", "inside: {hours: '09:00-10:00', zone: Europe/Lisbon}": "at: Tue 09:30",
	} {
		if got := problemsOf(fmt.Sprintf(start, rule, facts, "it")); got != "" {
			t.Errorf("%s: %s", facts, got)
		}
		other := "owner: bob@x, agent: {email: bob@x}, at: Tue 10:30"
		if got := problemsOf(fmt.Sprintf(start, rule, other, "")); got != "" {
			t.Errorf("%s, without %s: %s", rule, facts, got)
		}
	}
	for agent, refused := range map[string]string{"agent: {slack: U0TOM}": "false", "agent: {slack_groups: [S0DESK]}": "false", "agent: {slack: U0KIM}": "true", "reason: x": "false"} {
		if got := problemsOf(fmt.Sprintf("version: 1\ndefaults: {agents: [S0DESK, U0TOM], approvals: [1 of manager]}\ntests: [{x: {%s, want: {refused: %s}}}]", agent, refused)); got != "" {
			t.Errorf("%s: %s", agent, got)
		}
	}
}

func TestTheEnvironmentAsAFileMeansTheSame(t *testing.T) {
	start := uint64(time.Now().UnixNano())
	for seed := start; seed < start+300; seed++ {
		r := rand.New(rand.NewPCG(seed, 0))
		p := approvals.Policy{
			Requesters: principals(t, "S0HELPDESK", "U0TOM", "W0KIM")[:1+r.IntN(3)], Chain: principals(t, "manager", "S0LEADS", "U0ANA")[:1+r.IntN(3)],
			DefaultValidity: 2*time.Minute + time.Duration(r.IntN(600))*time.Second, AllowReusable: r.IntN(2) == 0, RequireReason: r.IntN(2) == 0, MaxCodes: r.IntN(4),
		}
		p.MaxValidity = min(p.DefaultValidity+time.Duration(r.IntN(100_000))*time.Second, approvals.MaxValidity)
		if r.IntN(4) == 0 {
			p.Requesters, p.Chain = principals(t, "*"), p.Chain[:1]
		}
		file, problems := Read(Write(p))
		if want := Environment(p); len(problems) > 0 || !reflect.DeepEqual(file.Set.Defaults, want.Defaults) || len(file.Set.Rules) > 0 {
			t.Fatalf("seed %d: %v\n%s\nis read as %+v, want %+v", seed, problems, Write(p), file.Set.Defaults, want.Defaults)
		}
	}
}

func principals(t *testing.T, names ...string) (all []approvals.Principal) {
	t.Helper()
	for _, name := range names {
		p, err := approvals.ParsePrincipal(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestTimesAreWrittenShort(t *testing.T) {
	for d, want := range map[time.Duration]string{5 * time.Minute: "5m", time.Hour: "1h", 90 * time.Minute: "1h30m", 130 * time.Second: "2m10s", 72 * time.Hour: "72h", time.Hour + 10*time.Second: "1h0m10s"} {
		if got := short(d); got != want {
			t.Errorf("%s is written %s", want, got)
		}
	}
}

// With 200 rules and 20 tests.
func BenchmarkRead(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("testdata", "company.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	head, tests, _ := strings.Cut(string(text), "\ntests:\n")
	var more strings.Builder
	more.WriteString(head)
	for i := range 196 {
		fmt.Fprintf(&more, "\n  - name:      rule %d\n    owner:     {in: executives, emails: [\"*@%d.example.com\"]}\n    outside:   {days: Mon-Fri, hours: \"08:00-18:00\", zone: Europe/Lisbon}\n    approvals: [1 of manager, 1 of security]\n    why:       \"{owner} is one of %d\"", i, i, i)
	}
	more.WriteString("\ntests:\n" + strings.Repeat(tests, 3))
	all := []byte(more.String())
	for b.Loop() {
		if _, problems := Read(all); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}
