package sqlstore

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A dsn is a database URL that was read. It is either a file or a server.
type dsn struct {
	file   string
	server *pgx.ConnConfig
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
		config, err := pgx.ParseConfig(url)
		if err != nil {
			return dsn{}, openError(BadURL, errors.New("it is not a valid PostgreSQL URL"))
		}
		return dsn{server: config}, nil
	}
	return dsn{}, openError(BadURL, nil)
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
