package main

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"olbot/approvals"
)

// auditedSettings is what the trail tells when it has changed since the last
// start: the policy and the API hosts, by variable, in one spelling for each
// meaning. No secret is among them.
func (c Config) auditedSettings() map[string]string {
	values := map[string]string{}
	all := reflect.ValueOf(c)
	for f := range settings() {
		value := all.FieldByIndex(f.Index).Interface()
		switch f.Tag.Get("audit") {
		case "value":
			values[variable(f)] = spelled(value)
		case "host":
			values[variable(f)] = host(fmt.Sprint(value))
		}
	}
	return values
}

// spelled writes a setting as it could be set. Lists whose order means nothing are sorted.
func spelled(value any) string {
	switch v := value.(type) {
	case approverChain:
		return strings.Join(spelledPrincipals(v), ",")
	case requesterList:
		return strings.Join(slices.Sorted(slices.Values(spelledPrincipals(v))), ",")
	case contactList:
		return strings.Join(slices.Sorted(slices.Values(spelledPrincipals(v))), ",")
	case approvals.Protected:
		return spelledProtected(v)
	case validity:
		return spelledDuration(time.Duration(v))
	case timeout:
		return spelledDuration(time.Duration(v))
	case wait:
		return spelledDuration(time.Duration(v))
	case retention:
		return spelledDuration(time.Duration(v))
	}
	return fmt.Sprint(value)
}

func spelledPrincipals(all []approvals.Principal) (each []string) {
	for _, p := range all {
		each = append(each, p.String())
	}
	return each
}

func spelledProtected(p approvals.Protected) string {
	var all []string
	add := func(prefix string, ids []int64) {
		for _, id := range slices.Sorted(slices.Values(ids)) {
			all = append(all, prefix+strconv.FormatInt(id, 10))
		}
	}
	add("", p.Users)
	add("role:", p.Roles)
	add("group:", p.Groups)
	all = append(all, slices.Sorted(slices.Values(p.Emails))...)
	return strings.Join(slices.Compact(all), ",")
}

// spelledDuration writes 1h30m for 5400 s, and days where they come out even.
func spelledDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d > 0 && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	s := d.String()
	if short, ok := strings.CutSuffix(s, "m0s"); ok {
		s = short + "m"
	}
	if short, ok := strings.CutSuffix(s, "h0m"); ok {
		s = short + "h"
	}
	return s
}

func host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}
