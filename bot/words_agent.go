package bot

// What the agent reads: Joe, who asked.

// The agent's card, before a decision.
const (
	sayAgentReceivedTitle  phrase = "Looking people up"
	sayAgentReceived       phrase = "Looking up {owner} in Slack and OneLogin, and who has to approve. This takes a few seconds."
	sayAgentReceivedNotice phrase = "{id}: looking people up. You will be told here what comes of it."

	sayAgentPendingTitle  phrase = "Waiting for approval"
	sayAgentAsked         phrase = "{were} asked {asked}."
	sayAgentAskedManager  phrase = "{were} asked {asked}, as the manager of {owner} in OneLogin."
	sayAgentAskingNext    phrase = "The next in line to approve is being looked up."
	sayAgentFirstDecides  phrase = "The first to answer decides."
	sayAgentReminder      phrase = "A reminder went out {reminded}."
	sayAgentReminders     phrase = "{reminders} reminders went out, the last {reminded}."
	sayAgentPendingNext   phrase = "You will be told here what was decided."
	sayAgentIfNobody      phrase = "*If nobody decides:*"
	sayAgentReminds       phrase = "{remind}: a reminder goes out"
	sayAgentEscalates     phrase = "{escalate}: {next} is asked too"
	sayAgentExpires       phrase = "{expires}: the request expires"
	sayNextManager        phrase = "the manager of {owner}"
	sayNextGroup          phrase = "the user group {link}"
	sayNextSomebody       phrase = "somebody else"
	sayAgentPendingNotice phrase = "{id}: waiting for approval until {expires}."
)

// The agent's card, from the approval to the code.
const (
	sayAgentApprovedTitle  phrase = "Approved"
	sayAgentApproved       phrase = "{decider} approved {decided}."
	sayAgentMakingFirst    phrase = "The code is being made now."
	sayAgentClaim          phrase = "Press *Show code* when {owner} is there to hear it. The code then works {validity}."
	sayAgentRetry          phrase = "OneLogin could not be asked: no connection, or too many calls. olbot tries again by itself until {claim}."
	sayAgentMayMake        phrase = "You may make up to {max} codes until {claim}."
	sayAgentClaimOver      phrase = "The time to make codes ended {claim}."
	sayAgentApprovedNotice phrase = "{id}: approved. The code is being made now."
	sayAgentClaimNotice    phrase = "{id}: approved. Press Show code on the card before {claim}."
	sayAgentRetryNotice    phrase = "{id}: approved. OneLogin could not be asked yet; olbot tries again until {claim}."

	sayAgentIssuingTitle  phrase = "Making the code"
	sayAgentIssuing       phrase = "OneLogin is being asked for code {n} of {max}. This takes up to 30 seconds."
	sayAgentIssuingNotice phrase = "{id}: OneLogin is being asked for code {n} of {max}."

	sayAgentIssuedTitle    phrase = "Code made"
	sayAgentShowing        phrase = "Code {n} of {max} is being shown to you in this conversation. Only you can see it."
	sayAgentShown          phrase = "Code {n} of {max} was shown to you in this conversation. Only you could see it."
	sayAgentNotShown       phrase = "Code {n} of {max} was made, but Slack may not have shown it to you."
	sayAgentIssuedNotice   phrase = "{id}: code {n} of {max} was made and shown to you alone. It works until {until}."
	sayAgentEndedNotice    phrase = "{id}: code {n} of {max} was made and shown to you alone. It has ended."
	sayAgentNotShownNotice phrase = "{id}: code {n} of {max} was made, but may not have been shown. The card says what to do."
	sayAgentWorksUntil     phrase = "It works until {until} ({grant.uses})."
	sayAgentWorked         phrase = "It ended {until}."
	sayAgentNarrower       phrase = "That is less than was approved: OneLogin allowed no more."
	sayAgentGenerate       phrase = "Gone, or never there? Press *Generate a new code*, and use only the newest: {left} left until {claim}."
	sayAgentGenerateAnew   phrase = "Press *Generate a new code*: {left} left until {claim}."
	sayAgentNextMaking     phrase = "Code {next} of {max} is being made now."
	sayAgentAllUsed        phrase = "All {max} codes of this request are used up. For another one, ask anew."
	sayAgentTimeOver       phrase = "The time to make codes ended {claim}. For another one, ask anew."

	sayAgentUnknownTitle  phrase = "Not known whether a code was made"
	sayAgentUnknown       phrase = "OneLogin gave no clear answer about code {n} of {max}. If there is one, nobody has seen it, and it ends {codeuntil} at the latest."
	sayAgentUnknownNotice phrase = "{id}: it is not known whether code {n} of {max} was made. The card says what to do."
	sayAgentUnknownOver   phrase = "No more codes can be made under this approval. After {close} you can ask anew for this account."
)

// The agent's card, at the end.
const (
	sayAgentRefusedTitle  phrase = "Refused"
	sayAgentRefusedAfter  phrase = "{decider} approved {decided}, but the last check before making a code said no."
	sayAgentRefused       phrase = "{fact}. {advice}"
	sayAgentRefusedNotice phrase = "{id}: refused. No code will be made. The card says why."

	sayAgentDeniedTitle      phrase = "Denied"
	sayAgentDenied           phrase = "{decider} denied this {decided}{why}. No code was made."
	sayAgentDeniedNext       phrase = "Speak with {decider} before you ask again."
	sayAgentDeniedUnreached  phrase = "See to it that {owner} and {decider} speak with each other, then ask again."
	sayAgentDeniedSuspicious phrase = "Stop. Speak with {decider} and with {contacts} before you do anything more for whoever called."
	sayAgentDeniedByNone     phrase = "There is nobody else to ask, so this was denied {decided}. No code was made."
	sayAgentDeniedByNoneNext phrase = "The manager in OneLogin has to be corrected, or whoever runs olbot has to name somebody who stands in."
	sayAgentDeniedNotice     phrase = "{id}: denied. No code was made."

	sayAgentWithdrawnTitle  phrase = "Withdrawn"
	sayAgentWithdrawn       phrase = "You withdrew this {ended}. No code was made."
	sayAgentWithdrawnNotice phrase = "{id}: withdrawn. No code was made."

	sayAgentExpiredTitle    phrase = "Expired"
	sayAgentExpired         phrase = "Nobody decided before {expires}. No code was made."
	sayAgentExpiredNext     phrase = "Speak with {approvers}, then press *Ask again*."
	sayAgentExpiredLookup   phrase = "The people could not be looked up before {expires}. Nobody was asked, and no code was made."
	sayAgentExpiredTryAgain phrase = "Press *Ask again*. If that does not help, tell whoever runs olbot."
	sayAgentExpiredNobody   phrase = "Everybody who was asked said: not my report. Find out who can approve, then press *Ask again*."
	sayAgentExpiredNotice   phrase = "{id}: expired. No code was made."

	sayAgentLapsedTitle  phrase = "Lapsed"
	sayAgentLapsed       phrase = "{decider} approved {decided}, but no code was made before {claim}."
	sayAgentLapsedLater  phrase = "No further code was made before {claim}."
	sayAgentLapsedNext   phrase = "Is a code still needed? Press *Ask again*: it has to be approved again."
	sayAgentLapsedNotice phrase = "{id}: lapsed. The time to make a code is over."

	sayAgentFailedTitle  phrase = "No code"
	sayAgentFailedNotice phrase = "{id}: no code for you. The card says why."

	sayAgentDisownedTitle  phrase = "Stopped by the owner"
	sayAgentDisowned       phrase = "{owner} said {disowned}: this wasn't me. {codes}"
	sayAgentDisownedMaking phrase = "The code that was being made is thrown away unseen."
	sayAgentDisownedNext   phrase = "Stop. Read out no code. Tell {contacts} now who asked you for it, and whether they have heard a code."
	sayAgentDisownedEarly  phrase = "Stop. Tell {contacts} now who asked you for it."
	sayAgentBlocked        phrase = "Requests for {owner} are blocked. {lift}"
	sayAgentUnblocked      phrase = "{lifter} lifted the block {lifted}. Codes for {owner} can be asked for again."
	sayAgentDisownedNotice phrase = "{id}: the owner says it wasn't them. Stop, and read out no code."

	sayAgentClosedTitle  phrase = "Over"
	sayAgentClosed       phrase = "This request is over, after {n} of up to {max} codes. None works any more."
	sayAgentClosedNotice phrase = "{id}: over. No code of this request works any more."
)
