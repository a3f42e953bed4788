package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// demoInPipe runs olbot demo as in a pipe, with a directory for temporary files of its own.
func demoInPipe(t *testing.T, ctx context.Context) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	var out, err bytes.Buffer
	code = run(ctx, []string{"demo"}, []string{"TERM=xterm-256color"}, &out, &err)
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
		t.Errorf("the demo left %q behind", left)
	}
	return code, out.String(), err.String()
}

func TestDemoTellsTheStoryInAPipe(t *testing.T) {
	code, out, stderr := demoInPipe(t, t.Context())
	if code != exitDone || stderr != "" {
		t.Fatalf("exit code %d, stderr %q, stdout:\n%s", code, stderr, out)
	}
	rest := out
	for _, landmark := range []string{
		"Ana has lost the phone",
		"▸ Joe types  /tempotp @ana 300 reusable lost her phone, INC-4711",
		"Maria, the approver (direct message with olbot):", "INC-4711", "[Approve] [Deny]",
		"▸ Maria presses  [Approve]",
		"Joe, the agent (direct message with olbot, only Joe sees this):", "Code for Ana Lima",
		"✓ OneLogin lets Ana in.",
		"▸ Joe presses  [Done, hide it]",
		"The message with the code is gone.",
		"What was checked", "What next", "README.md", "olbot run", "go run ./cmd/olbot demo --page",
	} {
		_, after, found := strings.Cut(rest, landmark)
		if !found {
			t.Fatalf("after what was found so far, the demo does not say %q:\n%s", landmark, out)
		}
		rest = after
	}
	for _, who := range []string{"Ana, the owner (direct message with olbot):", "The audit channel (#audit):", "Trail up to "} {
		if !strings.Contains(out, who) {
			t.Errorf("the demo does not say %q", who)
		}
	}
	if strings.ContainsAny(out, "\x1b\r") {
		t.Error("the demo sends control characters into a pipe")
	}
	if codes := regexp.MustCompile(`(?m)^    \| \d{8}$`).FindAllString(out, -1); len(codes) != 1 {
		t.Errorf("the code is shown %d times, want once: %q", len(codes), codes)
	}
}

func TestDemoEndsCleanlyWhenInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	code, _, stderr := demoInPipe(t, ctx)
	if code != exitFailed || stderr != "olbot: stopped\n" {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}

// A deafWriter takes a few lines and then no more, as a pipe into head does.
type deafWriter struct{ lines int }

func (w *deafWriter) Write(p []byte) (int, error) {
	if w.lines--; w.lines < 0 {
		return 0, syscall.EPIPE
	}
	return len(p), nil
}

func TestDemoEndsWhenNobodyReads(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"demo"}, nil, &deafWriter{lines: 20}, &stderr)
	if code != exitFailed || stderr.String() != "olbot: the demo ended early: broken pipe\n" {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
		t.Errorf("the demo left %q behind", left)
	}
}

func TestDemoThatCannotStartSaysWhy(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))
	var out, err bytes.Buffer
	code := run(t.Context(), []string{"demo"}, nil, &out, &err)
	if code != exitFailed || !strings.HasPrefix(err.String(), "olbot: the demo could not start: ") || strings.Count(err.String(), "\n") != 1 {
		t.Errorf("exit code %d, stderr %q", code, err.String())
	}
}
