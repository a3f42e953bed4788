package view

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"olbot/approvals"
	"olbot/bot/command"
)

// allViews are all messages, forms and Home tabs of all examples, by name, as
// Slack gets them.
func allViews() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for name, m := range allMessages() {
			if !yield(name, sentMessage(m)) {
				return
			}
		}
		for name, form := range allForms() {
			if !yield(name, form) {
				return
			}
		}
		for name, s := range allHomes() {
			if !yield(name, s.view()) {
				return
			}
		}
	}
}

// allMessages are all messages of all examples, by name.
func allMessages() iter.Seq2[string, Message] {
	return func(yield func(string, Message) bool) {
		for _, s := range scenes() {
			for _, c := range Cards(s.r, s.now, testOptions) {
				if !yield(s.name+"/"+c.Key, c.Message) {
					return
				}
			}
			if s.r.State == approvals.Issued && !yield(s.name+"/code", CodeMessage(s.r, "25992782", s.now)) {
				return
			}
		}
		for name, m := range allAnswers() {
			if !yield(name, m) {
				return
			}
		}
		for rest := trail(); len(rest) > 0; {
			m, told := FeedMessage(rest, testOptions)
			if !yield(fmt.Sprintf("feed/%d", rest[0].Number), m) || !yield("plain feed", FeedPlain(rest[0])) {
				return
			}
			rest = rest[told:]
		}
		if m, told := FeedMessage(trail()[4:], testOptions); !yield("feed in doubt", FeedDoubt(m, trail()[4:4+told], approvals.Doubt{From: 2, Through: 6})) {
			return
		}
		if m, _ := feedDigest(slices.DeleteFunc(trail(), alarming)); !yield("feed digest", m) {
			return
		}
	}
}

// allAnswers are what commands and presses are answered with.
func allAnswers() map[string]Message {
	strict := testPolicy
	strict.AllowReusable, strict.RequireReason = false, true
	several := testPolicy
	several.MaxCodes = 3
	open := []approvals.Request{
		begin().r, begin().asked().r, begin().asked().approved(approvals.DeliverClaim).r,
		begin().asked().approved(approvals.DeliverAuto).issuing().r,
		begin().asked().approved(approvals.DeliverAuto).issuing().lost().r,
	}
	var many []approvals.Request
	for range 30 {
		many = append(many, open...)
	}
	return map[string]Message{
		"answer/looking-up":      LookingUp(begin().r),
		"answer/withdrawn":       WithdrawnReply(begin().r),
		"answer/asked-again":     AskedAgain(begin().r),
		"answer/help":            Help("/tempotp", testPolicy),
		"answer/other-command":   OtherCommand("/reset", "/tempotp", testPolicy),
		"answer/help-several":    Help("/tempotp", several),
		"answer/help-strict":     Help("/tempotp", strict),
		"answer/open-none":       OpenList(nil, start),
		"answer/open":            OpenList(open, start),
		"answer/open-many":       OpenList(many, start),
		"answer/broken":          ReplyBroken(fmt.Errorf("secret %d", 1), "7F3K"),
		"answer/unknown":         ReplyBroken(fmt.Errorf("commit: %w", approvals.ErrOutcomeUnknown), "7F3K"),
		"answer/busy":            ReplyBusy(),
		"answer/check":           PressTest(),
		"answer/check-pressed":   PressArrived(),
		"answer/check-missed":    PressMissed(),
		"answer/slip-corrected":  WithForm(ReplyToCommand(&command.Error{Problem: command.ValidityUnit, Word: "5m0s", Corrected: "<@U0ANA> 5m lost &amp; found"}, "/tempotp"), "OTP-2222-2222"),
		"answer/form-not-opened": FormNotOpened("/tempotp"),
		"answer/slip":            ReplyToCommand(&command.Error{Problem: command.WhoUnknown, Word: long("x", 5000)}, "/tempotp"),
		"answer/slip-long":       ReplyToCommand(&command.Error{Problem: command.UseSlip, Word: "reuseable", Corrected: "#12345 reusable " + long("𝄞", 500)}, "/tempotp"),
		"answer/held":            ReplyTo(&approvals.Refusal{Code: approvals.RecoveryHold, Role: approvals.Approver, Person: mariaSilva, Until: after(9 * time.Hour)}),
		"answer/limit-agent":     ReplyTo(&approvals.Refusal{Code: approvals.AgentLimit, Limit: 10}),
		"answer/paused":          ReplyTo(pausedBySam()),
		"answer/paused-press":    ReplyToPress(ActionShowCode, pausedBySam()),
		"answer/paused-twice":    ReplyToPress(ActionPause, pausedBySam()),
		"answer/too-late-denied": ReplyTo(&approvals.Refusal{Code: approvals.TooLate, State: approvals.Denied, By: mariaSilva, Request: "OTP-7F3K-9QXM"}),
		"answer/validity":        ReplyTo(&approvals.Refusal{Code: approvals.ValidityRange, Max: time.Hour}),
	}
}

func pausedBySam() *approvals.Refusal {
	return &approvals.Refusal{Code: approvals.Paused, Request: "OTP-5W1T-0HQZ", By: samGarcia}
}
