package bot

import "olbot/approvals"

// adviceOn says what the agent, or whoever pressed, can do about a refusal.
func adviceOn(why approvals.Refusal) phrase {
	switch why.Code {
	case approvals.BadRequestID:
		return "An id looks like OTP-7F3K-9QXM; it stands at the bottom of every card."
	case approvals.NoSuchRequest:
		return "To see your open ones, type the word list behind the command."
	case approvals.ValidityRange:
		return "Ask again with a validity in between."
	case approvals.NoReusable:
		return "Ask again for a single-use code."
	case approvals.ReasonRequired:
		return "Ask again with a reason."
	case approvals.ReasonTooLong:
		return "Ask again with a shorter one."
	case approvals.AgentLimit:
		return "Wait until one has ended, or withdraw one."
	case approvals.RefusedBefore:
		return "Slack has delivered it again; the first answer counts."
	case approvals.FeedLost:
		return "Tell whoever runs olbot, and ask again when it is repaired."
	case approvals.LookupFailed, approvals.LookupRejected:
		return "Tell whoever runs olbot the ref {ref}, and ask again later."
	case approvals.NoApprover:
		return "The manager in OneLogin has to be corrected, or whoever runs olbot has to name somebody who stands in."
	case approvals.OwnerBusy:
		return "It has to end first. Ask your colleagues whose it is."
	case approvals.OwnerBlocked:
		return "Somebody may pretend to be them. {lift}"
	case approvals.OwnerLimit:
		return "Something may be wrong. Speak with the person and with your security team before you ask again."
	case approvals.IsProtected:
		return "A OneLogin administrator has to help in person."
	case approvals.NotARequester:
		return "Ask whoever runs olbot if you should be."
	case approvals.CodeRefused:
		return "Check the account in OneLogin, then ask again. If it stays, tell whoever runs olbot."
	case approvals.CodeCredentials:
		return "Tell whoever runs olbot: the API credentials need the scope Manage users."
	case approvals.CodeWider:
		return "Ask a OneLogin administrator to revoke it, and tell whoever runs olbot."
	case approvals.SamePerson:
		return sameAdvice(why.Role)
	case approvals.Changed:
		return "Ask again, so that everybody is looked up afresh."
	case approvals.NoDraft:
		return "Ask anew: the command alone, with nothing behind it, opens an empty form."
	case approvals.NotYours, approvals.TooLate, approvals.OldButton, approvals.InTheWork, approvals.NoneLeft,
		approvals.Declined, approvals.Involved, approvals.NotBlocked, approvals.StillMaking, approvals.NotLifted:
		return pressAdvice(why.Code)
	}
	return personAdvice(why)
}

func sameAdvice(role approvals.Role) phrase {
	if role == approvals.Approver {
		return sayOtherApprover
	}
	return "A colleague has to ask for you."
}

func pressAdvice(code approvals.RefusalCode) phrase {
	switch code {
	case approvals.OldButton:
		return "Use the newest card."
	case approvals.InTheWork:
		return "Wait a moment; the card says how it goes on."
	case approvals.NoneLeft:
		return "For another one, ask anew."
	case approvals.StillMaking, approvals.NotLifted:
		return "Nothing was changed. Press again in a moment."
	}
	return "Nothing was changed."
}

const (
	sayChain         phrase = "{fact}: {each}"
	sayMore          phrase = "{n} more"
	sayOtherApprover phrase = "Somebody else has to be able to approve: correct the manager in OneLogin, or ask whoever runs olbot to name somebody who stands in."
	sayFixYourSlack  phrase = "Only full members of this Slack workspace may ask for codes. A Slack administrator can help."
	sayFixYourLogin  phrase = "A OneLogin administrator can put your account right."
	sayFixTheirSlack phrase = "olbot makes no code for such an account. A Slack administrator can put it right; then ask again."
)

// personAdvice is what to do about somebody who is not fit for their part.
func personAdvice(why approvals.Refusal) phrase {
	switch why.Role {
	case approvals.Approver:
		return sayOtherApprover
	case approvals.Agent:
		return agentAdvice(why.Code)
	}
	switch why.Code {
	case approvals.NotInSlack:
		return "Name the account by its e-mail address or OneLogin id instead."
	case approvals.NoEmail:
		return "Name the account by its OneLogin e-mail address or id instead."
	case approvals.NotInOneLogin:
		return "Check the spelling, or name the account by its OneLogin id, like #12345."
	case approvals.Ambiguous:
		return "Name the account by its OneLogin id, like #12345."
	case approvals.IsLocked:
		return "Unlock the account in OneLogin first, then ask again."
	case approvals.IsInactive:
		return "Put the account right in OneLogin first, then ask again."
	case approvals.IsGuest, approvals.IsBot, approvals.IsDeactivated, approvals.IsInvited,
		approvals.IsUnconfirmed, approvals.IsExternal, approvals.NoDM:
		return sayFixTheirSlack
	case approvals.NoManager, approvals.GroupEmpty, approvals.GroupTooBig, approvals.IsRequester:
		return sayOtherApprover
	}
	return ""
}

func agentAdvice(code approvals.RefusalCode) phrase {
	switch code {
	case approvals.NotInSlack, approvals.IsGuest, approvals.IsBot, approvals.IsDeactivated,
		approvals.IsInvited, approvals.IsUnconfirmed, approvals.IsExternal, approvals.NoEmail:
		return sayFixYourSlack
	case approvals.NotInOneLogin, approvals.Ambiguous, approvals.IsLocked, approvals.IsInactive:
		return sayFixYourLogin
	case approvals.NoDM:
		return "Open olbot under Apps in Slack, ask again, and if that does not help tell whoever runs olbot."
	case approvals.NoManager, approvals.GroupEmpty, approvals.GroupTooBig, approvals.IsRequester:
		return sayOtherApprover
	}
	return ""
}
