package sqlstore_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// TestAServerElsewhereHasToProveWhoItIs, unless another sslmode is written.
func TestAServerElsewhereHasToProveWhoItIs(t *testing.T) {
	for _, tt := range []struct {
		url      string
		verifies bool
		weak     string
	}{
		{"postgres://olbot@db.example.com/olbot", true, ""},
		{"postgresql://olbot:secret@db.example.com:6432/olbot?application_name=olbot", true, ""},
		{"postgres://olbot@10.0.0.7/olbot", true, ""},
		{"postgres://olbot@db1.example.com,db2.example.com/olbot", true, ""},
		{"postgres://olbot@localhost,db2.example.com/olbot", true, ""},
		{"postgres://olbot@localhost.example.com/olbot", true, ""},
		{"postgres://olbot@db.example.com/olbot?sslmode=verify-full", true, ""},
		{"postgres://olbot@db.example.com/olbot?sslmode=verify-ca", false, "verify-ca"},
		{"postgres://olbot@db.example.com/olbot?sslmode=require", false, "require"},
		{"postgres://olbot@db.example.com/olbot?sslmode=prefer", false, "prefer"},
		{"postgres://olbot@db.example.com/olbot?sslmode=disable", false, "disable"},
		{"postgres://olbot@localhost/olbot", false, ""},
		{"postgres://olbot@127.0.0.1/olbot", false, ""},
		{"postgres://olbot@[::1]/olbot", false, ""},
		{"postgres://olbot@/olbot?host=/run/postgresql", false, ""},
		{"postgres://olbot@127.0.0.1/olbot?sslmode=disable", false, ""},
	} {
		verifies, weak, err := sqlstore.Verifies(tt.url)
		if err != nil || verifies != tt.verifies || weak != tt.weak {
			t.Errorf("%s: verifies %t, weak %q, %v", tt.url, verifies, weak, err)
		}
	}
	t.Setenv("PGSSLMODE", "require")
	if verifies, weak, err := sqlstore.Verifies("postgres://olbot@db.example.com/olbot"); err != nil || verifies || weak != "require" {
		t.Errorf("with PGSSLMODE=require: verifies %t, weak %q, %v", verifies, weak, err)
	}
}

func TestAWeakSSLModeIsWarnedOf(t *testing.T) {
	core, logs := observer.New(zap.WarnLevel)
	url := "postgres://olbot:hunter2@" + "db.invalid/olbot?sslmode=disable&connect_timeout=1"
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url, Log: zap.New(core)})
	if err == nil {
		s.Close()
		t.Fatal("there is such a server")
	}
	if n := logs.FilterMessageSnippet("need not prove who it is").Len(); n != 1 {
		t.Errorf("warned %d times: %v", n, logs.All())
	}
}

// A server without TLS, as PostgreSQL answers then.
func TestAServerThatProvesNothingIsExplained(t *testing.T) {
	l := answersTLS(t, func(c net.Conn) { c.Write([]byte("N")) })
	err := opening(t, sqlstore.Config{URL: "postgres://olbot@" + l.Addr().String() + "/olbot?sslmode=verify-full"}, sqlstore.NotVerified)
	if !strings.Contains(err.Error(), "does not prove who it is") {
		t.Error(err)
	}
}

// The lock is on the file, whatever it is called.
func TestAFileIsOneUnderEveryName(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	file, link := filepath.Join(dir, "olbot.db"), filepath.Join(other, "link.db")
	s := open(t, "sqlite:"+file)
	if err := os.Symlink(file, link); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(dir, filepath.Join(other, "dir")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{link, filepath.Join(other, "dir", "olbot.db")} {
		opening(t, sqlstore.Config{URL: "sqlite:" + name}, sqlstore.InUse)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, "sqlite:"+link).Close(); err != nil {
		t.Fatal(err)
	}
	hard := filepath.Join(dir, "second.db")
	if err := os.Link(file, hard); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{file, hard, link} {
		opening(t, sqlstore.Config{URL: "sqlite:" + name}, sqlstore.SeveralNames)
	}
	if err := os.Remove(hard); err != nil {
		t.Fatal(err)
	}
	open(t, "sqlite:"+file)
}

// A command of the operator's writes beside the olbot that runs, on both databases, and neither is in the other's way.
func TestWritesBesideAnotherProcess(t *testing.T) {
	onEach(t, func(t *testing.T, url func(t *testing.T) string) {
		u := url(t)
		s := open(t, u)
		beside, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: u, Keys: testKeys, Beside: true})
		if err != nil {
			t.Fatal(err)
		}
		defer beside.Close()
		const n = 20
		done := make(chan error, 2)
		for _, store := range []*sqlstore.Store{s, beside} {
			go func() {
				var err error
				for range n {
					err = errors.Join(err, store.Record(t.Context(), nil, approvals.Event{Kind: approvals.EventForeign}))
				}
				done <- err
			}()
		}
		if err := errors.Join(<-done, <-done); err != nil {
			t.Error(err)
		}
		result, err := s.Verify(t.Context(), nil)
		if err != nil || result.Events != 2*n || len(result.Faults) > 0 {
			t.Errorf("%+v, %v", result, err)
		}
	})
}

func TestNothingIsMadeBeside(t *testing.T) {
	opening(t, sqlstore.Config{URL: sqliteURL(t), Beside: true}, sqlstore.NoFile)
}
