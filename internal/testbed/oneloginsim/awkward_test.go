package oneloginsim_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"olbot/internal/testbed/oneloginsim"
)

// keys returns the keys of the outermost JSON object as they stand in the text.
func keys(t *testing.T, text []byte) (names []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func TestAnswersVaryInWhatIsNotPromised(t *testing.T) {
	a := start(t, oneloginsim.Options{Seed: 1})
	ana := a.AddUser(oneloginsim.User{ManagerUserID: 3})
	orders, unknown, fractions, managers := map[string]bool{}, 0, map[bool]bool{}, map[bool]bool{}
	for range 30 {
		r := a.makeCode(ana, ask)
		names := keys(t, r.body)
		extra := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.HasPrefix(n, "x_") })
		if len(extra) > 0 {
			unknown++
		}
		orders[strings.Join(slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, "x_") }), " ")] = true
		fractions[strings.Contains(r.field(t, "expires_at").(string), ".")] = true
		_, isText := a.get(userPath(ana)).field(t, "manager_user_id").(string)
		managers[isText] = true
	}
	if len(orders) < 10 || unknown == 0 || unknown == 30 || len(fractions) != 2 || len(managers) != 2 {
		t.Errorf("%d orders of keys, unknown fields in %d of 30, fractions %v, managers as text %v",
			len(orders), unknown, fractions, managers)
	}
}

func TestSeedMakesARunRepeat(t *testing.T) {
	run := func(seed uint64) string {
		a := start(t, oneloginsim.Options{Seed: seed})
		ana := a.AddUser(oneloginsim.User{Email: "ana@example.com"})
		var all strings.Builder
		for range 3 {
			all.Write(a.makeCode(ana, ask).body)
			all.Write(a.get("/api/2/users").body)
			all.WriteString(a.basic().Header.Get("X-Request-Id"))
		}
		return all.String()
	}
	first, again, other := run(7), run(7), run(8)
	if first != again {
		t.Error("two runs with one seed differ")
	}
	if first == other {
		t.Error("runs with different seeds are alike")
	}
	first, again = run(0), run(0)
	if first == again {
		t.Error("runs without a seed are alike")
	}
}

func TestEveryAnswerHasARequestIDAndTheServersDate(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana := a.AddUser(oneloginsim.User{})
	ids := map[string]bool{}
	a.FailNext(oneloginsim.CallMFAToken, oneloginsim.BadGateway())
	answers := []reply{a.basic(), a.get(userPath(ana)), a.makeCode(ana, ask), a.makeCode(ana, ask), a.do("GET", "/x", ""),
		a.do("GET", "/api/2/users", "")}
	for _, r := range answers {
		ids[r.Header.Get("X-Request-Id")] = true
		if got := r.Header.Get("Date"); got != "Mon, 02 Mar 2026 12:00:00 GMT" {
			t.Errorf("%s: Date %q", r.Request.URL.Path, got)
		}
	}
	if len(ids) != len(answers) || ids[""] {
		t.Errorf("request ids %v", ids)
	}
	for i, c := range a.Calls() {
		if c.RequestID == "" || c.Status == 0 || c.Name == "" || !c.At.Equal(noon) {
			t.Errorf("call %d: %+v", i, c)
		}
	}
	last := a.Calls()[len(a.Calls())-2]
	if last.Name != oneloginsim.CallOther || last.Status != 404 || last.Path != "/x" || last.Method != "GET" {
		t.Errorf("log of GET /x: %+v", last)
	}
}
