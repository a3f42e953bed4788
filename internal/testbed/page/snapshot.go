package page

import (
	"encoding/json"
	"slices"

	"olbot/internal/testbed/slacksim"
)

// What one pane shows at most. Older messages and notifications are left out.
const (
	shownMessages      = 80
	shownNotifications = 4
)

// A snapshot is what the browser shows, in parts that change on their own.
type snapshot map[string]any

// The parts of a snapshot.
type (
	worldPart struct {
		App    App                 `json:"app"`
		Bot    string              `json:"bot"` // the bot's user id
		Users  map[string]userPart `json:"users"`
		Rooms  map[string]string   `json:"rooms"`  // names of channels
		Groups map[string]string   `json:"groups"` // handles of user groups
	}
	userPart struct {
		Name string `json:"name"`
		Real string `json:"real"`
		Bot  bool   `json:"bot,omitempty"`
		Key  string `json:"key,omitempty"` // of those who have a pane
	}
	statePart struct {
		Olbot    string   `json:"olbot"` // starting, running, killed, ended
		How      string   `json:"how,omitempty"`
		Ahead    int64    `json:"ahead"` // ms that the clock was put forward
		Troubles []string `json:"troubles"`
	}
	personPart struct {
		Key      string        `json:"key"`
		ID       string        `json:"id"`
		Name     string        `json:"name"`
		Real     string        `json:"real"`
		Part     string        `json:"part"`
		Zone     string        `json:"zone"` // IANA name; empty: the browser's
		Away     bool          `json:"away"`
		Messages []messagePart `json:"messages"`
		Channel  []messagePart `json:"channel,omitempty"`
		Home     *viewPart     `json:"home"`
		Form     *viewPart     `json:"form"`
		Notes    []notePart    `json:"notes"`
	}
	messagePart struct {
		Room      string          `json:"room"`
		TS        string          `json:"ts"`
		From      string          `json:"from"`
		Text      string          `json:"text"`
		Blocks    json.RawMessage `json:"blocks"`
		Ephemeral bool            `json:"ephemeral,omitempty"`
		Edits     int             `json:"edits"`
	}
	viewPart struct {
		ID     string            `json:"id"`
		Hash   string            `json:"hash"`
		Title  string            `json:"title"`
		Submit string            `json:"submit"`
		Close  string            `json:"close"`
		Depth  int               `json:"depth"`
		Blocks json.RawMessage   `json:"blocks"`
		State  json.RawMessage   `json:"state"`
		Errors map[string]string `json:"errors"` // by block_id
	}
	notePart struct {
		Number    int    `json:"number"` // counted from 1
		Ephemeral bool   `json:"ephemeral,omitempty"`
		Text      string `json:"text"`
	}
)

// snapshot is everything as it is now.
func (p *Page) snapshot() snapshot {
	s := snapshot{"world": p.world(), "state": p.state()}
	for _, who := range p.cast.shown {
		s["person:"+who.key] = p.sees(who)
	}
	return s
}

func (p *Page) world() worldPart {
	general := p.slack.General()
	w := worldPart{
		App: p.o.App, Bot: p.slack.BotUserID(),
		Users:  map[string]userPart{p.slack.BotUserID(): {Name: "olbot", Real: "olbot", Bot: true}},
		Rooms:  map[string]string{general.ID(): general.Name(), p.cast.audit.ID(): p.cast.audit.Name()},
		Groups: map[string]string{},
	}
	for _, u := range p.cast.users {
		part := userPart{Name: u.Name(), Real: u.User().RealName}
		if who, ok := p.cast.find(u.Name()); ok {
			part.Key = who.key
		}
		w.Users[u.ID()] = part
	}
	for handle, id := range p.cast.groups {
		w.Groups[id] = handle
	}
	return w
}

func (p *Page) state() statePart {
	word, how := p.olbot.state()
	if word == "running" && len(p.slack.Connections()) == 0 {
		word = "starting"
	}
	return statePart{Olbot: word, How: how, Ahead: p.clock.ahead().Milliseconds(), Troubles: append([]string{}, p.troubles.keys()...)}
}

func (p *Page) sees(who person) personPart {
	u := who.slack.User()
	part := personPart{
		Key: who.key, ID: who.slack.ID(), Name: u.Name, Real: u.RealName, Part: who.part, Away: u.Away,
		Messages: messages(who.slack.DM()), Notes: notes(who.slack.Notifications()),
	}
	if u.TZ != "Local" {
		part.Zone = u.TZ
	}
	if in := who.slack.In(p.cast.audit); len(in) > 0 {
		part.Channel = messages(in)
	}
	if home, ok := who.slack.Home(); ok {
		part.Home = view(home)
	}
	if form, ok := who.slack.Form(); ok {
		part.Form = view(form)
	}
	return part
}

func messages(all []slacksim.Message) []messagePart {
	parts := []messagePart{}
	for _, m := range all[max(0, len(all)-shownMessages):] {
		parts = append(parts, messagePart{
			Room: m.Channel, TS: m.TS, From: m.From, Text: m.Text, Blocks: m.Blocks, Ephemeral: m.Ephemeral, Edits: m.Edits,
		})
	}
	return parts
}

func view(f slacksim.Form) *viewPart {
	return &viewPart{
		ID: f.ID, Hash: f.Hash, Title: f.Title, Submit: f.Submit, Close: f.Close, Depth: f.Depth,
		Blocks: f.Blocks, State: f.State, Errors: f.ErrorsAt,
	}
}

func notes(all []slacksim.Notification) []notePart {
	parts := []notePart{}
	for i, n := range slices.Backward(all) {
		if len(parts) == shownNotifications {
			break
		}
		parts = append(parts, notePart{Number: i + 1, Ephemeral: n.Ephemeral, Text: n.Text})
	}
	slices.Reverse(parts)
	return parts
}
