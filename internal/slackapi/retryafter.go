package slackapi

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxWait is the longest wait that makes sense: Slack counts calls per minute. More than that is something else than
	// seconds left, such as a time of day or milliseconds.
	maxWait = time.Hour

	// senselessWait is how long to wait after an answer that asks for a wait which makes no sense.
	senselessWait = time.Minute
)

// RetryAfter reads the header of that name, in seconds, which proxies also write as
// 1.5, rounded up to whole ones: at most an hour; 0 if it says nothing.
// https://docs.slack.dev/apis/web-api/rate-limits
func RetryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseFloat(h.Get("Retry-After"), 64)
	switch {
	case err != nil || !(seconds > 0): // also what is not a number
		return 0
	case seconds > maxWait.Seconds():
		return senselessWait
	}
	return time.Duration(math.Ceil(seconds)) * time.Second
}
