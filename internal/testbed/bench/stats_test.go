package main

import (
	"math"
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
	if !math.IsNaN(ratio(1, 0)) || ratio(3, 2) != 1.5 || spread([]int{2, 6, 3}) != 3 || !math.IsNaN(spread([]int(nil))) {
		t.Error("a ratio is wrong")
	}
	for x, want := range map[float64]string{math.NaN(): "-", 0.0123: "0.012×", 1.2: "1.20×", 150.4: "150×"} {
		if times(x) != want {
			t.Errorf("%v is written %s, want %s", x, times(x), want)
		}
	}
}

func TestReadsWhatLinuxSaysOfMemory(t *testing.T) {
	const status = "Name:\tolbot\nVmHWM:\t   31204 kB\nVmRSS:\t   28512 kB\nThreads:\t9\n"
	if kib, err := statusKiB(status, "VmRSS"); err != nil || kib != 28512 {
		t.Errorf("VmRSS is %d, %v", kib, err)
	}
	if _, err := statusKiB(status, "RssAnon"); err == nil {
		t.Error("no error for a figure that is not told")
	}
}

func TestReadsWhatLinuxSaysOfProcessorTime(t *testing.T) {
	const stat = "77 (a) b) S 1 77 77 0 -1 4194560 300 0 0 0 123 77 0 0 20 0 9 0 5000 100 200"
	if cpu, err := statCPU(stat); err != nil || cpu != 2*time.Second {
		t.Errorf("%v, %v, want 2s", cpu, err)
	}
	if _, err := statCPU("77 (olbot) S 1"); err == nil {
		t.Error("no error for a time that is not told")
	}
}

func TestMeasurementsAreChosenByName(t *testing.T) {
	if all, err := chosen(""); err != nil || len(all) != len(measurements()) {
		t.Errorf("%d measurements, %v, want all", len(all), err)
	}
	if some, err := chosen("disk,acks"); err != nil || len(some) != 2 || some[0].name != "disk" {
		t.Errorf("%d measurements, %v", len(some), err)
	}
	if _, err := chosen("acks,speed"); err == nil {
		t.Error("no error for a measurement that does not exist")
	}
}

func TestCountsTheCallsThatMayHaveWaitedForEachOther(t *testing.T) {
	from := time.Unix(1_790_000_000, 0)
	at := func(calls ...float64) (all []outsideCall) {
		for _, c := range calls {
			all = append(all, outsideCall{at: from.Add(time.Duration(c * float64(latency)))})
		}
		return all
	}
	for _, c := range []struct {
		calls []outsideCall
		want  int
	}{
		{at(1, 1, 1), 1}, {at(1, 2, 3), 3}, {at(1.1, 1.9, 2.2, 3.5), 3}, {at(0.5, 1.5), 1}, {at(9, 11), 1}, {nil, 0},
	} {
		if n := inTurn(c.calls, from, from.Add(10*latency)); n != c.want {
			t.Errorf("%d of %v, want %d", n, c.calls, c.want)
		}
	}
}
