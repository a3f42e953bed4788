package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/player"
)

// TestMain lets more tests run side by side than there are processors, unless
// -parallel says otherwise: stories spend their time waiting for Slack's pace.
func TestMain(m *testing.M) {
	flag.Parse()
	parallel := flag.Lookup("test.parallel")
	if parallel.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		atOnce := "24"
		if leftout.Race {
			atOnce = "6" // everything takes several times as long, and a Slack that is answered too late is told so
		}
		_ = parallel.Value.Set(atOnce)
	}
	os.Exit(m.Run())
}

// storyTempo is how many times faster than Slack its limits and olbot's pace are in
// the stories: most of their time would be one message a second and channel. .ci/run
// plays all of them at Slack's own pace too, without the race detector.
func storyTempo() float64 {
	if leftout.Long() && !leftout.Race {
		return 1
	}
	return 10
}

// runAtTempo is runInProcess for that Slack.
func runAtTempo(ctx context.Context, c player.Call) int {
	c.SlackPace = storyTempo()
	return runInProcess(ctx, c)
}

func stories(t *testing.T) []player.Story {
	t.Helper()
	all, err := player.All()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// storiesOnSQLite are those that need no server.
func storiesOnSQLite(t *testing.T) []player.Story {
	t.Helper()
	return slices.DeleteFunc(stories(t), func(s player.Story) bool { return s.OnServer })
}

// play plays a story on a SQLite database of its own.
func play(t *testing.T, story player.Story, restartAt func(line int) bool) {
	t.Helper()
	dir := t.TempDir()
	_, err := player.Play(t.Context(), story, player.Options{
		Program: player.InProcess(runAtTempo), Database: "sqlite:" + filepath.Join(dir, "olbot.db"), Files: dir,
		RestartAt: restartAt, Tempo: storyTempo(),
	})
	if err != nil {
		t.Error(err)
	}
}

func TestStories(t *testing.T) {
	t.Parallel()
	for _, story := range storiesOnSQLite(t) {
		t.Run(story.Name, func(t *testing.T) {
			t.Parallel()
			play(t, story, nil)
		})
	}
}

func TestStoriesWithARestartBeforeEveryLine(t *testing.T) {
	t.Parallel()
	step := leftout.Sample(20)
	if leftout.Race {
		step = max(step, 4) // .ci/run plays all of them without the race detector
	}
	for i, story := range storiesOnSQLite(t) {
		if i%step != step-1 { // the first is by far the longest
			continue
		}
		t.Run(story.Name, func(t *testing.T) {
			t.Parallel()
			play(t, story, func(int) bool { return true })
		})
	}
}

// The stories that all others are variations of, with one restart, at every place there is.
func TestStoriesWithOneRestart(t *testing.T) {
	t.Parallel()
	step := leftout.Sample(9)
	if leftout.Race {
		step = max(step, 4) // as above
	}
	for _, name := range []string{"approved", "denied", "away", "generate", "disowned"} {
		story, err := player.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range story.Lines {
			if i == 0 || line.Breath || i%step != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s/line %d", name, line.Number), func(t *testing.T) {
				t.Parallel()
				play(t, story, func(at int) bool { return at == i })
			})
		}
	}
}
