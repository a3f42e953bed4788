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
		name, message := parseErrorBody(body)
		for _, text := range []string{name, message, string(body)} {
			line := oneLine(text, maxText, []string{"s3cr3t"})
			if !utf8.ValidString(line) || utf8.RuneCountInString(line) > maxText || strings.TrimSpace(line) != line {
				t.Errorf("%q became %q", text, line)
			}
			if slices.ContainsFunc([]rune(line), func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%q became %q, which has something invisible", text, line)
			}
			if strings.Contains(strings.ToLower(line), "s3cr3t") {
				t.Errorf("%q became %q, which has the private value", text, line)
			}
		}
	})
}
