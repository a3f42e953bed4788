package slacksim

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Options say which workspace and which app there are. The zero value is a workspace with
// an app that owns /tempotp, at Slack's own limits and times.
type Options struct {
	Addr string           // where Start listens; a loopback address, 127.0.0.1:0 by default
	Now  func() time.Time // wall clock of the workspace, time.Now by default
	Seed uint64           // of ids and of every random choice; 0 draws one

	AppName  string   // the app's and its bot's name, "olbot" by default
	BotToken string   // xoxb-…, drawn when empty
	AppToken string   // xapp-…, drawn when empty
	Command  string   // the slash command the app owns, /tempotp by default
	Commands []string // what other slash commands it owns
	Scopes   []string // granted to the bot token; nil: DefaultScopes
	Events   []string // subscribed bot events; nil: app_home_opened

	TeamID, TeamName, TeamDomain string // drawn, "Example", "example"
	EnterpriseID, EnterpriseName string // set for a workspace in an Enterprise organisation
	HelloAppID                   string // what hello says instead of the app's id: somebody else's app
	NoMessagesTab, NoHomeTab     bool   // App Home tabs that are switched off

	AckTimeout   time.Duration   // until the user is shown an error; 3 s
	TriggerLife  time.Duration   // of a trigger_id; 3 s
	HookLife     time.Duration   // of a response_url; 30 min
	SocketPing   time.Duration   // between pings of a socket; 5 s
	SocketLife   time.Duration   // how long hello says that a socket lasts; 18,060 s
	GhostLife    time.Duration   // how long hello counts a socket that ended without the app's close frame; 0: no longer
	Drain        time.Duration   // from a disconnect warning to the close; 10 s
	EventRetries []time.Duration // pauses before an unacknowledged event is sent again; 0, 1 min, 5 min

	// Unlimited switches the rate limits off. Otherwise every method has a bucket that holds
	// a minute's worth of its tier, and chat.postMessage one per channel that holds
	// PostBurst messages (4 by default) and gains one a second.
	Unlimited bool
	PostBurst int

	// NoBurst makes every bucket hold one call: Slack promises its rates, and no burst.
	NoBurst bool

	// UsersPage is the most users that users.list answers at once, whatever limit was asked for; 0: no such bound.
	UsersPage int

	// Tempo is how many times faster than Slack's the buckets fill, 1 by default. What a burst
	// takes minutes for at Slack's own limits can then be seen in seconds.
	Tempo float64
}

// DefaultScopes are the bot scopes of an app that answers a command, posts, opens direct
// messages and looks people, groups and channels up.
func DefaultScopes() []string {
	return []string{
		"commands", "chat:write", "im:write", "users:read", "users:read.email",
		"usergroups:read", "channels:read", "groups:read",
	}
}

// withDefaults fills what was left open. rng draws the ids.
func (o Options) withDefaults(rng *rand.Rand) Options {
	text := func(s *string, def string) {
		if *s == "" {
			*s = def
		}
	}
	span := func(d *time.Duration, def time.Duration) {
		if *d == 0 {
			*d = def
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	text(&o.Addr, "127.0.0.1:0")
	text(&o.AppName, "olbot")
	text(&o.Command, "/tempotp")
	text(&o.TeamID, drawID(rng, "T"))
	text(&o.TeamName, "Example")
	text(&o.TeamDomain, "example")
	if o.EnterpriseID != "" {
		text(&o.EnterpriseName, "Example Organisation")
	}
	text(&o.BotToken, "xoxb-"+drawDigits(rng, 12)+"-"+drawHex(rng, 24))
	text(&o.AppToken, "xapp-1-"+drawDigits(rng, 12)+"-"+drawHex(rng, 32))
	if o.Scopes == nil {
		o.Scopes = DefaultScopes()
	}
	o.Scopes = slices.Clone(o.Scopes)
	if o.Events == nil {
		o.Events = []string{"app_home_opened"}
	}
	span(&o.AckTimeout, 3*time.Second)
	span(&o.TriggerLife, 3*time.Second)
	span(&o.HookLife, 30*time.Minute)
	span(&o.SocketPing, 5*time.Second)
	span(&o.SocketLife, 18060*time.Second)
	span(&o.Drain, 10*time.Second)
	if o.EventRetries == nil {
		o.EventRetries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.PostBurst == 0 {
		o.PostBurst = 4
	}
	return o
}
