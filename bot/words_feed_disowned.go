package bot

import "olbot/approvals"

// The feed, from This wasn't me until the block is lifted.

// sayByHand is where a OneLogin administrator ends a code, as part of a sentence.
const sayByHand phrase = "revoke the temporary code of {owner} in OneLogin's administration (Users, then the user, then Authentication)"

func disownedStory(e approvals.Event) phrase {
	switch {
	case e.State == approvals.Issuing:
		return "{actor} says the request of {agent} wasn't theirs, while code {n} of {max} is being made. That code will be thrown away unseen. Requests for {owner} are blocked."
	case !e.Until.IsZero():
		return "{actor} says the request of {agent} wasn't theirs. Requests for {owner} are blocked. A code may work until {until}: {byhand}."
	}
	return "{actor} says the request of {agent} wasn't theirs. No code of it works. Requests for {owner} are blocked."
}

// revocationStory tells what came of trying to end a disowned code, and never
// that it has ended: nothing that OneLogin answers proves that.
func revocationStory(e approvals.Event) phrase {
	switch {
	case e.Until.IsZero():
		return "the code for {owner} has ended by itself before anything came of olbot's calls to end it."
	case e.Revocation.Outcome == approvals.RevocationTaken:
		return "OneLogin took olbot's call to end the code for {owner}, which does not prove that it has ended. It may work until {until}. To be sure, {byhand}."
	case e.Revocation.Outcome == approvals.RevocationRefused:
		return "OneLogin refused olbot's call to end the code for {owner} (status {status}). It may work until {until}: {byhand}."
	case e.Revocation.Outcome == approvals.RevocationNoAnswer:
		return "OneLogin gave no clear answer to olbot's call to end the code for {owner}. It may work until {until}: {byhand}."
	}
	return "ending the code for {owner} was not tried: OneLogin had not said what to end, or the block was lifted first. It may work until {until}: {byhand}."
}

func liftedStory() phrase {
	return "{actor} lifted the block of {owner}. Codes for the account can be asked for again."
}
