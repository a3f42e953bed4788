package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A proxyError is a proxy that does not let olbot through.
type proxyError struct {
	proxy  string // host and port alone: its URL may hold a password
	status int
}

func (e *proxyError) Error() string {
	if e.status == http.StatusProxyAuthRequired {
		return fmt.Sprintf("the proxy %s wants a user and a password (407): write them into HTTPS_PROXY, http://user:password@host:port", e.proxy)
	}
	return fmt.Sprintf("the proxy %s in HTTPS_PROXY does not let olbot through (%d): allow the host there, or name it in NO_PROXY", e.proxy, e.status)
}

// explainProxies makes the transport say which setting a proxy's refusal is about. All others
// are copies of it.
func explainProxies(transport http.RoundTripper) {
	if t, ok := transport.(*http.Transport); ok {
		t.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode != http.StatusOK {
				return &proxyError{proxy.Host, answer.StatusCode}
			}
			return nil
		}
	}
}

// lookAtNetwork says by which way Slack and OneLogin are reached, and whose certificates are trusted. Nothing is called.
func lookAtNetwork(proxyOf func(*http.Request) (*url.URL, error), env func(string) string, urls ...string) (f finding, err error) {
	var ways []string
	hosts := map[string][]string{}
	for _, to := range urls {
		u, err := url.Parse(to)
		if err != nil {
			return f, fmt.Errorf("read a URL: %w", err)
		}
		way := "directly"
		if proxy, err := proxyOf(&http.Request{URL: u}); err == nil && proxy != nil { // a proxy that cannot be used is a problem of the configuration
			way = "by the proxy " + proxy.Host
		}
		if !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
		hosts[way] = append(hosts[way], u.Host)
	}
	for i, way := range ways {
		ways[i] += " to " + strings.Join(hosts[way], " and ")
	}
	f.well = strings.Join(ways, ", ")
	for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if path := env(name); path != "" {
			f.well += fmt.Sprintf("; trusts the certificates in %s (%s)", path, name)
		}
	}
	return f, nil
}

// lookupIn looks variables up in an environment, where the last one wins.
func lookupIn(environ []string) func(string) string {
	return func(name string) (value string) {
		for _, entry := range environ {
			if v, ok := strings.CutPrefix(entry, name+"="); ok {
				value = v
			}
		}
		return value
	}
}

// proxyRefusal is the no of a proxy that will stay one until a setting is changed; nil if err is none.
func proxyRefusal(err error) *proxyError {
	e, ok := errors.AsType[*proxyError](err)
	if !ok || e.status < 400 || e.status >= 500 {
		return nil
	}
	return e
}

// unproven says whether the error is a server that did not prove who it is.
func unproven(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

// trustAdvice is what to do about a server that did not prove who it is.
const trustAdvice = "if a proxy of your company opens connections, put its certificate into a file and name that in SSL_CERT_FILE, in the environment"
