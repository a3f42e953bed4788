package view

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// title is what docs/words.md calls the moment.
func (s scene) title() string {
	state, more, _ := strings.Cut(s.name, "-")
	title := strings.ToUpper(state[:1]) + state[1:]
	if more != "" {
		title += ": " + strings.ReplaceAll(more, "-", " ")
	}
	return title
}

// confirmsOf is what the buttons of the message ask before they count.
func confirmsOf(m Message) (all string) {
	for _, b := range m.Blocks {
		actions, ok := b.(*slack.ActionBlock)
		if !ok {
			continue
		}
		for _, e := range actions.Elements.ElementSet {
			if b := e.(*slack.ButtonBlockElement); b.Confirm != nil {
				c := b.Confirm
				all += "\n(" + b.Text.Text + " asks once more: " + c.Title.Text + " " + c.Text.Text +
					" [" + c.Confirm.Text + "] [" + c.Deny.Text + "])"
			}
		}
	}
	return all
}

// rolesOf are whom a refusal can be about.
func rolesOf(code approvals.RefusalCode) []approvals.Role {
	switch code {
	case approvals.NotARequester, approvals.AgentLimit:
		return []approvals.Role{approvals.Agent}
	case approvals.RecoveryHold, approvals.OwnAccountBlocked:
		return []approvals.Role{approvals.Agent, approvals.Approver, approvals.Contact}
	case approvals.PassedOn, approvals.ManagerSaidNo:
		return []approvals.Role{approvals.Approver}
	case approvals.IsProtected, approvals.OwnerBusy, approvals.OwnerLimit, approvals.OwnerBlocked, approvals.AccountBlocked, approvals.AlreadyBlocked:
		return []approvals.Role{approvals.Owner}
	case approvals.IsGuest:
		return []approvals.Role{approvals.Agent, approvals.Owner, approvals.Approver, approvals.Contact}
	case approvals.IsRequester, approvals.NoManager, approvals.GroupEmpty, approvals.GroupTooBig, approvals.NoApprover:
		return []approvals.Role{approvals.Approver}
	}
	return []approvals.Role{approvals.Agent, approvals.Owner, approvals.Approver}
}

// toThemselves is how an approver is told what is wrong with them when their
// approval is checked once more; "" if nothing is particular about it.
func toThemselves(why approvals.Refusal) string {
	switch why.Code {
	case approvals.SamePerson, approvals.Changed, approvals.IsRequester, approvals.PassedOn, approvals.RecoveryHold, approvals.OwnAccountBlocked:
	default:
		return ""
	}
	if why.Role != approvals.Approver {
		return ""
	}
	return "(to themselves) " + sentence(factOf(&why, viewerVoice(why.Person))).plain() + "."
}

// refusalExamples are refusals of the code about somebody of that role, one for
// each way in which it is worded.
func refusalExamples(code approvals.RefusalCode, role approvals.Role) []approvals.Refusal {
	who := map[approvals.Role]approvals.Person{approvals.Agent: joeFisher, approvals.Owner: anaLopes, approvals.Approver: mariaSilva, approvals.Contact: samGarcia}[role]
	why := approvals.Refusal{
		Code: code, Role: role, Person: who, Request: "OTP-7F3K-9QXM", Text: "OTP-1", Limit: 3, Max: time.Hour,
		Link: principal("S0LEADS"), Ref: "7F3K", Status: 2, By: mariaSilva, Until: after(time.Hour),
	}
	all := []approvals.Refusal{}
	switch code {
	case approvals.TooLate:
		for _, why.State = range approvals.States() {
			all = append(all, why)
		}
		return all
	case approvals.NotYours, approvals.NotBlocked:
		nobody := why
		nobody.By = approvals.Person{}
		contact := nobody
		contact.Role = approvals.Contact
		return append(all, why, nobody, contact)
	case approvals.Involved:
		if role == approvals.Owner {
			return append(all, why)
		}
		why.Role = ""
	case approvals.IsInactive:
		if role == approvals.Owner {
			for _, why.Status = range []int{0, 1, 3, 4, 5, 6, 7, 8} {
				all = append(all, why)
			}
		}
	case approvals.SlackRefuses:
		why.Text = "token_revoked"
	case approvals.OneLoginRefuses:
		why.Text = "401"
	case approvals.CodeRefused:
		why.Status = 404
	case approvals.SamePerson:
		for _, why.Other = range []approvals.Role{approvals.Owner, approvals.Agent} {
			all = append(all, why)
		}
		return all
	case approvals.NoApprover:
		why.Chain = []*approvals.Refusal{{Code: approvals.NoManager, Person: anaLopes}, {Code: approvals.GroupEmpty, Link: principal("S0LEADS")}}
		for range 5 {
			why.Chain = append(why.Chain, &approvals.Refusal{Code: approvals.IsGuest, Person: tomWeber})
		}
	}
	return append(all, why)
}
