package page

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// maxAct is how long a request may be. Slack's forms hold far less.
const maxAct = 256 << 10

// A deed is what somebody did in the browser. Which fields matter depends on the act.
type deed struct {
	Text     string              `json:"text"`     // command, signin
	Callback string              `json:"callback"` // shortcut
	Away     bool                `json:"away"`     // presence
	Room     string              `json:"room"`     // press: the message …
	TS       string              `json:"ts"`
	Edits    int                 `json:"edits"` // … as often repainted as it was on the screen
	View     string              `json:"view"`  // press, submit, close
	Block    string              `json:"block"` // press: the button
	Action   string              `json:"action"`
	Value    string              `json:"value"`
	Values   map[string][]string `json:"values"` // submit, press in a form: by block_id
}

// An outcome is what the client shows at once; everything else comes with the next events.
type outcome struct {
	Err    string            `json:"err,omitempty"`    // one of slacksim's, or why a sign-in was refused
	Fields map[string]string `json:"fields,omitempty"` // what the client has against a form, by label
}

// acts are what people can do, by the last part of the path.
var acts = map[string]func(*Page, person, deed) outcome{
	"command":  (*Page).runsCommand,
	"shortcut": (*Page).usesShortcut,
	"press":    (*Page).presses,
	"submit":   (*Page).submits,
	"close":    (*Page).closes,
	"home":     func(_ *Page, who person, _ deed) outcome { who.slack.OpensHome(); return outcome{} },
	"messages": func(_ *Page, who person, _ deed) outcome { who.slack.OpensMessages(); return outcome{} },
	"presence": (*Page).setsPresence,
	"reload":   func(_ *Page, who person, _ deed) outcome { who.slack.Reloads(); return outcome{} },
	"signin":   (*Page).signsIn,
}

func (p *Page) act(w http.ResponseWriter, r *http.Request) {
	who, known := p.cast.find(r.PathValue("who"))
	do := acts[r.PathValue("act")]
	if !known || do == nil {
		http.NotFound(w, r)
		return
	}
	var d deed
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAct)).Decode(&d); err != nil {
		http.Error(w, "not what was expected: "+err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, do(p, who, d))
}

func answer(w http.ResponseWriter, o outcome) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(o) // a browser that is gone reads nothing
}

func outcomeOf(a slacksim.Answer) outcome { return outcome{Err: a.Err, Fields: a.Fields} }

func (p *Page) runsCommand(who person, d deed) outcome {
	return outcomeOf(who.slack.RunsIn(who.slack.BotDM(), d.Text))
}

func (p *Page) usesShortcut(who person, d deed) outcome {
	return outcomeOf(who.slack.UsesShortcut(d.Callback))
}

func (p *Page) setsPresence(who person, d deed) outcome {
	if d.Away {
		who.slack.GoesAway()
	} else {
		who.slack.ComesBack()
	}
	return outcome{}
}

// presses presses a button as it was on the screen, which may have been repainted meanwhile.
func (p *Page) presses(who person, d deed) outcome {
	if d.View != "" {
		return p.pressesInView(who, d)
	}
	for _, m := range slices.Concat(who.slack.DM(), who.slack.In(p.cast.audit)) {
		if m.Channel != d.Room || m.TS != d.TS {
			continue
		}
		painted := p.slack.Revisions(m)
		if d.Edits < 0 || d.Edits >= len(painted) {
			break
		}
		then := painted[d.Edits]
		buttons := then.Buttons()
		i := slices.IndexFunc(buttons, func(b slacksim.Button) bool { return b.BlockID == d.Block && b.ActionID == d.Action })
		if i >= 0 {
			return outcomeOf(who.slack.ClicksButton(then, buttons[i]).Answer())
		}
	}
	return outcome{Err: slacksim.ErrGone}
}

// pressesInView presses a button in a form or on the Home tab. These may be painted anew while somebody presses, and Slack
// gives their blocks new ids then: what a button does and for what is what names it.
func (p *Page) pressesInView(who person, d deed) outcome {
	view, ok := who.slack.Form()
	if !ok || view.ID != d.View {
		view, ok = who.slack.Home()
	}
	if !ok || view.ID != d.View {
		return outcome{Err: slacksim.ErrGone}
	}
	if len(d.Values) > 0 {
		if err := who.slack.Enters(view.ID, d.Values); err != nil {
			return outcome{Err: slacksim.ErrTrouble}
		}
	}
	buttons := view.Buttons()
	i := slices.IndexFunc(buttons, func(b slacksim.Button) bool { return b.ActionID == d.Action && b.Value == d.Value })
	if i < 0 {
		return outcome{Err: slacksim.ErrGone}
	}
	return outcomeOf(who.slack.PressesButton(view, buttons[i]))
}

// submits fills the form in, and submits it unless the client itself has something against it.
func (p *Page) submits(who person, d deed) outcome {
	if err := who.slack.Enters(d.View, d.Values); err != nil {
		return outcome{Err: slacksim.ErrGone}
	}
	return outcomeOf(who.slack.Submits())
}

func (p *Page) closes(who person, d deed) outcome {
	if form, ok := who.slack.Form(); !ok || form.ID != d.View {
		return outcome{}
	}
	return outcomeOf(who.slack.Closes())
}

// signsIn types a code where OneLogin asks for it.
func (p *Page) signsIn(who person, d deed) outcome {
	code := strings.Join(strings.FieldsFunc(d.Text, func(r rune) bool { return r < '0' || r > '9' }), "")
	switch err := p.onelogin.SignIn(who.onelogin, code); {
	case err == nil:
		return outcome{}
	case errors.Is(err, oneloginsim.ErrExpired):
		return outcome{Err: "expired"}
	case errors.Is(err, oneloginsim.ErrReplaced):
		return outcome{Err: "replaced"}
	case errors.Is(err, oneloginsim.ErrUsed):
		return outcome{Err: "used"}
	}
	return outcome{Err: "wrong"}
}
