package view

import (
	"strings"
	"testing"

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
		"a choice":              {map[field]string{fieldChoice: "did_not_ask"}, approvals.Denial{Choice: approvals.DidNotAsk}, ""},
		"another reason":        {map[field]string{fieldChoice: "other", fieldText: "later"}, approvals.Denial{Choice: approvals.OtherReason, Text: "later"}, ""},
		"another, and no words": {map[field]string{fieldChoice: "other", fieldText: " "}, approvals.Denial{}, fieldText},
		"a choice to pass on":   {map[field]string{fieldChoice: "not_my_report"}, approvals.Denial{}, fieldChoice},
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

func TestReadPass(t *testing.T) {
	form := PassForm(begin().asked().r)
	for name, tt := range map[string]struct {
		fields map[field]string
		want   approvals.Pass
		wrong  field
	}{
		"no reason":        {nil, approvals.Pass{}, ""},
		"not my report":    {map[field]string{fieldChoice: "not_my_report"}, approvals.Pass{Choice: approvals.NotMyReport}, ""},
		"with words":       {map[field]string{fieldChoice: "not_now", fieldText: " in a\nmeeting "}, approvals.Pass{Choice: approvals.NotNow, Text: "in a meeting"}, ""},
		"a choice to deny": {map[field]string{fieldChoice: "suspicious"}, approvals.Pass{}, fieldChoice},
		"a text too long":  {map[field]string{fieldText: strings.Repeat("x", 501)}, approvals.Pass{}, fieldText},
	} {
		id, got, answer := ReadPass(fillIn(form, tt.fields))
		wrong := complaintsIn(answer)
		switch {
		case id != "OTP-7F3K-9QXM":
			t.Errorf("%s: about %q", name, id)
		case tt.wrong != "" && (len(wrong) != 1 || wrong[string(tt.wrong)] == ""):
			t.Errorf("%s: complaints %q, want one at %s", name, wrong, tt.wrong)
		case tt.wrong == "" && (len(wrong) > 0 || got != tt.want):
			t.Errorf("%s: read %+v, %q; want %+v", name, got, wrong, tt.want)
		}
	}
}
