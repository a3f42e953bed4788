package main

import (
	"testing"
	"time"
)

// At Slack's own limits: every command is acked, every manager asked, every
// agent gets a code, and the feed tells it all in order. The whole storm of 150
// takes Slack's tiers many minutes: go run ./internal/lab -storm -flows 150.
func TestAStormIsWorkedOffAtSlacksOwnLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: a storm at Slack's own pace")
	}
	t.Parallel()
	c := config{flows: 12, seed: 1, database: "sqlite", replicas: 1, settle: 2 * time.Minute,
		program: olbotFor(t), dir: t.TempDir(), progress: t.Output()}
	r, slack, err := storm(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	r.print(t.Output())
	for _, f := range r.findings {
		t.Errorf("%s: %s", f.verdict, f.text)
	}
	for _, f := range slack.Findings() {
		t.Errorf("what Slack found: %s %s: %s", f.Kind, f.Method, f.Detail)
	}
}
