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

// A place is a database URL that was read. It is either a file or a server.
type place struct {
	file   string
	server *pgx.ConnConfig
}

// locate reads a database URL. Its errors do not quote it: it may hold a password.
func locate(url string) (place, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		file := strings.TrimPrefix(rest, "//")
		switch {
		case file == "" || strings.HasPrefix(file, ":"):
			return place{}, openError(BadURL, errors.New("the path of the SQLite file is missing"))
		case strings.ContainsAny(file, "?#\x00"):
			return place{}, openError(BadURL, errors.New("the path of a SQLite file takes no ? and no #"))
		}
		return place{file: filepath.Clean(file)}, nil
	case "postgres", "postgresql":
		config, err := pgx.ParseConfig(url)
		if err != nil {
			return place{}, openError(BadURL, errors.New("it is not a valid PostgreSQL URL"))
		}
		return place{server: config}, nil
	}
	return place{}, openError(BadURL, nil)
}

// String names the place, without the password.
func (p place) String() string {
	if p.server == nil {
		return "sqlite:" + p.file
	}
	c := p.server
	return fmt.Sprintf("%s@%s/%s", c.User, net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), c.Database)
}

// openError says where, and what kind of failure it is if the operator can put it right.
func (p place) openError(err error) error {
	e, ok := errors.AsType[*OpenError](err)
	if !ok {
		kind := postgresKind(err)
		if p.file != "" {
			kind = sqliteKind(err)
		}
		if kind == "" {
			return fmt.Errorf("open database %s: %w", p, err)
		}
		e = openError(kind, err)
	}
	e.Where = p.String()
	return e
}
