package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strings"
	"time"
)

// A report prints Markdown tables as they are measured.
type report struct{ w io.Writer }

func newReport(w io.Writer) *report { return &report{w} }

// machine says where and when.
func (r *report) machine() {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		load = []byte("unknown")
	}
	fmt.Fprintf(r.w, "%s, %s/%s, %d processors, %s, load before: %s\n",
		time.Now().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		strings.TrimSpace(string(load)))
}

// table begins a table.
func (r *report) table(title string, columns ...string) {
	fmt.Fprintf(r.w, "\n**%s**\n\n| %s |\n|%s\n", title, strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
}

func (r *report) row(cells ...string) { fmt.Fprintf(r.w, "| %s |\n", strings.Join(cells, " | ")) }

// note is a line of text.
func (r *report) note(format string, args ...any) { fmt.Fprintf(r.w, "\n"+format+"\n", args...) }

func times(x float64) string {
	switch {
	case math.IsNaN(x):
		return "-"
	case x >= 100:
		return fmt.Sprintf("%.0f×", x)
	case x < 0.1:
		return fmt.Sprintf("%.3f×", x)
	}
	return fmt.Sprintf("%.2f×", x)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }

func us(d time.Duration) string { return fmt.Sprintf("%d µs", d.Microseconds()) }

func mib(kib int) string { return fmt.Sprintf("%.1f MB", float64(kib)*1024/1e6) }

func perSecond(x float64) string { return fmt.Sprintf("%.0f/s", x) }
