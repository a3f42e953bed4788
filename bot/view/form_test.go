package view

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// allForms are the forms as they can look, by name.
func allForms() map[string]slack.ModalViewRequest {
	strict := testPolicy
	strict.AllowReusable, strict.RequireReason, strict.MaxValidity = false, true, approvals.MaxValidity
	strict.DefaultValidity = 7 * time.Minute
	filled := approvals.Submission{
		Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, Validity: 10 * time.Minute, Reusable: true,
		Reason: "lost her phone, INC-4711", Verified: approvals.VerifiedByCallBack,
	}
	other := filled
	other.Owner, other.Validity, other.Verified = approvals.Ref{Email: "a&b@example.com"}, 45*time.Minute, ""
	long := approvals.Submission{
		Owner: approvals.Ref{Email: long("x", 240) + "@example.com"}, Validity: 100 * 24 * time.Hour,
		Reason: strings.Repeat("𝄞", approvals.MaxReason), Verified: "forged",
	}
	return map[string]slack.ModalViewRequest{
		"form-request":          RequestForm(approvals.Submission{}, testPolicy),
		"form-request-strict":   RequestForm(approvals.Submission{Owner: approvals.Ref{OneLogin: 12345}}, strict),
		"form-request-filled":   RequestForm(filled, testPolicy),
		"form-request-by-email": RequestForm(other, testPolicy),
		"form-request-long":     RequestForm(long, testPolicy),
		"form-block":            BlockForm(),
		"form-deny":             DenyForm(begin().asked().r),
		"form-pass-on":          PassForm(begin().asked().r),
		"form-deny-long":        DenyForm(oddScenes()[0].r),
		"form-stop":             StopForm(made().r),
		"form-stop-long":        StopForm(oddScenes()[0].r),
		"form-deny-too-late":    FormInstead(ReplyTo(&approvals.Refusal{Code: approvals.TooLate, State: approvals.Denied, By: mariaSilva, Request: "OTP-7F3K-9QXM"})),
	}
}

// TestNothingButAnIdComesBackWithAForm (invariant 7).
func TestNothingButAnIdComesBackWithAForm(t *testing.T) {
	for name, form := range allForms() {
		if id := form.PrivateMetadata; id != "" && id != "OTP-7F3K-9QXM" {
			t.Errorf("%s carries %q", name, id)
		}
	}
}
