package slacksim

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxBody is far above anything the API takes.
const maxBody = 4 << 20

// request is one Web API call, however it was encoded.
type request struct {
	args   map[string]string
	token  string
	header bool // the token came in the Authorization header
	json   bool // the arguments came as JSON
}

// reply is the JSON answer of a call.
type reply map[string]any

// apiError is {"ok":false}: a code of the method's error table, and what Slack adds to it.
type apiError struct {
	code     string
	messages []string // response_metadata.messages
	needed   string   // of missing_scope
	provided string
}

func (e *apiError) Error() string { return e.code }

func fault(code string) error { return &apiError{code: code} }

func (e *apiError) body() reply {
	b := reply{"ok": false, "error": e.code}
	if len(e.messages) > 0 {
		b["response_metadata"] = map[string]any{"messages": e.messages}
		b["errors"] = e.messages
	}
	if e.code == "missing_scope" {
		b["needed"], b["provided"] = e.needed, e.provided
	}
	return b
}

// readRequest takes arguments from the query of a GET and from a form or JSON body of a POST,
// as docs.slack.dev/apis/web-api describes.
func readRequest(r *http.Request) (*request, error) {
	req := &request{args: map[string]string{}}
	if auth, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		req.token, req.header = auth, true
	}
	if r.Method == http.MethodGet {
		return req, req.addForm(r.URL.Query())
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return nil, fault("invalid_form_data")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && len(body) > 0 {
		return nil, fault("missing_post_type")
	}
	switch {
	case len(body) == 0:
		return req, nil
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, fault("invalid_form_data")
		}
		if err := req.addForm(form); err != nil {
			return nil, err
		}
		if req.token == "" {
			req.token = req.args["token"]
		}
		return req, nil
	case kind == "application/json":
		req.json = true
		return req, req.addJSON(body)
	}
	return nil, fault("invalid_post_type")
}

func (r *request) addForm(form url.Values) error {
	for name, values := range form {
		if len(values) != 1 {
			return fault("invalid_array_arg")
		}
		r.args[name] = values[0]
	}
	return nil
}

// addJSON takes a JSON object; nested values stay JSON text, as a form carries them.
func (r *request) addJSON(body []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return fault("invalid_json")
	}
	for name, raw := range fields {
		var text string
		switch err := json.Unmarshal(raw, &text); {
		case err == nil && string(raw) != "null":
			r.args[name] = text
		case string(raw) != "null":
			r.args[name] = string(raw)
		}
	}
	return nil
}

func asAPIError(err error) *apiError {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e
	}
	return &apiError{code: "internal_error"}
}

func writeJSON(w http.ResponseWriter, status int, body reply) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(encode(body)) // the caller may be gone; nobody else is to be told
}
