package player

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The checks at the end of a story have to find what they are there for. These
// tests do what a careless bot would do.

func emptyStage(t *testing.T) *stage {
	t.Helper()
	s, err := newStage(Story{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	return s
}

// slackCall calls the Web API as the bot.
func (s *stage) slackCall(t *testing.T, method string, args url.Values) {
	t.Helper()
	args.Set("token", s.slack.BotToken())
	resp, err := http.PostForm(s.slack.URL()+method, args)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		OK    bool
		Error string
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || !answer.OK {
		t.Fatalf("%s: %v, %s", method, err, answer.Error)
	}
}

// makeCode lets OneLogin make a code for Ana.
func (s *stage) makeCode(t *testing.T) string {
	t.Helper()
	do := func(path, auth, body string, into any) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.onelogin.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", auth)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	do("/auth/oauth2/v2/token", fmt.Sprintf("client_id:%s, client_secret:%s", s.onelogin.ClientID(), s.onelogin.ClientSecret()),
		`{"grant_type":"client_credentials"}`, &token)
	do(fmt.Sprintf("/api/2/mfa/users/%d/mfa_token", s.people["ana"].onelogin), "bearer "+token.AccessToken,
		`{"expires_in":300,"reusable":false}`, &struct{}{})
	if len(s.onelogin.Codes()) != 1 {
		t.Fatalf("OneLogin made %d codes", len(s.onelogin.Codes()))
	}
	return s.onelogin.Codes()[0].Value
}

func TestACodeIsFoundHoweverItIsSpelled(t *testing.T) {
	for text, want := range map[string]bool{
		"the code is 12345678.": true, "1234 5678": true, "1 2 3 4\u20035 6 7 8": true, "12-34-56-78": true, "12345678": true,
		"912345678": false, "123456789": false, "1234567": false, "12345679": false, "1700000012345678": false,
		"": false, "1": false, "1234567 ": false, "1  2345678": false, "1 1 12345678": true, "11 12 12345678": true,
	} {
		if got := spelled("12345678", text); got != want {
			t.Errorf("found in %q: %v, want %v", text, got, want)
		}
	}
}

func TestACodeInTheWrongPlaceIsFound(t *testing.T) {
	text := func(code string) string {
		return `[{"type":"section","text":{"type":"plain_text","text":"` + code + `"}}]`
	}
	button := func(code string) string {
		return `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Hide"},"action_id":"hide","value":"` + code + `"}]}]`
	}
	for name, leak := range map[string]func(t *testing.T, s *stage, code string){
		"an ordinary message": func(t *testing.T, s *stage, code string) {
			s.slackCall(t, "chat.postMessage", url.Values{"channel": {s.people["joe"].slack.ID()}, "text": {"below"}, "blocks": {text(code)}})
		},
		"the feed": func(t *testing.T, s *stage, code string) {
			s.slackCall(t, "chat.postMessage", url.Values{"channel": {s.audit.ID()}, "text": {"made " + code}})
		},
		"the text of the right message": func(t *testing.T, s *stage, code string) {
			s.slackCall(t, "chat.postEphemeral", url.Values{
				"channel": {s.people["joe"].slack.BotDM().ID()}, "user": {s.people["joe"].slack.ID()}, "text": {code}, "blocks": {text("x")},
			})
		},
		"a button of the right message": func(t *testing.T, s *stage, code string) {
			s.slackCall(t, "chat.postEphemeral", url.Values{
				"channel": {s.people["joe"].slack.BotDM().ID()}, "user": {s.people["joe"].slack.ID()}, "text": {"x"}, "blocks": {button(code)},
			})
		},
		"an ephemeral message to somebody else": func(t *testing.T, s *stage, code string) {
			s.slackCall(t, "chat.postEphemeral", url.Values{
				"channel": {s.people["maria"].slack.BotDM().ID()}, "user": {s.people["maria"].slack.ID()}, "text": {"x"}, "blocks": {text(code)},
			})
		},
		"the log": func(t *testing.T, s *stage, code string) { fmt.Fprintf(&s.log, `{"msg":"made","code":"%s"}`, code) },
	} {
		t.Run(name, func(t *testing.T) {
			s := emptyStage(t)
			s.people["joe"].slack.Runs("/tempotp @ana") // nobody answers, but Joe is an agent now
			code := s.makeCode(t)
			if err := s.checkSecrecy(t.Context(), Options{}); err != nil {
				t.Fatalf("before: %v", err)
			}
			leak(t, s, code)
			if err := s.checkSecrecy(t.Context(), Options{}); err == nil {
				t.Error("the code was not found")
			}
		})
	}
}

func TestTheRightMessageMayShowTheCode(t *testing.T) {
	s := emptyStage(t)
	joe := s.people["joe"].slack
	joe.Runs("/tempotp @ana")
	s.slackCall(t, "chat.postEphemeral", url.Values{"channel": {joe.BotDM().ID()}, "user": {joe.ID()}, "text": {"below"},
		"blocks": {`[{"type":"section","text":{"type":"plain_text","text":"` + s.makeCode(t) + `"}}]`}})
	if err := s.checkSecrecy(t.Context(), Options{}); err != nil {
		t.Error(err)
	}
}

func TestASecretInTheDatabaseIsFound(t *testing.T) {
	s := emptyStage(t)
	dir := t.TempDir()
	for name, secret := range map[string]string{
		"a.db": s.makeCode(t), "b.db-wal": s.onelogin.ClientSecret(), "c.db": s.slack.BotToken(),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("\x00page\x01"+secret+"\x02"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.checkSecrecy(t.Context(), Options{Files: dir}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAGapInTheFeedIsFound(t *testing.T) {
	for name, tt := range map[string]struct {
		messages []string
		told     int64
		fails    bool
	}{
		"in order":                 {[]string{"#1 asked", "#2 approved\n#3 made"}, 3, false},
		"a message twice":          {[]string{"#1 asked\n#2 approved", "#1 asked\n#2 approved", "#3 made"}, 3, false},
		"a gap between messages":   {[]string{"#1 asked", "#3 made"}, 1, true},
		"a gap within a message":   {[]string{"#1 asked\n#3 made"}, 1, true},
		"a made-up line":           {[]string{"#1 asked because\n#99 approved"}, 1, true},
		"a message without events": {[]string{"#1 asked", "hello"}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := emptyStage(t)
			for _, text := range tt.messages {
				s.slackCall(t, "chat.postMessage", url.Values{"channel": {s.audit.ID()}, "text": {text}})
			}
			if told, err := s.told(make([]event, 9)); told != tt.told || (err != nil) != tt.fails {
				t.Errorf("told %d, %v", told, err)
			}
		})
	}
}

func TestRequestsMustEndAsTold(t *testing.T) {
	s := emptyStage(t)
	events := []event{{Number: 1, Request: "OTP-A", State: "received"}, {Number: 2, Request: "OTP-A", State: "denied"}}
	if err := s.checkEnds(events); err == nil {
		t.Error("a request that the story does not name was not found")
	}
	s.ends["OTP-A"] = "issued"
	if err := s.checkEnds(events); err == nil {
		t.Error("a request in another state was not found")
	}
	s.ends["OTP-A"] = "denied or issued"
	if err := s.checkEnds(events); err != nil {
		t.Error(err)
	}
}

func TestACodeWithoutAnIntentIsFound(t *testing.T) {
	s := emptyStage(t)
	s.makeCode(t)
	if err := s.checkIntents(nil); err == nil {
		t.Error("a code that nobody intended was not found")
	}
	if err := s.checkIntents([]event{{Kind: "issuing"}, {Kind: "issued"}, {Kind: "issuing"}, {Kind: "issued"}}); err == nil {
		t.Error("a code that was told of and never made was not found")
	}
	if err := s.checkIntents([]event{{Kind: "issuing"}, {Kind: "issuing"}, {Kind: "issued"}}); err != nil {
		t.Error(err)
	}
}
