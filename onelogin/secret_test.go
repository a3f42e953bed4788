package onelogin_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"text/template"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"olbot/onelogin"
)

// holders are the places a secret can sit in.
func holders(s onelogin.Secret, c *onelogin.Client) map[string]any {
	type open struct{ Token onelogin.Secret }
	type closed struct{ token onelogin.Secret }
	type deep struct{ in *closed }
	type embedded struct{ onelogin.Secret }
	reusable := false
	return map[string]any{
		"value":              s,
		"pointer":            &s,
		"exported field":     open{s},
		"unexported field":   closed{s},
		"pointer to struct":  &closed{s},
		"nested":             struct{ d deep }{deep{&closed{s}}},
		"embedded":           embedded{s},
		"slice":              []onelogin.Secret{s},
		"slice of pointers":  []*onelogin.Secret{&s},
		"array":              [1]onelogin.Secret{s},
		"map":                map[string]onelogin.Secret{"token": s},
		"map of any":         map[string]any{"token": s},
		"any":                struct{ v any }{s},
		"unexported slice":   struct{ v []onelogin.Secret }{[]onelogin.Secret{s}},
		"MFAToken":           onelogin.MFAToken{Token: s, Reusable: &reusable},
		"pointer MFAToken":   &onelogin.MFAToken{Token: s},
		"unexported in type": struct{ t onelogin.MFAToken }{onelogin.MFAToken{Token: s}},
		"Config":             onelogin.Config{ClientSecret: s},
		"Client":             c,
		"Client by value":    struct{ c *onelogin.Client }{c},
		"wrapped in error":   fmt.Errorf("token %v: %w", s, errors.New("x")),
	}
}

// renderings is every way to make a text of something that a programmer may take without thinking.
func renderings(v any) map[string]string {
	out := make(map[string]string)
	for _, verb := range "vTtbcdoOqxXUeEfFgGsp!" {
		for _, flags := range []string{"", "+", "#", " ", "0", "-", "+#", "# ", "20", ".3", "-20.1"} {
			format := "%" + flags + string(verb)
			out[format] = fmt.Sprintf(format, v)
		}
	}
	out["Sprint"], out["Sprintln"] = fmt.Sprint(v), fmt.Sprintln(v)
	record := func(name string, text []byte, err error) { out[name] = fmt.Sprintf("%s %v", text, err) }
	text, err := json.Marshal(v)
	record("json", text, err)
	text, err = xml.Marshal(v)
	record("xml", text, err)
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(v)
	record("gob", b.Bytes(), err)
	for _, source := range []string{`{{.}}`, `{{printf "%s %q %x" . . .}}`, `{{print .}}`, `{{html .}}`, `{{js .}}`} {
		b.Reset()
		err = template.Must(template.New("").Parse(source)).Execute(&b, v)
		record("text/template "+source, b.Bytes(), err)
	}
	b.Reset()
	err = htmltemplate.Must(htmltemplate.New("").Parse(`<a title="{{.}}">{{.}}</a><script>x={{.}}</script>`)).Execute(&b, v)
	record("html/template", b.Bytes(), err)
	for name, handler := range map[string]slog.Handler{"slog text": slog.NewTextHandler(&b, nil), "slog json": slog.NewJSONHandler(&b, nil)} {
		b.Reset()
		slog.New(handler).Info("x", "v", v)
		record(name, b.Bytes(), nil)
	}
	for name, encoder := range map[string]zapcore.Encoder{
		"zap json":    zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()),
		"zap console": zapcore.NewConsoleEncoder(zap.NewDevelopmentEncoderConfig()),
	} {
		b.Reset()
		log := zap.New(zapcore.NewCore(encoder, zapcore.AddSync(&b), zap.DebugLevel))
		log.Info("any", zap.Any("v", v))
		log.Info("reflect", zap.Reflect("v", v))
		if s, ok := v.(fmt.Stringer); ok {
			log.Info("stringer", zap.Stringer("v", s))
		}
		log.Sugar().Infow("sugar", "v", v)
		log.Sugar().Info("sugar", v)
		log.Sugar().Infof("%v %+v %#v", v, v, v)
		_ = log.Sync()
		record(name, b.Bytes(), nil)
	}
	func() {
		defer func() { out["panic"] = fmt.Sprint(recover()) }()
		panic(v)
	}()
	return out
}

// invariant 5: the code cannot be printed, formatted, logged or marshalled.
func TestSecretStaysSecret(t *testing.T) { synctest.Test(t, testSecretStaysSecret) }

func testSecretStaysSecret(t *testing.T) {
	const secret = "07592782-SESAME"
	cfg := config("https://acme.onelogin.com")
	cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return respond(200, `{"access_token":"`+secret+`","expires_in":36000}`), nil // the client keeps it
		}
		return respond(200, anaUser), nil
	})}
	c, err := onelogin.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.User(t.Context(), ana); err != nil {
		t.Fatal(err)
	}
	synctest.Wait() // nothing changes the client while it is printed
	var bytesList, runes strings.Builder
	for _, b := range []byte(secret) {
		fmt.Fprintf(&bytesList, "%d ", b)
		fmt.Fprintf(&runes, "U+%04X ", b)
	}
	forms := []string{
		secret, secret[:8], "SESAME", clientSecret, hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		fmt.Sprintf("% x", secret), fmt.Sprintf("% X", secret), base64.StdEncoding.EncodeToString([]byte(secret))[:18],
		strings.TrimSpace(bytesList.String()), strings.TrimSpace(runes.String()), hex.EncodeToString([]byte(clientSecret)),
	}
	seen := 0
	for place, v := range holders(onelogin.NewSecret(secret), c) {
		for way, text := range renderings(v) {
			seen++
			for _, form := range forms {
				if strings.Contains(text, form) {
					t.Errorf("%s by %s: %q", place, way, text)
				}
			}
		}
	}
	if got, least := seen, 21*200; got < least {
		t.Errorf("only %d renderings were tried", got)
	}
}

func TestMarshallingASecretIsAnError(t *testing.T) {
	s := onelogin.NewSecret("x")
	v := struct{ Token onelogin.Secret }{s}
	if text, err := json.Marshal(v); err == nil {
		t.Errorf("json: %s", text)
	}
	if text, err := json.Marshal(onelogin.MFAToken{Token: s}); err == nil {
		t.Errorf("json: %s", text)
	}
	if text, err := xml.Marshal(v); err == nil {
		t.Errorf("xml: %s", text)
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err == nil {
		t.Errorf("gob: %q", b.Bytes())
	}
	if value, err := s.Value(); err == nil {
		t.Errorf("SQL: %v", value)
	}
}

func TestSecretLooksLikeASecret(t *testing.T) {
	s := onelogin.NewSecret("07592782")
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "code", s)
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%d", s), fmt.Sprintf("%#v", &s), s.String()} {
		if text != "[secret]" {
			t.Errorf("shown as %q", text)
		}
	}
	if !strings.Contains(b.String(), "code=[secret]") {
		t.Errorf("logged as %s", &b)
	}
}

func TestSecretRevealsAndCompares(t *testing.T) {
	s := onelogin.NewSecret("07592782")
	if s.Reveal() != "07592782" || s.IsZero() {
		t.Errorf("revealed %q, zero %t", s.Reveal(), s.IsZero())
	}
	if !s.Equal(onelogin.NewSecret("07592782")) || s.Equal(onelogin.NewSecret("7592782")) || s.Equal(onelogin.Secret{}) {
		t.Error("Equal does not compare what is inside")
	}
	zero := onelogin.NewSecret("")
	if !zero.IsZero() || zero.Reveal() != "" || !zero.Equal(onelogin.Secret{}) {
		t.Error("the empty secret is not the zero value")
	}
}
