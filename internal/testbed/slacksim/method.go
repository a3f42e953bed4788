package slacksim

// A method is one Web API method: who may call it, how often, and with what
// (docs.slack.dev/reference/methods).
type method struct {
	name     string
	tier     int  // 1 to 4; 5 is the special tier
	get      bool // reads only: GET is right
	json     bool // takes a JSON body
	botToken bool
	appToken bool
	scopes   []string // of the bot token; any one of them
	required []string
	args     []string
	without  string // the error when a required argument is missing, if it has one of its own
	run      func(*Server, *request) (reply, error)
}

var (
	readChannels  = []string{"groups:read", "im:read", "mpim:read", "channels:read"}
	writeChannels = []string{"channels:manage", "groups:write", "im:write", "mpim:write"}
)

// methods are the Web API methods that are simulated.
var methods = named([]*method{
	{
		name: "apps.connections.open", tier: 3, json: true, appToken: true,
		required: []string{"token"}, args: []string{"token"}, run: (*Server).connectionsOpen,
	},
	{
		name: "apps.manifest.validate", tier: 3, json: true, // wants a configuration token, which nobody has here
		required: []string{"token", "manifest"}, args: []string{"app_id", "manifest", "token"},
	},
	{
		name: "auth.test", tier: 5, json: true, botToken: true, appToken: true,
		required: []string{"token"}, args: []string{"token"}, run: (*Server).authTest,
	},
	{
		name: "blocks.validate", tier: 3, json: true, botToken: true,
		args: []string{"blocks", "message", "view"}, run: (*Server).blocksValidate,
	},
	{
		name: "bots.info", tier: 3, get: true, botToken: true, scopes: []string{"users:read"},
		required: []string{"token"}, args: []string{"bot", "team_id", "token"}, run: (*Server).botsInfo,
	},
	{
		name: "chat.delete", tier: 3, json: true, botToken: true, scopes: []string{"chat:write"},
		required: []string{"token", "ts", "channel"}, args: []string{"as_user", "channel", "token", "ts"},
		run: (*Server).chatDelete,
	},
	{
		name: "chat.getPermalink", tier: 5, get: true, botToken: true,
		required: []string{"token", "channel", "message_ts"}, args: []string{"channel", "message_ts", "token"},
		run: (*Server).chatGetPermalink,
	},
	{
		name: "chat.postEphemeral", tier: 4, json: true, botToken: true, scopes: []string{"chat:write"},
		required: []string{"token", "user", "channel"},
		args: []string{
			"as_user", "attachments", "blocks", "channel", "icon_emoji", "icon_url", "link_names", "markdown_text",
			"metadata", "parse", "text", "thread_ts", "token", "user", "username",
		},
		run: (*Server).chatPostEphemeral,
	},
	{
		name: "chat.postMessage", tier: 5, json: true, botToken: true, scopes: []string{"chat:write"},
		required: []string{"token", "channel"}, without: "channel_not_found",
		args: []string{
			"as_user", "attachments", "blocks", "channel", "current_draft_last_updated_ts", "icon_emoji", "icon_url",
			"link_names", "markdown_text", "metadata", "mrkdwn", "parse", "reply_broadcast", "text", "thread_ts",
			"token", "unfurl_links", "unfurl_media", "username",
		},
		run: (*Server).chatPostMessage,
	},
	{
		name: "chat.update", tier: 3, json: true, botToken: true, scopes: []string{"chat:write"},
		required: []string{"token", "ts", "channel"},
		args: []string{
			"as_user", "attachments", "blocks", "channel", "file_ids", "link_names", "markdown_text", "metadata",
			"parse", "reply_broadcast", "text", "token", "ts", "unfurled_attachments",
		},
		run: (*Server).chatUpdate,
	},
	{
		name: "conversations.info", tier: 3, get: true, botToken: true, scopes: readChannels,
		required: []string{"token", "channel"}, without: "channel_not_found",
		args: []string{"channel", "include_locale", "include_num_members", "token"}, run: (*Server).conversationsInfo,
	},
	{
		name: "conversations.members", tier: 4, get: true, botToken: true, scopes: readChannels,
		required: []string{"token", "channel"}, without: "channel_not_found",
		args: []string{"channel", "cursor", "limit", "token"}, run: (*Server).conversationsMembers,
	},
	{
		name: "conversations.open", tier: 3, json: true, botToken: true, scopes: writeChannels,
		required: []string{"token"}, args: []string{"channel", "prevent_creation", "return_im", "token", "users"},
		run: (*Server).conversationsOpen,
	},
	{
		name: "team.info", tier: 3, get: true, json: true, botToken: true, scopes: []string{"team:read"},
		required: []string{"token"}, args: []string{"domain", "team", "token"}, run: (*Server).teamInfo,
	},
	{
		name: "usergroups.list", tier: 2, get: true, botToken: true, scopes: []string{"usergroups:read"},
		required: []string{"token"},
		args:     []string{"include_count", "include_disabled", "include_users", "team_id", "token"},
		run:      (*Server).usergroupsList,
	},
	{
		name: "usergroups.users.list", tier: 2, get: true, botToken: true, scopes: []string{"usergroups:read"},
		required: []string{"token", "usergroup"}, without: "no_such_subteam",
		args: []string{"include_disabled", "team_id", "token", "usergroup"}, run: (*Server).usergroupsUsersList,
	},
	{
		name: "users.getPresence", tier: 3, get: true, botToken: true, scopes: []string{"users:read"},
		required: []string{"token"}, args: []string{"token", "user"}, run: (*Server).usersGetPresence,
	},
	{
		name: "users.info", tier: 4, get: true, botToken: true, scopes: []string{"users:read"},
		required: []string{"token", "user"}, without: "user_not_found",
		args: []string{"include_locale", "token", "user"}, run: (*Server).usersInfo,
	},
	{
		name: "users.list", tier: 2, get: true, botToken: true, scopes: []string{"users:read"},
		required: []string{"token"}, args: []string{"cursor", "include_locale", "limit", "team_id", "token"},
		run: (*Server).usersList,
	},
	{
		name: "users.lookupByEmail", tier: 3, get: true, botToken: true, scopes: []string{"users:read.email"},
		required: []string{"token", "email"}, without: "users_not_found",
		args: []string{"email", "token"}, run: (*Server).usersLookupByEmail,
	},
	{
		name: "views.open", tier: 4, json: true, botToken: true, required: []string{"token", "view"},
		args: []string{"interactivity_pointer", "token", "trigger_id", "view"}, run: (*Server).viewsOpen,
	},
	{
		name: "views.publish", tier: 4, json: true, botToken: true, required: []string{"token", "user_id", "view"},
		args: []string{"hash", "interactivity_pointer", "token", "user_id", "view"}, run: (*Server).viewsPublish,
	},
	{
		name: "views.push", tier: 4, json: true, botToken: true, required: []string{"token", "view"},
		args: []string{"interactivity_pointer", "token", "trigger_id", "view"}, run: (*Server).viewsPush,
	},
	{
		name: "views.update", tier: 4, json: true, botToken: true, required: []string{"token", "view"},
		args: []string{"external_id", "hash", "token", "view", "view_id"}, run: (*Server).viewsUpdate,
	},
})

func named(all []*method) map[string]*method {
	by := make(map[string]*method, len(all))
	for _, m := range all {
		by[m.name] = m
	}
	return by
}
