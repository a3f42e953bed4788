package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// readLimit is how long a read may take, whatever the caller's patience: nobody
// may hang on a database that went silent.
const readLimit = 5 * time.Second

type scanner interface{ Scan(dest ...any) error }

func readRows(ctx context.Context, db *sql.DB, query string, args []any, scan func(scanner) error) error {
	rows, err := db.QueryContext(ctx, query, params(args)...)
	return scanRows(rows, err, scan)
}

// scanRows reads what a query returned.
func scanRows(rows *sql.Rows, err error, scan func(scanner) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// rows reads every row outside a transaction. what is what it reads, for errors.
func (s *Store) rows(ctx context.Context, what, query string, args []any, scan func(scanner) error) error {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	if err := readRows(ctx, s.r, query, args, scan); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// row reads one row into dest outside a transaction; none is the error if there is no row.
func (s *Store) row(ctx context.Context, what, query string, args []any, none error, dest ...any) error {
	found := false
	err := s.rows(ctx, what, query, args, func(row scanner) error {
		found = true
		return row.Scan(dest...)
	})
	if err == nil && !found {
		err = fmt.Errorf("read %s: %w", what, none)
	}
	return err
}
