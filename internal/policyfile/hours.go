package policyfile

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"olbot/approvals/rules"
)

// hours are times of the week. Whatever of days and hours is not said is all of them.
func hours() shape[*rules.Hours] {
	of := object(func() *rules.Hours { return &rules.Hours{} }, func(r *reader, n *yaml.Node, h *rules.Hours) bool {
		if h.Days == ([7]bool{}) {
			h.Days = [7]bool{true, true, true, true, true, true, true}
		}
		if h.From == 0 && h.To == 0 {
			h.To = 24 * time.Hour
		}
		if child(n, "days") == n && child(n, "hours") == n {
			return r.problem(n, "say which days or hours: {days: Mon-Fri, hours: \"08:00-18:00\", zone: Europe/Lisbon}")
		}
		return true
	},
		key("days", "Days or spans of days, such as Mon-Fri or Sat,Sun.", days(), func(h *rules.Hours, v [7]bool) { h.Days = v }),
		key("hours", `From when till when, such as "08:00-18:00"; "22:00-06:00" reaches into the following day and belongs to the day on which it begins.`, clocks(), func(h *rules.Hours, v [2]time.Duration) { h.From, h.To = v[0], v[1] }),
		key("zone", "A time zone by its name in the IANA database, such as Europe/Lisbon or UTC.", zone(), func(h *rules.Hours, v *time.Location) { h.In, h.Zone = v, v.String() }).must(),
	)
	read := of.read
	of.read = func(r *reader, n *yaml.Node) (*rules.Hours, bool) {
		h, ok := read(r, n)
		if ok {
			if r.zones == nil {
				r.zones = map[string]bool{}
			}
			r.zones[h.Zone] = true
		}
		return h, ok
	}
	return define("hours", of)
}

var dayNames = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

func days() shape[[7]bool] {
	const want = "write days such as Mon-Fri, or Sat,Sun (Mon, Tue, Wed, Thu, Fri, Sat, Sun)"
	const day = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
	return scalar(schema{"type": "string", "pattern": "^" + day + "(-" + day + ")?(, *" + day + "(-" + day + ")?)*$"}, want, func(s string) (all [7]bool, err error) {
		for part := range strings.SplitSeq(s, ",") {
			from, to, span := strings.Cut(strings.TrimSpace(part), "-")
			if !span {
				to = from
			}
			first, last := slices.Index(dayNames, from), slices.Index(dayNames, to)
			if first < 0 || last < 0 {
				return all, errors.New(want)
			}
			for d := first; ; d = (d + 1) % 7 {
				all[d] = true
				if d == last {
					break
				}
			}
		}
		return all, nil
	})
}

var (
	clockExpr = `([01][0-9]|2[0-3]):[0-5][0-9]`
	clocksOf  = regexp.MustCompile(`^(` + clockExpr + `)-(` + clockExpr + `|24:00)$`)
)

func clocks() shape[[2]time.Duration] {
	const want = `write from when till when, in quotes: "08:00-18:00"`
	return scalar(schema{"type": "string", "pattern": clocksOf.String()}, want, func(s string) (span [2]time.Duration, err error) {
		if !clocksOf.MatchString(s) {
			return span, errors.New(want)
		}
		from, to, _ := strings.Cut(s, "-")
		span = [2]time.Duration{clock(from), clock(to)}
		if span[0] == span[1] {
			return span, errors.New("this span has no length; for all day remove the hours")
		}
		return span, nil
	})
}

// clock reads what clockExpr matches.
func clock(s string) time.Duration {
	hour, _ := strconv.Atoi(s[:2])
	minute, _ := strconv.Atoi(s[3:])
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
}

// zone is looked up in the system's time zones.
func zone() shape[*time.Location] {
	const want = "write a time zone such as Europe/Lisbon or UTC"
	return scalar(schema{"type": "string", "pattern": `^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$`}, want, location)
}

func location(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, errors.New("write a time zone by its name, such as Europe/Lisbon or UTC: what is local depends on the machine")
	}
	at, err := time.LoadLocation(name)
	if err != nil {
		if _, missing := time.LoadLocation("Europe/Lisbon"); missing != nil {
			return nil, errors.New("this system has no time zones; install its package of them (Debian: tzdata)")
		}
		return nil, errors.New("nobody knows a time zone of this name; write one such as Europe/Lisbon, America/New_York or UTC")
	}
	return at, nil
}

// A moment is when a test takes place, by a clock on the wall.
type moment struct {
	day   string
	clock time.Duration
	zone  *time.Location // nil: that of the file
}

var momentOf = regexp.MustCompile(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (` + clockExpr + `)( [A-Za-z0-9_+/-]+)?$`)

func at() shape[*moment] {
	const want = `write a day and a time, in quotes: "Mon 10:00"; with a zone if the file has several: "Mon 10:00 Europe/Lisbon"`
	of := scalar(schema{"type": "string", "pattern": momentOf.String()}, want, func(s string) (m *moment, err error) {
		if !momentOf.MatchString(s) {
			return nil, errors.New(want)
		}
		words := strings.Fields(s)
		m = &moment{day: words[0], clock: clock(words[1])}
		if len(words) > 2 {
			m.zone, err = location(words[2])
		}
		return m, err
	})
	read := of.read
	of.read = func(r *reader, n *yaml.Node) (*moment, bool) {
		m, ok := read(r, n)
		if !ok || m.zone != nil {
			return m, ok
		}
		switch len(r.zones) {
		case 0:
			m.zone = time.UTC
		case 1:
			for name := range r.zones {
				m.zone, _ = location(name)
			}
		default:
			return m, r.problem(n, `the file has several time zones, so say which: "%s %s"`, n.Value, "Europe/Lisbon")
		}
		return m, true
	}
	return of
}

// time is the moment in some week.
func (m moment) time() time.Time {
	sunday := 4 // of January 2026
	day := sunday + slices.Index(dayNames, m.day)
	return time.Date(2026, 1, day, int(m.clock.Hours()), int(m.clock.Minutes())%60, 0, 0, m.zone)
}

// short is a time as people write it: 5m, 1h30m.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// week lists moments of which one lies inside and not outside, if any does.
func week(inside, outside *rules.Hours) (moments []time.Time) {
	for day := range 7 {
		for _, h := range []*rules.Hours{inside, outside} {
			if h == nil {
				continue
			}
			for _, of := range []time.Duration{0, h.From, h.To % (24 * time.Hour)} {
				moments = append(moments, moment{day: dayNames[day], clock: of, zone: h.In}.time())
			}
		}
	}
	return moments
}
