package messenger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/view"
)

// A response_url works five times within 30 minutes:
// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
const answerLife = 30 * time.Minute

// answers keeps the response_urls of commands, in memory only: each is a
// capability. They are for the one case in which there is no other way to the
// agent: Slack takes no card for them.
type answers struct {
	now    func() time.Time
	apiURL *url.URL // of Slack's Web API
	client *http.Client
	mu     sync.Mutex
	urls   map[approvals.ID]answer
	kept   []approvals.ID // the keys of urls, those that end first first, and some that were taken
}

type answer struct {
	url   string
	until time.Time
}

func newAnswers(apiURL string, now func() time.Time) *answers {
	api, err := url.Parse(apiURL)
	if err != nil {
		api = &url.URL{}
	}
	return &answers{
		now: now, apiURL: api,
		urls: map[approvals.ID]answer{},
		client: &http.Client{
			Timeout:       5 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (a *answers) keep(id approvals.ID, responseURL string) {
	if !a.isSlacks(responseURL) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	for len(a.kept) > 0 && !now.Before(a.urls[a.kept[0]].until) {
		delete(a.urls, a.kept[0])
		a.kept = a.kept[1:]
	}
	a.urls[id] = answer{responseURL, now.Add(answerLife)}
	a.kept = append(a.kept, id)
}

// isSlacks says whether a response_url leads to Slack by https: to slack.com, or to the
// host of the Web API that is configured. What olbot answers names people, and whoever
// could put another address into a payload would read it.
func (a *answers) isSlacks(responseURL string) bool {
	u, err := url.Parse(responseURL)
	if err != nil || responseURL == "" || u.User != nil {
		return false
	}
	if a.apiURL.Host != "" && u.Scheme == a.apiURL.Scheme && u.Host == a.apiURL.Host {
		return true // by http only on this machine, as the settings have it
	}
	within := func(domain string) bool {
		return domain != "" && (u.Hostname() == domain || strings.HasSuffix(u.Hostname(), "."+domain))
	}
	return u.Scheme == "https" && u.Port() == "" && (within("slack.com") || a.apiURL.Scheme == "https" && within(a.apiURL.Hostname()))
}

// take returns the response_url of the request's command, once.
func (a *answers) take(id approvals.ID) (string, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	kept, ok := a.urls[id]
	delete(a.urls, id)
	return kept.url, ok && a.now().Before(kept.until)
}

// KeepAnswer keeps where a command or a press that asked for the request can be answered.
func (m *Messenger) KeepAnswer(id approvals.ID, responseURL string) { m.answers.keep(id, responseURL) }

// Answer tells somebody something where they typed or pressed, or in their DM if
// that was a place without an answer: responseURL is "" then, or not Slack's.
func (m *Messenger) Answer(ctx context.Context, responseURL, user string, msg view.Message) error {
	if m.answers.isSlacks(responseURL) {
		return m.answers.post(ctx, responseURL, EphemeralAnswer(msg))
	}
	_, _, err := m.send(ctx, user, msg)
	return err
}

// DeleteAnswer deletes the message whose button was pressed.
func (m *Messenger) DeleteAnswer(ctx context.Context, responseURL string) error {
	return m.answers.post(ctx, responseURL, map[string]any{"delete_original": true})
}

// answerInstead tells the agent of a request that has ended why it was refused,
// where the command was typed, unless they have a card that says it: without a
// DM there is none.
func (m *Messenger) answerInstead(ctx context.Context, r approvals.Request, hasCard bool) {
	url, ok := m.answers.take(r.ID)
	if !ok || hasCard || r.State != approvals.Refused || r.Refusal == nil {
		return
	}
	if err := m.answers.post(ctx, url, EphemeralAnswer(view.ReplyTo(r.Refusal))); err != nil {
		m.warn("answer to the command not posted", r, "answer", err)
	}
}

// An Ephemeral is the body of an answer that only one person sees, and the
// payload of a command's ack.
type Ephemeral struct {
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal bool          `json:"replace_original"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks"`
}

// A replacing is the body of an answer that takes the place of the message that was pressed.
type replacing struct {
	ReplaceOriginal bool          `json:"replace_original"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks"`
}

// EphemeralAnswer is a message as an answer that only one person sees.
func EphemeralAnswer(msg view.Message) Ephemeral {
	return Ephemeral{ResponseType: slack.ResponseTypeEphemeral, Text: msg.Text, Blocks: msg.Blocks}
}

// post posts to a response_url, which is a capability: no error names it.
// Redirects are not followed. Slack answers "ok", {"ok":true} or nothing, and says no
// in a 200 as well.
func (a *answers) post(ctx context.Context, responseURL string, body any) error {
	if !a.isSlacks(responseURL) {
		return errors.New("response_url does not lead to Slack")
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("marshal the answer: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL, bytes.NewReader(raw))
	if err != nil {
		return errors.New("response_url is not a URL")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := a.client.Do(req)
	if err != nil {
		if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err
		}
		return fmt.Errorf("post to response_url: %w", err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("post to response_url: status %d", resp.StatusCode)
	}
	if err != nil {
		return fmt.Errorf("post to response_url: read the answer: %w", err)
	}
	answer := struct {
		OK    bool
		Error string
	}{OK: true}
	if json.Unmarshal(said, &answer) == nil && !answer.OK {
		return fmt.Errorf("post to response_url: Slack says %q", answer.Error)
	}
	return nil
}
