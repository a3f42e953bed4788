package slacksim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

const maxHookUses = 5

// hook is a response_url: a right to answer one command or click, five times within half an
// hour, wherever the person is (docs.slack.dev, handling user interaction, message responses).
type hook struct {
	kind   string // "commands" or "actions"
	url    string
	person *Person
	room   *Conversation
	origin *post // the message whose button was pressed
	at     time.Time
	uses   int
}

func (s *Server) newHook(kind string, p *Person, room *Conversation, origin *post) *hook {
	path := "/" + kind + "/" + s.o.TeamID + "/" + drawDigits(s.rng, 13) + "/" + drawFrom(s.rng, idAlphabet, 24)
	h := &hook{kind: kind, url: s.origin() + path, person: p, room: room, origin: origin, at: s.o.Now()}
	s.hooks[path] = h
	return h
}

// serveHook takes a message for a response_url. The status and body of a refusal are not
// documented; apps report 404 and the codes used here.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	args := map[string]string{"body": string(raw)}
	f := s.faultFor("response_url", args)
	if f != nil {
		f.delay(r.Context(), s)
	}
	s.mu.Lock()
	record := Call{Method: "response_url", Args: args, Status: http.StatusOK}
	if f == nil || !f.spoils() || f.After {
		if err == nil {
			err = s.respond(r.URL.Path, raw)
		}
		if err != nil {
			record.Error, record.Status = err.Error(), http.StatusBadRequest
			if record.Error == "expired_url" || record.Error == "used_url" {
				record.Status = http.StatusNotFound
			}
		}
	}
	status, code := record.Status, record.Error
	if f != nil && f.spoils() {
		record.Status, record.Error, record.Fault = f.logStatus(), f.Error, true
	}
	s.log(record)
	s.mu.Unlock()
	switch {
	case f != nil && f.spoils():
		f.answer(w, r, s)
	case code != "":
		writeJSON(w, status, reply{"ok": false, "error": code})
	default:
		writeJSON(w, status, reply{"ok": true})
	}
}

// respond lets a message to a response_url take effect.
func (s *Server) respond(path string, raw []byte) error {
	h := s.hooks[path]
	if h == nil || s.o.Now().Sub(h.at) > s.o.HookLife {
		s.found(FindingHook, "", "used after its time, or made up")
		return errors.New("expired_url")
	}
	if h.uses >= maxHookUses {
		s.found(FindingHook, "", "used more than five times")
		return errors.New("used_url")
	}
	h.uses++
	var body map[string]any
	if err := json.Unmarshal(raw, &body); err != nil {
		return errors.New("invalid_payload")
	}
	if flag(body["delete_original"]) {
		return s.deleteOriginal(h, body)
	}
	p, visible, err := s.readResponse(raw)
	if err != nil {
		return err
	}
	if flag(body["replace_original"]) && s.replaceOriginal(h, p) {
		return nil
	}
	if visible == "in_channel" {
		s.publish(h.room, s.bot, p)
	} else {
		s.whisper(h.room, s.bot, h.person, p)
	}
	return nil
}

// deleteOriginal removes the message whose button was pressed; it must be all that is asked.
func (s *Server) deleteOriginal(h *hook, body map[string]any) error {
	if len(body) != 1 {
		s.found(FindingHook, "", "delete_original must be the only attribute")
	}
	if h.origin == nil {
		s.found(FindingHook, "", "delete_original does nothing for a command")
		return nil
	}
	s.erase(h.origin)
	return nil
}

func (s *Server) replaceOriginal(h *hook, p *paint) bool {
	if h.origin == nil {
		s.found(FindingHook, "", "replace_original does nothing for a command")
		return false
	}
	if !h.origin.deleted {
		s.repaint(h.origin, p)
	}
	return true
}

// flag is true for true and "true": Slack's documentation shows both.
func flag(v any) bool { return truth(v) || strings.EqualFold(str(v), "true") }

// readResponse reads a message from an acknowledgement or a response_url, and who may see it.
func (s *Server) readResponse(raw []byte) (p *paint, visible string, err error) {
	var m struct {
		Text         string `json:"text"`
		Blocks       []any  `json:"blocks"`
		Attachments  []any  `json:"attachments"`
		ResponseType string `json:"response_type"`
		Metadata     any    `json:"metadata"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return nil, "", errors.New("invalid_payload")
		}
		m.Text = text
	}
	if m.Metadata != nil {
		s.found(FindingMetadata, "response_url", "message metadata can be read by every member and app")
	}
	if m.Text == "" && len(m.Blocks) == 0 && len(m.Attachments) == 0 {
		return nil, "", errors.New("no_text")
	}
	p, err = s.compose("response_url", m.Text, m.Blocks)
	return p, m.ResponseType, err
}
