package onelogin

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// maxWait bounds what is taken over from a header. OneLogin's rate limit is counted per hour.
const maxWait = 24 * time.Hour

// retryAfter reads how long an answer asks to wait; 0 if it does not say. Retry-After counts, in seconds or as a date, with
// 429 and 503; else, with 429 only, X-RateLimit-Reset, which is in seconds left and stands on every answer:
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
		return min(max(at.Sub(now), 0), maxWait)
	}
	if status == http.StatusTooManyRequests {
		wait, _ := seconds(header.Get("X-RateLimit-Reset"))
		return wait
	}
	return 0
}

func seconds(value string) (time.Duration, bool) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	if n > uint64(maxWait/time.Second) {
		return maxWait, true
	}
	return time.Duration(n) * time.Second, true
}

// serverTime is the Date of an answer, zero if it has none.
func serverTime(header http.Header) time.Time {
	t, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return t
}
