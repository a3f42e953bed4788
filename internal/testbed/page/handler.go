package page

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"slices"
)

//go:embed assets
var assets embed.FS

// policy lets the browser load what this server has and nothing else, and run no script that stands in the document.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// handler serves the page, and only to a browser on this machine that was told to open it.
func (p *Page) handler() http.Handler {
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		panic(err) // unreachable: the directory is embedded
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /events", p.events)
	mux.HandleFunc("POST /people/{who}/{act}", p.act)
	mux.HandleFunc("POST /troubles/{key}/{turn}", p.turnTrouble)
	mux.HandleFunc("POST /olbot/{act}", p.actOnOlbot)
	mux.HandleFunc("POST /clock/{step}", p.putForward)
	mux.Handle("GET /", http.FileServerFS(files))
	sameOrigin := http.NewCrossOriginProtection()
	return p.guard(sameOrigin.Handler(onlyJSON(mux)))
}

// guard refuses requests that name another host, as those of a foreign page do whose name was made to lead here
// (DNS rebinding), and says what the browser may do.
func (p *Page) guard(next http.Handler) http.Handler {
	_, port, err := net.SplitHostPort(p.listener.Addr().String())
	if err != nil {
		panic(err) // unreachable: it is listened on
	}
	ours := []string{p.listener.Addr().String(), "127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(ours, r.Host) {
			http.Error(w, "this page is served to this machine only", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// onlyJSON refuses POSTs that a foreign page could send without being asked first (CORS preflight).
func onlyJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
			if err != nil || kind != "application/json" {
				http.Error(w, "send JSON", http.StatusUnsupportedMediaType)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (p *Page) turnTrouble(w http.ResponseWriter, r *http.Request) {
	err := p.troubles.turn(r.PathValue("key"), r.PathValue("turn") == "on")
	p.touch()
	done(w, err)
}

func (p *Page) actOnOlbot(w http.ResponseWriter, r *http.Request) {
	var err error
	switch r.PathValue("act") {
	case "kill":
		p.olbot.kill()
	case "start":
		err = p.olbot.start()
	default:
		http.NotFound(w, r)
		return
	}
	if errors.Is(err, errRunning) {
		err = nil // two clicks: it is as was wanted
	}
	done(w, err)
}

// done answers that something was done, or why not.
func done(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, fmt.Sprint(err), http.StatusInternalServerError)
		return
	}
	answer(w, outcome{})
}
