package oneloginsim

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
)

// The effects of this file are odd things that OneLogin, or what stands in front of it, was seen to do or is documented to
// do somewhere and not elsewhere. The call itself does its work.

// AlsoSays adds members to the JSON object of the answer, behind all others: a second field of a name, or one whose name
// differs in case only. The text is as it stands in JSON, such as `"Reusable": true`.
func AlsoSays(members string) Effect {
	return Effect{name: "also says " + members, adds: members}
}

// addTo puts the members behind the others of an object, or of the only object of a list.
func addTo(text []byte, members string) []byte {
	at := bytes.LastIndexByte(text, '}')
	if members == "" || at < 0 {
		return text
	}
	return []byte(string(text[:at]) + "," + members + string(text[at:]))
}

// Padded puts white space around the code in the answer.
func Padded() Effect {
	return Effect{name: "padded code", edit: func(o object) {
		if code, ok := o["mfa_token"].(string); ok {
			o["mfa_token"] = " " + code + "\r\n"
		}
	}}
}

// Misspelt spells reusable as the OpenAPI file does for version 1 of the call.
func Misspelt() Effect {
	return Effect{name: "resuable", edit: func(o object) {
		if v, ok := o["reusable"]; ok {
			o["resuable"] = v
			delete(o, "reusable")
		}
	}}
}

// TimesAs writes the expiry in another form, as [time.Time.Format] names it, such as Ruby's own "2006-01-02 15:04:05 UTC".
func TimesAs(layout string) Effect { return Effect{name: "time as " + layout, layout: layout} }

// NumericDevice gives the temporary device of the code a number for an id, as the documentation's other devices have.
func NumericDevice(id int64) Effect {
	return Effect{name: "numeric device", grant: func(c *Code) { c.Device = id }}
}

// deviceOf is the id of the code's device in the answer.
func deviceOf(c Code) any {
	if c.Device != 0 {
		return c.Device
	}
	return temporaryDevice(c.UserID)
}

// hasDevice says whether a path names the code's device.
func hasDevice(c Code, device string) bool {
	if c.Device != 0 {
		return device == strconv.FormatInt(c.Device, 10)
	}
	return device == temporaryDevice(c.UserID)
}

// Unfiltered makes the user list ignore every filter, as it does with one whose name it does not know.
func Unfiltered() Effect { return Effect{name: "unfiltered", unfiltered: true} }

// AddressRefused is the 403 of a client whose IP address the account does not let in.
func AddressRefused() Effect {
	return refusal("403 for the address", ShapeOfCall, nil,
		fixed(http.StatusForbidden, "ForbiddenError", "Requests from this IP address are not allowed"))
}

// UnprocessableBecause is a 422 with details: which parameter is wrong, and how.
func UnprocessableBecause(parameter, why string) Effect {
	return refusal("422 with details", ShapeOfCall, nil, func(x *exchange) problem {
		p := unprocessable(x)
		p.details = object{"parameters": []object{{"name": parameter, "message": why}}}
		return p
	})
}

// TooManyRequestsSaying is a 429 with one header of the client's choice, whatever its value means: a time of day in place
// of the seconds left, milliseconds, half a second.
func TooManyRequestsSaying(header, value string) Effect {
	reset, retryAfter := "", ""
	if strings.EqualFold(header, headerReset) {
		reset = value
	} else {
		retryAfter = value
	}
	return limited("429 with "+header+" "+value, reset, retryAfter)
}

// Echoing is a 400 that repeats what it was sent: the query, and the Authorization header.
func Echoing() Effect {
	return refusal("400 with an echo", ShapeOfCall, nil, func(x *exchange) problem {
		query := x.r.URL.Query()
		var said []string
		for _, name := range []string{"email", "username"} {
			said = append(said, query.Get(name), strings.ReplaceAll(query.Get(name), "@", " at "))
		}
		return badRequest("Not valid: " + strings.Join(said, " ") + " " + x.r.URL.RawQuery + " " + x.r.Header.Get("Authorization"))
	})
}
