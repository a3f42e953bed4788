package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"

	"github.com/jackc/pgx/v5/pgconn"
)

// newSchema makes a schema of its own in the database and returns the URL that
// leads to it, and what removes it again.
func newSchema(ctx context.Context, server string) (database string, drop func(), err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, fmt.Errorf("the database's URL cannot be read") // the error would quote it
	}
	schema := fmt.Sprintf("lab_%016x", rand.Uint64())
	if err := execute(ctx, server, "CREATE SCHEMA "+schema); err != nil {
		return "", nil, err
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String(), func() { _ = execute(context.Background(), server, "DROP SCHEMA "+schema+" CASCADE") }, nil
}

func execute(ctx context.Context, server, statement string) error {
	conn, err := pgconn.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, statement).ReadAll(); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
