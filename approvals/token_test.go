package approvals

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const code = "25992782"

// carriers are all the ways in which a token may be held.
func carriers() map[string]any {
	token := NewToken(code)
	type unexported struct{ t Token }
	type pointer struct{ t *Token }
	type Exported struct{ T Token }
	type Embedded struct{ Token }
	return map[string]any{
		"token": token, "pointer": &token,
		"unexported": unexported{token}, "pointer to unexported": &unexported{token}, "unexported pointer": pointer{&token},
		"exported": Exported{token}, "embedded": Embedded{token},
		"slice": []Token{token}, "map": map[string]Token{"t": token}, "array": [1]Token{token},
		"any": []any{token, &token}, "error": fmt.Errorf("issue: %v", token), "joined": errors.Join(errors.New("a"), fmt.Errorf("%+v", token)),
	}
}

// TestNoRenderingShowsTheCode tries to get a code out of a Token (invariant 5).
func TestNoRenderingShowsTheCode(t *testing.T) {
	for name, v := range carriers() {
		t.Run(name, func(t *testing.T) {
			for how, text := range renderings(v) {
				if leaks(text) {
					t.Errorf("%s shows the code: %q", how, text)
				}
			}
		})
	}
}

// leaks looks for the code, also as the bytes or hex digits of it.
func leaks(text string) bool {
	for _, form := range []string{
		code, fmt.Sprintf("%x", code), fmt.Sprintf("% x", code), fmt.Sprintf("%d", []byte(code)),
		fmt.Sprintf("%v", []rune(code)), strconv.Quote(code),
	} {
		if strings.Contains(strings.ToLower(text), form) {
			return true
		}
	}
	return false
}

func renderings(v any) map[string]string {
	out := map[string]string{}
	for verb := rune('A'); verb <= 'z'; verb++ {
		if verb > 'Z' && verb < 'a' {
			continue
		}
		for _, flags := range []string{"", "+", "#", " ", "0", "-", "20.10", "+#"} {
			format := "%" + flags + string(verb)
			out[format] = fmt.Sprintf(format, v)
		}
	}
	out["Sprint"] = fmt.Sprint(v)
	out["Sprintln"] = fmt.Sprintln(v, v)
	var b bytes.Buffer
	log.New(&b, "", 0).Print(v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "v", v)
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "v", v)
	out["log"] = b.String()
	for name, marshal := range map[string]func(any) ([]byte, error){
		"json": json.Marshal, "xml": xml.Marshal,
		"indented json": func(v any) ([]byte, error) { return json.MarshalIndent(v, "", " ") },
		"gob": func(v any) ([]byte, error) {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).Encode(v)
			return b.Bytes(), err
		},
		"template": func(v any) ([]byte, error) {
			var b bytes.Buffer
			err := template.Must(template.New("").Parse(`{{.}} {{printf "%s %d %#v" . . .}} {{html .}} {{js .}}`)).Execute(&b, v)
			return b.Bytes(), err
		},
		"zap json":    zapped(zapcore.NewJSONEncoder),
		"zap console": zapped(zapcore.NewConsoleEncoder),
	} {
		text, err := marshal(v)
		out[name] = string(text) + fmt.Sprint(err)
	}
	return out
}

func zapped(encoder func(zapcore.EncoderConfig) zapcore.Encoder) func(any) ([]byte, error) {
	return func(v any) ([]byte, error) {
		var b bytes.Buffer
		core := zapcore.NewCore(encoder(zap.NewDevelopmentEncoderConfig()), zapcore.AddSync(&b), zapcore.DebugLevel)
		l := zap.New(core)
		l.Debug("m", zap.Any("any", v), zap.Reflect("reflect", v), zap.String("s", fmt.Sprint(v)))
		l.Sugar().Infow("m", "v", v)
		l.Sugar().Infof("%v %d", v, v)
		if s, ok := v.(fmt.Stringer); ok {
			l.Info("m", zap.Stringer("stringer", s))
		}
		if err, ok := v.(error); ok {
			l.Info("m", zap.Error(err))
		}
		return b.Bytes(), l.Sync()
	}
}

func TestOnlyRevealReturnsTheCode(t *testing.T) {
	if got := NewToken(code).Reveal(); got != code {
		t.Errorf("Reveal() = %q, want %q", got, code)
	}
	if got := (Token{}).Reveal(); got != "" {
		t.Errorf("the zero Token reveals %q", got)
	}
	if got := fmt.Sprintf("%d|%v|%s", NewToken(code), NewToken(code), NewToken(code)); got != "[code withheld]|[code withheld]|[code withheld]" {
		t.Errorf("a Token prints as %q", got)
	}
}

func TestTheLeakTestSeesALeak(t *testing.T) {
	type careless struct{ code string }
	found := 0
	for _, text := range renderings(careless{code}) {
		if leaks(text) {
			found++
		}
	}
	if found == 0 {
		t.Error("a plain string in a struct was not found: the test proves nothing")
	}
}
