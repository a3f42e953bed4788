package approvals

// eligible says whether a profile may play the role at all: what Slack and OneLogin
// say of the person, before anything about lists and about the other two.
// Whatever is not known to be right is refused (invariant 8).
func eligible(role Role, named Ref, p Profile) *Refusal {
	no := func(code RefusalCode) *Refusal {
		return &Refusal{Code: code, Role: role, Named: named, Person: p.Person()}
	}
	if p.Slack == nil && p.OneLogin == nil && named.Slack == "" {
		return no(NotInOneLogin)
	}
	if code := forbiddenMembership(role, p.Slack); code != "" {
		return no(code)
	}
	u := p.OneLogin
	switch {
	case u == nil && p.Slack != nil && p.Slack.Email == "":
		return no(NoEmail)
	case u == nil || u.ID == 0:
		return no(NotInOneLogin)
	case u.Status == statusLocked:
		return no(IsLocked)
	case !u.Active():
		r := no(IsInactive)
		r.Status = u.Status
		return r
	}
	return nil
}

// forbiddenMembership is what somebody's place in Slack forbids. Only the owner may be a
// guest, or in Slack not at all.
func forbiddenMembership(role Role, a *Account) RefusalCode {
	if a == nil {
		if role == Owner {
			return ""
		}
		return NotInSlack
	}
	switch a.Membership {
	case Member:
		return ""
	case Guest:
		if role == Owner {
			return ""
		}
		return IsGuest
	case Bot:
		return IsBot
	case Deactivated:
		return IsDeactivated
	case Invited:
		return IsInvited
	case Unconfirmed:
		return IsUnconfirmed
	default:
		return IsExternal
	}
}

// mayBeOwner checks the account a code is asked for.
func (p Policy) mayBeOwner(named Ref, owner Profile) *Refusal {
	if why := eligible(Owner, named, owner); why != nil {
		return why
	}
	if p.Protected.protects(*owner.OneLogin) {
		return &Refusal{Code: IsProtected, Role: Owner, Named: named, Person: owner.Person()}
	}
	return nil
}

// mayBeAgent checks who asks. listed is whether OLBOT_REQUESTERS has them.
func mayBeAgent(asks Person, agent Profile, listed bool, owner Person) *Refusal {
	who, named := agent.Person(), Ref{Slack: asks.Slack}
	if why := eligible(Agent, named, agent); why != nil {
		return why
	}
	if !listed {
		return &Refusal{Code: NotARequester, Role: Agent, Named: named, Person: who}
	}
	if who.Same(owner) {
		return &Refusal{Code: SamePerson, Role: Agent, Other: Owner, Person: who}
	}
	return nil
}

// mayApprove checks one candidate of one link. listed is whether
// OLBOT_REQUESTERS has them: a fallback approver must not be able to ask.
func mayApprove(link Principal, named Ref, candidate Profile, listed bool, agent, owner Person) *Refusal {
	who := candidate.Person()
	no := func(code RefusalCode, other Role) *Refusal {
		return &Refusal{Code: code, Role: Approver, Other: other, Person: who, Link: link}
	}
	if why := eligible(Approver, named, candidate); why != nil {
		why.Link = link
		return why
	}
	switch {
	case who.Same(owner):
		return no(SamePerson, Owner)
	case who.Same(agent):
		return no(SamePerson, Agent)
	case link.Kind != Manager && listed:
		return no(IsRequester, "")
	}
	return nil
}

// same checks that a fresh look finds the person that was stored: the same ids,
// still joined by the e-mail address.
func same(role Role, stored Person, fresh Profile) *Refusal {
	now := fresh.Person()
	joined := fresh.Slack == nil || fresh.OneLogin == nil || SameEmail(fresh.Slack.Email, fresh.OneLogin.Email)
	if now.OneLogin != stored.OneLogin || stored.Slack != "" && !now.HasSlack(stored.Slack) || !joined {
		return &Refusal{Code: Changed, Role: role, Person: stored}
	}
	return nil
}
