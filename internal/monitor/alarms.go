package monitor

import "olbot/approvals"

// The alarms are what the trail holds that somebody has to look at. They are told from the
// database, not counted where they happen: what a crash did is written down at the next
// start, before the first scrape, and a counter that starts at 1 shows no increase.
const (
	alarmUnknown  = "code_unknown"   // OneLogin may have made a code that nobody saw
	alarmWider    = "code_wider"     // it made one that can do more than was approved
	alarmNotShown = "code_not_shown" // it made one that Slack did not take
	alarmDisowned = "disowned"       // an owner said: this wasn't me
	alarmDenied   = "denied"         // an approver fears that somebody pretends to be the owner
	alarmStopped  = "stopped"        // somebody stopped what was approved
	alarmTampered = "tampered"       // something in the database was not stored by an olbot
)

func alarmNames() []string {
	return []string{alarmUnknown, alarmWider, alarmNotShown, alarmDisowned, alarmDenied, alarmStopped, alarmTampered}
}

// alarmOf is the alarm that the event is, "" if it is none.
func alarmOf(e approvals.Event) string {
	switch e.Kind {
	case approvals.EventUnknown:
		return alarmUnknown
	case approvals.EventNotShown:
		return alarmNotShown
	case approvals.EventDisowned:
		return alarmDisowned
	case approvals.EventStopped:
		return alarmStopped
	case approvals.EventTampered:
		return alarmTampered
	case approvals.EventFailed:
		if refusalCode(e) == string(approvals.CodeWider) {
			return alarmWider
		}
	case approvals.EventDenied:
		if e.Denial.Alarms() {
			return alarmDenied
		}
	}
	return ""
}
