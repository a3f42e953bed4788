package oneloginsim

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// The list gives 50 users a page unless asked for another number, and never more than 100.
const (
	defaultLimit = 50
	maxLimit     = 100
)

// page is which part of a list is wanted.
type page struct{ limit, number int }

// findUsers is GET /api/2/users.
func (x *exchange) findUsers() answer {
	q := x.r.URL.Query()
	p, bad := pageOf(q)
	if bad != nil {
		return bad.answer(x, ShapeGateway)
	}
	filters := x.s.filters(q)
	if x.effect.unfiltered {
		filters = nil
	}
	users := x.s.matching(filters)
	total := len(users)
	first := min((p.number-1)*p.limit, total)
	users = users[first:min(first+p.limit, total)]
	list := make([]object, 0, len(users))
	for _, u := range users {
		list = append(list, x.s.shownUser(u, q.Get("fields")))
	}
	return answer{status: http.StatusOK, body: list, header: p.header(x.r.URL, total, len(list))}
}

// shownUser is the user as listed, or with exactly the fields asked for, which may be fields the list does not have.
func (s *Server) shownUser(u User, fields string) object {
	if fields == "" {
		return s.listedUser(u)
	}
	full, shown := s.fullUser(u), object{}
	for f := range strings.SplitSeq(fields, ",") {
		if v, ok := full[f]; ok {
			shown[f] = v
		}
	}
	return shown
}

// pageOf reads limit and page, or a cursor instead of them.
func pageOf(q url.Values) (page, *problem) {
	bad := badRequest("Invalid pagination cursor")
	if cursor := q.Get("cursor"); cursor != "" {
		if q.Has("limit") || q.Has("page") {
			bad.message = "Requests can only have cursor xor pagination arguments"
			return page{}, &bad
		}
		text, err := base64.StdEncoding.DecodeString(cursor)
		if err != nil {
			return page{}, &bad
		}
		inner, err := url.ParseQuery(string(text))
		if err != nil || !inner.Has("limit") || !inner.Has("page") {
			return page{}, &bad
		}
		q = inner
	}
	p := page{limit: defaultLimit, number: 1}
	if !positive(q.Get("limit"), &p.limit) || !positive(q.Get("page"), &p.number) {
		bad.message = "Invalid pagination arguments"
		return page{}, &bad
	}
	p.limit = min(p.limit, maxLimit)
	return p, nil
}

// positive reads a number from 1 into n; an empty text leaves n alone. The bound keeps limit times page far from overflow.
func positive(text string, n *int) bool {
	if text == "" {
		return true
	}
	v, err := strconv.ParseInt(text, 10, 32)
	*n = int(v)
	return err == nil && v >= 1
}

// cursor is base64 of what the documentation's own cursors decode to. The filters are not in it: who follows a cursor
// repeats them.
func (p page) cursor(number int) string {
	return base64.StdEncoding.EncodeToString(
		fmt.Appendf(nil, "limit=%d&sort=id&page=%d&sort_direction=asc", p.limit, number))
}

// header is where the list says how it goes on.
func (p page) header(u *url.URL, total, shown int) map[string]string {
	pages := max(1, (total+p.limit-1)/p.limit)
	h := map[string]string{
		"Cursor":       p.cursor(p.number),
		"Current-Page": strconv.Itoa(p.number),
		"Page-Items":   strconv.Itoa(shown),
		"Total-Count":  strconv.Itoa(total),
		"Total-Pages":  strconv.Itoa(pages),
		"Link":         p.link(u, 1, "first"),
	}
	if p.number > 1 {
		h["Before-Cursor"] = p.cursor(p.number - 1)
	}
	if p.number < pages {
		h["After-Cursor"] = p.cursor(p.number + 1)
		h["Link"] += ", " + p.link(u, p.number+1, "next")
	}
	return h
}

func (p page) link(u *url.URL, number int, rel string) string {
	q := u.Query()
	q.Del("cursor")
	q.Set("limit", strconv.Itoa(p.limit))
	q.Set("page", strconv.Itoa(number))
	return fmt.Sprintf("<%s?%s>; rel=%q", u.Path, q.Encode(), rel)
}
