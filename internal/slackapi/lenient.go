package slackapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
)

// effects are the methods whose calls do something. Once Slack says ok, it is done,
// in whatever shape it tells the rest.
var effects = []string{"chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.publish", "conversations.open"}

// A lenient Doer makes the answers of those calls say only what olbot reads of them:
// slack-go decodes an answer whole, echoes of what was sent included, and one field
// in another shape would make an error of what was done.
type lenient struct {
	base   string
	client Doer
}

// errSaysNothing is an answer that says neither ok nor why not: what it did is not known.
var errSaysNothing = errors.New("an answer that says neither ok nor an error")

// Do implements Doer.
func (l lenient) Do(r *http.Request) (*http.Response, error) {
	method := methodOf(l.base, r)
	resp, err := l.client.Do(r)
	if err != nil || resp.StatusCode != http.StatusOK || !slices.Contains(effects, method) {
		return resp, err
	}
	defer resp.Body.Close()
	body, cut := io.ReadAll(io.LimitReader(resp.Body, maxRead))
	said := essenceOf(method, readFields(body))
	switch {
	case said.OK || said.Error != "":
	case cut != nil:
		return nil, cut
	default:
		return nil, errSaysNothing
	}
	short, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(short)), int64(len(short))
	return resp, nil
}

// An essence is what is read of an answer. What has another shape is absent.
type essence struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error,omitempty"`
	Needed   string `json:"needed,omitempty"`
	TS       string `json:"ts,omitempty"`
	Channel  any    `json:"channel,omitempty"` // an id, or for conversations.open an object with one
	Metadata struct {
		Messages []string `json:"messages,omitempty"`
	} `json:"response_metadata,omitzero"`
}

func essenceOf(method string, fields map[string]json.RawMessage) essence {
	e := essence{
		OK: read[bool](fields["ok"]), Error: read[string](fields["error"]), Needed: read[string](fields["needed"]), TS: read[string](fields["ts"]),
	}
	e.Metadata.Messages = read[[]string](readFields(fields["response_metadata"])["messages"])
	channel := fields["channel"]
	id := cmp.Or(read[string](channel), read[string](readFields(channel)["id"]))
	switch {
	case id == "":
	case method == "conversations.open":
		e.Channel = map[string]string{"id": id}
	default:
		e.Channel = id
	}
	return e
}

// readFields reads the fields of a JSON object, as far as it can be read: what is
// broken or cut takes nothing from the fields before.
func readFields(object []byte) map[string]json.RawMessage {
	d := json.NewDecoder(bytes.NewReader(object))
	if opens, err := d.Token(); err != nil || opens != json.Delim('{') {
		return nil
	}
	fields := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			break
		}
		if name, ok := name.(string); ok {
			fields[name] = value
		}
	}
	return fields
}

// read is the value, the zero one if it has another shape or is absent.
func read[T any](raw json.RawMessage) T {
	var value, none T
	if json.Unmarshal(raw, &value) != nil {
		return none
	}
	return value
}
