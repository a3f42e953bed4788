package config

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

// AuditedSettings are the settings whose change from one start to the next is an
// event: the policy and the API hosts, by variable. Values that mean the same are
// spelled the same. No secret is among them.
func (c Config) AuditedSettings() map[string]string {
	values := map[string]string{}
	all := reflect.ValueOf(c)
	for f := range settings() {
		value := all.FieldByIndex(f.Index).Interface()
		switch f.Tag.Get("audit") {
		case "value":
			values[variable(f)] = canonical(value)
		case "host":
			values[variable(f)] = host(fmt.Sprint(value))
		}
	}
	return values
}

// canonical writes a setting as it could be set. Lists whose order means nothing are sorted.
func canonical(value any) string {
	switch v := value.(type) {
	case approverChain:
		return strings.Join(canonicalPrincipals(v), ",")
	case requesterList:
		return strings.Join(slices.Sorted(slices.Values(canonicalPrincipals(v))), ",")
	case contactList:
		if len(v) == 0 {
			return nobody
		}
		return strings.Join(slices.Sorted(slices.Values(canonicalPrincipals(v))), ",")
	case approvals.Protected:
		return canonicalProtected(v)
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Int64 { // every kind of duration
		return canonicalDuration(time.Duration(v.Int()))
	}
	return fmt.Sprint(value)
}

func canonicalPrincipals(all []approvals.Principal) (each []string) {
	for _, p := range all {
		each = append(each, p.String())
	}
	return each
}

func canonicalProtected(p approvals.Protected) string {
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

// canonicalDuration writes 1h30m for 5400 s, and days where they come out even.
func canonicalDuration(d time.Duration) string {
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
