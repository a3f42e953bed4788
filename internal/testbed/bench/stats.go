package main

import (
	"cmp"
	"math"
	"slices"
)

// percentile is the smallest of the values that p percent of them do not exceed;
// zero if there are none.
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

// ratio is a ÷ b, and not a number if b is 0.
func ratio[T ~int | ~int64 | ~float64](a, b T) float64 {
	if b == 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}

// spread is how far the values lie apart: the largest ÷ the smallest.
func spread[T ~int | ~int64 | ~float64](values []T) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	return ratio(slices.Max(values), slices.Min(values))
}
