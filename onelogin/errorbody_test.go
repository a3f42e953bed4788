package onelogin

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzErrorBody promises that no body breaks the parser and that what it takes over is one short clean line.
func FuzzErrorBody(f *testing.F) {
	for _, body := range []string{
		`{"statusCode":422,"name":"ValidationError","message":"Validations failed","details":{"parameters":[]}}`,
		`{"status":{"error":true,"code":401,"type":"Unauthorized","message":"Insufficient Permission"}}`,
		`{"status":{"message":{"attribute":"email","description":"taken by s3cr3t"}}}`,
		`{"status":400,"error":"BadRequestError","description":"Invalid pagination cursor"}`,
		`{"error":true,"code":404,"type":"Not Found","message":"No Route Exists"}`,
		"{\"message\":\"a\\u202eb\\u0000c\xff S3CR3T S%33CR3T\"}",
		`<html>`, ``, `null`, `[]`, `{"status":{}}`, `{"status":[{}]}`, `{"message":{"description":{}}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		said := parseErrorBody(body)
		for _, text := range []string{said.name, said.message, said.details, string(body)} {
			line := call{}.quote(text, maxText)
			if !utf8.ValidString(line) || utf8.RuneCountInString(line) > maxText || strings.TrimSpace(line) != line {
				t.Errorf("%q became %q", text, line)
			}
			if slices.ContainsFunc([]rune(line), func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%q became %q, which has something invisible", text, line)
			}
			if (call{oneWay: true}).quote(text, maxText) != "" {
				t.Errorf("%q is quoted of an answer that may have a code in it", text)
			}
			if (call{tokens: []string{"s3cr3t"}}).quote(text+" s3cr3t", maxText+20) != "" {
				t.Errorf("%q is quoted with an access token", text)
			}
		}
	})
}

// What looks like a key is not repeated, wherever it came from.
func TestKeysAreNotQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"token 9f86d081884c7d659a2feaa0c55ad015 is not valid": "token [removed] is not valid",
		"UnprocessableEntityError":                            "UnprocessableEntityError",
		"no user 36216766":                                    "no user 36216766",
		"Basic aWQtb2Ytb2xib3Q6NWVjcmU3LTBmLTBsYjB0":          "Basic [removed]",
	} {
		if got := (call{}).quote(text, maxText); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}
