package onelogin

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// The longest texts taken over from an answer, in runes.
const (
	maxText = 300
	maxName = 80
)

// parseErrorBody finds name and message in the body of an error answer. OneLogin has several shapes:
//
//	{"statusCode":422,"name":"…","message":"…"}                              v2
//	{"status":{"error":true,"code":401,"type":"…","message":"…"}}            v1; message may be an object with a description
//	{"status":400,"error":"BadRequestError","description":"…"}               gateway
//	{"error":true,"code":401,"type":"…","message":"…"}, {"error":"…",…}      OAuth
//
// Anything else, such as the HTML page of a proxy, has neither.
func parseErrorBody(body []byte) (name, message string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return "", ""
	}
	var inner map[string]json.RawMessage
	if json.Unmarshal(fields["status"], &inner) == nil && inner != nil {
		fields = inner
	}
	name = firstText(fields, "name", "type", "error")
	message = firstText(fields, "message", "description", "error_description")
	return name, message
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

// saysInsufficientPermission reports whether a 401 is about the scope and not about the access token. OneLogin has no
// other sign for it than this text:
// https://developers.onelogin.com/api-docs/1/multi-factor-authentication/generate-mfa-token
func saysInsufficientPermission(name, message string) bool {
	return strings.Contains(strings.ToLower(name+" "+message), "insufficient permission")
}

var address = regexp.MustCompile(`[^\s<>"'(),;=?&]+(@|%40)[^\s<>"'(),;=?&]+`)

// oneLine makes a text from outside fit for an error: valid UTF-8, one line, nothing invisible, at most limit runes,
// without e-mail addresses and without the private values, should the other side have echoed them.
func oneLine(text string, limit int, private []string) string {
	text = strings.ToValidUTF8(text, " ")
	for _, value := range private {
		for _, form := range []string{value, url.QueryEscape(value), url.PathEscape(value)} {
			if form != "" {
				text = regexp.MustCompile(`(?i)`+regexp.QuoteMeta(form)).ReplaceAllLiteralString(text, "[removed]")
			}
		}
	}
	text = address.ReplaceAllLiteralString(text, "[removed]")
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit-1]) + "…"
	}
	return text
}
