package view

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

func TestReadDenial(t *testing.T) {
	form := DenyForm(begin().asked().r)
	for name, tt := range map[string]struct {
		fields map[field]string
		want   approvals.Denial
		wrong  field
	}{
		"no reason":             {nil, approvals.Denial{}, ""},
		"a choice":              {map[field]string{fieldChoice: "not_my_report"}, approvals.Denial{Choice: approvals.NotMyReport}, ""},
		"both":                  {map[field]string{fieldChoice: "suspicious", fieldText: " odd\n\u202Evoice "}, approvals.Denial{Choice: approvals.Suspicious, Text: "odd voice"}, ""},
		"a choice of one's own": {map[field]string{fieldChoice: "approve"}, approvals.Denial{}, fieldChoice},
		"the longest text":      {map[field]string{fieldText: strings.Repeat("𝄞", 500)}, approvals.Denial{Text: strings.Repeat("𝄞", 500)}, ""},
		"a text too long":       {map[field]string{fieldText: strings.Repeat("x", 501)}, approvals.Denial{}, fieldText},
	} {
		t.Run(name, func(t *testing.T) {
			id, got, answer := ReadDenial(fillIn(form, tt.fields))
			wrong := complaintsIn(answer)
			switch {
			case id != "OTP-7F3K-9QXM":
				t.Errorf("about %q", id)
			case tt.wrong != "" && (len(wrong) != 1 || wrong[string(tt.wrong)] == ""):
				t.Errorf("complaints %q, want one at %s", wrong, tt.wrong)
			case tt.wrong == "" && (len(wrong) > 0 || got != tt.want):
				t.Errorf("read %+v, %q; want %+v", got, wrong, tt.want)
			}
		})
	}
	forged := fillIn(form, nil)
	forged.PrivateMetadata = "<@U1>"
	if id, _, _ := ReadDenial(forged); id != "" {
		t.Errorf("a forged form is about %q", id)
	}
}

// TestUntrustedTextInTheDenyForm is invariant 9.
func TestUntrustedTextInTheDenyForm(t *testing.T) {
	for _, bad := range hostileTexts {
		form := DenyForm(hostile(begin().asked().r, bad))
		plainOnly(t, bad, form)
		var shown []slack.Block
		for _, b := range form.Blocks.BlockSet {
			if _, ok := b.(*slack.InputBlock); !ok {
				shown = append(shown, b)
			}
		}
		onlyText(t, Message{Text: "-", Blocks: shown})
		if form.PrivateMetadata != "OTP-7F3K-9QXM" {
			t.Errorf("the form carries %q", form.PrivateMetadata)
		}
	}
}
