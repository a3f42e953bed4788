package oneloginsim

import (
	"fmt"
	"net/http"
)

// A Shape is one of the forms in which OneLogin words an error.
type Shape int

// The shapes. The zero value, ShapeOfCall, is what the documentation shows for the call in question.
const (
	ShapeOfCall    Shape = iota
	ShapeV2              // {"statusCode":401,"name":"…","message":"…"}
	ShapeV1              // {"status":{"error":true,"code":401,"type":"…","message":"…"}}
	ShapeV1Details       // as V1, with {"attribute":"…","description":"…"} for a message
	ShapeFlat            // {"error":true,"code":401,"type":"…","message":"…"}
	ShapeOAuth           // {"error":"invalid_client","code":401,"message":"…"}
	ShapeGateway         // {"status":401,"error":"…","description":"…"}
	ShapeHTML            // a page, as from a proxy
	ShapeEmpty           // no body
)

// problem is an error in OneLogin's words.
type problem struct {
	status  int
	name    string // what v2 and the gateway call the error
	message string
	details any // of a v2 422
}

// typeOf is what v1 calls an error of that status.
func typeOf(status int) string {
	if status == http.StatusBadRequest {
		return "bad request"
	}
	return http.StatusText(status)
}

// answer writes the problem in a shape. A call under /auth has two documented shapes and takes turns.
func (p problem) answer(x *exchange, shape Shape) answer {
	if shape == ShapeOfCall {
		shape = ShapeV2
		if x.underAuth() {
			shape = pick(x.s.dice, ShapeV1, ShapeFlat)
		}
	}
	flat := object{"error": true, "code": p.status, "type": typeOf(p.status), "message": p.message}
	a := answer{status: p.status}
	switch shape {
	case ShapeV1:
		a.body = object{"status": flat}
	case ShapeV1Details:
		flat["message"] = object{"attribute": "base", "description": p.message}
		a.body = object{"status": flat}
	case ShapeFlat:
		a.body = flat
	case ShapeOAuth:
		flat["error"] = "invalid_client"
		a.body = flat
	case ShapeGateway:
		a.body = object{"status": p.status, "error": p.name, "description": p.message}
	case ShapeHTML:
		a.contentType = "text/html"
		a.body = fmt.Appendf(nil, "<html><head><title>%d %s</title></head><body><h1>%[1]d %[2]s</h1></body></html>\r\n",
			p.status, http.StatusText(p.status))
	case ShapeEmpty:
		a.body = []byte{}
	default:
		body := object{"statusCode": p.status, "name": p.name, "message": p.message}
		if p.details != nil {
			body["details"] = p.details
		}
		a.body = body
	}
	return a
}

// unauthorized is the 401 of a call whose bearer token or credentials are no good. The documentation shows a different
// one for almost every call.
func unauthorized(x *exchange) problem {
	p := problem{status: http.StatusUnauthorized, name: "UnauthorizedError", message: "Unauthorized"}
	switch {
	case x.underAuth():
		p.message = pick(x.s.dice, "Unauthorized Error", "Authentication Failure")
	case x.name == CallMFAToken:
		return pick(x.s.dice,
			problem{status: p.status, name: "InvalidCredentials", message: "Please provide valid credentials"},
			problem{status: p.status, name: p.name, message: "This request requires Authentication"})
	}
	return p
}

func insufficientPermission(*exchange) problem {
	return problem{status: http.StatusUnauthorized, name: "UnauthorizedError", message: "Insufficient Permission"}
}

func badRequest(message string) problem {
	return problem{status: http.StatusBadRequest, name: "BadRequestError", message: message}
}

// wrongContentType follows the message documented for /auth/oauth2/revoke.
func wrongContentType() problem {
	return badRequest("Content Type is not specified or specified incorrectly. Content-Type header must be set to application/json")
}

func notFound(x *exchange) problem {
	p := problem{status: http.StatusNotFound, name: "NotFoundError",
		message: "The resource with the given id could not be found"}
	if x.underAuth() || x.name == CallOther {
		p.message = "No Route Exists"
	}
	return p
}

func unprocessable(*exchange) problem {
	return problem{status: http.StatusUnprocessableEntity, name: "ValidationError", message: "Validations failed",
		details: object{"parameters": []any{}}}
}

func tooManyRequests(*exchange) problem {
	return problem{status: http.StatusTooManyRequests, name: "TooManyRequestsError", message: "Rate limit exceeded"}
}
