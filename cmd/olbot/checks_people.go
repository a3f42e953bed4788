package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/people"
	"olbot/onelogin"
)

// How long the look-ups may take together. A start does not wait for who is slow: what was not looked up is warned
// of, and looked at when it is needed.
const (
	peopleTime      = time.Minute
	peopleStartTime = 5 * time.Second
)

// A lookAt says what keeps somebody from what they are named for; nothing, if it sees nothing.
type lookAt func(ctx context.Context, slackID string) (lack string, err error)

// peopleChecks look up everybody whom the settings name. They come last: they need all that the others look at.
// A start asks Slack alone about people: that somebody exists is all that it insists on.
func peopleChecks(c config.Config, deps *dependencies, starting bool, now func() time.Time) []series {
	directory, limit := newDirectory(c, deps, zap.NewNop(), now), peopleTime
	look := inBoth(directory)
	if starting {
		look, limit = inSlack(directory), peopleStartTime
	}
	return []series{
		{"Slack or OneLogin does not answer", []check{{"people", func(ctx context.Context) (finding, error) {
			ctx, cancel := context.WithTimeout(ctx, limit)
			defer cancel()
			return lookAtPeople(ctx, c, look)
		}}}},
		{"OneLogin does not answer", []check{{"protected", func(ctx context.Context) (finding, error) {
			ctx, cancel := context.WithTimeout(ctx, limit)
			defer cancel()
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
func lookAtPeople(ctx context.Context, c config.Config, look lookAt) (f finding, err error) {
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
				if lack, err = look(ctx, p.ID); err != nil {
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

// inSlack asks Slack alone.
func inSlack(directory *people.Directory) lookAt {
	return func(ctx context.Context, id string) (string, error) {
		account, err := directory.Account(ctx, id)
		if err != nil {
			return "", err
		}
		return lackInSlack(account), nil
	}
}

func lackInSlack(account *approvals.Account) string {
	switch {
	case account == nil:
		return notInSlack
	case account.Membership != approvals.Member:
		return fmt.Sprintf("%s is not a full member of the workspace (%s)", account.Name, account.Membership)
	}
	return ""
}

// inBoth asks OneLogin too: to ask, to approve and to lift a block, both accounts are needed.
func inBoth(directory *people.Directory) lookAt {
	return func(ctx context.Context, id string) (string, error) {
		p, err := directory.Profile(ctx, approvals.Ref{Slack: id})
		if err != nil {
			return "", err
		}
		if lack := lackInSlack(p.Slack); lack != "" {
			return lack, nil
		}
		switch {
		case p.OneLogin == nil:
			return "OneLogin has nobody with the e-mail address that " + p.Slack.Name + " has in Slack", nil
		case !p.OneLogin.Active():
			return cmp.Or(p.OneLogin.Name, p.Slack.Name) + " is not active in OneLogin", nil
		}
		return "", nil
	}
}

// lookAtProtected looks up the accounts that no code may be made for: one with a wrong number protects nobody.
func lookAtProtected(ctx context.Context, protected approvals.Protected, client *onelogin.Client) (f finding, err error) {
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
		f.well = counted(well, "account") + " that OneLogin has"
	}
	if len(missing.ids) > 0 {
		return finding{}, missing
	}
	return f, nil
}

// How many people olbot check asks about, and how many of those without an approver it names.
const (
	sampled = 20
	named   = 3
)

// sampleChecks are those that olbot run does not make: who would have nobody to approve.
func sampleChecks(c config.Config, deps *dependencies, now func() time.Time) []series {
	if !slices.ContainsFunc(c.Approvers, func(p approvals.Principal) bool { return p.Kind == approvals.Manager }) {
		return nil
	}
	return []series{{"OneLogin does not answer", []check{{"approvers", func(ctx context.Context) (finding, error) {
		return lookAtSample(ctx, deps.onelogin, newDirectory(c, deps, zap.NewNop(), now), len(c.Approvers) > 1), nil
	}}}}}
}

// lookAtSample looks up the managers of some people. It only warns: nobody knows whether one of them ever needs a code.
func lookAtSample(ctx context.Context, client *onelogin.Client, directory *people.Directory, fallback bool) (f finding) {
	ctx, cancel := context.WithTimeout(ctx, peopleTime)
	defer cancel()
	ids, err := client.SomeIDs(ctx)
	rand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	able, asked := map[int64]bool{}, 0
	var without []string
	for _, id := range ids {
		if err != nil || asked == sampled {
			break
		}
		var u onelogin.User
		if u, err = client.User(ctx, id); errors.Is(err, onelogin.ErrNotFound) { // removed a moment ago
			err = nil
			continue
		}
		if err != nil || !u.Active() {
			continue
		}
		asked++
		if _, looked := able[u.ManagerID]; !looked && u.ManagerID != 0 {
			able[u.ManagerID], err = couldApprove(ctx, directory, u.ManagerID)
		}
		if err == nil && (!able[u.ManagerID] || u.ManagerID == u.ID) {
			without = append(without, config.Quoted(u.Email))
		}
	}
	switch all := counted(asked, "account") + " of the first 100 that OneLogin lists"; {
	case err != nil:
		why, _ := explain(err)
		f.warnings = append(f.warnings, "who has a manager that could approve was not looked up: "+why)
	case asked == 0:
		f.well = "OneLogin lists nobody who is active"
	case len(without) == 0:
		f.well = all + ", all with a manager who could approve"
	case fallback:
		f.well = fmt.Sprintf("%s, %d without a manager who could approve: the next of OLBOT_APPROVERS is asked for them", all, len(without))
	default:
		f.warnings = append(f.warnings, fmt.Sprintf("of %s, %d have no manager who could approve (active in OneLogin, a full member in Slack), such as %s; give them one in OneLogin, or add a fallback to OLBOT_APPROVERS",
			all, len(without), strings.Join(without[:min(named, len(without))], ", ")))
	}
	return f
}

// couldApprove says whether somebody has both accounts in order.
func couldApprove(ctx context.Context, directory *people.Directory, id int64) (bool, error) {
	p, err := directory.Profile(ctx, approvals.Ref{OneLogin: id})
	if errors.Is(err, approvals.ErrAmbiguous) || errors.Is(err, approvals.ErrNotAskable) {
		return false, nil
	}
	return err == nil && p.OneLogin != nil && p.OneLogin.Active() && p.Slack != nil && p.Slack.Membership == approvals.Member, err
}
