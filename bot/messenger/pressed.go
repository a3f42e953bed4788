package messenger

import (
	"sync"
	"time"
)

// maxRepaints is how often a message is repainted through the response_url of one
// press. Slack takes five messages, and two may be answers to whoever pressed.
const maxRepaints = 3

// pressed keeps the response_urls of presses, in memory only: each is a capability.
// With one, the message that was pressed is repainted without chat.update, which
// Slack allows 50 times a minute for all messages together.
// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
type pressed struct {
	now  func() time.Time
	mu   sync.Mutex
	urls map[place]*repainter
	kept []keptPress // what is in urls, those that end first first, and some that are not any more
}

// A place is where a message is.
type place struct{ channel, ts string }

type repainter struct {
	url   string
	left  int
	until time.Time
}

// A keptPress is one press on a message; another may have taken its place in urls.
type keptPress struct {
	at   place
	with *repainter
}

func newPressed(now func() time.Time) *pressed {
	return &pressed{now: now, urls: map[place]*repainter{}}
}

func (p *pressed) keep(at place, url string) {
	if at.channel == "" || at.ts == "" || url == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for len(p.kept) > 0 && !now.Before(p.kept[0].with.until) {
		if old := p.kept[0]; p.urls[old.at] == old.with {
			delete(p.urls, old.at)
		}
		p.kept = p.kept[1:]
	}
	with := &repainter{url: url, left: maxRepaints, until: now.Add(answerLife)}
	p.urls[at] = with
	p.kept = append(p.kept, keptPress{at, with})
}

// take returns a response_url with which the message can be repainted, "" if there is none.
func (p *pressed) take(at place) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	with := p.urls[at]
	if with == nil || with.left == 0 || !p.now().Before(with.until) {
		delete(p.urls, at)
		return ""
	}
	with.left--
	return with.url
}

// KeepPress keeps the response_url of a press, with which the message that was
// pressed can be repainted.
func (m *Messenger) KeepPress(channel, ts, responseURL string) {
	if m.answers.isSlacks(responseURL) {
		m.pressed.keep(place{channel, ts}, responseURL)
	}
}
