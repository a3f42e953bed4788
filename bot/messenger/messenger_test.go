package messenger

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/testbed/slacksim"
)

// TestShowingAgainPostsNothingNew: what is in Slack follows from the request (invariant 7).
func TestShowingAgainPostsNothingNew(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(r)
	posts, updates := w.calls("chat.postMessage"), w.calls("chat.update")
	if posts == 0 || !w.maria.SeesButton("Approve") || !w.joe.SeesButton("Withdraw") || !w.ana.SeesButton("This wasn't me") {
		t.Fatalf("not everybody sees their card:\n%v", w.maria.DM())
	}
	w.shows(r)
	r.Version++ // a change that nobody sees
	w.shows(r)
	if p, u := w.calls("chat.postMessage"), w.calls("chat.update"); p != posts || u != updates {
		t.Errorf("%d posts and %d updates more", p-posts, u-updates)
	}
	r.State, r.DecidedBy, r.DecidedAt = approvals.Denied, r.Approvers[0], time.Now()
	w.shows(r)
	if w.maria.SeesButton("Approve") || w.joe.SeesButton("Withdraw") {
		t.Error("the buttons of a decided request stay")
	}
	if got := w.slack.Findings(); len(got) != 0 {
		t.Errorf("findings: %v", got)
	}
}

// TestAMessageThatMayHaveBeenSentIsSentAgainOnce, and no more.
func TestAMessageThatMayHaveBeenSentIsSentAgainOnce(t *testing.T) {
	tests := map[string]struct {
		fault       slacksim.Fault
		cards, most int // copies Maria sees, calls that addressed her
	}{
		"cut after the effect":  {slacksim.Fault{Cut: true, After: true}, 2, 2},
		"cut before the effect": {slacksim.Fault{Cut: true}, 0, 2},
		"internal_error":        {slacksim.Fault{Error: "internal_error"}, 0, 2},
		"no error, no ts":       {slacksim.Fault{NoError: true}, 0, 2},
		"502":                   {slacksim.Fault{Status: 502}, 0, 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := w.pending()
			f := tt.fault
			f.Method, f.Times = "chat.postMessage", 10
			f.Match = w.toMaria
			w.slack.Fail(f)
			w.shows(r)
			w.shows(r)
			calls := 0
			for _, c := range w.slack.Calls() {
				if c.Method == "chat.postMessage" && w.toMaria(c.Args) {
					calls++
				}
			}
			if got := w.count(w.maria, "[Approve]"); got != tt.cards || calls != tt.most {
				t.Errorf("Maria sees %d cards after %d calls, want %d after %d", got, calls, tt.cards, tt.most)
			}
			if !w.joe.SeesButton("Withdraw") {
				t.Error("Joe's card waits for Maria's")
			}
		})
	}
}

func TestAPressOnAnUnknownCopyAdoptsIt(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Times: 2, Cut: true, After: true,
		Match: w.toMaria})
	w.shows(r)
	cards := w.maria.DM()
	if len(cards) != 2 {
		t.Fatalf("Maria sees %d messages, want two copies", len(cards))
	}
	for i, m := range cards {
		for _, want := range []bool{true, false} {
			adopted, err := w.Adopt(t.Context(), r, Pressed{Action: view.ActionApprove, User: w.maria.ID(), Channel: m.Channel, TS: m.TS})
			if err != nil || adopted != want {
				t.Fatalf("copy %d: adopted %v, %v; want %v", i, adopted, err, want)
			}
		}
	}
	if adopted, err := w.Adopt(t.Context(), r, Pressed{Action: view.ActionApprove, User: w.joe.ID(), Channel: cards[0].Channel, TS: "1.2"}); err != nil || adopted {
		t.Errorf("somebody else's press adopts: %v, %v", adopted, err)
	}
	r.State, r.DecidedBy, r.DecidedAt = approvals.Denied, r.Approvers[0], time.Now()
	w.shows(r)
	if n := w.count(w.maria, "[Approve]"); n != 0 {
		t.Errorf("%d copies keep their buttons", n)
	}
}

// TestACardThatShowsWhatIsOverIsRepaintedWhenItIsPressed. Kind: an update that was given
// up takes effect after the next one.
func TestACardThatShowsWhatIsOverIsRepaintedWhenItIsPressed(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(r)
	card := w.maria.DM()[0]
	press := Pressed{Action: view.ActionApprove, User: w.maria.ID(), Channel: card.Channel, TS: card.TS}
	press.Refused = true
	if adopted, err := w.Adopt(t.Context(), r, press); err != nil || adopted {
		t.Errorf("a card that says what it should: %v, %v", adopted, err)
	}
	old := w.slack.Calls("chat.postMessage")
	r.State, r.DecidedBy, r.DecidedAt = approvals.Denied, r.Approvers[0], time.Now()
	w.shows(r)
	for _, c := range old {
		if w.toMaria(c.Args) {
			if _, _, _, err := w.api.UpdateMessageContext(t.Context(), card.Channel, card.TS,
				slack.MsgOptionText(c.Args["text"], false), slack.MsgOptionBlocks(blocksOf(t, c.Args["blocks"])...)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := w.count(w.maria, "[Approve]"); n != 1 {
		t.Fatalf("%d cards of Maria's offer what is over, want 1", n)
	}
	for _, refused := range []bool{false, true} {
		press.Refused = refused
		if adopted, err := w.Adopt(t.Context(), r, press); err != nil || adopted != refused {
			t.Fatalf("refused %v: adopted %v, %v", refused, adopted, err)
		}
	}
	w.shows(r)
	if n := w.count(w.maria, "[Approve]"); n != 0 {
		t.Error("the card still offers what is over")
	}
}

func blocksOf(t *testing.T, text string) []slack.Block {
	t.Helper()
	var blocks slack.Blocks
	if err := json.Unmarshal([]byte(text), &blocks); err != nil {
		t.Fatal(err)
	}
	return blocks.BlockSet
}

func TestWhatSlackDefersIsSentOnceItMay(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Times: 3, Status: 429, RetryAfter: 1})
	w.slack.Fail(slacksim.Fault{Method: "chat.update", Times: 1, Status: 429, RetryAfter: 1})
	w.shows(r)
	r.State, r.DecidedBy, r.DecidedAt = approvals.Denied, r.Approvers[0], time.Now()
	w.shows(r)
	if w.count(w.maria, "Joe Doe") != 1 || w.maria.SeesButton("Approve") || w.count(w.ana, "Joe Doe") != 1 {
		t.Errorf("Maria sees %v, Ana sees %v", w.maria.DM(), w.ana.DM())
	}
}

// TestTheCodeIsInTheEphemeralAlone (invariant 5).
func TestTheCodeIsInTheEphemeralAlone(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	now := time.Now()
	r.State, r.DecidedBy, r.DecidedAt, r.ClaimUntil = approvals.Issued, r.Approvers[0], now, now.Add(15*time.Minute)
	r.MaxCodes = 1
	r.Attempt, r.Wanted, r.IssuingAt, r.CodeUntil = 1, 1, now, now.Add(5*time.Minute)
	r.Grant = approvals.Grant{Until: r.CodeUntil}
	w.shows(r)
	if err := w.ShowCode(t.Context(), r, approvals.NewToken("02599278")); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, m := range w.joe.Screen() {
		if strings.Contains(m.Words(), "02599278") {
			found = true
			if !m.Ephemeral || strings.Contains(m.Text, "0259") {
				t.Errorf("the code stands in %+v", m)
			}
		}
	}
	if !found {
		t.Error("Joe does not see the code")
	}
	for _, p := range []*slacksim.Person{w.joe, w.ana, w.maria} {
		for _, n := range p.Notifications() {
			if strings.Contains(n.Text, "0259") || strings.Contains(n.Text, "9278") {
				t.Errorf("a notification shows the code: %s", n.Text)
			}
		}
	}
}

// TestNothingOfTheMessageIsMadeOfTheCode but the blocks that show it (invariant
// 5): block ids come back with a press, and a hash of so short a code is the code.
func TestNothingOfTheMessageIsMadeOfTheCode(t *testing.T) {
	w := newWorld(t)
	var ids [2]string
	for i, code := range []string{"11111111", "22222222"} {
		r := w.pending()
		r.ID = "OTP-7F3K-9QXM"
		if err := w.ShowCode(t.Context(), r, approvals.NewToken(code)); err != nil {
			t.Fatal(err)
		}
		dm := w.joe.DM()
		for _, b := range regexp.MustCompile(`"block_id": ?"[^"]*"`).FindAllString(string(dm[len(dm)-1].Blocks), -1) {
			ids[i] += b
		}
	}
	if ids[0] != ids[1] || ids[0] == "" {
		t.Errorf("the block ids differ with the code: %s, %s", ids[0], ids[1])
	}
}

// TestCardsFollowWhenTheTokenWorksAgain: what an operator has to mend is not the message's end.
func TestCardsFollowWhenTheTokenWorksAgain(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(r)
	r.State, r.DecidedBy, r.DecidedAt = approvals.Denied, r.Approvers[0], time.Now()
	for _, f := range []slacksim.Fault{{Error: "invalid_auth"}, {Status: 403}} {
		f.Method = "chat.update"
		w.slack.Fail(f)
		for range 2 {
			if _, err := w.Show(t.Context(), r); err == nil {
				t.Fatalf("the cards are given up after %+v", f)
			}
		}
		w.slack.ClearFaults()
	}
	w.shows(r)
	if w.maria.SeesButton("Approve") || w.joe.SeesButton("Withdraw") {
		t.Error("the buttons of a decided request stay")
	}
}

func TestShowingTheCodeSaysWhetherItMayBeTriedAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		fault slacksim.Fault
		again bool
	}{
		"429":           {slacksim.Fault{Method: "chat.postEphemeral", Status: 429, RetryAfter: 1}, true},
		"refused":       {slacksim.Fault{Method: "chat.postEphemeral", Error: "user_not_in_channel"}, true},
		"no DM yet":     {slacksim.Fault{Method: "conversations.open", Status: 500}, true},
		"cut":           {slacksim.Fault{Method: "chat.postEphemeral", Cut: true, After: true}, false},
		"fatal_error":   {slacksim.Fault{Method: "chat.postEphemeral", Error: "fatal_error"}, false},
		"ok without ts": {slacksim.Fault{Method: "chat.postEphemeral", NoError: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			f := tt.fault
			f.Times = 1
			w.slack.Fail(f)
			err := w.ShowCode(t.Context(), w.pending(), approvals.NewToken("02599278"))
			if _, again := errors.AsType[*approvals.TemporaryError](err); err == nil || again != tt.again {
				t.Errorf("%v, again %v; want %v", err, again, tt.again)
			}
		})
	}
}
