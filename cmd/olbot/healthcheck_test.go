package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthcheckAsksTheConfiguredAddress(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		code   int
		says   string
	}{
		"healthy": {http.StatusOK, exitDone, ""},
		"ill":     {http.StatusServiceUnavailable, exitFailed, "olbot: olbot does not work: some workers have stopped\n"},
	} {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				fmt.Fprintln(w, "some workers have stopped")
			})
			server := httptest.NewServer(mux)
			defer server.Close()
			_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
			for _, host := range []string{"127.0.0.1", "", "0.0.0.0"} {
				code, stdout, stderr := call(t, map[string]string{"OLBOT_HTTP_ADDR": host + ":" + port, "HTTP_PROXY": "http://127.0.0.1:1"}, "healthcheck")
				if code != tt.code || stdout != "" || stderr != tt.says {
					t.Errorf("at %q: exit code %d, stdout %q, stderr %q", host, code, stdout, stderr)
				}
			}
		})
	}
}

func TestHealthcheckWithoutAnAnswer(t *testing.T) {
	addr := nobody(t)
	code, _, stderr := call(t, map[string]string{"OLBOT_HTTP_ADDR": addr}, "healthcheck")
	if want := "olbot: olbot does not answer at " + addr + " (dial tcp " + addr + ": connect: connection refused)\n"; code != exitFailed || stderr != want {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	code, _, stderr = call(t, map[string]string{"OLBOT_HTTP_ADDR": ""}, "healthcheck")
	if code != exitConfig || !strings.HasPrefix(stderr, "olbot: OLBOT_HTTP_ADDR is empty") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
