package config

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"olbot/onelogin"
)

// The settings that say where Slack and OneLogin are. Their values are never
// repeated in a message: somebody may have written a password into them.
type (
	slackURL    string // ends in a slash
	oneloginURL string // scheme and host
	subdomain   string // of onelogin.com
)

func parseSlackURL(s string) (slackURL, error) {
	const example = "such as https://slack.com/api/"
	u, err := parseBaseURL(s, example)
	if err != nil {
		return "", err
	}
	return slackURL(strings.TrimRight(u.String(), "/") + "/"), nil
}

func parseOneLoginURL(s string) (oneloginURL, error) {
	const example = "such as https://acme.onelogin.com"
	u, err := parseBaseURL(s, example)
	if err != nil {
		return "", err
	}
	if strings.Trim(u.Path, "/") != "" {
		return "", errors.New("has a path; set it to scheme and host only, " + example)
	}
	return oneloginURL(u.Scheme + "://" + strings.ToLower(u.Host)), nil
}

func parseBaseURL(s, example string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case strings.ContainsAny(s, "<>{}"):
		return nil, errors.New("has a placeholder such as <subdomain> in it; put the name of your own account there, " + example)
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return nil, errors.New("is not a URL; set it to one with scheme and host, " + example)
	case u.User != nil:
		return nil, errors.New("contains a user name or password; remove them: the credentials are settings of their own")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("has a part that begins with ? or #; remove that part")
	case u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())):
		return nil, errors.New("does not begin with https:// (http:// is for this machine only); set it to a URL " + example)
	}
	return u, nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func parseSubdomain(s string) (subdomain, error) {
	if strings.ContainsAny(s, "<>{}") {
		return "", errors.New("has a placeholder such as <subdomain> in it; set it to the name of your own account: acme for acme.onelogin.com")
	}
	if _, err := onelogin.BaseURLForSubdomain(s); err != nil {
		return "", unwanted(s, "set it to the first part of the host name only: acme for acme.onelogin.com (letters, digits and hyphens, at most 35)")
	}
	return subdomain(s), nil
}
