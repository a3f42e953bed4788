package onelogin

import (
	"math"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

const (
	// maxWait is the longest wait that makes sense: OneLogin counts calls per hour. More than that is something else than
	// seconds left, such as a time of day or milliseconds.
	maxWait = time.Hour

	// senselessWait is how long to wait after an answer that asks for a wait which makes no sense.
	senselessWait = time.Minute
)

// retryAfter reads how long an answer asks to wait, at most an hour; 0 if it does not say. Retry-After counts, in seconds or
// as a date, with 429 and 503; else, with 429 only, X-RateLimit-Reset, which is in seconds left and stands on every answer:
// https://developers.onelogin.com/api-docs/2/oauth20-tokens/get-rate-limit
func retryAfter(status int, header http.Header, now time.Time) time.Duration {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0
	}
	value := header.Get("Retry-After")
	if wait, ok := seconds(value); ok {
		return wait
	}
	if at, err := http.ParseTime(value); err == nil {
		if date := serverTime(header); !date.IsZero() {
			now = date // their clock on both sides
		}
		return sensible(max(at.Sub(now), 0))
	}
	if status == http.StatusTooManyRequests {
		wait, _ := seconds(header.Get("X-RateLimit-Reset"))
		return wait
	}
	return 0
}

var secondsForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// seconds reads a number of seconds, which some servers write with a fraction.
func seconds(value string) (time.Duration, bool) {
	if !secondsForm.MatchString(value) {
		return 0, false
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || n > maxWait.Seconds() {
		return senselessWait, true
	}
	return time.Duration(math.Ceil(n)) * time.Second, true
}

func sensible(wait time.Duration) time.Duration {
	if wait > maxWait {
		return senselessWait
	}
	return wait
}

// serverTime is the Date of an answer, zero if it has none.
func serverTime(header http.Header) time.Time {
	t, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return t
}
