package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Errors of MoveFrom: nothing was moved.
var (
	ErrNotEmpty  = errors.New("the database that would be moved to has requests or events of its own")
	ErrDirection = errors.New("only a SQLite database can be moved, and only to PostgreSQL")
)

// MoveFrom copies everything in a SQLite database that was opened for writing,
// so that no other process works on it, to this PostgreSQL database, which has
// to be empty, in one transaction. It then checks the trail here, up to the last
// event there; faults are in the result, and are faults of the source too.
func (s *Store) MoveFrom(ctx context.Context, source *Store) (VerifyResult, error) {
	if source.lock == nil || s.lock != nil || s.writer == nil {
		return VerifyResult{}, ErrDirection
	}
	conn, err := s.w.Conn(ctx)
	if err != nil {
		return VerifyResult{}, fmt.Errorf("move: %w", err)
	}
	defer conn.Close()
	var end head
	err = conn.Raw(func(c any) error {
		return pgx.BeginFunc(ctx, c.(*stdlib.Conn).Conn(), func(t pgx.Tx) error { return source.copyTables(ctx, t, &end) })
	})
	if err != nil {
		return VerifyResult{}, fmt.Errorf("move: %w", err)
	}
	if end.number == 0 {
		return VerifyResult{}, nil
	}
	return s.Verify(ctx, map[int64]string{end.number: end.hash})
}

// copyTables fills the tables of t with those of s, and says where the trail of s ends.
func (s *Store) copyTables(ctx context.Context, t pgx.Tx, end *head) error {
	columns := map[string][]string{}
	var tables []string
	// Leaves out the columns that a database computes, and the tables that only migrations write.
	err := readRows(ctx, s.r, `
		SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name NOT IN ($1, 'compatibility', 'states') ORDER BY t.name, c.cid`,
		[]any{versionTable}, func(row scanner) error {
			var table, column string
			err := row.Scan(&table, &column)
			if columns[table] == nil {
				tables = append(tables, table)
			}
			columns[table] = append(columns[table], column)
			return err
		})
	if err != nil {
		return err
	}
	all := strings.Join(tables, ", ")
	if _, err := t.Exec(ctx, `LOCK TABLE `+all); err != nil { // an olbot that starts here meanwhile waits
		return err
	}
	var own bool
	err = t.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM events) OR EXISTS (SELECT 1 FROM requests)`).Scan(&own)
	if err != nil {
		return err
	}
	if own {
		return ErrNotEmpty
	}
	if _, err := t.Exec(ctx, `TRUNCATE `+all); err != nil { // of what a migration puts there
		return err
	}
	for _, table := range tables {
		if err := s.copyTable(ctx, t, table, columns[table]); err != nil {
			return fmt.Errorf("copy %s: %w", table, err)
		}
	}
	return s.r.QueryRowContext(ctx, `SELECT number, hash FROM trail_head`).Scan(&end.number, &end.hash)
}

func (s *Store) copyTable(ctx context.Context, t pgx.Tx, table string, columns []string) error {
	rows, err := s.r.QueryContext(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	_, err = t.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) { return nextRow(rows, len(columns)) }))
	return err
}

// nextRow is nil after the last one.
func nextRow(rows *sql.Rows, width int) ([]any, error) {
	if !rows.Next() {
		return nil, rows.Err()
	}
	values, dest := make([]any, width), make([]any, width)
	for i := range values {
		dest[i] = &values[i]
	}
	return values, rows.Scan(dest...)
}
