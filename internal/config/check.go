package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"olbot/approvals"
	"olbot/internal/trailkey"
	"olbot/onelogin"
)

// check applies the rules that a parser cannot, and fills in what follows from
// another setting.
func (c *Config) check(ps *Problems) {
	c.checkTokens(ps)
	c.checkOneLogin(ps)
	c.checkDatabase(ps)
	c.checkTrailKey(ps)
	c.checkPeople(ps)
	c.checkRetention(ps)
	c.checkExports(ps)
	if !ps.has("OLBOT_DEFAULT_VALIDITY", "OLBOT_MAX_VALIDITY") && c.DefaultValidity > c.MaxValidity {
		ps.add("OLBOT_DEFAULT_VALIDITY", "OLBOT_DEFAULT_VALIDITY is longer than OLBOT_MAX_VALIDITY; lower the one or raise the other")
	}
}

// checkTokens checks how tokens of each kind begin, so that swapped ones are found
// here.
func (c *Config) checkTokens(ps *Problems) {
	check := func(name string, token onelogin.Secret, prefix, want string) {
		s := token.Reveal()
		switch {
		case s == "":
		case strings.HasPrefix(s, "xoxe"):
			ps.add(name, name+" begins with xoxe, so token rotation is on in the Slack app, and its tokens end after 12 hours. Slack cannot switch it off again: "+
				"make a new Slack app (olbot manifest; leave token rotation off) and set "+name+" to "+want)
		case !strings.HasPrefix(s, prefix):
			ps.add(name, fmt.Sprintf("%s does not begin with %s; set it to %s", name, prefix, want))
		case s == prefix || strings.ContainsFunc(s, notPrintable):
			ps.add(name, fmt.Sprintf("%s is not a complete token; copy it again from the Slack app's settings", name))
		}
	}
	check("SLACK_BOT_TOKEN", c.SlackBotToken, "xoxb-", "the Bot User OAuth Token (OAuth & Permissions in the app's settings)")
	check("SLACK_APP_TOKEN", c.SlackAppToken, "xapp-", "an app-level token (Basic Information in the app's settings)")
}

func notPrintable(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || r == ' ' }

// checkOneLogin checks the credentials, and derives the URL from the subdomain if
// that was given instead.
func (c *Config) checkOneLogin(ps *Problems) {
	for name, secret := range map[string]onelogin.Secret{
		"ONELOGIN_CLIENT_ID": c.OneLoginClientID, "ONELOGIN_CLIENT_SECRET": c.OneLoginClientSecret,
	} {
		if strings.ContainsFunc(secret.Reveal(), notPrintable) {
			ps.add(name, name+" contains spaces or other characters that no credential has; copy it again from OneLogin (Developers, API Credentials)")
		}
	}
	if strings.Contains(c.OneLoginClientID.Reveal(), ":") {
		ps.add("ONELOGIN_CLIENT_ID", "ONELOGIN_CLIENT_ID contains a colon; set it to the client id alone")
	}
	if ps.has("ONELOGIN_API_URL", "ONELOGIN_SUBDOMAIN") {
		return
	}
	if c.OneLoginSubdomain == "" {
		if c.OneLoginAPIURL == "" {
			ps.add("ONELOGIN_API_URL", "ONELOGIN_API_URL and ONELOGIN_SUBDOMAIN are both missing; set one of them, such as ONELOGIN_API_URL=https://acme.onelogin.com or ONELOGIN_SUBDOMAIN=acme")
		}
		return
	}
	from, err := onelogin.BaseURLForSubdomain(string(c.OneLoginSubdomain))
	if err != nil {
		return // parseSubdomain said so
	}
	if c.OneLoginAPIURL != "" && string(c.OneLoginAPIURL) != from {
		ps.add("ONELOGIN_SUBDOMAIN", "ONELOGIN_SUBDOMAIN and ONELOGIN_API_URL name two different accounts; remove one of them")
		return
	}
	c.OneLoginAPIURL = oneloginURL(from)
}

func (c *Config) checkDatabase(ps *Problems) {
	const name = "OLBOT_DATABASE_URL"
	url := c.DatabaseURL.Reveal()
	scheme, rest, found := strings.Cut(url, ":")
	if url != "" && (!found || rest == "" || !slices.Contains([]string{"sqlite", "postgres", "postgresql"}, scheme)) {
		ps.add(name, name+" begins with neither sqlite: nor postgres://; set it to one such as sqlite:olbot.db or postgres://olbot@db.example.com/olbot")
	}
}

// checkTrailKey makes sure that there is a key where none can be made beside the database.
func (c *Config) checkTrailKey(ps *Problems) {
	const name = "OLBOT_TRAIL_KEY"
	list := c.TrailKey.Reveal()
	if list == "" {
		if strings.HasPrefix(c.DatabaseURL.Reveal(), "postgres") && !ps.has(name) {
			ps.add(name, name+" is missing; with PostgreSQL set it, the same for every replica, to the key of the trail (for a new database, olbot audit key prints one)")
		}
		return
	}
	if _, err := trailkey.Parse(list); err != nil {
		ps.add(name, name+" is no list of keys: "+err.Error()+"; set it to what olbot audit key prints")
	}
}

// Keys are the keys of the trail, none if they are not set.
func (c Config) Keys() trailkey.Ring {
	keys, err := trailkey.Parse(c.TrailKey.Reveal())
	if err != nil { // checked before, or a Config of a command that does not use them
		return trailkey.Ring{}
	}
	return keys
}

// checkPeople makes sure that no fallback approver may also request codes.
func (c *Config) checkPeople(ps *Problems) {
	const name = "OLBOT_APPROVERS"
	if ps.has("OLBOT_REQUESTERS", name) {
		return
	}
	for _, link := range c.Approvers {
		switch {
		case link.Kind == approvals.Manager:
		case slices.Contains(c.Requesters, approvals.Principal{Kind: approvals.Everybody}):
			ps.add(name, fmt.Sprintf("%s contains %s while OLBOT_REQUESTERS is *; a fallback approver must not be an allowed requester: limit OLBOT_REQUESTERS, or leave only manager here", name, Quoted(link.ID)))
		case slices.Contains(c.Requesters, link):
			ps.add(name, fmt.Sprintf("%s contains %s, which OLBOT_REQUESTERS contains too; a fallback approver must not be an allowed requester: remove it from one of them", name, Quoted(link.ID)))
		}
	}
}

// checkRetention keeps requests for as long as somebody may have to look back at them.
func (c *Config) checkRetention(ps *Problems) {
	const name, day = "OLBOT_RETENTION", 24 * time.Hour
	known := !ps.has(name)
	tooShort := func(other string, looks time.Duration) {
		if known && c.Retention > 0 && !ps.has(other) && time.Duration(c.Retention) < looks+day {
			ps.add(name, fmt.Sprintf("%s is less than a day longer than %s; raise it to at least %s, or lower %s",
				name, other, canonicalDuration(looks+day), other))
		}
	}
	tooShort("OLBOT_OBJECTION_WINDOW", time.Duration(c.ObjectionWindow))
	tooShort("OLBOT_RECOVERY_HOLD", time.Duration(c.RecoveryHold))
}
