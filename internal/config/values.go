package config

import (
	"errors"
	"fmt"
	"net"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"go.uber.org/zap/zapcore"

	"olbot/approvals"
	"olbot/onelogin"
)

// The kinds of value a setting can have.
type (
	channelID    string
	slashCommand string
	httpAddr     string
	logLevel     zapcore.Level
	logFormat    string

	validity    time.Duration
	timeout     time.Duration
	wait        time.Duration
	callTime    time.Duration
	retention   time.Duration
	limit       int
	codes       int
	connections int
)

// minRetention is seven days because a card says how many requests its owner had
// in that time. The limit on requests for one owner needs 24 hours.
const minRetention = 7 * 24 * time.Hour

// parsers has a parser for every type in Config. Their errors are what is said
// after the variable's name.
func parsers() map[reflect.Type]env.ParserFunc {
	all := map[reflect.Type]env.ParserFunc{}
	with(all, func(s string) (onelogin.Secret, error) { return onelogin.NewSecret(s), nil })
	with(all, parseSlackURL)
	with(all, parseOneLoginURL)
	with(all, parseSubdomain)
	with(all, parseRequesters)
	with(all, parseApprovers)
	with(all, parseProtected)
	with(all, parseContacts)
	with(all, matching[channelID](`^[CG][A-Z0-9]+$`, "set it to the channel's id, which begins with C or G (in Slack: the channel's name, About, at the bottom)"))
	with(all, matching[slashCommand](`^/[a-z0-9_-]{1,31}$`, "set it to a slash and up to 31 of a-z, 0-9, - and _, such as /tempotp"))
	with(all, parseValidity)
	with(all, atLeast[timeout](time.Second, "set it to a time of at least 1s with its unit, such as 15m (units: s, m, h, d)"))
	with(all, zeroOr(atLeast[wait](time.Second, "set it to a time of at least 1s with its unit, such as 5m (units: s, m, h, d), or to 0 for never")))
	with(all, parseCallTime)
	with(all, zeroOr(atLeast[retention](minRetention, "set it to at least 7d with its unit, such as 90d (units: h, d), or to 0 to keep everything")))
	with(all, parseBool)
	with(all, between[limit](0, 1_000_000, "set it to a whole number from 0 to 1000000; 0 means no limit"))
	with(all, between[codes](1, approvals.MaxCodes, fmt.Sprintf("set it to a whole number from 1 to %d", approvals.MaxCodes)))
	with(all, between[connections](1, 10, "set it to a whole number from 1 to 10"))
	with(all, oneOf("set it to auto or claim", approvals.DeliverAuto, approvals.DeliverClaim))
	with(all, parseExports)
	with(all, oneOf("set it to olbot or ocsf", ExportOlbot, ExportOCSF))
	with(all, parseHTTPAddr)
	with(all, parseLogLevel)
	with(all, oneOf("set it to json or console", logFormat("json"), logFormat("console")))
	return all
}

func with[T any](all map[reflect.Type]env.ParserFunc, parse func(string) (T, error)) {
	all[reflect.TypeFor[T]()] = func(s string) (any, error) { return parse(s) }
}

// unwanted says that a value is not what is wanted.
func unwanted(value, want string) error { return fmt.Errorf("is %s; %s", Quoted(value), want) }

func matching[T ~string](pattern, want string) func(string) (T, error) {
	expr := regexp.MustCompile(pattern)
	return func(s string) (T, error) {
		if !expr.MatchString(s) {
			return "", unwanted(s, want)
		}
		return T(s), nil
	}
}

func oneOf[T ~string](want string, values ...T) func(string) (T, error) {
	return func(s string) (T, error) {
		if !slices.Contains(values, T(s)) {
			return "", unwanted(s, want)
		}
		return T(s), nil
	}
}

func between[T ~int](least, most int, want string) func(string) (T, error) {
	return func(s string) (T, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			return 0, unwanted(s, want)
		}
		return T(n), nil
	}
}

func atLeast[T ~int64](least time.Duration, want string) func(string) (T, error) {
	return func(s string) (T, error) {
		d, err := ParseDuration(s)
		if err != nil || d < least {
			return 0, unwanted(s, want)
		}
		return T(d), nil
	}
}

// zeroOr takes a 0 without a unit too.
func zeroOr[T ~int64](parse func(string) (T, error)) func(string) (T, error) {
	return func(s string) (T, error) {
		if s == "0" {
			return 0, nil
		}
		return parse(s)
	}
}

// parseValidity takes what a command takes: whole seconds, or a number with a unit.
func parseValidity(s string) (validity, error) {
	written := s
	if _, err := strconv.ParseUint(s, 10, 32); err == nil {
		written += "s"
	}
	d, err := ParseDuration(written)
	if err != nil || d < approvals.MinValidity || d > approvals.MaxValidity || d%time.Second != 0 {
		return 0, unwanted(s, "set it to something from 120s to 72h in whole seconds, such as 5m")
	}
	return validity(d), nil
}

// maxCallTime keeps the check before a code, which makes several calls, within the time to make codes.
const maxCallTime = 2 * time.Minute

func parseCallTime(s string) (callTime, error) {
	const want = "set it to a time from 5s to 2m with its unit, such as 30s (units: s, m)"
	d, err := atLeast[callTime](5*time.Second, want)(s)
	if err != nil || time.Duration(d) > maxCallTime {
		return 0, unwanted(s, want)
	}
	return d, nil
}

func parseBool(s string) (bool, error) {
	b, err := strconv.ParseBool(strings.ToLower(s))
	if err != nil {
		return false, unwanted(s, "set it to true or false")
	}
	return b, nil
}

func parseHTTPAddr(s string) (httpAddr, error) {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", unwanted(s, "set it to host:port, such as 127.0.0.1:8080, or to nothing for no HTTP server")
	}
	return httpAddr(s), nil
}

func parseLogLevel(s string) (logLevel, error) {
	level, err := zapcore.ParseLevel(s)
	if err != nil || !slices.Contains([]string{"debug", "info", "warn", "error"}, s) {
		return 0, unwanted(s, "set it to debug, info, warn or error")
	}
	return logLevel(level), nil
}

// ParseDuration is time.ParseDuration, not negative and with days in front: 90d, 1d12h.
func ParseDuration(s string) (time.Duration, error) {
	head, tail, hasDays := strings.Cut(s, "d")
	if !hasDays {
		head, tail = "0", s
	}
	days, err := strconv.ParseUint(head, 10, 16)
	if err != nil {
		return 0, errors.New("the days are not a whole number")
	}
	var rest time.Duration
	if tail != "" {
		rest, err = time.ParseDuration(tail)
	}
	if err != nil || rest < 0 || strings.HasPrefix(tail, "+") {
		return 0, errors.New("not a duration")
	}
	return time.Duration(days)*24*time.Hour + rest, nil
}
