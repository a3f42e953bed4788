package sqlstore_test

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"olbot/internal/sqlstore"
)

// changed is the server's URL with something else in it.
func changed(t *testing.T, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(needPostgres(t))
	if err != nil {
		t.Fatal(err)
	}
	change(u)
	return u.String()
}

func TestSaysWhatIsWrongWithTheServer(t *testing.T) {
	const password = "hunter2-of-the-database"
	for _, c := range []struct {
		name string
		url  string
		want sqlstore.OpenErrorKind
	}{
		{"nobody listens", "postgres://olbot:" + password + "@127.0.0.1:1/olbot", sqlstore.Unreachable},
		{"no such host", "postgres://olbot:" + password + "@nowhere.invalid/olbot", sqlstore.Unreachable},
		{"no such user", changed(t, func(u *url.URL) { u.User = url.UserPassword("nobody_"+"known", password) }), sqlstore.BadLogin},
		{"no such database", changed(t, func(u *url.URL) { u.Path = "/missing"; u.User = url.UserPassword(u.User.Username(), password) }), sqlstore.NoDatabase},
		{"no such schema", changed(t, func(u *url.URL) { u.RawQuery = "search_path=missing" }), sqlstore.Denied},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := opening(t, sqlstore.Config{Keys: testKeys, URL: c.url}, c.want)
			if strings.Contains(err.Error(), password) {
				t.Errorf("the error holds the password: %v", err)
			}
		})
	}
}

func TestSaysThatTheUserLacksRights(t *testing.T) {
	server := needPostgres(t)
	rawExec(t, server, `DROP ROLE IF EXISTS olbot_test_reader`)
	rawExec(t, server, `CREATE ROLE olbot_test_reader LOGIN PASSWORD 'reader'`)
	t.Cleanup(func() { rawExecLate(t, server, `DROP ROLE olbot_test_reader`) })
	owned := postgresURL(t)
	u, err := url.Parse(owned)
	if err != nil {
		t.Fatal(err)
	}
	schema := u.Query().Get("search_path")
	rawExec(t, server, `GRANT USAGE ON SCHEMA `+schema+` TO olbot_test_reader`)
	u.User = url.UserPassword("olbot_test_reader", "reader")
	opening(t, sqlstore.Config{Keys: testKeys, URL: u.String()}, sqlstore.Denied)
}

func TestRefusesAClockThatIsOff(t *testing.T) {
	url := postgresURL(t)
	for _, off := range []time.Duration{-3 * time.Second, 3 * time.Second, time.Hour} {
		// How long the question took is allowed for: a pause of the machine may hide 3 s once.
		waitFor(t, func() bool {
			s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url, Now: func() time.Time { return time.Now().Add(off) }})
			if err == nil {
				s.Close()
			}
			got, refused := errors.AsType[*sqlstore.OpenError](err)
			return refused && got.Kind == sqlstore.ClockOff
		})
	}
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url, Now: func() time.Time { return time.Now().Add(time.Second) }})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

func TestReplicasThatStartAtOnceMigrateOnce(t *testing.T) {
	url := postgresURL(t)
	seen, logs := observer.New(zap.InfoLevel)
	var starts sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		starts.Go(func() {
			s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url, Log: zap.New(seen)})
			if err == nil {
				err = s.Close()
			}
			errs[i] = err
		})
	}
	starts.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	files, err := sqlstore.Migrations.ReadDir("migrations/postgres")
	if err != nil {
		t.Fatal(err)
	}
	if n := logs.FilterMessage("schema migrated").Len(); n != len(files) {
		t.Errorf("%d migrations were applied, want each of %d once", n, len(files))
	}
}

func TestCommitsLastAlthoughTheServerSaysOtherwise(t *testing.T) {
	// The database's default is what an administrator sets for all.
	base := postgresURL(t)
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("synchronous_commit", "off")
	u.RawQuery = query.Encode()
	s := open(t, u.String())
	var durable string
	if err := s.WriterSetting(t.Context(), "synchronous_commit", &durable); err != nil {
		t.Fatal(err)
	}
	if durable != "on" {
		t.Errorf("synchronous_commit is %s", durable)
	}
}

// Whoever looks at the server's connections sees whose they are.
func TestConnectionsHaveAName(t *testing.T) {
	for query, want := range map[string]string{"": "olbot", "&application_name=olbot-eu": "olbot-eu"} {
		url := postgresURL(t) + query
		open(t, url)
		var n int
		err := raw(t, url).QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = $1`, want).Scan(&n)
		if err != nil || n == 0 {
			t.Errorf("no connection is %s's (%v)", want, err)
		}
	}
}
