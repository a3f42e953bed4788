package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"olbot/internal/testbed/slacksim"
)

// A siem keeps what is posted to it, unless it hangs.
type siem struct {
	*httptest.Server
	mu    sync.Mutex
	hangs chan struct{} // nil: it does not
	got   strings.Builder
	as    string // the last Authorization
}

func newSIEM(t *testing.T, hangs bool) *siem {
	s := &siem{}
	if hangs {
		s.hangs = make(chan struct{})
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		hangs := s.hangs
		s.mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if hangs != nil {
			<-hangs
			panic(http.ErrAbortHandler) // no answer
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.got.Write(body)
		s.as = r.Header.Get("Authorization")
	}))
	t.Cleanup(func() { s.works(); s.Close() })
	return s
}

// works ends a hang. What hung comes again.
func (s *siem) works() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hangs != nil {
		close(s.hangs)
	}
	s.hangs = nil
}

func (s *siem) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

// TestTheTrailIsExportedAndCanBeVerified: to a SIEM and to a file, while another SIEM hangs, over a restart and a
// change of the setting.
func TestTheTrailIsExportedAndCanBeVerified(t *testing.T) {
	w := newWorld(t, slacksim.Options{})
	joe, ana, maria := w.people()
	well, hanging := newSIEM(t, false), newSIEM(t, true)
	file := filepath.Join(t.TempDir(), "trail.jsonl")
	w.vars["OLBOT_EXPORT"] = well.URL + "/ingest?token=hunter2,file:" + file
	w.vars["LOG_LEVEL"] = "info"

	b := w.start()
	b.issues(joe, ana, maria)
	b.wait("both have the code's event", func() bool {
		return strings.Contains(read(t, file), `"kind":"shown"`) && strings.Contains(well.text(), `"kind":"shown"`)
	})
	if code := b.ends(); code != exitDone {
		t.Fatalf("exit code %d", code)
	}

	// Without the file, and with one more, which hangs.
	w.vars["OLBOT_EXPORT"] = well.URL + "/ingest?token=other," + hanging.URL
	b = w.start()
	b.wait("it tells of the second start", func() bool { return strings.Count(well.text(), `"kind":"started"`) == 2 })
	w.keepsSecrets(b.log.String())
	hanging.works()
	if code := b.ends(); code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	if strings.Count(read(t, file), `"kind":"started"`) != 1 {
		t.Error("the file was sent to without being set")
	}

	w.vars["OLBOT_EXPORT"] += ",file:" + file
	b = w.start()
	all := func() string { _, stdout, _ := w.run("audit", "export"); return stdout }
	b.wait("all have everything", func() bool {
		return read(t, file) == all() && well.text() == all() && strings.Contains(hanging.text(), "\n")
	})
	b.wait("the one that hung has it too", func() bool { return strings.HasSuffix(hanging.text(), all()) })
	b.ends()
	if code, stdout, stderr := w.run("audit", "verify", "--file", file); code != exitDone || !strings.Contains(stdout, "the trail is whole") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}

func TestTheTrailIsExportedAsOCSFWithTheCredential(t *testing.T) {
	w := newWorld(t, slacksim.Options{})
	s := newSIEM(t, false)
	w.vars["OLBOT_EXPORT"], w.vars["OLBOT_EXPORT_FORMAT"], w.vars["OLBOT_EXPORT_AUTHORIZATION"] = s.URL, "ocsf", "Splunk hunter2"
	b := w.start()
	b.wait("the start has arrived", func() bool { return strings.Contains(s.text(), `"class_uid":6002`) })
	if s.as != "Splunk hunter2" {
		t.Errorf("it was sent with the Authorization %q", s.as)
	}
	w.keepsSecrets(b.log.String())
}

// TestWhatIsExportedIsMeasured: how far each is behind, and what failed.
func TestWhatIsExportedIsMeasured(t *testing.T) {
	w := newWorld(t, slacksim.Options{})
	addr := nobody(t)
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	w.vars["OLBOT_EXPORT"] = "http://" + addr
	b := w.start()
	failed := `olbot_export_failures_total{sink="http://` + addr + `"} `
	b.wait("a failure is counted", func() bool {
		_, page := b.page("/metrics")
		return strings.Contains(page, failed) && !strings.Contains(page, failed+"0\n")
	})
	_, page := b.page("/metrics")
	if unsent := `olbot_export_unsent_events{sink="http://` + addr + `"} `; !strings.Contains(page, unsent) || strings.Contains(page, unsent+"0\n") {
		t.Errorf("an event waits, and the page says\n%s", page)
	}
	b.wait("olbot is ready", func() bool { code, _ := b.page("/readyz"); return code == http.StatusOK })
}
