package player

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"olbot/internal/testbed/oneloginsim"
)

// oneloginEffects are the effects that have a name and nothing to fill in.
func oneloginEffects() map[string]oneloginsim.Effect {
	return map[string]oneloginsim.Effect{
		"400":                         oneloginsim.BadRequest(),
		"401":                         oneloginsim.Unauthorized(),
		"401 Insufficient Permission": oneloginsim.InsufficientPermission(),
		"a revoked token":             oneloginsim.RevokesTokens(),
		"403":                         oneloginsim.Forbidden(),
		"403 for the address":         oneloginsim.AddressRefused(),
		"404":                         oneloginsim.NotFound(),
		"422":                         oneloginsim.Unprocessable(),
		"429":                         oneloginsim.TooManyRequestsBare(),
		"500":                         oneloginsim.InternalServerError(),
		"502":                         oneloginsim.BadGateway(),
		"503":                         oneloginsim.Unavailable(),
		"504":                         oneloginsim.GatewayTimeout(),
		"a redirect":                  oneloginsim.Redirect(308, ""),
		"a cut":                       oneloginsim.Cut(),
		"silence":                     oneloginsim.Hang(),
		"something unreadable":        oneloginsim.Undecodable(),
		"everybody":                   oneloginsim.Unfiltered(),
		"a reusable code":             oneloginsim.Reusable(),
		"a single-use code":           oneloginsim.SingleUse(),
		"a padded code":               oneloginsim.Padded(),
		"a misspelt reusable":         oneloginsim.Misspelt(),
		"a time as Ruby writes it":    oneloginsim.TimesAs("2006-01-02 15:04:05 UTC"),
		"a device that is a number":   oneloginsim.NumericDevice(3920360),
	}
}

var effectWith = regexp.MustCompile(`^(429 for|a code longer by|a code shorter by|a delay of) (\d+[smh])$|^no (.+)$|^(\w+) = (.+)$|^429 and ([\w-]+): (.+)$|^also (.+)$`)

// oneloginEffect is the effect of that name.
func oneloginEffect(name string) (oneloginsim.Effect, error) {
	if effect, ok := oneloginEffects()[name]; ok {
		return effect, nil
	}
	m := effectWith.FindStringSubmatch(name)
	if m == nil {
		return oneloginsim.Effect{}, fmt.Errorf("no answer of OneLogin's is called %s", name)
	}
	if m[3] != "" {
		return oneloginsim.Without(strings.Split(m[3], " and ")...), nil
	}
	switch {
	case m[4] != "":
		return oneloginsim.With(m[4], literal(m[5])), nil
	case m[6] != "":
		return oneloginsim.TooManyRequestsSaying(m[6], m[7]), nil
	case m[8] != "":
		return oneloginsim.AlsoSays(m[8]), nil
	}
	d, err := duration(m[2])
	switch m[1] {
	case "429 for":
		return oneloginsim.TooManyRequests(d), err
	case "a code longer by":
		return oneloginsim.Longer(d), err
	case "a code shorter by":
		return oneloginsim.Shorter(d), err
	}
	return oneloginsim.Latency(d), err
}

// literal reads a JSON value of a story; what is none is text.
func literal(text string) any {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	return value
}
