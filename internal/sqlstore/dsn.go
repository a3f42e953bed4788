package sqlstore

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	neturl "net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A dsn is a database URL that was read. It is either a file or a server.
type dsn struct {
	file   string
	server *pgx.ConnConfig
	weak   string // the sslmode that was written and does not verify a server elsewhere
}

// parseDSN reads a database URL. Its errors do not quote it: it may hold a password.
func parseDSN(url string) (dsn, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		file := strings.TrimPrefix(rest, "//")
		switch {
		case file == "" || strings.HasPrefix(file, ":"):
			return dsn{}, openError(BadURL, errors.New("the path of the SQLite file is missing"))
		case strings.ContainsAny(file, "?#\x00"):
			return dsn{}, openError(BadURL, errors.New("the path of a SQLite file takes no ? and no #"))
		}
		return dsn{file: filepath.Clean(file)}, nil
	case "postgres", "postgresql":
		return parseServer(url)
	}
	return dsn{}, openError(BadURL, nil)
}

const verifyFull = "verify-full"

// parseServer reads the URL of a PostgreSQL server. If no sslmode is written, in the URL or
// in PGSSLMODE, the server has to prove who it is: PostgreSQL's own default is to be
// content with any server, also without TLS. A server on this machine need not.
func parseServer(url string) (dsn, error) {
	invalid := openError(BadURL, errors.New("it is not a valid PostgreSQL URL"))
	u, err := neturl.Parse(url)
	if err != nil {
		return dsn{}, invalid
	}
	query := u.Query()
	if file := query.Get("sslrootcert"); file != "" && file != "system" {
		if _, err := os.ReadFile(file); err != nil {
			return dsn{}, openError(NotVerified, err)
		}
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return dsn{}, invalid
	}
	written := cmp.Or(query.Get("sslmode"), os.Getenv("PGSSLMODE"))
	d := dsn{server: config}
	switch {
	case onThisMachine(config), written == verifyFull:
		return d, nil
	case written != "":
		d.weak = written
		return d, nil
	}
	query.Set("sslmode", verifyFull)
	u.RawQuery = query.Encode()
	if d.server, err = pgx.ParseConfig(u.String()); err != nil {
		return dsn{}, invalid
	}
	return d, nil
}

// warning is about a server that works, and that it is unwise to trust.
func (d dsn) warning() string {
	if d.weak == "" {
		return ""
	}
	return fmt.Sprintf("sslmode=%s in OLBOT_DATABASE_URL or PGSSLMODE: the database server need not prove who it is, and whoever is between it and olbot can read and change everything; write sslmode=verify-full", d.weak)
}

// onThisMachine says whether every server that may be connected to is on this machine.
func onThisMachine(config *pgx.ConnConfig) bool {
	here := func(host string) bool {
		addr, err := netip.ParseAddr(host)
		return strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") || host == "localhost" || err == nil && addr.IsLoopback()
	}
	return here(config.Host) && !slices.ContainsFunc(config.Fallbacks, func(f *pgconn.FallbackConfig) bool { return !here(f.Host) })
}

// String names the database, without the password.
func (d dsn) String() string {
	if d.server == nil {
		return "sqlite:" + d.file
	}
	c := d.server
	return fmt.Sprintf("%s@%s/%s", c.User, net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), c.Database)
}

// openError says where, and what kind of failure it is if the operator can put it right.
func (d dsn) openError(err error) error {
	e, ok := errors.AsType[*OpenError](err)
	if !ok {
		kind := postgresKind(err)
		if d.file != "" {
			kind = sqliteKind(err)
		}
		if kind == "" {
			return fmt.Errorf("open database %s: %w", d, err)
		}
		e = openError(kind, err)
	}
	e.Where = d.String()
	return e
}
