package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// maxGroup is how many people a group link may ask: more than that is a mailing
// list, not somebody responsible.
const maxGroup = 10

// findApprovers walks the links of a chain: the first with somebody eligible is asked.
// Those who were asked before are not asked again.
// A link whose people cannot be checked stops the walk with an error: the next
// link is for "there is nobody", never for "could not tell". held are those who would
// be asked, were it not for their own accounts.
func (s *Service) findApprovers(ctx context.Context, links []Principal, ahead profiles, agent Person, owner Profile, before []AskedPerson) (asked []AskedPerson, held []*Refusal, err error) {
	var why []*Refusal
	for _, link := range links {
		candidates, no, err := candidatesOf(ctx, s.Directory, link, owner)
		if err != nil {
			return nil, nil, err
		}
		if no != nil {
			why = append(why, no)
			continue
		}
		for _, c := range candidates {
			who, no, err := s.checkCandidate(ctx, link, c, ahead, agent, owner.Person())
			switch {
			case err != nil:
				return nil, nil, err
			case no != nil:
				if isHold(no) && !slices.ContainsFunc(held, func(h *Refusal) bool { return h.Person.Same(no.Person) }) {
					held = append(held, no)
				}
				why = append(why, no)
			case !isAmong(who, before) && !isAmong(who, asked):
				asked = append(asked, AskedPerson{who, link})
			}
		}
		if len(asked) > 0 {
			return asked, held, nil
		}
	}
	return nil, held, &Refusal{Code: NoApprover, Role: Approver, Chain: why}
}

func isHold(why *Refusal) bool { return why.Code == RecoveryHold || why.Code == OwnAccountBlocked }

func isAmong(who Person, people []AskedPerson) bool {
	return slices.ContainsFunc(people, func(p AskedPerson) bool { return who.Same(p.Person) })
}

// candidatesOf names the people of a link, before anything is known of them.
func candidatesOf(ctx context.Context, groups Groups, link Principal, owner Profile) ([]Ref, *Refusal, error) {
	switch {
	case link.Kind == Manager && owner.OneLogin.ManagerUnknown:
		return nil, nil, fmt.Errorf("%w: OneLogin did not say who the owner's manager is", ErrUnreliable)
	case link.Kind == Manager && owner.OneLogin.Manager == 0:
		return nil, &Refusal{Code: NoManager, Role: Approver, Link: link, Person: owner.Person()}, nil
	case link.Kind == Manager:
		return []Ref{{OneLogin: owner.OneLogin.Manager}}, nil, nil
	case link.Kind != SlackGroup:
		return []Ref{{Slack: link.ID}}, nil, nil
	}
	members, err := groups.Members(ctx, link.ID, groupLife)
	switch {
	case err != nil:
		return nil, nil, err
	case len(members) == 0:
		return nil, &Refusal{Code: GroupEmpty, Role: Approver, Link: link}, nil
	case len(members) > maxGroup:
		return nil, &Refusal{Code: GroupTooBig, Role: Approver, Link: link, Limit: maxGroup}, nil
	}
	var refs []Ref
	for _, id := range members {
		refs = append(refs, Ref{Slack: id})
	}
	return refs, nil, nil
}

// profiles are people who were looked up already, by how they are named.
type profiles map[Ref]Profile

// lookAhead looks up the manager, who is asked first nearly always, while the agent
// is still being looked up. What fails is looked up again when it is needed.
func (s *Service) lookAhead(ctx context.Context, owner Profile) profiles {
	if len(s.Policy.Chain) == 0 || s.Policy.Chain[0].Kind != Manager || owner.OneLogin == nil || owner.OneLogin.Manager == 0 {
		return nil
	}
	manager := Ref{OneLogin: owner.OneLogin.Manager}
	p, err := s.Directory.Profile(ctx, manager)
	if err != nil {
		return nil
	}
	return profiles{manager: p}
}

// checkCandidate looks a candidate up and says whether they may decide.
func (s *Service) checkCandidate(ctx context.Context, link Principal, c Ref, ahead profiles, agent, owner Person) (Person, *Refusal, error) {
	p, known := ahead[c]
	var err error
	if !known {
		p, err = s.Directory.Profile(ctx, c)
	}
	if why := notFindable(Approver, c, err); why != nil {
		why.Link = link
		return Person{}, why, nil
	}
	if err != nil {
		return Person{}, nil, err
	}
	who := p.Person()
	listed, err := s.isRequester(ctx, s.Directory, who)
	if err != nil {
		return Person{}, nil, err
	}
	if why := mayApprove(link, c, p, listed, agent, owner); why != nil {
		return Person{}, why, nil
	}
	past, err := s.past(ctx, who)
	if err != nil {
		return Person{}, nil, err
	}
	if why := past.hold(Approver, who, s.Policy, s.now()); why != nil {
		why.Link = link
		return Person{}, why, nil
	}
	return who, nil, nil
}

// past reads what is kept of earlier requests for people's accounts.
func (s *Service) past(ctx context.Context, people ...Person) (p record, err error) {
	if p.history, err = s.Store.RequestsFor(ctx, accounts(people...), s.Policy.lookBack(s.now())); err != nil {
		return p, err
	}
	p.restrictions, err = s.Store.Restrictions(ctx)
	return p, err
}

// pastIn is past as it is within a transaction.
func (s *Service) pastIn(v View, people ...Person) (p record, err error) {
	if p.history, err = v.RequestsFor(accounts(people...), s.Policy.lookBack(s.now())); err != nil {
		return p, err
	}
	p.restrictions, err = v.Restrictions()
	return p, err
}

// anyHeld says whether one of those who are to be asked may not approve.
func (s *Service) anyHeld(past record, asked []AskedPerson) bool {
	return slices.ContainsFunc(asked, func(p AskedPerson) bool { return past.hold(Approver, p.Person, s.Policy, s.now()) != nil })
}

// openLinks are the links of the chain that may be asked: the manager's alone, if that
// is so.
func openLinks(links []Principal, noFallback *Refusal) []Principal {
	if noFallback == nil {
		return links
	}
	return slices.DeleteFunc(slices.Clone(links), func(link Principal) bool { return link.Kind != Manager })
}

// errAskedAnew says that what was found out before a transaction is not so within it.
func errAskedAnew() error {
	return &TemporaryError{After: retryPause, NotYet: true, Err: errors.New("who may be asked has changed")}
}

// isRequester says whether OLBOT_REQUESTERS lists the person.
func (s *Service) isRequester(ctx context.Context, groups Groups, who Person) (bool, error) {
	return isListed(ctx, groups, s.Policy.Requesters, who)
}

// isListed says whether the list has the person.
func isListed(ctx context.Context, groups Groups, list []Principal, who Person) (bool, error) {
	for _, entry := range list {
		if entry.Kind == Everybody || who.HasSlack(entry.ID) {
			return true, nil
		}
	}
	for _, entry := range list {
		if entry.Kind != SlackGroup {
			continue
		}
		members, err := groups.Members(ctx, entry.ID, groupLife)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(members, who.HasSlack) {
			return true, nil
		}
	}
	return false, nil
}

// escalate asks the next link of the chain that has somebody who may decide. A
// check that cannot be made is tried again until the request is decided or
// expires: the approvers so far can still decide.
func (s *Service) escalate(ctx context.Context, _ Job, r Request) error {
	now := s.now()
	if r.State == Pending && now.Before(r.EscalateAt) {
		return &TemporaryError{After: r.EscalateAt.Sub(now), NotYet: true, Err: errors.New("not yet")}
	}
	if !r.escalationDue(now) {
		return nil
	}
	more, held, err := s.findNextApprovers(ctx, r)
	why, refused := errors.AsType[*Refusal](err)
	if err != nil && !refused {
		return err
	}
	_, err = s.update(ctx, r.ID, nil, func(v View, now Request) (Change, error) {
		past, err := s.pastIn(v, People(more)...)
		switch {
		case err != nil:
			return Change{}, err
		case now.Link != r.Link || len(now.Gone()) != len(r.Gone()) || s.anyHeld(past, more):
			return Change{}, errAskedAnew()
		}
		now.Held = append(slices.Clone(now.Held), held...)
		if refused {
			return now.NobodyElse(why, s.now())
		}
		return now.Escalate(more, s.Policy, s.now())
	})
	return err
}

// findNextApprovers looks up who comes next in the chain.
func (s *Service) findNextApprovers(ctx context.Context, r Request) ([]AskedPerson, []*Refusal, error) {
	links := s.Policy.linksAfter(r.Link)
	if s.now().Before(r.fallbackAt()) {
		if links = openLinks(links, r.NoFallback); len(links) == 0 {
			return nil, nil, &Refusal{Code: NoApprover, Role: Approver, Chain: []*Refusal{r.NoFallback}}
		}
	}
	if len(links) == 0 {
		return nil, nil, &Refusal{Code: NoApprover, Role: Approver}
	}
	owner, err := s.Directory.Reread(ctx, r.Owner)
	if err != nil {
		return nil, nil, err
	}
	if why := same(Owner, r.Owner, owner); why != nil || owner.OneLogin == nil {
		return nil, nil, &Refusal{Code: Changed, Role: Owner, Person: r.Owner}
	}
	return s.findApprovers(ctx, links, nil, r.Agent, owner, slices.Concat(r.Approvers, r.Gone()))
}
