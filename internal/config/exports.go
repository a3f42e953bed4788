package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// Where events are sent, and how they are written.
type (
	exportList   []*url.URL // schemes https, http (this machine), syslog+tls and file
	exportFormat string
)

// The formats.
const (
	ExportOlbot exportFormat = "olbot"
	ExportOCSF  exportFormat = "ocsf"
)

// The schemes of OLBOT_EXPORT.
const (
	schemeHTTPS  = "https"
	schemeSyslog = "syslog+tls"
	schemeFile   = "file"
)

const syslogPort = "6514" // RFC 5425

// String lists the destinations without what may be secret: of an https URL, all behind the host.
func (l exportList) String() string {
	var all []string
	for _, u := range l {
		if u.Scheme == schemeFile {
			all = append(all, "file:"+u.Path)
			continue
		}
		all = append(all, u.Scheme+"://"+u.Host)
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

// parseExports never repeats an entry in an error: somebody may have written a token into it.
func parseExports(s string) (exportList, error) {
	var all exportList
	n := 0
	err := entries(s, func(entry string) error {
		n++
		u, err := parseExport(entry)
		if err != nil {
			return fmt.Errorf("has a mistake in entry %d, which %w", n, err)
		}
		if slices.ContainsFunc(all, func(other *url.URL) bool { return sameExport(u, other) }) {
			return fmt.Errorf("names the place of entry %d twice; remove one of them", n)
		}
		all = append(all, u)
		return nil
	})
	return all, err
}

// sameExport says whether two differ in nothing but what follows a ?.
func sameExport(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.Host == b.Host && a.EscapedPath() == b.EscapedPath()
}

func parseExport(entry string) (*url.URL, error) {
	const kinds = "begins with none of https://, syslog+tls:// and file:/; write one such as https://siem.example.com/ingest, syslog+tls://siem.example.com:6514 or file:/var/log/olbot/trail.jsonl"
	scheme, rest, _ := strings.Cut(entry, ":")
	switch scheme = strings.ToLower(scheme); scheme {
	case schemeFile:
		return parseExportFile(rest)
	case schemeHTTPS, "http", schemeSyslog:
	default:
		return nil, errors.New(kinds)
	}
	u, err := url.Parse(entry)
	switch {
	case strings.ContainsAny(entry, "<>{}"):
		return nil, errors.New("has a placeholder such as <host> in it; put your own there")
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return nil, errors.New("is not a URL with a host; write one such as https://siem.example.com/ingest")
	case u.User != nil && scheme == schemeSyslog:
		return nil, errors.New("contains a user name or password, which syslog does not have; remove them")
	case u.User != nil:
		return nil, errors.New("contains a user name or password; remove them, and set OLBOT_EXPORT_AUTHORIZATION to the Authorization header")
	case u.Fragment != "":
		return nil, errors.New("has a part that begins with #; remove that part")
	case scheme == "http" && !loopback(u.Hostname()):
		return nil, errors.New("begins with http://, which is for this machine only; write https://")
	case scheme == schemeSyslog && (strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery):
		return nil, errors.New("has more than host and port; write syslog+tls://siem.example.com:6514")
	}
	u.Host = strings.ToLower(u.Host)
	switch {
	case scheme == schemeSyslog && u.Port() == "":
		u.Host = net.JoinHostPort(u.Hostname(), syslogPort)
	case scheme == schemeHTTPS && u.Port() == "443":
		u.Host = strings.TrimSuffix(u.Host, ":443")
	}
	if u.Path == "/" || scheme == schemeSyslog {
		u.Path, u.RawPath = "", ""
	}
	return u, nil
}

// parseExportFile takes file:/path and file:///path.
func parseExportFile(path string) (*url.URL, error) {
	if local, ok := strings.CutPrefix(path, "//"); ok {
		path = local
	}
	if !filepath.IsAbs(path) || strings.HasSuffix(path, "/") {
		return nil, errors.New("is no absolute path of a file; write one such as file:/var/log/olbot/trail.jsonl")
	}
	return &url.URL{Scheme: schemeFile, Path: filepath.Clean(path)}, nil
}

func (c Config) exportsTo(schemes ...string) (hosts []string) {
	for _, u := range c.Export {
		if slices.Contains(schemes, u.Scheme) && !slices.Contains(hosts, u.Host) {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

// checkExports keeps a credential from whom it is not meant for.
func (c *Config) checkExports(ps *Problems) {
	const name = "OLBOT_EXPORT_AUTHORIZATION"
	header := c.ExportAuthorization.Reveal()
	odd := func(r rune) bool { return r != ' ' && notPrintable(r) }
	switch {
	case header == "":
	case strings.ContainsFunc(header, odd):
		ps.add(name, name+" contains line breaks or other characters that no header has; set it to one line such as Splunk 6f2c… or Bearer eyJh…")
	case strings.HasPrefix(strings.ToLower(header), "authorization:"):
		ps.add(name, name+" begins with the name of the header; leave out Authorization:")
	case !ps.has("OLBOT_EXPORT") && len(c.exportsTo(schemeHTTPS, "http")) > 1:
		ps.add(name, name+" is set, and OLBOT_EXPORT names several hosts with https://, which would all be told it; send to one of them, and let it pass events on")
	}
}

func (c Config) exportWarnings() (all []string) {
	if len(c.exportsTo(schemeFile)) > 0 && strings.HasPrefix(c.DatabaseURL.Reveal(), "postgres") {
		all = append(all, "OLBOT_EXPORT has a file: while OLBOT_DATABASE_URL is PostgreSQL: with several replicas each event is in the file of one of them")
	}
	if !c.ExportAuthorization.IsZero() && len(c.exportsTo(schemeHTTPS, "http")) == 0 {
		all = append(all, "OLBOT_EXPORT_AUTHORIZATION is set, and OLBOT_EXPORT has no https:// that it is for")
	}
	return all
}
