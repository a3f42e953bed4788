package export

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"net/url"
	"os"
)

// Name is the name of the sink for a destination, and of its cursor: it stays the same over
// restarts, and shows no secret. What follows the host of an HTTPS URL may be one, so of the path there are eight hex digits
// of its hash, and of the query nothing: another query is no other sink.
func Name(to *url.URL) string {
	switch {
	case to.Scheme == "file":
		return "file:" + to.Path
	case to.Path == "" || to.Path == "/":
		return to.Scheme + "://" + to.Host
	}
	sum := sha256.Sum256([]byte(to.EscapedPath()))
	return to.Scheme + "://" + to.Host + "#" + hex.EncodeToString(sum[:4])
}

// plain is the error without what may be secret, such as a URL, and without what differs each
// time, such as a port of this machine: the log writes a line that comes again once a minute.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return plain(e.Err)
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op != "dial" {
		return plain(e.Err)
	}
	if e, ok := errors.AsType[*os.SyscallError](err); ok && e.Syscall != "connect" {
		return e.Err
	}
	return err
}
