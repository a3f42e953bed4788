package bot

import "olbot/approvals"

// The feed, while a decision is waited for.

// askedStory tells who is asked, or no longer asked.
func askedStory(kind approvals.EventKind) phrase {
	switch kind {
	case approvals.EventReminded:
		return "{approvers} reminded for the {nth} time. The request of {agent} for {owner} waits until {until}."
	case approvals.EventDeclined:
		return "{actor} was asked about the request of {agent} for {owner}, and says: not my report. Others decide."
	case approvals.EventEscalated:
		return "{approvers} asked next in the chain to decide until {until} on the request of {agent} for {owner}."
	case approvals.EventNobodyElse:
		return "nobody further in the chain may decide on the request of {agent} for {owner}. It waits until {until} for those who were asked."
	}
	return ""
}

// deniedStory tells who denied a request and why.
func deniedStory(why approvals.DenialChoice) phrase {
	switch why {
	case approvals.CouldNotReach:
		return "{actor} denied the request of {agent} for {owner}, whom they could not reach."
	case approvals.Suspicious:
		return "{actor} denied the request of {agent} for {owner}, because something looks suspicious."
	case approvals.NotMyReport:
		return "the request of {agent} for {owner} is denied: {actor}, who was asked last, says: not my report, and there is nobody else to ask."
	}
	return "{actor} denied the request of {agent} for {owner}."
}
