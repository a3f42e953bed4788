package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/people"
	"olbot/onelogin"
)

// peopleTime is how long the look-ups may take together.
const peopleTime = time.Minute

// peopleChecks look up everybody whom the settings name. They come last: they need all that the others look at.
func peopleChecks(c config.Config, deps *dependencies, now func() time.Time) []series {
	return []series{
		{"Slack or OneLogin does not answer", []check{{"people", func(ctx context.Context) (finding, error) {
			return lookAtPeople(ctx, c, newDirectory(c, deps, zap.NewNop(), now))
		}}}},
		{"OneLogin does not answer", []check{{"protected", func(ctx context.Context) (finding, error) {
			return lookAtProtected(ctx, c.Protected, deps.onelogin)
		}}}},
	}
}

// A nobodyError says that somebody whom olbot cannot do without is not there: an alarm would reach nobody, or an
// account would not be protected.
type nobodyError struct {
	setting string
	ids     []string
	lack    string
}

func (e *nobodyError) Error() string {
	return fmt.Sprintf("%s names %s, %s; correct or remove it", e.setting, strings.Join(e.ids, ", "), e.lack)
}

// lookAtPeople looks up the users whom the settings name. Who has left is warned of, because olbot can do without them
// and somebody may leave at any time; a contact whom Slack has never had is a mistake.
func lookAtPeople(ctx context.Context, c config.Config, directory *people.Directory) (f finding, err error) {
	ctx, cancel := context.WithTimeout(ctx, peopleTime)
	defer cancel()
	lacks := map[string]string{} // by Slack id, what keeps them from what they are named for
	able := 0
	ghosts := &nobodyError{setting: contacts, lack: "whom Slack does not have, so alarms would not reach them"}
	for _, s := range namedIn(c) {
		for _, p := range s.principals {
			if p.Kind != approvals.SlackUser {
				continue
			}
			lack, looked := lacks[p.ID]
			if !looked {
				var err error
				if lack, err = lookAtPerson(ctx, directory, p.ID); err != nil {
					f.warnings = append(f.warnings, fmt.Sprintf("%s names %s, who was not looked up: %v", s.name, config.Quoted(p.ID), err))
					continue
				}
				lacks[p.ID] = lack
			}
			switch {
			case lack == "":
				able++
				continue
			case lack == notInSlack && s.name == contacts:
				ghosts.ids = append(ghosts.ids, config.Quoted(p.ID))
				continue
			}
			f.warnings = append(f.warnings, fmt.Sprintf("%s names %s, but %s: %s", s.name, config.Quoted(p.ID), lack, s.without))
		}
	}
	if able > 0 {
		f.well = fmt.Sprintf("%d of those named can do what they are named for", able)
	}
	if len(ghosts.ids) > 0 {
		return finding{}, ghosts
	}
	return f, nil
}

const notInSlack = "Slack has no such user"

// lookAtPerson says what keeps somebody from asking, approving and lifting blocks: each needs both accounts.
func lookAtPerson(ctx context.Context, directory *people.Directory, id string) (lack string, err error) {
	p, err := directory.Profile(ctx, approvals.Ref{Slack: id})
	switch {
	case err != nil:
		return "", err
	case p.Slack == nil:
		return notInSlack, nil
	case p.Slack.Membership != approvals.Member:
		return fmt.Sprintf("%s is not a full member of the workspace (%s)", p.Slack.Name, p.Slack.Membership), nil
	case p.OneLogin == nil:
		return "OneLogin has nobody with the e-mail address that " + p.Slack.Name + " has in Slack", nil
	case !p.OneLogin.Active():
		return cmp.Or(p.OneLogin.Name, p.Slack.Name) + " is not active in OneLogin", nil
	}
	return "", nil
}

// lookAtProtected looks up the accounts that no code may be made for: one with a wrong number protects nobody.
func lookAtProtected(ctx context.Context, protected approvals.Protected, client *onelogin.Client) (f finding, err error) {
	ctx, cancel := context.WithTimeout(ctx, peopleTime)
	defer cancel()
	well := 0
	missing := &nobodyError{setting: "OLBOT_PROTECTED", lack: "which OneLogin does not have, so it would protect nobody"}
	look := func(entry string, ask func() error) {
		switch err := ask(); {
		case errors.Is(err, onelogin.ErrNotFound):
			missing.ids = append(missing.ids, config.Quoted(entry))
		case err != nil:
			why, _ := explain(err)
			f.warnings = append(f.warnings, fmt.Sprintf("OLBOT_PROTECTED names %s, which was not looked up: %s", config.Quoted(entry), why))
		default:
			well++
		}
	}
	for _, id := range protected.Users {
		look(strconv.FormatInt(id, 10), func() error { _, err := client.User(ctx, id); return err })
	}
	for _, email := range protected.Emails {
		look(email, func() error { _, err := client.FindID(ctx, onelogin.ByEmail, email); return err })
	}
	if well > 0 {
		f.well = number(well, "account") + " that OneLogin has"
	}
	if len(missing.ids) > 0 {
		return finding{}, missing
	}
	return f, nil
}
