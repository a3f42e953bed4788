// Package config reads olbot's settings from the environment and .env, and
// reports everything that is wrong with them at once.
//
// Begin with config.go: a field for each setting, whose tags are the manual.
// load.go reads them. values.go, lists.go, urls.go and exports.go parse one value each,
// check.go compares settings with each other, names.go finds misspelt names, and
// problems.go collects what all of these report. files.go reads secrets from files, and
// warnings.go says what is allowed and unwise. manual.go prints the manual;
// audited.go says which settings the trail records.
package config

import (
	"reflect"
	"slices"
	"time"

	"olbot/approvals"
	"olbot/onelogin"
)

// A Config is everything that can be set. The tags are the manual: env names the
// variable, envDefault is what holds when it is unset or empty, desc says what it
// means; --help, .env.example and the table in docs/configuration.md are made from them.
// shown replaces a default that is not one value. audit marks the settings whose
// change is recorded in the trail.
//
// A Secret may also be given as NAME_FILE, the path of a file that holds it.
type Config struct {
	SlackBotToken onelogin.Secret `env:"SLACK_BOT_TOKEN,required" example:"xoxb-" desc:"the bot token of the Slack app, xoxb-… (OAuth & Permissions in the app's settings)"`
	SlackAppToken onelogin.Secret `env:"SLACK_APP_TOKEN,required" example:"xapp-" desc:"an app-level token of the Slack app with the scope connections:write, xapp-… (Basic Information in the app's settings)"`
	SlackAPIURL   slackURL        `env:"SLACK_API_URL" envDefault:"https://slack.com/api/" audit:"host" desc:"Slack's Web API, for proxies, GovSlack and simulators; https unless loopback"`

	OneLoginAPIURL       oneloginURL     `env:"ONELOGIN_API_URL" shown:"required, or the next" example:"https://acme.onelogin.com" audit:"host" desc:"the OneLogin account, scheme and host only, such as https://acme.onelogin.com; https unless loopback"`
	OneLoginSubdomain    subdomain       `env:"ONELOGIN_SUBDOMAIN" desc:"shorthand for the above: acme for https://acme.onelogin.com"`
	OneLoginClientID     onelogin.Secret `env:"ONELOGIN_CLIENT_ID,required" example:"" desc:"the client id of a OneLogin API credential pair with the scope Manage users"`
	OneLoginClientSecret onelogin.Secret `env:"ONELOGIN_CLIENT_SECRET,required" example:"" desc:"the client secret of that API credential pair"`
	OneLoginTimeout      callTime        `env:"ONELOGIN_TIMEOUT" envDefault:"30s" desc:"how long each look-up in OneLogin may take, 5s to 2m; the call that makes a code has 30 s"`

	DatabaseURL  onelogin.Secret `env:"OLBOT_DATABASE_URL" envDefault:"sqlite:olbot.db" desc:"the database: sqlite:path, or postgres://… when several replicas run"`
	TrailKey     onelogin.Secret `env:"OLBOT_TRAIL_KEY" shown:"SQLite: a file beside the database" desc:"the key by which olbot knows its own records, as olbot audit key prints one; required with PostgreSQL. To change it, a comma list: the first is used, all are known"`
	AuditChannel channelID       `env:"OLBOT_AUDIT_CHANNEL,required" example:"C0123456789" audit:"value" desc:"the id (C… or G…) of the Slack channel that every event is told in; olbot must be a member, and it must not be archived or shared outside"`

	Requesters       requesterList       `env:"OLBOT_REQUESTERS,required" example:"S0123456789" audit:"value" desc:"those who may ask for a code: comma list of Slack users (U…, W…) and user groups (S…); * is everybody"`
	Approvers        approverChain       `env:"OLBOT_APPROVERS" envDefault:"manager" audit:"value" desc:"who is asked to approve: ordered comma list of manager, U…, W… and S…; the first link with somebody eligible is asked. A fallback approver must not be an allowed requester; a group with more than 10 people yields nobody"`
	Protected        approvals.Protected `env:"OLBOT_PROTECTED" audit:"value" desc:"accounts that olbot never makes a code for: comma list of OneLogin user ids, role:ID, group:ID and e-mail addresses"`
	SecurityContacts contactList         `env:"OLBOT_SECURITY_CONTACTS,required" example:"S0123456789" audit:"value" desc:"who looks into alarms: comma list of U…, W… and S…, or none. They are mentioned, users also get a direct message, and they can lift a block of an account, block one, stop what was approved and pause all codes"`

	Command         slashCommand       `env:"OLBOT_COMMAND" envDefault:"/tempotp" desc:"the slash command that is answered to"`
	DefaultValidity validity           `env:"OLBOT_DEFAULT_VALIDITY" envDefault:"5m" audit:"value" desc:"how long a code works when the command does not say; 120 s to 72 h"`
	MaxValidity     validity           `env:"OLBOT_MAX_VALIDITY" envDefault:"1h" audit:"value" desc:"the longest validity that may be asked for, up to OneLogin's 72 h"`
	AllowReusable   bool               `env:"OLBOT_ALLOW_REUSABLE" envDefault:"true" audit:"value" desc:"whether a code that works more than once may be asked for"`
	RequireReason   bool               `env:"OLBOT_REQUIRE_REASON" envDefault:"false" audit:"value" desc:"whether a command without a reason is refused"`
	ApprovalTimeout timeout            `env:"OLBOT_APPROVAL_TIMEOUT" envDefault:"15m" audit:"value" desc:"how long an approver has to decide"`
	RemindAfter     wait               `env:"OLBOT_REMIND_AFTER" envDefault:"5m" audit:"value" desc:"how long until approvers who have not decided are reminded, and then after twice as long each time; 0: never"`
	EscalateAfter   wait               `env:"OLBOT_ESCALATE_AFTER" envDefault:"10m" audit:"value" desc:"how long until the next link of OLBOT_APPROVERS is asked as well; 0: never"`
	ClaimWindow     timeout            `env:"OLBOT_CLAIM_WINDOW" envDefault:"15m" audit:"value" desc:"how long after the approval codes may be made"`
	MaxCodes        codes              `env:"OLBOT_MAX_CODES" envDefault:"1" audit:"value" desc:"how many codes the agent may make after one approval without asking again, 1 to 3; whoever approved can allow more, one at a time, up to 3 in all"`
	RecoveryHold    wait               `env:"OLBOT_RECOVERY_HOLD" envDefault:"24h" audit:"value" desc:"how long after a code for somebody's account they may not approve, ask or lift a block; 0: not at all"`
	ObjectionWindow timeout            `env:"OLBOT_OBJECTION_WINDOW" envDefault:"7d" audit:"value" desc:"how long after a request has ended its owner can still press This wasn't me, whatever it ended as; OLBOT_RETENTION must be at least a day longer"`
	AgentLimit      limit              `env:"OLBOT_AGENT_LIMIT" envDefault:"10" audit:"value" desc:"open requests that one agent may have; 0: no limit"`
	OwnerLimit      limit              `env:"OLBOT_OWNER_LIMIT" envDefault:"5" audit:"value" desc:"requests for one owner in 24 hours; 0: no limit"`
	Delivery        approvals.Delivery `env:"OLBOT_DELIVERY" envDefault:"auto" audit:"value" desc:"auto: the code is made after the approval if the agent typed or pressed something just before, or Slack says that they are active; claim: always when the agent presses Show code"`
	NotifyOwner     bool               `env:"OLBOT_NOTIFY_OWNER" envDefault:"true" audit:"value" desc:"whether the owner is told, and can say that it was not them"`

	Export              exportList      `env:"OLBOT_EXPORT" audit:"value" desc:"where every event is sent besides the audit channel: comma list of https://… (JSON Lines are posted there), syslog+tls://host:6514 and file:/absolute/path"`
	ExportFormat        exportFormat    `env:"OLBOT_EXPORT_FORMAT" envDefault:"olbot" audit:"value" desc:"how events are written there: olbot, as olbot audit export prints them and olbot audit verify --file checks them; or ocsf, the Open Cybersecurity Schema Framework"`
	ExportAuthorization onelogin.Secret `env:"OLBOT_EXPORT_AUTHORIZATION" desc:"the whole Authorization header for the https:// of OLBOT_EXPORT, such as Splunk 6f2c… or Bearer eyJh…"`

	Retention         retention   `env:"OLBOT_RETENTION" envDefault:"90d" audit:"value" desc:"how long finished requests and their cards are kept, at least 7d; 0: for ever. Events stay"`
	HTTPAddr          httpAddr    `env:"OLBOT_HTTP_ADDR" envDefault:"127.0.0.1:8080" desc:"where /healthz, /readyz and /metrics are served; empty: nowhere"`
	SocketConnections connections `env:"OLBOT_SOCKET_CONNECTIONS" envDefault:"2" desc:"Socket Mode connections of this process, 1 to 10 (Slack allows an app 10 in all)"`
	LogLevel          logLevel    `env:"LOG_LEVEL" envDefault:"info" desc:"debug, info, warn or error"`
	LogFormat         logFormat   `env:"LOG_FORMAT" shown:"json on a pipe, console on a terminal" desc:"json or console"`

	files    []File
	warnings []string // of the files
}

// Equal says whether the settings are the same, wherever they came from.
func (c Config) Equal(d Config) bool {
	one, other := reflect.ValueOf(c), reflect.ValueOf(d)
	for f := range settings() {
		a, b := one.FieldByIndex(f.Index).Interface(), other.FieldByIndex(f.Index).Interface()
		if secret, ok := a.(onelogin.Secret); ok {
			a, b = secret.Reveal(), b.(onelogin.Secret).Reveal()
		}
		if !reflect.DeepEqual(a, b) {
			return false
		}
	}
	return true
}

// Policy is what the settings mean to the rules.
func (c Config) Policy() approvals.Policy {
	return approvals.Policy{
		Requesters: c.Requesters,
		Chain:      c.Approvers,
		Protected:  c.Protected,

		DefaultValidity: time.Duration(c.DefaultValidity),
		MaxValidity:     time.Duration(c.MaxValidity),
		AllowReusable:   c.AllowReusable,
		RequireReason:   c.RequireReason,

		SecurityContacts: c.SecurityContacts,

		ApprovalTimeout: time.Duration(c.ApprovalTimeout),
		RemindAfter:     time.Duration(c.RemindAfter),
		EscalateAfter:   time.Duration(c.EscalateAfter),
		ClaimWindow:     time.Duration(c.ClaimWindow),
		MaxCodes:        int(c.MaxCodes),
		RecoveryHold:    time.Duration(c.RecoveryHold),
		ObjectionWindow: time.Duration(c.ObjectionWindow),
		AgentLimit:      int(c.AgentLimit),
		OwnerLimit:      int(c.OwnerLimit),
		Delivery:        c.Delivery,

		CheckAge: 2*time.Duration(c.OneLoginTimeout) + 10*time.Second,
	}
}

// UsesUserGroups says whether the membership of Slack user groups decides anything.
func (c Config) UsesUserGroups() bool {
	isGroup := func(p approvals.Principal) bool { return p.Kind == approvals.SlackGroup }
	return slices.ContainsFunc(c.Requesters, isGroup) || slices.ContainsFunc(c.Approvers, isGroup) || slices.ContainsFunc(c.SecurityContacts, isGroup)
}
