package main

import (
	"bytes"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// A company has Slack and OneLogin at example.com, with a certificate of its own, behind a proxy that wants a password.
type company struct {
	*world
	proxy   *httptest.Server
	ca      string       // file
	sockets atomic.Int64 // that came by the proxy
}

func newCompany(t *testing.T) *company {
	c := &company{world: newWorld(t, slacksim.Options{AckTimeout: time.Minute})}
	front := httptest.NewTLSServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			to := strings.TrimSuffix(c.slack.URL(), "/api/")
			if path := r.In.URL.Path; strings.HasPrefix(path, "/auth/") || strings.HasPrefix(path, "/api/1/") || strings.HasPrefix(path, "/api/2/") {
				to = c.onelogin.URL()
			}
			if r.In.Header.Get("Upgrade") == "websocket" {
				c.sockets.Add(1)
			}
			target, err := url.Parse(to)
			if err != nil {
				t.Error(err)
			}
			r.SetURL(target)
		},
		ModifyResponse: func(r *http.Response) error {
			if !strings.HasSuffix(r.Request.URL.Path, "/apps.connections.open") {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			body = bytes.Replace(body, []byte("ws://"+r.Request.URL.Host), []byte("wss://example.com"), 1)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Del("Content-Length")
			return err
		},
	})
	t.Cleanup(front.Close)
	c.ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(c.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	c.proxy = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodConnect || r.Host != "example.com:443":
			w.WriteHeader(http.StatusForbidden)
		case r.Header.Get("Proxy-Authorization") == "":
			w.WriteHeader(http.StatusProxyAuthRequired)
		default:
			tunnel(w, front.Listener.Addr().String())
		}
	}))
	t.Cleanup(c.proxy.Close)
	c.vars["SLACK_API_URL"], c.vars["ONELOGIN_API_URL"] = "https://example.com/api/", "https://example.com"
	c.vars["SSL_CERT_FILE"], c.vars["LOG_LEVEL"] = c.ca, "info"
	return c
}

func tunnel(w http.ResponseWriter, to string) {
	there, err := net.Dial("tcp", to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	here, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		there.Close()
		return
	}
	for _, way := range [][2]net.Conn{{here, there}, {there, here}} {
		go func() { _, _ = io.Copy(way[0], way[1]); way[0].Close(); way[1].Close() }()
	}
}

// worksInACompany is about the program that binary is: what docs/guides/network.md promises.
func worksInACompany(t *testing.T, binary string) {
	t.Run("by a proxy and with a private authority", func(t *testing.T) {
		c := newCompany(t)
		joe, ana, maria := c.people()
		c.vars["HTTPS_PROXY"] = strings.Replace(c.proxy.URL, "http://", "http://joe:hunter2@", 1)
		cmd := c.process(binary)
		joe.Runs("/tempotp " + ana.Mention())
		c.until("Maria is asked", func() bool { _, ok := maria.Finds("Approve"); return ok })
		if c.sockets.Load() == 0 {
			t.Error("Socket Mode went past the proxy")
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("olbot ended with %v", err)
		}
	})
	t.Run("by a proxy that wants a password", func(t *testing.T) {
		c := newCompany(t)
		c.vars["HTTPS_PROXY"] = c.proxy.URL
		var said lockedBuffer
		cmd := exec.CommandContext(t.Context(), binary, "run")
		cmd.Env, cmd.Dir, cmd.Stderr = environ(c.vars), t.TempDir(), &said
		_ = cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code != exitConfig || strings.Contains(said.String(), "trying again") {
			t.Errorf("exit code %d: %s", code, said.String())
		}
		for _, who := range []string{"Slack", "OneLogin"} {
			if want := who + " is not reached: the proxy " + strings.TrimPrefix(c.proxy.URL, "http://") + " wants a user and a password (407): write them into HTTPS_PROXY"; !strings.Contains(said.String(), want) {
				t.Errorf("it does not say %q: %s", want, said.String())
			}
		}
	})
}
