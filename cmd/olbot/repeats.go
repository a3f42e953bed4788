package main

import (
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const (
	repeatEvery = time.Minute
	mostRepeats = 1000 // different lines that are remembered; beyond them every line is written
)

// A repeats core writes a warning or an error that comes again and again once, and then once a
// minute how often it came: while a database is away, every worker says so several times a
// second. Which try it was makes no other line of it.
type repeats struct {
	zapcore.Core
	key   zapcore.Encoder // with the fields that every line of this logger has
	state *repeatState
}

type repeatState struct {
	mu    sync.Mutex
	lines map[string]*repeated
}

// A repeated line was written less than a minute ago.
type repeated struct {
	write func(more zapcore.Field)
	times int // since then
}

// onceAMinute wraps the core.
func onceAMinute(core zapcore.Core) zapcore.Core {
	key := zapcore.NewJSONEncoder(zapcore.EncoderConfig{MessageKey: "m", NameKey: "n", LevelKey: "l", EncodeLevel: zapcore.LowercaseLevelEncoder, EncodeDuration: zapcore.StringDurationEncoder})
	return &repeats{Core: core, key: key, state: &repeatState{lines: map[string]*repeated{}}}
}

// With implements zapcore.Core.
func (r *repeats) With(fields []zapcore.Field) zapcore.Core {
	key := r.key.Clone()
	for _, f := range fields {
		f.AddTo(key)
	}
	return &repeats{Core: r.Core.With(fields), key: key, state: r.state}
}

// Check implements zapcore.Core.
func (r *repeats) Check(e zapcore.Entry, c *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if r.Enabled(e.Level) {
		return c.AddCore(e, r)
	}
	return c
}

// Write implements zapcore.Core.
func (r *repeats) Write(e zapcore.Entry, fields []zapcore.Field) error {
	if e.Level < zapcore.WarnLevel {
		return r.Core.Write(e, fields)
	}
	key, err := r.keyOf(e, fields)
	if err == nil && r.state.saw(key, func(more zapcore.Field) {
		e.Time = time.Now()
		_ = r.Core.Write(e, append(fields[:len(fields):len(fields)], more))
	}) {
		return nil
	}
	return r.Core.Write(e, fields)
}

func (r *repeats) keyOf(e zapcore.Entry, fields []zapcore.Field) (string, error) {
	var same []zapcore.Field
	for _, f := range fields {
		if f.Key != fieldTry {
			same = append(same, f)
		}
	}
	text, err := r.key.EncodeEntry(zapcore.Entry{Level: e.Level, LoggerName: e.LoggerName, Message: e.Message}, same)
	if err != nil {
		return "", err
	}
	defer text.Free()
	return text.String(), nil
}

// fieldTry is the field of a job's line that counts its tries.
const fieldTry = "try"

// saw says whether the line was written less than a minute ago, and then counts it.
func (s *repeatState) saw(key string, write func(zapcore.Field)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if line, ok := s.lines[key]; ok {
		line.write = write // the newest
		line.times++
		return true
	}
	if len(s.lines) < mostRepeats {
		s.lines[key] = &repeated{}
		time.AfterFunc(repeatEvery, func() { s.review(key) })
	}
	return false
}

// review writes how often the line came in the last minute, or forgets it if it did not.
func (s *repeatState) review(key string) {
	s.mu.Lock()
	line := s.lines[key]
	times, write := line.times, line.write
	if line.times = 0; times == 0 {
		delete(s.lines, key)
	}
	s.mu.Unlock()
	if times > 0 {
		write(zap.Int("times", times))
		time.AfterFunc(repeatEvery, func() { s.review(key) })
	}
}

// Sync implements zapcore.Core. It writes what was counted and not yet told.
func (r *repeats) Sync() error {
	r.state.mu.Lock()
	var late []func()
	for _, line := range r.state.lines {
		if times, write := line.times, line.write; times > 0 {
			late = append(late, func() { write(zap.Int("times", times)) })
			line.times = 0
		}
	}
	r.state.mu.Unlock()
	for _, write := range late {
		write()
	}
	return r.Core.Sync()
}
