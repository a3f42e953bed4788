package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/player"
)

// TestStoriesOnPostgreSQL plays every story on a schema of its own, but for those of a file. A story that moves there begins
// on a file.
func TestStoriesOnPostgreSQL(t *testing.T) {
	server := leftout.PostgreSQL.Need(t)
	t.Parallel()
	turns := make(chan struct{}, 6) // so many at once: a server takes only so many connections
	for _, story := range stories(t) {
		if story.OnFile && !story.OnServer {
			continue
		}
		t.Run(story.Name, func(t *testing.T) {
			t.Parallel()
			turns <- struct{}{}
			defer func() { <-turns }()
			database, dump := newSchema(t, server)
			o := player.Options{Program: player.InProcess(runAtTempo), Database: database, Dump: dump, Tempo: storyTempo()}
			if story.OnFile {
				o.Files = t.TempDir()
				o.Database, o.Server = "sqlite:"+filepath.Join(o.Files, "olbot.db"), database
			}
			_, err := player.Play(t.Context(), story, o)
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// newSchema makes a schema and removes it at the end. It returns the URL of a
// database in it, and a function that reads all that is kept there.
func newSchema(t *testing.T, server string) (database string, dump func(context.Context) ([]byte, error)) {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	schema := "story_" + strings.ToLower(rand.Text())
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
	return u.String(), func(ctx context.Context) ([]byte, error) { return dumpSchema(ctx, db, schema) }
}

// dumpSchema reads every row of every table, as text.
func dumpSchema(ctx context.Context, db *sql.DB, schema string) ([]byte, error) {
	var all, rows string
	tables, err := db.QueryContext(ctx, "SELECT table_name FROM information_schema.tables WHERE table_schema = $1", schema)
	if err != nil {
		return nil, err
	}
	defer tables.Close()
	var names []string
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	if err := tables.Err(); err != nil {
		return nil, err
	}
	for _, name := range names {
		query := fmt.Sprintf("SELECT coalesce(string_agg(t::text, E'\n'), '') FROM %s.%s t", schema, name)
		if err := db.QueryRowContext(ctx, query).Scan(&rows); err != nil {
			return nil, err
		}
		all += name + "\n" + rows + "\n"
	}
	return []byte(all), nil
}
