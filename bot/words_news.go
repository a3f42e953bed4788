package bot

// News: one line in the DM when something has happened, because a card that
// changes makes no sound. Each has the line itself and its neutral notification.
const (
	newsAsked          phrase = "Your request {id} for {owner} waits for {approvers}, until {expires}."
	newsAskedNotice    phrase = "{id}: waiting for approval until {expires}."
	newsApproved       phrase = "Your request {id} for {owner}: {decider} approved. The code is being made."
	newsApprovedNotice phrase = "{id}: approved. The code is being made."
	newsClaim          phrase = "Your request {id} for {owner}: {decider} approved. Press *Show code* on the card when you can read the code out, before {claim}."
	newsClaimNotice    phrase = "{id}: approved. Press Show code on the card before {claim}."

	newsCode           phrase = "Your request {id} for {owner}: code {n} of {max} is ready. It is shown in this conversation, to you alone. Not there? Press *Generate a new code* on the card."
	newsCodeLast       phrase = "Your request {id} for {owner}: code {n} of {max} is ready. It is shown in this conversation, to you alone."
	newsCodeNotice     phrase = "{id}: code {n} of {max} is ready."
	newsNotShown       phrase = "Your request {id} for {owner}: code {n} of {max} was made, but may not have been shown. The card says what to do."
	newsNotShownNotice phrase = "{id}: code {n} of {max} may not have been shown. The card says what to do."
	newsUnknown        phrase = "Your request {id} for {owner}: it is not known whether code {n} of {max} was made. Nobody has seen it. The card says what to do."
	newsUnknownNotice  phrase = "{id}: it is not known whether code {n} of {max} was made. The card says what to do."

	newsDenied         phrase = "Your request {id} for {owner}: {decider} denied it{why}. No code was made."
	newsDeniedByNone   phrase = "Your request {id} for {owner} is denied: everybody who was asked said: not my report. No code was made."
	newsDeniedNotice   phrase = "{id}: denied. No code was made."
	newsRefused        phrase = "Your request {id} for {owner} was refused: {fact}."
	newsRefusedNotice  phrase = "{id}: refused. The card says why."
	newsExpired        phrase = "Your request {id} for {owner} expired: nobody decided in time. No code was made."
	newsExpiredNotice  phrase = "{id}: expired. No code was made."
	newsUnasked        phrase = "Your request {id} for {owner} expired: the people could not be looked up in time. No code was made."
	newsLapsed         phrase = "Your request {id} for {owner} lapsed: no code was made before {claim}."
	newsLapsedNotice   phrase = "{id}: lapsed. No code was made in time."
	newsFailed         phrase = "Your request {id} for {owner} failed: {fact}."
	newsFailedNotice   phrase = "{id}: no code. The card says why."
	newsDisowned       phrase = "Your request {id}: {owner} says it wasn't them. Stop, and read out no code."
	newsDisownedNotice phrase = "{id}: the owner says it wasn't them. Stop, and read out no code."

	newsReminder       phrase = "Reminder: {agent} still waits for your decision on a code for {owner}. The card of {id} is above; the request expires {expires}."
	newsReminderNotice phrase = "{id}: still waits for your decision, until {expires}."

	newsApproverExpired        phrase = "Request {id} by {agent} for {owner} expired: nobody decided in time. There is nothing left to do."
	newsApproverExpiredNotice  phrase = "{id}: expired. There is nothing left to do."
	newsApproverCode           phrase = "{agent} made code {n} of {max} for {owner} under request {id}, which you approved."
	newsApproverCodeUnknown    phrase = "{agent} asked for code {n} of {max} for {owner} under request {id}, which you approved. It is not known whether it was made."
	newsApproverCodeNotice     phrase = "{id}: code {n} of {max} was asked for under your approval."
	newsApproverDisowned       phrase = "Request {id} by {agent}: {owner} says it wasn't them. {codes}"
	newsApproverDisownedNotice phrase = "{id}: the owner says it wasn't them. There is nothing left to approve."
	newsOwnerLifted            phrase = "{lifter} lifted the block of your account, which you made with request {id}. Codes for it can be asked for again."
	newsOwnerLiftedNotice      phrase = "{id}: the block of your account was lifted."
	newsOwnerCode              phrase = "Code {n} of {max} for your account was made for {agent} under request {id}. If that wasn't for you, press *This wasn't me* on the card."
	newsOwnerCodeUnknown       phrase = "Code {n} of {max} for your account may have been made for {agent} under request {id}. If that wasn't for you, press *This wasn't me* on the card."
	newsOwnerCodeNotice        phrase = "{id}: code {n} of {max} for your account was asked for. If that wasn't for you, press This wasn't me on the card."
)
