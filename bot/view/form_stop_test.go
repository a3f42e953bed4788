package view

import (
	"testing"

	"olbot/bot/payload"
)

// TestReadStop: nothing that comes back with the form keeps a request from being stopped.
func TestReadStop(t *testing.T) {
	form := StopForm(made().r)
	for chosen, want := range map[string]bool{"": false, blockToo: true, "something else": false} {
		filledIn := fillIn(form, nil)
		filledIn.State = map[string]map[string]payload.Input{string(fieldBlock): {string(fieldBlock): {Option: chosen}}}
		if id, block := ReadStop(filledIn); id != "OTP-7F3K-9QXM" || block != want {
			t.Errorf("%q: %s, %t", chosen, id, block)
		}
	}
}
