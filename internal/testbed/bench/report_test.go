package main

import (
	"testing"
	"time"
)

func TestAPercentileIsOneOfTheValues(t *testing.T) {
	upTo := func(n int) (all []int) {
		for i := range n {
			all = append(all, n-i) // from the largest down
		}
		return all
	}
	for _, c := range []struct {
		values []int
		p      float64
		want   int
	}{
		{upTo(150), 50, 75}, {upTo(150), 99, 149}, {upTo(150), 100, 150}, {upTo(150), 0, 1},
		{upTo(100), 99, 99}, {upTo(4), 50, 2}, {[]int{7}, 99, 7}, {nil, 50, 0},
	} {
		if got := percentile(c.values, c.p); got != c.want {
			t.Errorf("percentile %v of %d values is %d, want %d", c.p, len(c.values), got, c.want)
		}
	}
}

func TestAPercentileLeavesTheValuesAsTheyAre(t *testing.T) {
	values := []int{3, 1, 2}
	if median(values) != 2 || values[0] != 3 {
		t.Errorf("the median is %d, the values are %v", median(values), values)
	}
}

func TestRatioToNothingIsNoNumber(t *testing.T) {
	if ratio(1, 0) != "-" || ratio(3, 2) != "1.50×" || ratio(126*time.Second, 1000*time.Second) != "0.13×" {
		t.Error("a ratio is wrong")
	}
}

func TestReadsWhatLinuxSaysOfMemory(t *testing.T) {
	const status = "Name:\tolbot\nVmHWM:\t   31204 kB\nVmRSS:\t   28512 kB\nThreads:\t9\n"
	if kib, err := statusKiB(status, "VmRSS"); err != nil || kib != 28512 {
		t.Errorf("VmRSS is %d, %v", kib, err)
	}
	if _, err := statusKiB(status, "RssAnon"); err == nil {
		t.Error("no error for a figure that is missing")
	}
}

func TestTopicsAreChosenByName(t *testing.T) {
	if all, err := chooseTopics(""); err != nil || len(all) != len(topics()) {
		t.Errorf("%d topics, %v, want all", len(all), err)
	}
	if some, err := chooseTopics("pace,acks"); err != nil || len(some) != 2 || some[0].name != "pace" {
		t.Errorf("%d topics, %v", len(some), err)
	}
	if _, err := chooseTopics("acks,speed"); err == nil {
		t.Error("no error for a topic that does not exist")
	}
}

func TestCountsTheCallsThatMayHaveWaitedForEachOther(t *testing.T) {
	from := time.Unix(1_790_000_000, 0)
	for _, c := range []struct {
		done []float64 // in latencies after from
		want int
	}{
		{[]float64{1, 1, 1}, 1}, {[]float64{1, 2, 3}, 3}, {[]float64{1.1, 1.9, 2.2, 3.5}, 3},
		{[]float64{0.5, 1.5}, 1}, {[]float64{9, 11}, 1}, {nil, 0},
	} {
		var done []time.Time
		for _, d := range c.done {
			done = append(done, from.Add(time.Duration(d*float64(latency))))
		}
		if n := callsInTurn(done, wait{from, from.Add(10 * latency)}); n != c.want {
			t.Errorf("%d of %v, want %d", n, c.done, c.want)
		}
	}
}
