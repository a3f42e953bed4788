package view

// PressTest asks whoever installs olbot for a press: nothing else shows that Slack hands presses on to olbot.
func PressTest() Message {
	m := oneLine("olbot is being checked: press the button.",
		"olbot is being checked. Press the button to see whether presses reach it; nothing else comes of it.", nil)
	m.Blocks = append(m.Blocks, buttonRow(button(ActionCheck, aboutNothing)))
	return m
}

// PressArrived says that olbot saw the press.
func PressArrived() Message {
	const arrived = "olbot was checked: presses reach it."
	return oneLine(arrived, arrived, nil)
}

// PressMissed says that olbot waits for the press no more.
func PressMissed() Message {
	const missed = "olbot was checked: it saw no press."
	return oneLine(missed, missed, nil)
}
