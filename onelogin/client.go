package onelogin

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/sync/singleflight"
)

// A Config says which OneLogin account to talk to, and as whom.
type Config struct {
	// BaseURL is scheme and host of the account, such as https://acme.onelogin.com. It must be https, except on a
	// loopback host. [BaseURLForSubdomain] makes one from "acme".
	BaseURL string

	// ClientID and ClientSecret are an API credential pair. The scope needed is "Manage users":
	// https://developers.onelogin.com/api-docs/1/getting-started/working-with-api-credentials
	ClientID     string
	ClientSecret Secret

	// HTTPClient lends its Transport (proxy, certificate authorities); nil means the defaults of net/http. Its other fields
	// are not used: the client has time limits of its own, keeps no cookies and follows no redirects. The Transport must
	// not repeat requests.
	HTTPClient *http.Client

	// Timeout is how long a look-up may take, an access token included; 0 means 30 s. The calls that make a token and remove
	// a device have 30 s, whatever it is.
	Timeout time.Duration

	// Now is the clock for token expiry; nil means time.Now.
	Now func() time.Time

	// UserAgent is sent with every request; empty means "olbot".
	UserAgent string

	// Observe, if set, is told of every request that was made, after its end: what for (as in [Error.Op]), the HTTP status
	// (0 if no complete answer came), and how long it took. It is called concurrently and must return at once.
	Observe func(op string, status int, took time.Duration)
}

// DefaultTimeout is [Config.Timeout] where it is not set: OneLogin is known to take longer than 10 s
// (https://github.com/onelogin/terraform-provider-onelogin/pull/137).
const DefaultTimeout = 30 * time.Second

// A Client talks to one OneLogin account. It is safe for use by several goroutines.
type Client struct {
	base         url.URL
	clientID     string
	clientSecret Secret
	userAgent    string
	timeout      time.Duration // of a look-up
	now          func() time.Time
	observe      func(op string, status int, took time.Duration) // nil: nobody
	shared       http.RoundTripper                               // for look-ups: keeps connections
	oneShot      http.RoundTripper                               // for what brings back a secret: one request per connection

	flights singleflight.Group
	mu      sync.Mutex
	access  accessToken

	users userLocks
}

// New checks the configuration and returns a client. It does not use the network: see [Client.CheckCredentials].
//
// The error names every problem found, and never repeats the secret.
func New(cfg Config) (*Client, error) {
	base, err := parseBaseURL(cfg.BaseURL)
	problems := []error{err}
	if cfg.ClientID == "" || strings.ContainsFunc(cfg.ClientID, notInCredential) || strings.Contains(cfg.ClientID, ":") {
		problems = append(problems, errors.New("onelogin: client id: must not be empty nor contain spaces, control characters or a colon"))
	}
	if secret := cfg.ClientSecret.Reveal(); secret == "" || strings.ContainsFunc(secret, notInCredential) {
		problems = append(problems, errors.New("onelogin: client secret: must not be empty nor contain spaces or control characters"))
	}
	if cfg.Timeout < 0 {
		problems = append(problems, errors.New("onelogin: timeout: must not be negative"))
	}
	if strings.ContainsFunc(cfg.UserAgent, unicode.IsControl) {
		problems = append(problems, errors.New("onelogin: user agent: must not contain control characters"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	shared, oneShot := transports(cfg.HTTPClient)
	c := &Client{
		base: base, clientID: cfg.ClientID, clientSecret: cfg.ClientSecret,
		userAgent: cmp.Or(cfg.UserAgent, "olbot"), timeout: cmp.Or(cfg.Timeout, DefaultTimeout), now: cfg.Now, observe: cfg.Observe, shared: shared, oneShot: oneShot,
	}
	if c.now == nil {
		c.now = time.Now
	}
	return c, nil
}

func notInCredential(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// OneLogin subdomains are DNS labels of at most 35 characters.
var subdomain = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,33}[A-Za-z0-9])?$`)

// BaseURLForSubdomain turns the "acme" of acme.onelogin.com into https://acme.onelogin.com.
func BaseURLForSubdomain(sub string) (string, error) {
	if !subdomain.MatchString(sub) {
		return "", errors.New(`onelogin: subdomain: give only the first part of the host name, such as "acme" for acme.onelogin.com (letters, digits and hyphens, at most 35)`)
	}
	return "https://" + strings.ToLower(sub) + ".onelogin.com", nil
}

// parseBaseURL never quotes its input: it may have been given with a password in it.
func parseBaseURL(raw string) (url.URL, error) {
	const example = "such as https://acme.onelogin.com"
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return url.URL{}, fmt.Errorf("onelogin: base URL: must not be empty; give scheme and host, %s", example)
	case strings.ContainsAny(raw, "<>{}"):
		return url.URL{}, fmt.Errorf("onelogin: base URL: has a placeholder in it; put the name of your account there, %s", example)
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return url.URL{}, fmt.Errorf("onelogin: base URL: not a URL; give scheme and host, %s", example)
	case u.User != nil:
		return url.URL{}, errors.New("onelogin: base URL: must not contain a user name or password; credentials are settings of their own")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return url.URL{}, fmt.Errorf("onelogin: base URL: must be scheme and host only, %s", example)
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return url.URL{}, fmt.Errorf("onelogin: base URL: must begin with https://, %s", example)
	}
	if port := u.Port(); port != "" {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return url.URL{}, errors.New("onelogin: base URL: the port must be a number up to 65535")
		}
	}
	return url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
