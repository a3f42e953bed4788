package approvals_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/ramdisk"
)

// An intruder owns the database and knows all that olbot does, but not the key.
type intruder struct {
	t  *testing.T
	db *sql.DB
}

func (w *world) intruder() intruder {
	w.t.Helper()
	driver, source := "pgx", w.url
	if file, isFile := strings.CutPrefix(w.url, "sqlite:"); isFile {
		driver, source = "sqlite", file+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { db.Close() })
	return intruder{w.t, db}
}

func (i intruder) exec(query string, args ...any) {
	i.t.Helper()
	if _, err := i.db.ExecContext(context.Background(), query, args...); err != nil {
		i.t.Fatalf("%s: %v", query, err)
	}
}

// rewrites changes the body of a request, and its columns with it.
func (i intruder) rewrites(id approvals.ID, change func(*approvals.Request)) {
	i.t.Helper()
	var body string
	if err := i.db.QueryRowContext(i.t.Context(), `SELECT body FROM requests WHERE id = $1`, string(id)).Scan(&body); err != nil {
		i.t.Fatal(err)
	}
	var r approvals.Request
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		i.t.Fatal(err)
	}
	change(&r)
	changed, err := json.Marshal(r)
	if err != nil {
		i.t.Fatal(err)
	}
	i.exec(`UPDATE requests SET state = $2, version = $3, body = $4 WHERE id = $1`, string(id), string(r.State), r.Version, string(changed))
}

// plants a job that is due.
func (i intruder) plants(kind approvals.JobKind, id approvals.ID) {
	i.t.Helper()
	i.exec(`DELETE FROM jobs WHERE kind = $1 AND request = $2`, string(kind), string(id))
	i.exec(`INSERT INTO jobs (kind, request, run_at, lease_until, attempt, fencing_token) VALUES ($1, $2, 1, 0, 0, 0)`, string(kind), string(id))
}

// keeps a copy of all requests, and puts it back.
func (i intruder) keeps() { i.t.Helper(); i.exec(`CREATE TABLE kept AS SELECT * FROM requests`) }

func (i intruder) putsBack() {
	i.t.Helper()
	i.exec(`DELETE FROM requests`)
	i.exec(`INSERT INTO requests SELECT * FROM kept`)
}

// A link is an event as it is stored.
type link struct {
	number, at                           int64
	kind, request, body, prev, hash, mac string
}

// rechains lets change have its way with all events, and computes everything anew
// that needs no key.
func (i intruder) rechains(change func([]link) []link) {
	i.t.Helper()
	rows, err := i.db.QueryContext(i.t.Context(), `SELECT number, at, kind, request, body, prev, hash, mac FROM events ORDER BY number`)
	if err != nil {
		i.t.Fatal(err)
	}
	defer rows.Close()
	var all []link
	for rows.Next() {
		var l link
		if err := rows.Scan(&l.number, &l.at, &l.kind, &l.request, &l.body, &l.prev, &l.hash, &l.mac); err != nil {
			i.t.Fatal(err)
		}
		all = append(all, l)
	}
	if err := rows.Err(); err != nil {
		i.t.Fatal(err)
	}
	all = change(all)
	i.exec(`DELETE FROM events`)
	prev := ""
	for n := range all {
		l := &all[n]
		l.body = strings.Replace(l.body, fmt.Sprintf(`"number":%d`, l.number), fmt.Sprintf(`"number":%d`, n+1), 1)
		sum := sha256.Sum256([]byte(prev + "\n" + l.body))
		l.number, l.prev, l.hash = int64(n+1), prev, hex.EncodeToString(sum[:])
		prev = l.hash
		i.exec(`INSERT INTO events (number, at, kind, request, body, prev, hash, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			l.number, l.at, l.kind, l.request, l.body, l.prev, l.hash, l.mac)
	}
	i.exec(`UPDATE trail_head SET number = $1, hash = $2`, len(all), prev)
}

func without(kind approvals.EventKind) func([]link) []link {
	return func(all []link) []link {
		return slices.DeleteFunc(all, func(l link) bool { return l.kind == string(kind) })
	}
}

// onEach runs the test on both databases.
func onEach(t *testing.T, test func(t *testing.T, url func(*testing.T) string)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, func(t *testing.T) string { return "sqlite:" + ramdisk.Dir(t) + "/olbot.db" })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		server := leftout.PostgreSQL.Need(t)
		test(t, func(t *testing.T) string { return newSchema(t, server) })
	})
}

func newSchema(t *testing.T, server string) string {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	schema := "tamper_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

// looksAsIfApproved is what an intruder would make of a pending request.
func looksAsIfApproved(w *world) func(*approvals.Request) {
	return func(r *approvals.Request) {
		r.State, r.DecidedBy, r.DecidedAt = approvals.Approved, r.Approvers[0], w.now()
		r.Wanted, r.WantedAt, r.ClaimUntil = 1, w.now(), w.now().Add(15*time.Minute)
	}
}

// someoneElse leaves an event that is about no request.
func (w *world) someoneElse() {
	w.t.Helper()
	if _, err := w.Submit(w.t.Context(), approvals.Submission{Agent: "U0CAROL", Owner: approvals.Ref{Slack: "U0ANA"}}); codeOf(err) != approvals.NotARequester {
		w.t.Fatal(err)
	}
}

// wants is Joe's press of Show code, whatever his card says.
func (w *world) wants(id approvals.ID) error {
	_, err := w.Claim(w.t.Context(), approvals.Press{By: "U0JOE", Request: id, Attempt: 1})
	return err
}

// An attack ends with whatever would make olbot make a code, if it believed the database.
type attack struct {
	name  string
	make  func(w *world, i intruder)
	told  approvals.Tampering // in the alarm; "" for none
	fault []sqlstore.FaultKind
}

var attacks = []attack{
	{"nothing", func(w *world, _ intruder) { w.asks(); w.works() }, "", nil},
	{"a row is edited", func(w *world, i intruder) {
		r := w.asks()
		w.works()
		i.rewrites(r.ID, looksAsIfApproved(w))
		i.plants(approvals.JobIssue, r.ID)
	}, approvals.TamperedRequest, []sqlstore.FaultKind{sqlstore.FaultTampered}},
	{"a column is edited", func(w *world, i intruder) {
		r := w.asks()
		w.works()
		i.exec(`UPDATE requests SET owner_onelogin = 5`)
		i.plants(approvals.JobRemind, r.ID)
	}, approvals.TamperedRequest, []sqlstore.FaultKind{sqlstore.FaultTampered}},
	{"a block is lifted by hand", func(w *world, i intruder) {
		r := w.approved()
		w.disowns(r.ID)
		i.exec(`UPDATE requests SET blocks = 0`)
		w.asks()
		w.works()
		if w.count(approvals.EventAsked) != 1 {
			w.t.Error("approvers were asked about an account that is blocked")
		}
	}, approvals.TamperedRequest, []sqlstore.FaultKind{sqlstore.FaultTampered}},
	{"an older row is put back", func(w *world, i intruder) {
		r := w.approved()
		i.keeps()
		w.disowns(r.ID)
		i.putsBack()
		w.someoneElse()
		if err := w.wants(r.ID); err != nil {
			w.t.Error(err)
		}
	}, "", []sqlstore.FaultKind{sqlstore.FaultStep}},
	{"a request is planted", func(w *world, i intruder) {
		r := w.approved()
		i.keeps()
		i.rechains(func(all []link) []link {
			for _, l := range slices.Clone(all) {
				l.request = strings.ReplaceAll(l.request, string(r.ID), "OTP-0000-0000")
				l.body = strings.ReplaceAll(l.body, string(r.ID), "OTP-0000-0000")
				all = append(all, l)
			}
			return all
		})
		i.exec(`UPDATE kept SET id = 'OTP-0000-0000', body = REPLACE(body, '` + string(r.ID) + `', 'OTP-0000-0000')`)
		i.exec(`INSERT INTO requests SELECT * FROM kept`)
		i.plants(approvals.JobIssue, "OTP-0000-0000")
		i.rewrites("OTP-0000-0000", func(r *approvals.Request) { r.Wanted = 1 })
	}, approvals.TamperedRequest, []sqlstore.FaultKind{sqlstore.FaultMAC, sqlstore.FaultTampered}},
	{"a job is planted", func(w *world, i intruder) {
		r := w.asks()
		w.works()
		for _, kind := range []approvals.JobKind{approvals.JobIssue, approvals.JobRevoke, approvals.JobLapse, approvals.JobClose, approvals.JobEscalate} {
			i.plants(kind, r.ID)
		}
	}, "", nil},
	{"an event is dropped and the chain computed anew", func(w *world, i intruder) {
		r := w.approved()
		i.keeps()
		w.disowns(r.ID)
		w.someoneElse()
		i.putsBack()
		i.rechains(without(approvals.EventDisowned))
		if err := w.wants(r.ID); err != nil {
			w.t.Error(err)
		}
	}, approvals.TamperedTrail, []sqlstore.FaultKind{sqlstore.FaultMAC}},
	{"the same while olbot is stopped", func(w *world, i intruder) {
		r := w.approved()
		i.keeps()
		w.disowns(r.ID)
		w.someoneElse()
		i.putsBack()
		i.rechains(without(approvals.EventDisowned))
		w.openDatabase()
		if err := w.wants(r.ID); err != nil {
			w.t.Error(err)
		}
	}, approvals.TamperedTrail, []sqlstore.FaultKind{sqlstore.FaultMAC}},
	{"an event is dropped and another put in its place", func(w *world, i intruder) {
		r := w.approved()
		i.keeps()
		w.disowns(r.ID)
		i.putsBack()
		i.rechains(func(all []link) []link {
			all[len(all)-1].body = strings.ReplaceAll(all[len(all)-1].body, string(r.ID), "OTP-0000-0000")
			return all
		})
		if err := w.wants(r.ID); err != nil {
			w.t.Error(err)
		}
	}, approvals.TamperedTrail, []sqlstore.FaultKind{sqlstore.FaultMAC}},
	{"an event is dropped, and nothing else", func(w *world, i intruder) {
		r := w.approved()
		i.keeps()
		w.disowns(r.ID)
		w.someoneElse()
		i.putsBack()
		i.exec(`DELETE FROM events WHERE kind = 'disowned'`)
		if err := w.wants(r.ID); err != nil {
			w.t.Error(err)
		}
	}, approvals.TamperedTrail, []sqlstore.FaultKind{sqlstore.FaultMissing}},
	{"the end is cut while olbot runs", func(w *world, i intruder) {
		r := w.approved()
		i.keeps()
		w.disowns(r.ID)
		i.putsBack()
		i.rechains(without(approvals.EventDisowned))
		for range 3 { // until the trail is longer than it was
			w.someoneElse()
		}
		if err := w.wants(r.ID); err != nil {
			w.t.Error(err)
		}
	}, approvals.TamperedTrail, []sqlstore.FaultKind{sqlstore.FaultAnchor}},
}

// TestWhoeverOwnsTheDatabaseGetsNoCode (invariant 11): no code, an alarm, and olbot
// audit verify names what is wrong.
func TestWhoeverOwnsTheDatabaseGetsNoCode(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		for _, a := range attacks {
			t.Run(a.name, func(t *testing.T) {
				w := newWorldAt(t, url(t), func(p *approvals.Policy) { p.Delivery = approvals.DeliverClaim })
				before := w.anchorsOf(func() { a.make(w, w.intruder()) })
				if err := w.store.Writable(t.Context()); err != nil { // after a write it looks at once for jobs, whoever stored them
					t.Fatal(err)
				}
				w.worksFor(60)
				if w.issues != 0 || len(w.codes) != 0 {
					t.Errorf("OneLogin was asked %d times, %d codes were shown", w.issues, len(w.codes))
				}
				alarms := map[approvals.ID][]approvals.Tampering{} // of no request: of the trail that the audit channel is told
				events, err := w.store.Events(t.Context(), 0, 1000)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range events {
					if e.Kind == approvals.EventTampered {
						alarms[e.Request] = append(alarms[e.Request], e.Tampering)
					}
				}
				told := a.told == "" && len(alarms) == 0
				for of, all := range alarms {
					told = told || all[0] == a.told
					if len(all) > 1 {
						t.Errorf("%d alarms of %q", len(all), of)
					}
				}
				if !told {
					t.Errorf("alarms %v, want one of the %q", alarms, a.told)
				}
				w.verifies(before, a.fault)
			})
		}
	})
}

// anchorsOf notes, as the audit channel would, every event that is told meanwhile.
func (w *world) anchorsOf(act func()) map[int64]string {
	w.t.Helper()
	act()
	w.mu.Lock()
	defer w.mu.Unlock()
	anchors := map[int64]string{}
	for _, e := range w.told {
		if _, twice := anchors[e.Number]; !twice {
			anchors[e.Number] = e.Hash
		}
	}
	return anchors
}

// verifies wants each kind of fault, and none if none is named.
func (w *world) verifies(anchors map[int64]string, want []sqlstore.FaultKind) {
	w.t.Helper()
	if len(want) == 0 || want[0] != sqlstore.FaultAnchor {
		anchors = nil
	}
	result, err := w.store.Verify(w.t.Context(), anchors)
	if err == nil {
		err = w.store.VerifyRequests(w.t.Context(), &result)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	for _, kind := range want {
		if !slices.ContainsFunc(result.Faults, func(f sqlstore.Fault) bool { return f.Kind == kind }) {
			w.t.Errorf("verify finds %v and no %s", result.Faults, kind)
		}
	}
	if len(want) == 0 && len(result.Faults) > 0 {
		w.t.Errorf("verify finds %v", result.Faults)
	}
}
