package oneloginsim

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"
)

// stage is when an effect happens: before the call has done anything, after it has, or with half of the answer sent.
type stage int

const (
	before stage = iota
	after
	during
)

// An Effect is one thing that can go wrong with a call; see the functions that return one. Unless moved by AfterEffect or
// DuringAnswer it happens before the call has done anything.
type Effect struct {
	name   string
	stage  stage
	delay  time.Duration
	hang   bool
	cut    bool
	revoke bool
	reply  func(*exchange) answer // instead of the honest answer
	as     func(Shape) Effect     // the same reply in another shape
	grant  func(*Code)            // changes the code about to be made
	edit   edit                   // changes the fields of the honest answer
	header map[string]string      // changes its headers; "" removes
	mangle func([]byte) []byte    // changes its bytes

	adds       string // members added to its JSON
	layout     string // how it writes a code's expiry
	unfiltered bool   // the list ignores its filters
}

// edit changes one object of an answer.
type edit func(object)

// apply edits the object, or every object of a list; other bodies stay.
func (e edit) apply(body any) {
	if e == nil {
		return
	}
	switch body := body.(type) {
	case object:
		e(body)
	case []object:
		for _, o := range body {
			e(o)
		}
	}
}

// String names the effect, as Call.Fault shows it.
func (e Effect) String() string { return e.name }

// AfterEffect moves a cut, a hang, a delay or an error answer behind the work: the call has its effect (a code is made),
// then this happens instead of the answer.
func (e Effect) AfterEffect() Effect {
	e.stage = after
	e.name += " after the effect"
	return e
}

// DuringAnswer moves a cut, a hang or a delay into the answer: the call has its effect, the status line, the headers and
// half of the body arrive, then this happens. On other effects it has no meaning.
func (e Effect) DuringAnswer() Effect {
	e.stage = during
	e.name += " during the answer"
	return e
}

// Late lets d pass before the effect happens.
func (e Effect) Late(d time.Duration) Effect {
	e.delay += d
	e.name += fmt.Sprintf(" %s late", d)
	return e
}

// As writes an error answer in another of OneLogin's shapes. It has no meaning on effects that are not error answers.
func (e Effect) As(shape Shape) Effect {
	if e.as == nil {
		return e
	}
	n := e.as(shape)
	n.stage, n.delay, n.name = e.stage, e.delay, e.name
	return n
}

// Latency lets d of real time pass before the call is served. A client that has given up meanwhile does not stop the
// server: the code is made, and nobody reads it.
func Latency(d time.Duration) Effect { return Effect{name: "latency " + d.String(), delay: d} }

// Hang keeps the call waiting until Server.Release or Server.ClearFaults, then serves it. If the client goes away first,
// or the server is closed, the call is dropped. For a wait that ends by itself use Latency.
func Hang() Effect { return Effect{name: "hang", hang: true} }

// Cut closes the connection without an answer. Mind that many HTTP clients, Go's among them, send a GET again by
// themselves when a connection they had used before is cut: such a client looks as if nothing had happened, and Count
// shows two calls.
func Cut() Effect { return Effect{name: "cut", cut: true} }

// RevokesTokens makes every bearer token in use invalid just before the call is served, so that it is refused as
// OneLogin refuses it and the next token asked for is a new one.
func RevokesTokens() Effect { return Effect{name: "tokens revoked", revoke: true} }

// Answer gives any answer at all instead of the honest one.
func Answer(status int, contentType, body string) Effect {
	return Effect{name: fmt.Sprintf("answer %d", status), reply: func(*exchange) answer {
		return answer{status: status, contentType: contentType, body: []byte(body)}
	}}
}

// Redirect answers with a 3xx status and a Location; an empty one is the call's own address, so that a client that follows
// a 307 or 308 sends its body again.
func Redirect(status int, location string) Effect {
	return Effect{name: fmt.Sprintf("redirect %d", status), reply: func(x *exchange) answer {
		to := location
		if to == "" {
			to = "http://" + x.r.Host + x.r.URL.RequestURI()
		}
		return answer{status: status, contentType: "text/html", body: []byte("<a href=\"/\">Moved</a>\r\n"),
			header: map[string]string{"Location": to}}
	}}
}

// refusal is an error answer in OneLogin's words.
func refusal(name string, shape Shape, header map[string]string, p func(*exchange) problem) Effect {
	return Effect{
		name: name,
		reply: func(x *exchange) answer {
			a := p(x).answer(x, shape)
			maps.Copy(a.headers(), header)
			return a
		},
		as: func(s Shape) Effect { return refusal(name, s, header, p) },
	}
}

func fixed(status int, name, message string) func(*exchange) problem {
	return func(*exchange) problem { return problem{status: status, name: name, message: message} }
}

// Unauthorized is the 401 documented for the call. The token stays valid: a client that asks for a new one gets the same
// again (see RevokesTokens).
func Unauthorized() Effect { return refusal("401", ShapeOfCall, nil, unauthorized) }

// InsufficientPermission is the 401 of a credential pair without the scope: v2's by default, v1's as ShapeV1.
func InsufficientPermission() Effect {
	return refusal("401 insufficient permission", ShapeOfCall, nil, insufficientPermission)
}

// Forbidden is a 403.
func Forbidden() Effect {
	return refusal("403", ShapeOfCall, nil, fixed(http.StatusForbidden, "ForbiddenError", "Forbidden"))
}

// NotFound is the 404 of an id that does not exist.
func NotFound() Effect { return refusal("404", ShapeOfCall, nil, notFound) }

// Unprocessable is a 422.
func Unprocessable() Effect { return refusal("422", ShapeOfCall, nil, unprocessable) }

// BadRequest is a 400.
func BadRequest() Effect {
	return refusal("400", ShapeOfCall, nil, func(*exchange) problem { return badRequest("Request Failure") })
}

// TooManyRequests is a 429 with Retry-After, in seconds rounded up, and no X-RateLimit headers.
func TooManyRequests(retryAfter time.Duration) Effect {
	return limited("429 with Retry-After", "", seconds(retryAfter))
}

// TooManyRequestsUntil is a 429 whose Retry-After is a date.
func TooManyRequestsUntil(t time.Time) Effect {
	return limited("429 with Retry-After date", "", t.UTC().Format(http.TimeFormat))
}

// TooManyRequestsReset is a 429 that says when to come back in X-RateLimit-Reset only, in seconds left, rounded up.
func TooManyRequestsReset(left time.Duration) Effect {
	return limited("429 with X-RateLimit-Reset", seconds(left), "")
}

// TooManyRequestsBare is a 429 that does not say when to come back.
func TooManyRequestsBare() Effect { return limited("429", "", "") }

func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

func limited(name, reset, retryAfter string) Effect {
	h := map[string]string{headerLimit: "", headerRemaining: "", headerReset: reset, "Retry-After": retryAfter}
	if reset != "" {
		h[headerLimit], h[headerRemaining] = "5000", "0"
	}
	return refusal(name, ShapeOfCall, h, tooManyRequests)
}

// InternalServerError is a 500 in JSON. For good, on every call, it is how OneLogin answers when the person who created
// the credential pair was deleted.
func InternalServerError() Effect {
	return refusal("500", ShapeOfCall, nil,
		fixed(http.StatusInternalServerError, "InternalServerError", "Internal server error"))
}

// BadGateway is a 502 with a proxy's page.
func BadGateway() Effect {
	return refusal("502", ShapeHTML, nil, fixed(http.StatusBadGateway, "", ""))
}

// Unavailable is a 503 with a proxy's page.
func Unavailable() Effect {
	return refusal("503", ShapeHTML, nil, fixed(http.StatusServiceUnavailable, "", ""))
}

// GatewayTimeout is a 504 without a body.
func GatewayTimeout() Effect {
	return refusal("504", ShapeEmpty, nil, fixed(http.StatusGatewayTimeout, "", ""))
}
