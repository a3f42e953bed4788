package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"sync"
)

// prepared keeps the statements of one pool parsed: SQLite takes longer to parse
// most of olbot's than to run them. Every distinct text is kept until the pool is
// closed, so a text may not hold values. pgx keeps statements by itself.
type prepared struct {
	db *sql.DB

	mu      sync.Mutex
	byQuery map[string]*sql.Stmt
}

func newPrepared(db *sql.DB) *prepared {
	return &prepared{db: db, byQuery: map[string]*sql.Stmt{}}
}

// QueryContext is the pool's, with the statement prepared.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt := p.find(query)
	if stmt == nil {
		var err error
		if stmt, err = p.prepare(ctx, query); err != nil {
			return nil, err
		}
	}
	return stmt.QueryContext(ctx, args...)
}

// find returns the statement if it is prepared.
func (p *prepared) find(query string) *sql.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.byQuery[query]
}

func (p *prepared) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	stmt, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.byQuery[query]; first != nil { // somebody was quicker
		return first, stmt.Close()
	}
	p.byQuery[query] = stmt
	return stmt, nil
}

// limitTo is the n-th parameter as a limit. Of a bare one SQLite reads the value when
// it plans, and parses the statement again whenever that was bound anew.
func limitTo(n int) string { return "CAST($" + strconv.Itoa(n) + " AS BIGINT)" }

// An sqlTx is a transaction whose statements are prepared, if their pool keeps them.
type sqlTx struct {
	*sql.Tx
	kept *prepared            // nil: the driver keeps statements by itself
	mine map[string]*sql.Stmt // those of kept, for this transaction; nil for what was not prepared when it began
}

// statement returns nil if the query is to run as text: to prepare it takes the
// pool's one connection, which the transaction has.
func (t *sqlTx) statement(ctx context.Context, query string) *sql.Stmt {
	if t.kept == nil {
		return nil
	}
	stmt, seen := t.mine[query]
	if !seen {
		if kept := t.kept.find(query); kept != nil {
			stmt = t.StmtContext(ctx, kept)
		}
		t.mine[query] = stmt
	}
	return stmt
}

// unprepared lists the statements that ran as text.
func (t *sqlTx) unprepared() []string {
	var queries []string
	for query, stmt := range t.mine {
		if stmt == nil {
			queries = append(queries, query)
		}
	}
	return queries
}

// QueryContext is the transaction's.
func (t *sqlTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := t.statement(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

// ExecContext is the transaction's.
func (t *sqlTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := t.statement(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}
