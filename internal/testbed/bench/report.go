package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A report prints Markdown tables, row by row as they are measured.
type report struct{ w io.Writer }

// printMachine says where and when.
func (r report) printMachine() {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		load = []byte("unknown")
	}
	fmt.Fprintf(r.w, "%s, %s/%s, %d processors, %s, load before: %s\n",
		time.Now().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		strings.TrimSpace(string(load)))
}

func (r report) printTable(title string, columns ...string) {
	fmt.Fprintf(r.w, "\n**%s**\n\n| %s |\n|%s\n", title, strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
}

func (r report) printRow(cells ...string) { fmt.Fprintf(r.w, "| %s |\n", strings.Join(cells, " | ")) }

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }

// interval is the lowest and the highest of durations.
func interval(d []time.Duration) string {
	return fmt.Sprintf("%.1f to %.1f", slices.Min(d).Seconds()*1000, slices.Max(d).Seconds()*1000)
}

func mb(kib int) string { return fmt.Sprintf("%.1f MB", float64(kib)*1024/1e6) }

// percentile is the smallest of the values that p percent of them do not exceed; zero
// if there are none.
func percentile[T cmp.Ordered](values []T, p float64) T {
	var zero T
	if len(values) == 0 {
		return zero
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// median is the middle value, the lower one of two.
func median[T cmp.Ordered](values []T) T { return percentile(values, 50) }

// ratio is a ÷ b in words, "-" if there is none.
func ratio[T ~int | ~int64](a, b T) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f×", float64(a)/float64(b))
}
