package config

import (
	"fmt"
	"slices"
	"time"

	"olbot/approvals"
)

// Warnings are what is allowed and unwise, a sentence each.
func (c Config) Warnings() []string {
	all := slices.Clone(c.warnings)
	p := c.Protected
	if len(p.Users)+len(p.Roles)+len(p.Groups)+len(p.Emails) == 0 {
		all = append(all, "OLBOT_PROTECTED is empty: codes can be made for every account, those of OneLogin's administrators too")
	}
	all = append(all, c.approverWarnings()...)
	all = append(all, c.timeWarnings()...)
	all = append(all, c.exportWarnings()...)
	switch {
	case len(c.SecurityContacts) == 0:
		all = append(all, "OLBOT_SECURITY_CONTACTS is none: nobody is told of alarms but the audit channel, nobody can pause all codes, and only olbot block lift on this machine ends the block of an account")
	case len(c.SecurityContacts) == 1 && c.SecurityContacts[0].Kind == approvals.SlackUser:
		all = append(all, "OLBOT_SECURITY_CONTACTS names one person: when they are away, or had a part in a request, only olbot block lift on this machine ends the block that it left")
	}
	return all
}

// approverWarnings are about those who would have nobody to approve, or nobody apart.
func (c Config) approverWarnings() (all []string) {
	var fallbacks []approvals.Principal
	for _, link := range c.Approvers {
		if link.Kind != approvals.Manager {
			fallbacks = append(fallbacks, link)
		}
	}
	if len(fallbacks) == 0 {
		return []string{"OLBOT_APPROVERS is manager alone: whoever has no manager in OneLogin, or one who may not approve, gets no code"}
	}
	only := fallbacks[0]
	if len(fallbacks) > 1 {
		return nil
	}
	if slices.Contains(c.SecurityContacts, only) {
		all = append(all, fmt.Sprintf("OLBOT_SECURITY_CONTACTS contains %s, the only fallback approver too: whoever approves cannot lift the block that a request left", Quoted(only.ID)))
	}
	switch {
	case only.Kind != approvals.SlackUser:
	case len(c.Approvers) == 1:
		all = append(all, fmt.Sprintf("OLBOT_APPROVERS is %s alone: nobody can approve a code for their own account, and nobody any code while they are away", Quoted(only.ID)))
	default:
		all = append(all, fmt.Sprintf("OLBOT_APPROVERS has %s as the only fallback: for their own account only their manager can approve, and while they are away whoever has no manager gets no code", Quoted(only.ID)))
	}
	return all
}

// timeWarnings are about what would come when the time to decide is over.
func (c Config) timeWarnings() (all []string) {
	const name = "OLBOT_APPROVAL_TIMEOUT"
	if c.RemindAfter > 0 && time.Duration(c.RemindAfter) >= time.Duration(c.ApprovalTimeout) {
		all = append(all, "OLBOT_REMIND_AFTER is not shorter than "+name+": approvers are never reminded")
	}
	if len(c.Approvers) > 1 && c.EscalateAfter > 0 && time.Duration(c.EscalateAfter) >= time.Duration(c.ApprovalTimeout) {
		all = append(all, "OLBOT_ESCALATE_AFTER is not shorter than "+name+": the next link of OLBOT_APPROVERS is never asked for want of an answer")
	}
	return all
}
