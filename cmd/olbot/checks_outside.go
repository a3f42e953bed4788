package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
	"olbot/onelogin"
)

// inspection is what is looked at in Slack.
func inspection(c config.Config) slackapi.Inspection {
	return slackapi.Inspection{AuditChannel: string(c.AuditChannel), UserGroups: c.UsesUserGroups()}
}

func newInspector(c config.Config, deps *dependencies) *slackapi.Inspector {
	return slackapi.NewInspector(deps.slack, inspection(c))
}

// slackChecks are what olbot needs of Slack. None of them posts anything.
func slackChecks(c config.Config, in *slackapi.Inspector, now func() time.Time) series {
	var ahead time.Duration // this machine's clock
	checks := []check{
		{"slack_token", func(ctx context.Context) (finding, error) {
			err := in.Token(ctx)
			found := in.Found()
			if ahead = 0; !found.Clock.IsZero() {
				ahead = now().Sub(found.Clock)
			}
			return finding{well: fmt.Sprintf("the bot %s of the workspace %s, with the scopes that olbot needs", found.BotUserID, found.TeamID)}, err
		}},
		{"clock", func(context.Context) (finding, error) { return judgeClock(ahead), nil }},
		{"slack_app", func(ctx context.Context) (finding, error) {
			err := in.App(ctx)
			return finding{well: in.Found().AppID}, err
		}},
		{"audit_channel", func(ctx context.Context) (finding, error) {
			err := in.Channel(ctx)
			return finding{well: "#" + in.Found().Channel}, err
		}},
	}
	if groups := namedGroups(c); len(groups) > 0 {
		checks = append(checks, check{"user_groups", func(ctx context.Context) (finding, error) { return lookAtGroups(ctx, in, groups) }})
	}
	return series{"Slack does not answer", checks}
}

// tolerated is how far the clocks may be apart: Slack tells its own in whole seconds, and an answer takes a while.
const tolerated = 30 * time.Second

// judgeClock only warns: OneLogin's times are read by OneLogin's own clock.
func judgeClock(ahead time.Duration) finding {
	side := "ahead of"
	if ahead < 0 {
		side = "behind"
	}
	if ahead.Abs() <= tolerated {
		return finding{well: "as Slack's"}
	}
	return finding{warnings: []string{fmt.Sprintf("this machine's clock is %v %s Slack's, so the times on cards and in the trail are wrong; set it by NTP",
		ahead.Abs().Round(10*time.Second), side)}}
}

// A namedGroup is a Slack user group in a setting.
type namedGroup struct{ setting, id string }

func (g namedGroup) String() string {
	return fmt.Sprintf("%s names the user group %s", g.setting, config.Quoted(g.id))
}

func namedGroups(c config.Config) (groups []namedGroup) {
	for _, s := range namedIn(c) {
		for _, p := range s.principals {
			if p.Kind == approvals.SlackGroup {
				groups = append(groups, namedGroup{s.name, p.ID})
			}
		}
	}
	return groups
}

// A peopleSetting is a setting that names people.
type peopleSetting struct {
	name       string
	principals []approvals.Principal
	without    string // what follows if somebody in it is nobody
}

const (
	requesters = "OLBOT_REQUESTERS"
	approvers  = "OLBOT_APPROVERS"
	contacts   = "OLBOT_SECURITY_CONTACTS"
)

func namedIn(c config.Config) []peopleSetting {
	return []peopleSetting{
		{requesters, c.Requesters, "they cannot ask for codes"},
		{approvers, c.Approvers, "they are not asked to approve"},
		{contacts, c.SecurityContacts, "they cannot lift blocks, and alarms may not reach them"},
	}
}

// mostAsked is how many people a group in OLBOT_APPROVERS may have, as its manual says.
const mostAsked = 10

// A noGroupError says that a user group that olbot cannot do without is not there.
type noGroupError struct{ group namedGroup }

func (e *noGroupError) Error() string {
	return e.group.String() + ", which Slack does not have or which is disabled, so alarms reach nobody in it; correct the id or enable the group"
}

// lookAtGroups wants those of the contacts to be there: alarms must reach somebody. That nobody may ask or approve
// is safe, and may be meant so: groups are disabled to take a right away.
func lookAtGroups(ctx context.Context, in *slackapi.Inspector, named []namedGroup) (f finding, err error) {
	there, err := in.Groups(ctx)
	if e, ok := errors.AsType[*slackapi.InspectError](err); ok && (e.Problem == slackapi.Unreachable || e.Problem == slackapi.Unexpected) {
		why, _ := explain(e)
		return finding{warnings: []string{"the user groups in the settings were not looked up: " + why}}, nil
	}
	if err != nil {
		return finding{}, err
	}
	for _, g := range named {
		group, ok := there[g.id]
		switch {
		case !ok && g.setting == contacts:
			return finding{}, &noGroupError{g}
		case !ok:
			f.warnings = append(f.warnings, g.String()+", which Slack does not have or which is disabled, so it stands for nobody; correct the id or enable the group")
		case group.Members == 0:
			f.warnings = append(f.warnings, fmt.Sprintf("%s (@%s), which has no members; add some", g, group.Handle))
		case g.setting == approvers && group.Members > mostAsked:
			f.warnings = append(f.warnings, fmt.Sprintf("%s (@%s), which has %d members: of a group with more than %d nobody is asked; name a smaller one", g, group.Handle, group.Members, mostAsked))
		default:
			f.well += fmt.Sprintf(", @%s (%d)", group.Handle, group.Members)
		}
	}
	if f.well != "" {
		f.well = f.well[len(", "):]
	}
	return f, nil
}

// appTokenChecks ask what olbot run finds by connecting.
func appTokenChecks(c config.Config, deps *dependencies) series {
	socket := socketmode.New(socketmode.Config{
		APIURL: string(c.SlackAPIURL), AppToken: c.SlackAppToken.Reveal(), Connections: 1,
		HTTPClient: &http.Client{Transport: deps.observe(http.DefaultTransport)},
	})
	return series{"Slack does not answer", []check{{"app_token", func(ctx context.Context) (finding, error) {
		err := socket.Try(ctx)
		if _, lasting := errors.AsType[*socketmode.Error](err); err != nil && !lasting {
			err = &slackapi.InspectError{Problem: slackapi.Unreachable, Method: "apps.connections.open", Err: err}
		}
		return finding{well: "Slack gives connections for Socket Mode"}, err
	}}}}
}

// oneLoginChecks are what olbot needs of OneLogin.
func oneLoginChecks(client *onelogin.Client) series {
	return series{"OneLogin does not answer", []check{{"onelogin", func(ctx context.Context) (finding, error) { return checkOneLogin(ctx, client) }}}}
}

// checkOneLogin checks that OneLogin accepts the credentials. A server that issues
// an access token but lacks the call that the check then makes has accepted them:
// olbot needs that call for nothing else.
func checkOneLogin(ctx context.Context, client *onelogin.Client) (finding, error) {
	err := client.CheckCredentials(ctx)
	if e, ok := errors.AsType[*onelogin.Error](err); ok && e.Op == "check credentials" && e.Status == http.StatusNotFound {
		return finding{warnings: []string{fmt.Sprintf("OneLogin gave an access token, which could not be tried (%v)", err)}}, nil
	}
	return finding{well: "takes the API credentials"}, err
}
