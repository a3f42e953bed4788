package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
