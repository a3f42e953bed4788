package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"olbot/bot/view"
	"olbot/internal/config"
	"olbot/internal/slackapi"
)

func (p *program) manifestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "manifest",
		Short: "Print the manifest to create the Slack app from, as JSON",
		Long: "Print the manifest to create the Slack app from, as JSON: at https://api.slack.com/apps choose Create New App,\n" +
			"From a manifest. OLBOT_COMMAND sets the name of the slash command. The app-level token that Socket Mode\n" +
			"needs (scope connections:write) is made by hand afterwards, under Basic Information.",
		Args: cobra.NoArgs,
		RunE: p.does(func(context.Context) error {
			c, err := config.Load(p.environ, p.dir, "OLBOT_COMMAND")
			if err != nil {
				return err
			}
			out := json.NewEncoder(p.stdout)
			out.SetIndent("", "  ")
			out.SetEscapeHTML(false)
			return out.Encode(slackManifest(string(c.Command)))
		}),
	}
}

type object = map[string]any

// slackManifest describes the app with what olbot uses and nothing else.
// https://docs.slack.dev/reference/app-manifest
func slackManifest(command string) object {
	return object{
		"_metadata": object{"major_version": 1, "minor_version": 1},
		"display_information": object{
			"name":        "olbot",
			"description": "Temporary OneLogin MFA codes, approved by a second person",
		},
		"features": object{
			// The DM with olbot is where cards and codes appear; olbot reads nothing that is written there.
			"app_home": object{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": true},
			"bot_user": object{"display_name": "olbot", "always_online": true},
			"slash_commands": []object{{
				"command":       command,
				"description":   "Ask for a temporary OneLogin MFA code",
				"usage_hint":    "[@user] [5m] [reusable] [reason]",
				"should_escape": true, // else @ana comes as a name instead of an id
			}},
			"shortcuts": []object{{
				"name":        "Request a OneLogin code",
				"type":        "global",
				"callback_id": view.ShortcutRequest,
				"description": "Ask for a temporary OneLogin MFA code in a form",
			}},
		},
		"oauth_config": object{"scopes": object{"bot": slackapi.Scopes()}},
		"settings": object{
			"event_subscriptions":    object{"bot_events": []string{"app_home_opened"}},
			"interactivity":          object{"is_enabled": true},
			"socket_mode_enabled":    true,
			"org_deploy_enabled":     false,
			"token_rotation_enabled": false,
		},
	}
}
