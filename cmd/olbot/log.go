package main

import (
	"io"
	"os"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"

	"olbot/internal/config"
)

// newLogger writes to w in the format that was asked for: by default JSON, one
// object a line, or what a person can read if w is a terminal.
func newLogger(c config.Config, w io.Writer) *zap.Logger {
	format := c.LogFormat
	if format == "" {
		format = "json"
		if isTerminal(w) {
			format = "console"
		}
	}
	layout := zap.NewProductionEncoderConfig()
	layout.TimeKey = "time"
	layout.EncodeDuration = zapcore.StringDurationEncoder
	layout.EncodeTime = func(t time.Time, out zapcore.PrimitiveArrayEncoder) {
		out.AppendString(t.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	encoder := zapcore.NewJSONEncoder(layout)
	if format == "console" {
		layout.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05.000")
		layout.EncodeLevel = zapcore.CapitalLevelEncoder
		encoder = zapcore.NewConsoleEncoder(layout)
	}
	return zap.New(onceAMinute(zapcore.NewCore(encoder, zapcore.Lock(zapcore.AddSync(w)), zapcore.Level(c.LogLevel))))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
