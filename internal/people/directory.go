package people

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/onelogin"
)

// Slack is the way to Slack's Web API.
type Slack struct {
	Client *slack.Client // as slackapi.New makes it
	URL    string        // the base that Client has, which ends in a slash
	Token  string        // the bot token that Client has

	Pace *slackapi.Pace // that Client keeps

	// Wrap wraps the transport of the calls that do not go through Client; nil: as it is.
	Wrap func(http.RoundTripper) http.RoundTripper
}

// A Workspace is where olbot is installed, as auth.test tells it.
type Workspace struct {
	TeamID       string
	EnterpriseID string // "" if it is in no Enterprise organisation
}

// A Directory is an approvals.Directory. Its errors are *approvals.TemporaryError
// for what may work when tried again (a 429, a 5xx, no answer),
// approvals.ErrCredentials (ErrScope and ErrForbidden are some),
// approvals.ErrAmbiguous, approvals.ErrNotAskable and approvals.ErrUnreliable. No
// error names an e-mail address.
type Directory struct {
	slack    *slack.Client
	users    userCalls
	onelogin *onelogin.Client
	ours     Workspace
	pace     *slackapi.Pace
	log      *zap.Logger
	now      func() time.Time

	flights       singleflight.Group
	mu            sync.Mutex
	groups        map[string]members
	ids           map[string]otherID // of users of an Enterprise organisation
	census        *census            // nil: none
	censusPages   int                // of the last one
	noCensusUntil time.Time
}

var _ approvals.Directory = (*Directory)(nil)

// NewDirectory returns a Directory for the workspace that lives by now's clock.
func NewDirectory(s Slack, ol *onelogin.Client, ours Workspace, log *zap.Logger, now func() time.Time) *Directory {
	return &Directory{
		slack: s.Client, users: newUserCalls(s), onelogin: ol,
		ours: ours, pace: s.Pace, log: log, now: now, groups: map[string]members{}, ids: map[string]otherID{},
	}
}

// Profile looks somebody up, fresh. The side by which they are named is asked
// first, and the other with the e-mail address that it says.
//
// Whom Slack already rules out for every role (a bot, an account that is
// deactivated, external, not joined or not confirmed) is not looked up in
// OneLogin: the Profile says why, and that is all the rules will look at.
func (d *Directory) Profile(ctx context.Context, who approvals.Ref) (approvals.Profile, error) {
	switch {
	case who.Slack != "":
		return d.bySlack(ctx, who.Slack)
	case who.Email != "":
		return d.byEmail(ctx, who.Email)
	case who.OneLogin != 0:
		u, err := d.onelogin.User(ctx, who.OneLogin)
		return d.byOneLogin(ctx, u, err)
	}
	return approvals.Profile{}, errors.New("look up a person: nobody is named")
}

// Reread reads somebody who was looked up before, fresh and by the ids that were
// stored, both sides at once. Whether the two sides still belong together is for
// the rules to see: both e-mail addresses are in the answer.
func (d *Directory) Reread(ctx context.Context, who approvals.Person) (p approvals.Profile, err error) {
	var both errgroup.Group
	if who.Slack != "" {
		both.Go(func() (err error) {
			p.Slack, err = d.accountByID(ctx, who.Slack)
			return err
		})
	}
	both.Go(func() error {
		found, err := d.onelogin.User(ctx, who.OneLogin)
		p.OneLogin, err = oneLoginUser(found, err)
		return err
	})
	err = both.Wait()
	return p, err
}

// Account looks somebody up in Slack alone, fresh.
func (d *Directory) Account(ctx context.Context, slackID string) (*approvals.Account, error) {
	return d.accountByID(ctx, slackID)
}

func (d *Directory) bySlack(ctx context.Context, id string) (approvals.Profile, error) {
	account, err := d.accountByID(ctx, id)
	if err != nil || account == nil || account.Email == "" {
		return approvals.Profile{Slack: account}, err
	}
	if account.Membership != approvals.Member && account.Membership != approvals.Guest {
		return approvals.Profile{Slack: account}, nil
	}
	found, err := d.onelogin.FindUser(ctx, onelogin.ByEmail, account.Email)
	user, err := oneLoginUser(found, err)
	if err != nil {
		return approvals.Profile{}, err
	}
	return approvals.Profile{Slack: account, OneLogin: user}, nil
}

// byEmail reads both sides at once, as soon as OneLogin has said that it knows the address.
func (d *Directory) byEmail(ctx context.Context, email string) (p approvals.Profile, err error) {
	id, err := d.onelogin.FindID(ctx, onelogin.ByEmail, email)
	if err != nil {
		return d.byOneLogin(ctx, onelogin.User{}, err)
	}
	var both errgroup.Group
	both.Go(func() (err error) {
		p.Slack, err = d.accountByEmail(ctx, email)
		return err
	})
	both.Go(func() error {
		found, err := d.onelogin.UserWith(ctx, id, onelogin.ByEmail, email)
		p.OneLogin, err = oneLoginUser(found, err)
		return err
	})
	if err := both.Wait(); err != nil {
		return approvals.Profile{}, err
	}
	if p.OneLogin == nil { // gone since it was found
		p.Slack = nil
	}
	return p, nil
}

// byOneLogin completes what OneLogin answered with the Slack account that has the
// same e-mail address. Slack finds no deactivated account that way
// (https://docs.slack.dev/reference/methods/users.lookupByEmail): its owner then
// has none.
func (d *Directory) byOneLogin(ctx context.Context, found onelogin.User, err error) (approvals.Profile, error) {
	user, err := oneLoginUser(found, err)
	if err != nil || user == nil || user.Email == "" {
		return approvals.Profile{OneLogin: user}, err
	}
	account, err := d.accountByEmail(ctx, user.Email)
	if err != nil {
		return approvals.Profile{}, err
	}
	return approvals.Profile{Slack: account, OneLogin: user}, nil
}

// accountByID returns nil if there is no such Slack user, or none that olbot may see.
func (d *Directory) accountByID(ctx context.Context, id string) (*approvals.Account, error) {
	u, listed := user{}, false
	if c := d.together(ctx, "users.info", slackapi.RankOf(ctx), 1); c != nil {
		u, listed = c.byID[id]
	}
	var err error
	if !listed {
		u, err = d.users.info(ctx, id)
	}
	switch codeOf(err) {
	case "user_not_found", "user_not_visible":
		return nil, nil
	}
	if err != nil {
		return nil, slackError("read Slack user", err)
	}
	account, ok := u.account(id, d.ours)
	if !ok {
		return nil, fmt.Errorf("read Slack user: %w: it is about another user", approvals.ErrUnreliable)
	}
	d.learnIDs(account)
	return account, nil
}

// accountByEmail returns nil if no Slack user of the workspace has the address.
//
// An answer with another address, or none, is an error and not "nobody": the
// owner of an account may have no Slack user, and then nobody is told and nobody
// can be found to be the same person. That has to be known, not guessed.
func (d *Directory) accountByEmail(ctx context.Context, email string) (*approvals.Account, error) {
	u, listed := user{}, false
	if c := d.together(ctx, "users.lookupByEmail", slackapi.RankOf(ctx), 1); c != nil {
		u, listed = c.withEmail(email)
	}
	var err error
	if !listed {
		u, err = d.users.lookupByEmail(ctx, email)
	}
	if codeOf(err) == "users_not_found" {
		return nil, nil
	}
	if err != nil {
		return nil, slackError("find Slack user by e-mail", err)
	}
	account, ok := u.account(u.ID, d.ours)
	if !ok || !approvals.SameEmail(account.Email, email) {
		return nil, fmt.Errorf("find Slack user by e-mail: %w: it is about another address", approvals.ErrUnreliable)
	}
	return account, nil
}

// oneLoginUser is OneLogin's answer as the rules know it; nil for no such user.
func oneLoginUser(u onelogin.User, err error) (*approvals.User, error) {
	switch {
	case errors.Is(err, onelogin.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, oneLoginError(err)
	}
	return &approvals.User{
		ID: u.ID, Name: u.Name(), Email: u.Email, Status: int(u.Status), State: int(u.State),
		Manager: max(u.ManagerID, 0), ManagerUnknown: u.ManagerID == onelogin.NotGiven,
		Roles: u.RoleIDs, RolesUnknown: u.RoleIDs == nil,
		Group: max(u.GroupID, 0), GroupUnknown: u.GroupID == onelogin.NotGiven,
	}, nil
}
