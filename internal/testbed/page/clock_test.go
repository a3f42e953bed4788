package page

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// aheadBy is how far a time is ahead of the real one, to the minute.
func aheadBy(now time.Time) time.Duration { return time.Until(now).Round(time.Minute) }

func TestPutsTimeForwardForEverybody(t *testing.T) {
	p := open(t)
	s := listen(t, p)
	const all = 5*time.Minute + time.Hour + 24*time.Hour + 7*24*time.Hour
	for _, step := range []string{"minutes", "hour", "day", "week"} {
		if status, _ := post(t, p, "clock/"+step, "{}"); status != http.StatusOK {
			t.Errorf("%s: %d", step, status)
		}
	}
	s.until("state", fmt.Sprintf(`"ahead":%d`, all.Milliseconds()))

	olbot, err := OpenClock(p.o.Clock) // as olbot does whenever it is started
	if err != nil {
		t.Fatal(err)
	}
	defer olbot.file.Close()
	if got := aheadBy(olbot.Now()); got != all {
		t.Errorf("olbot is %v ahead, want %v", got, all)
	}
	response, err := http.Get(p.onelogin.URL())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if date, err := http.ParseTime(response.Header.Get("Date")); err != nil || aheadBy(date) != all {
		t.Errorf("OneLogin says it is %v (%v), want %v ahead", date, err, all)
	}
	post(t, p, "people/joe/command", `{"text":"/tempotp @ana"}`) // Slack says that it failed
	joe, _ := p.cast.find("joe")
	said := joe.slack.DM()
	ts, err := strconv.ParseFloat(said[len(said)-1].TS, 64)
	if err != nil || aheadBy(time.Unix(int64(ts), 0)) != all {
		t.Errorf("Slack says it is %v (%v), want %v ahead", time.Unix(int64(ts), 0), err, all)
	}
}

func TestPutsTimeForwardByNothingElse(t *testing.T) {
	p := open(t)
	for _, step := range []string{"year", "5m", "-1h"} {
		if status, _ := post(t, p, "clock/"+step, "{}"); status != http.StatusNotFound {
			t.Errorf("%s: %d", step, status)
		}
	}
	if got := p.clock.ahead(); got != 0 {
		t.Errorf("the clock is %v ahead", got)
	}
}

func TestPutsTimeForwardAtAQuietMoment(t *testing.T) {
	p := open(t)
	response, err := http.Get(p.onelogin.URL() + "/api/2/users") // as if olbot were doing something
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	called := p.calledLast()
	post(t, p, "clock/hour", "{}")
	if quiet := p.clock.Now().Add(-time.Hour).Sub(called); quiet < time.Second {
		t.Errorf("time was put forward %v after a call", quiet)
	}
}

func TestAClockThatIsNotThere(t *testing.T) {
	if _, err := OpenClock(filepath.Join(t.TempDir(), "nowhere", "clock")); err == nil {
		t.Error("it was opened")
	}
}
