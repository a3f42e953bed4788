package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"olbot/internal/config"
)

// written runs test with a logger, in a bubble, and returns what it wrote: the message, the error and the count of each line.
func written(t *testing.T, test func(log *zap.Logger)) (all []string) {
	synctest.Test(t, func(t *testing.T) {
		var out lockedBuffer
		test(newLogger(config.Config{LogFormat: "json"}, &out))
		for text := range strings.Lines(out.String()) {
			var line struct {
				Msg, Error string
				Times      int
			}
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprint(line.Msg, " ", line.Error, " ", line.Times))
		}
		time.Sleep(2 * repeatEvery) // timers end with the bubble
	})
	return all
}

var errAway = errors.New("no connection")

func TestALineThatComesAgainAndAgainIsWrittenOnceAMinuteWithACount(t *testing.T) {
	got := written(t, func(log *zap.Logger) {
		for i := range 481 {
			log.Error("claim jobs", zap.Int("try", i), zap.Error(errAway))
			time.Sleep(251 * time.Millisecond) // never at the very end of a minute
		}
		time.Sleep(5 * time.Minute) // it is well again
		log.Error("claim jobs", zap.Error(errAway))
	})
	want := []string{"claim jobs no connection 0", "claim jobs no connection 239", "claim jobs no connection 239", "claim jobs no connection 2", "claim jobs no connection 0"}
	if !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
}

func TestDifferentLinesAreAllWritten(t *testing.T) {
	got := written(t, func(log *zap.Logger) {
		log.Error("claim jobs", zap.Error(errAway))
		log.Error("claim jobs", zap.Error(errors.New("too many")))
		log.Warn("claim jobs", zap.Error(errAway))
		log.Named("x").Error("claim jobs", zap.Error(errAway))
		log.With(zap.String("sink", "a")).Error("claim jobs", zap.Error(errAway))
		log.With(zap.String("sink", "b")).Error("claim jobs", zap.Error(errAway))
		for range 3 {
			log.Info("event", zap.Int("number", 7)) // what is no trouble is never shortened
		}
	})
	if len(got) != 9 {
		t.Errorf("%d of 9 lines were written: %q", len(got), got)
	}
}

func TestWhatWasCountedIsTold(t *testing.T) {
	got := written(t, func(log *zap.Logger) {
		for range 3 {
			log.Error("claim jobs", zap.Error(errAway))
		}
		_ = log.Sync()
	})
	if !slices.Equal(got, []string{"claim jobs no connection 0", "claim jobs no connection 2"}) {
		t.Errorf("at the end the log has %q", got)
	}
}
