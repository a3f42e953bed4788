package sqlstore

import (
	"path/filepath"
	"strings"
	"testing"
)

// Looking for an agent's requests happens inside a transaction that others wait
// for: with a million old requests, reading them all takes a second.
func TestFindsAnAgentsRequestsWithoutReadingAllOthers(t *testing.T) {
	s, err := Open(t.Context(), Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "olbot.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, query := range []struct {
		text string
		args []any
	}{
		{askedBy, []any{"U0JOE", "W0JOE", 17}},
		{askedByOneLogin, []any{17}},
	} {
		steps := 0
		err := readRows(t.Context(), s.r, "EXPLAIN QUERY PLAN "+query.text, query.args, func(row scanner) error {
			var id, parent, unused int
			var detail string
			if err := row.Scan(&id, &parent, &unused, &detail); err != nil {
				return err
			}
			steps++
			if strings.HasPrefix(detail, "SCAN") {
				t.Errorf("%s: %s", query.text, detail)
			}
			return nil
		})
		if err != nil || steps == 0 {
			t.Errorf("%d steps, %v", steps, err)
		}
	}
}
