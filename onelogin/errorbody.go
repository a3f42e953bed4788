package onelogin

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"unicode"
)

// The longest texts taken over from an answer, in runes.
const (
	maxText = 300
	maxName = 80
)

// An errorBody is what an error answer says.
type errorBody struct{ name, message, details string }

// parseErrorBody finds what the body of an error answer says. OneLogin has several shapes:
//
//	{"statusCode":422,"name":"…","message":"…","details":{…}}                v2
//	{"status":{"error":true,"code":401,"type":"…","message":"…"}}            v1; message may be an object with a description
//	{"status":400,"error":"BadRequestError","description":"…"}               gateway
//	{"error":true,"code":401,"type":"…","message":"…"}, {"error":"…",…}      OAuth
//
// Anything else, such as the HTML page of a proxy, says nothing.
func parseErrorBody(body []byte) errorBody {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return errorBody{}
	}
	var inner map[string]json.RawMessage
	if json.Unmarshal(fields["status"], &inner) == nil && inner != nil {
		fields = inner
	}
	said := errorBody{
		name:    firstText(fields, "name", "type", "error"),
		message: firstText(fields, "message", "description", "error_description"),
	}
	for _, name := range []string{"details", "validation", "errors"} {
		if raw := fields[name]; len(raw) > 0 && string(raw) != "null" {
			said.details = string(raw) // of any shape: only people read it
			break
		}
	}
	return said
}

// firstText returns the first of the fields that is a text, or an object with a text as its description.
func firstText(fields map[string]json.RawMessage, names ...string) string {
	for _, name := range names {
		var text string
		if json.Unmarshal(fields[name], &text) == nil && text != "" {
			return text
		}
		var object struct {
			Description string `json:"description"`
		}
		if json.Unmarshal(fields[name], &object) == nil && object.Description != "" {
			return object.Description
		}
	}
	return ""
}

// namesScope reports whether an error is about the scope of the credentials and not about the access token. OneLogin has no
// other sign for it than this text:
// https://developers.onelogin.com/api-docs/1/multi-factor-authentication/generate-mfa-token
func (b errorBody) namesScope() bool {
	return strings.Contains(strings.ToLower(b.name+" "+b.message), "insufficient permission")
}

// documented reports whether a text is one that OneLogin's documentation shows in an error, or its OpenAPI file.
func documented(text string) bool {
	switch strings.ToLower(text) {
	case "unauthorized", "unauthorizederror", "unauthorized error", "authentication failure", "insufficient permission",
		"invalidcredentials", "please provide valid credentials", "this request requires authentication", "invalid_client",
		"authorization information is incorrect", "the authorization information is missing", "bad request", "badrequesterror",
		"validationerror", "validations failed", "notfounderror", "not found", "no route exists", "invalid pagination cursor",
		"the resource with the given id could not be found":
		return true
	}
	return false
}

var (
	address = regexp.MustCompile(`[^\s<>"'(),;=?&]+(@|%40)[^\s<>"'(),;=?&]+`)
	words   = regexp.MustCompile(`[A-Za-z0-9+/=_.~-]+`)
	ids     = regexp.MustCompile(`^[A-Za-z0-9-]{16,40}$`)
)

// withoutKeys removes what may be a key or a token: every long word with a digit in it.
func withoutKeys(text string) string {
	const long = 12
	return words.ReplaceAllStringFunc(text, func(word string) string {
		if len(word) >= long && strings.ContainsAny(word, "0123456789") {
			return "[removed]"
		}
		return word
	})
}

// oneLine makes a text from outside fit for an error: valid UTF-8, one line, nothing invisible, at most limit runes and
// without e-mail addresses.
func oneLine(text string, limit int) string {
	text = strings.ToValidUTF8(text, " ")
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = address.ReplaceAllLiteralString(text, "[removed]")
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit-1]) + "…"
	}
	return text
}

// requestID is OneLogin's X-Request-Id, if it looks like one: it is shorter than a key and longer than a code.
func requestID(header http.Header) string {
	if id := header.Get("X-Request-Id"); ids.MatchString(id) {
		return id
	}
	return ""
}
