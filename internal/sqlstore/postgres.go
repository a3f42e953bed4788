package sqlstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	maxSkew        = 2 * time.Second
	connectTimeout = 5 * time.Second
)

// openPostgres connects, for one writer and some readers.
func (s *Store) openPostgres(ctx context.Context, server *pgx.ConnConfig) error {
	s.dialect = dialect{
		forUpdate: " FOR UPDATE", isolation: sql.LevelReadCommitted,
		isRolledBack: postgresRolledBack, isRetryable: postgresRetryable, fileGone: func() bool { return false }, sendAll: sendAll,
	}
	config := server.Copy()
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.RuntimeParams["application_name"] == "" { // in the URL, or in PGAPPNAME
		config.RuntimeParams["application_name"] = "olbot"
	}
	open := func(size int) *sql.DB {
		db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(prepareSession))
		db.SetMaxOpenConns(size)
		db.SetMaxIdleConns(size)
		return db
	}
	s.w, s.r = open(1), open(readers)
	if err := s.w.PingContext(ctx); err != nil {
		return err
	}
	return s.checkClock(ctx)
}

// prepareSession makes commits last, and frees what a process that stopped in
// the middle of a transaction keeps locked for all others. Plans are made once for
// each connection, mostly while the tables are empty: they must not rest on that,
// and go by the index that every query has. Compiling a plan takes longer than any runs.
func prepareSession(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `
		SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
		SET idle_in_transaction_session_timeout = '10s';
		SET enable_seqscan = off;
		SET jit = off`)
	return err
}

func sendAll(ctx context.Context, conn *sql.Conn, all []statement) (written []int64, err error) {
	batch := &pgx.Batch{}
	for _, s := range all {
		batch.Queue(s.query, params(s.args)...).Exec(func(tag pgconn.CommandTag) error {
			written = append(written, tag.RowsAffected())
			return nil
		})
	}
	err = conn.Raw(func(c any) error { return c.(*stdlib.Conn).Conn().SendBatch(ctx, batch).Close() })
	return written, err
}

// checkClock compares the clocks: leases and timers of all replicas are by
// their own.
func (s *Store) checkClock(ctx context.Context) error {
	before := s.now()
	start := time.Now()
	var theirs int64
	err := s.w.QueryRowContext(ctx, `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)`).Scan(&theirs)
	if err != nil {
		return fmt.Errorf("read the database's clock: %w", err)
	}
	took := time.Since(start)
	ahead := before.Add(took / 2).Sub(time.UnixMicro(theirs))
	if ahead.Abs() > maxSkew+took/2 {
		return openError(ClockOff, fmt.Errorf("this machine's clock is %v ahead of the database's", ahead.Round(time.Millisecond)))
	}
	return nil
}

// postgresCode is the SQLSTATE, "" if err is not the server's.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
func postgresCode(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// postgresRolledBack says whether a commit that failed surely stored nothing: only the
// server can say so. pgconn.SafeToRetry cannot: of a commit whose connection
// broke before the answer came it says that nothing was sent.
func postgresRolledBack(err error) bool {
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		return true
	}
	code := postgresCode(err)
	if len(code) != 5 || code == "40003" { // statement completion unknown
		return false
	}
	switch code[:2] {
	case "23", "25", "40", "53":
		return true
	}
	return false
}

// postgresRetryable says whether a transaction that surely stored nothing may work
// when it is run again: it lost against another one, or its connection broke.
func postgresRetryable(err error) bool {
	code := postgresCode(err)
	switch {
	case code == "40001" || code == "40P01":
		return true
	case code != "":
		return strings.HasPrefix(code, "57P") || strings.HasPrefix(code, "08")
	}
	return !errors.Is(err, context.DeadlineExceeded)
}

func postgresKind(err error) OpenErrorKind {
	code := postgresCode(err)
	switch {
	case code == "3D000":
		return NoDatabase
	case strings.HasPrefix(code, "28"):
		return BadLogin
	case code == "42501":
		return Denied
	case code == "25006":
		return NotWritable
	case strings.HasPrefix(code, "57P"), strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"):
		return Unreachable
	case code != "":
		return ""
	}
	if kind := certificateKind(err); kind != "" {
		return kind
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		if strings.Contains(err.Error(), "server refused TLS connection") { // pgconn has no type for it
			return NotVerified
		}
		return Unreachable
	}
	return ""
}

// certificateKind says what is wrong with the server's certificate, "" if it is none of that.
// sslmode=verify-ca leaves out the error of package tls around it.
func certificateKind(err error) OpenErrorKind {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return OutOfDate
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return OtherName
	}
	_, refused := errors.AsType[*tls.CertificateVerificationError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	if refused || invalid || unknown {
		return NotVerified
	}
	return ""
}
