package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// coalesce is how long changes are gathered before they are sent together.
const coalesce = 40 * time.Millisecond

// events tells a browser what it is to show, as server-sent events: first everything, then after each change those parts
// that are different now.
func (p *Page) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	sent := map[string][]byte{}
	for {
		change := p.change() // before the snapshot, or a change between the two would be missed
		news, err := difference(p.snapshot(), sent)
		if err != nil {
			return // unreachable: all parts are our own
		}
		if len(news) > 0 {
			if _, err := fmt.Fprintf(w, "data: %s\n\n", news); err != nil || out.Flush() != nil {
				return
			}
		}
		select {
		case <-change:
		case <-r.Context().Done():
			return
		}
		select {
		case <-time.After(coalesce):
		case <-r.Context().Done():
			return
		}
	}
}

// difference is a JSON object with the parts that are not as they were sent last, and remembers them as sent; nothing
// if all are the same.
func difference(now snapshot, sent map[string][]byte) ([]byte, error) {
	news := map[string]json.RawMessage{}
	for name, part := range now {
		raw, err := json.Marshal(part)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}
		if !bytes.Equal(raw, sent[name]) {
			news[name], sent[name] = raw, raw
		}
	}
	if len(news) == 0 {
		return nil, nil
	}
	return json.Marshal(news)
}
