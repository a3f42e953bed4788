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
	retention   time.Duration
	limit       int
	connections int
)

// parsers has a parser for every type in Config. Their errors are what is said
// after the variable's name.
func parsers() map[reflect.Type]env.ParserFunc {
	all := map[reflect.Type]env.ParserFunc{}
	with(all, func(s string) (onelogin.Secret, error) { return onelogin.NewSecret(s), nil })
	with(all, parseSlackURL)
	with(all, parseOneLoginURL)
	with(all, parseSubdomain)
	with(all, parseChannelID)
	with(all, parseRequesters)
	with(all, parseApprovers)
	with(all, parseProtected)
	with(all, parseContacts)
	with(all, parseCommand)
	with(all, parseValidity)
	with(all, parseTimeout)
	with(all, parseWait)
	with(all, parseRetention)
	with(all, parseBool)
	with(all, parseLimit)
	with(all, parseConnections)
	with(all, parseDelivery)
	with(all, parseHTTPAddr)
	with(all, parseLogLevel)
	with(all, parseLogFormat)
	return all
}

func with[T any](all map[reflect.Type]env.ParserFunc, parse func(string) (T, error)) {
	all[reflect.TypeFor[T]()] = func(s string) (any, error) { return parse(s) }
}

// not says that a value is not what is wanted.
func not(value, want string) error { return fmt.Errorf("is %s; %s", Quoted(value), want) }

var channelPattern = regexp.MustCompile(`^[CG][A-Z0-9]+$`)

func parseChannelID(s string) (channelID, error) {
	if !channelPattern.MatchString(s) {
		return "", not(s, "set it to the channel's id, which begins with C or G (in Slack: the channel's name, About, at the bottom)")
	}
	return channelID(s), nil
}

var commandPattern = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)

func parseCommand(s string) (slashCommand, error) {
	if !commandPattern.MatchString(s) {
		return "", not(s, "set it to a slash and up to 31 of a-z, 0-9, - and _, such as /tempotp")
	}
	return slashCommand(s), nil
}

func parseBool(s string) (bool, error) {
	b, err := strconv.ParseBool(strings.ToLower(s))
	if err != nil {
		return false, not(s, "set it to true or false")
	}
	return b, nil
}

func parseLimit(s string) (limit, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1_000_000 {
		return 0, not(s, "set it to a whole number from 0 to 1000000; 0 means no limit")
	}
	return limit(n), nil
}

func parseConnections(s string) (connections, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 10 {
		return 0, not(s, "set it to a whole number from 1 to 10")
	}
	return connections(n), nil
}

func parseDelivery(s string) (approvals.Delivery, error) {
	d := approvals.Delivery(s)
	if d != approvals.DeliverAuto && d != approvals.DeliverClaim {
		return "", not(s, "set it to auto or claim")
	}
	return d, nil
}

func parseHTTPAddr(s string) (httpAddr, error) {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", not(s, "set it to host:port, such as 127.0.0.1:8080, or to nothing for no HTTP server")
	}
	return httpAddr(s), nil
}

func parseLogLevel(s string) (logLevel, error) {
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, s) {
		return 0, not(s, "set it to debug, info, warn or error")
	}
	level, err := zapcore.ParseLevel(s)
	return logLevel(level), err
}

func parseLogFormat(s string) (logFormat, error) {
	if s != "json" && s != "console" {
		return "", not(s, "set it to json or console")
	}
	return logFormat(s), nil
}

// parseValidity takes what a command takes: whole seconds, or a number with a unit.
func parseValidity(s string) (validity, error) {
	const want = "set it to something from 120s to 72h in whole seconds, such as 5m"
	written := s
	if _, err := strconv.ParseUint(s, 10, 32); err == nil {
		written += "s"
	}
	d, err := parseDuration(written)
	if err != nil || d < approvals.MinValidity || d > approvals.MaxValidity || d%time.Second != 0 {
		return 0, not(s, want)
	}
	return validity(d), nil
}

func parseTimeout(s string) (timeout, error) {
	d, err := parseDuration(s)
	if err != nil || d < time.Second {
		return 0, not(s, "set it to a time of at least 1s with its unit, such as 15m (units: s, m, h, d)")
	}
	return timeout(d), nil
}

// parseWait takes a time after which something is done, or 0 for never.
func parseWait(s string) (wait, error) {
	if s == "0" {
		return 0, nil
	}
	d, err := parseDuration(s)
	if err != nil || d < time.Second {
		return 0, not(s, "set it to a time of at least 1s with its unit, such as 5m (units: s, m, h, d), or to 0 for never")
	}
	return wait(d), nil
}

// minRetention is what cards need to say which one for an owner in seven days a
// request is. The limit on requests for one owner needs 24 hours.
const minRetention = 7 * 24 * time.Hour

func parseRetention(s string) (retention, error) {
	if s == "0" {
		return 0, nil
	}
	d, err := parseDuration(s)
	if err != nil || d < minRetention {
		return 0, not(s, "set it to at least 7d with its unit, such as 90d (units: h, d), or to 0 to keep everything")
	}
	return retention(d), nil
}

// parseDuration is time.ParseDuration, not negative and with days in front: 90d, 1d12h.
func parseDuration(s string) (time.Duration, error) {
	var days uint64
	if head, tail, ok := strings.Cut(s, "d"); ok {
		var err error
		if days, err = strconv.ParseUint(head, 10, 16); err != nil {
			return 0, errors.New("the days are not a whole number")
		}
		s = tail
	}
	d := time.Duration(days) * 24 * time.Hour
	if s == "" {
		return d, nil
	}
	rest, err := time.ParseDuration(s)
	if err != nil || rest < 0 || s[0] == '+' {
		return 0, errors.New("not a duration")
	}
	return d + rest, nil
}
