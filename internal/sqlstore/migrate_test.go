package sqlstore_test

import (
	"database/sql"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// firstSchema makes a database of the first version.
func firstSchema(t *testing.T, db *sql.DB, dialect goose.Dialect, folder string) {
	t.Helper()
	const name = "00001_init.sql"
	text, err := sqlstore.Migrations.ReadFile("migrations/" + folder + "/" + name)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(dialect, db, fstest.MapFS{name: {Data: text}},
		goose.WithTableName("schema_version"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestWhatWasDisownedBeforeBlocksExistedBlocks: a request says so itself, and the
// databases have to agree with it.
func TestWhatWasDisownedBeforeBlocksExistedBlocks(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		dialect, folder := goose.DialectSQLite3, "sqlite"
		if url[0] == 'p' {
			dialect, folder = goose.DialectPostgres, "postgres"
		}
		db := raw(t, url)
		firstSchema(t, db, dialect, folder)
		for id, state := range map[string]string{"OTP-0000-0001": "disowned", "OTP-0000-0002": "closed"} {
			_, err := db.ExecContext(t.Context(), `
				INSERT INTO requests (id, version, state, agent_slack, agent_slack_org, agent_onelogin, owner_onelogin, created_at, asked_at, ended_at, body)
				VALUES ($1, 1, $2, 'U0JOE', '', 1, 22, 1, 1, 1, $3)`,
				id, state, map[string]string{
					"disowned": `{"id":"OTP-0000-0001","state":"disowned","disowned_at":"2026-03-14T09:26:53Z"}`,
					"closed":   `{"id":"OTP-0000-0002","state":"closed"}`,
				}[state])
			if err != nil {
				t.Fatal(err)
			}
		}
		s := open(t, url)
		blocks, err := s.Blocking(t.Context())
		if err != nil || len(blocks) != 1 || blocks[0].ID != "OTP-0000-0001" || !blocks[0].Blocks() {
			t.Errorf("%+v, %v", blocks, err)
		}
		if _, err := s.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
			by, err := v.BlockedBy(22)
			if by != "OTP-0000-0001" {
				t.Errorf("blocked by %q, %v", by, err)
			}
			return approvals.Change{}, err
		}); err != nil {
			t.Error(err)
		}
	})
}
