package oneloginsim

import (
	"net/http"
	"strconv"
	"strings"
)

// answer is what goes back: body is an object, a []object, or the bytes themselves. An empty header value removes the
// header.
type answer struct {
	status      int
	body        any
	contentType string // empty: JSON
	header      map[string]string
}

func (a *answer) headers() map[string]string {
	if a.header == nil {
		a.header = make(map[string]string)
	}
	return a.header
}

// send writes the answer. honest says that the body is what the call made, and not something else in its place.
func (x *exchange) send(a answer, honest bool) {
	text, raw := a.body.([]byte)
	if !raw && a.status != http.StatusNoContent {
		text = addTo(x.s.dice.encode(a.body), x.effect.adds)
		if x.effect.mangle != nil {
			text = x.effect.mangle(text)
		}
	}
	h := x.w.Header()
	h.Set("Date", x.s.now().UTC().Format(http.TimeFormat))
	h.Set("Content-Type", "application/json; charset=utf-8")
	if a.contentType != "" {
		h.Set("Content-Type", a.contentType)
	}
	h.Set("Content-Length", strconv.Itoa(len(text)))
	if a.status == http.StatusNoContent {
		h.Del("Content-Type")
		h.Del("Content-Length")
	}
	for k, v := range a.header {
		h.Set(k, v)
		if v == "" {
			h[http.CanonicalHeaderKey(k)] = nil // tells net/http to leave even Date out
		}
	}
	x.write(a.status, text, honest && x.carriesCode(a.body))
}

// write puts the answer on the wire, in two halves when something is to happen between them. The log says "answered"
// before the last byte is out, so that a client that has read it finds the log complete, and takes it back if that byte
// could not be written.
func (x *exchange) write(status int, text []byte, carriesCode bool) {
	flush := http.NewResponseController(x.w).Flush
	if x.effect.stage == during {
		x.answered(status, false)
		x.w.WriteHeader(status)
		_, _ = x.w.Write(text[:len(text)/2])
		_ = flush()
		x.suffer()
		text = text[len(text)/2:]
	}
	x.answered(status, carriesCode && x.r.Context().Err() == nil)
	if x.effect.stage != during {
		x.w.WriteHeader(status)
	}
	_, err := x.w.Write(text)
	if err == nil {
		err = flush()
	}
	if err != nil {
		x.answered(status, false)
	}
}

// carriesCode says whether the body holds the code this call made.
func (x *exchange) carriesCode(body any) bool {
	if x.code < 0 {
		return false
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	o, _ := body.(object)
	code, _ := o["mfa_token"].(string)
	return strings.TrimSpace(code) == x.s.codes[x.code].Value
}

// answered writes down the status, and whether the code of this call went out.
func (x *exchange) answered(status int, withCode bool) {
	s := x.s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[x.call].Status = status
	if x.code >= 0 {
		s.codes[x.code].Answered = withCode
	}
	s.tell()
}
