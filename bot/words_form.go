package bot

import "olbot/approvals"

// What the forms say: to Joe, who asks, and to Maria, who says no.

// The buttons that open forms.
const (
	sayOpenForm phrase = "Open the form"
)

// The request form.
const (
	sayFormTitle        phrase = "Request a code"
	sayFormSubmit       phrase = "Request"
	sayFormClose        phrase = "Cancel"
	sayFormPerson       phrase = "Whose account?"
	sayFormAccount      phrase = "Or their e-mail address"
	sayFormAccountHint  phrase = "For somebody who is not in Slack. A OneLogin id with # before it, like #12345, will do too."
	sayFormValidity     phrase = "How long the code works"
	sayFormOther        phrase = "Or another time"
	sayFormOtherHint    phrase = "Counts instead of the choice above. A number of seconds (300), or one with m, h or d behind it (45m, 3h, 2d), from {least} to {most}."
	sayFormUses         phrase = "How often it works"
	sayFormSingle       phrase = "Single use"
	sayFormSingleMore   phrase = "It works once."
	sayFormReusable     phrase = "Reusable"
	sayFormReusableMore phrase = "It works as often as wanted until it ends."
	sayFormReason       phrase = "Reason"
	sayFormReasonHint   phrase = "Shown to whoever approves and kept in the audit trail."
	sayFormVerified     phrase = "How did you make sure who is calling?"
	sayFormVerifiedHint phrase = "Shown to whoever approves and kept in the audit trail."
	sayFormNext         phrase = "olbot then looks everybody up and asks whoever has to approve. Your direct messages with olbot say how it goes on."
)

// verificationLabel is how the form offers a verification.
func verificationLabel(v approvals.Verification) phrase {
	switch v {
	case approvals.VerifiedByVideo:
		return "Video call"
	case approvals.VerifiedByCallBack:
		return "Call back on a known number"
	case approvals.VerifiedInPerson:
		return "In person"
	case approvals.NotVerified:
		return "Not verified"
	}
	return ""
}

// The form that opens when an approver presses Deny.
const (
	sayDenyTitle      phrase = "Deny this request"
	sayDenyAbout      phrase = "{agent} asks for a temporary OneLogin code for {owner}."
	sayDenyChoice     phrase = "Why?"
	sayDenyText       phrase = "In your own words"
	sayDenyTextHint   phrase = "{agent} reads this, and the audit trail keeps it."
	sayDenyLonger     phrase = "At most {limit} characters."
	sayNoticeTitle    phrase = "Nothing was changed"
	sayNoticeClose    phrase = "Close"
	sayDenyReached    phrase = "I could not reach them"
	sayDenyReport     phrase = "Not my report"
	sayDenyReportMore phrase = "You are taken out, and somebody else is asked if there is anybody."
	sayDenySuspicious phrase = "It looks suspicious"
	sayDenyAlarm      phrase = "An alarm goes to the audit channel."
)

// What stands under a field that has to be changed.
const (
	sayFormWhoMissing phrase = "Choose a person here, or type an e-mail address below."
	sayFormWhoBoth    phrase = "Two accounts are named. Empty this field, or take the person above away."
	sayFormWhoUnknown phrase = "{word} is neither an e-mail address nor a OneLogin id such as #12345. Choose people who are in Slack above."
	sayFormChoose     phrase = "Choose one of these."
	sayFormFact       phrase = "{fact}."
	sayFormRefused    phrase = "{fact}. {advice}"
	sayFormBroken     phrase = "Something broke on our side (ref {ref}), and nothing happened. Press the button again in a moment; if it stays, tell whoever runs olbot the ref."
	sayFormNotKnown   phrase = "The database did not answer in time (ref {ref}). Press the button again: it counts once only."
	sayFormBusy       phrase = "olbot has too much to do at this moment. Press the button again in a few seconds."
)

// When a form cannot be opened.
const (
	sayFormNotOpened       phrase = "Slack did not open the form. Try again, or type the command: {command} help says how."
	sayFormNotOpenedNotice phrase = "The form could not be opened. The message says what to do instead."
)
