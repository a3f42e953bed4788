package approvalstest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"olbot/approvals"
)

var lastingPromises = []promise{
	{"keeps every field of a request", func(t *testing.T, s *subject) {
		var r approvals.Request
		fill(reflect.ValueOf(&r).Elem(), new(int))
		r.ID, r.State, r.Version = "OTP-0000-0001", approvals.Received, 1
		c := received(r.ID, joe.Slack, start)
		c.Request = r
		made, err := s.Create(t.Context(), nil, making(c))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "Create returned", made, r)
		read, err := s.Request(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "Request returned", read, r)
		open, err := s.OpenRequests(t.Context(), r.Agent.Slack)
		if err != nil || len(open) != 1 {
			t.Fatalf("OpenRequests returned %d, %v", len(open), err)
		}
		same(t, "OpenRequests returned", open[0], r)
	}},
	{"keeps every field of an event", func(t *testing.T, s *subject) {
		var e approvals.Event
		fill(reflect.ValueOf(&e).Elem(), new(int))
		e.Number, e.Hash = 0, ""
		if err := s.Record(t.Context(), nil, e); err != nil {
			t.Fatal(err)
		}
		got := wellChained(t, s, 1)[0]
		e.Number, e.Hash = 1, got.Hash
		same(t, "Events returned", got, e)
	}},
	{"keeps times to the nanosecond", func(t *testing.T, s *subject) {
		local := start.In(time.FixedZone("", 2*60*60))
		r := createAt(t, s, "OTP-0000-0001", joe.Slack, local)
		if !r.CreatedAt.Equal(start) {
			t.Errorf("created at %v, want %v", r.CreatedAt, start)
		}
		if jobs := claim(t, s, start.Add(-1), approvals.JobResolve); len(jobs) != 0 {
			t.Errorf("due a nanosecond early: %+v", jobs)
		}
		claimOne(t, s, start, approvals.JobResolve)
	}},
	{"keeps odd texts", func(t *testing.T, s *subject) {
		for i, reason := range []string{
			"", "NUL \x00 in it", "'; DROP TABLE requests; --", "a\nb\r\tc", "\u2028\u2029\u202e\ufeff\u200b",
			"\U0001F468\u200d\U0001F469 e\u0301 \U0010FFFF \uFFFD", `{"json":"\u0000"}`, "<@U1> <!channel> &amp;",
		} {
			id := approvals.ID("OTP-0000-000" + string(rune('0'+i)))
			c := received(id, joe.Slack, start)
			c.Request.Reason, c.Event.Reason = reason, reason
			if _, err := s.Create(t.Context(), nil, making(c)); err != nil {
				t.Fatalf("%q: %v", reason, err)
			}
			r, err := s.Request(t.Context(), id)
			if err != nil || r.Reason != reason {
				t.Errorf("%q was read as %q, %v", reason, r.Reason, err)
			}
			all := events(t, s)
			check(t, "the event's reason", all[len(all)-1].Reason, reason)
		}
	}},
	{"takes texts that are no UTF-8", func(t *testing.T, s *subject) {
		c := received("OTP-0000-0001", "U\xff\x00", start)
		c.Request.Reason = "broken \xff\xfe"
		if _, err := s.Create(t.Context(), []string{"envelope \x00\xff"}, making(c)); err != nil {
			t.Fatal(err)
		}
		if id, err := s.Delivered(t.Context(), "envelope \x00\xff"); err != nil || id != "OTP-0000-0001" {
			t.Errorf("Delivered: %q, %v", id, err)
		}
	}},
	{"loses nothing by being reopened", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack, "envelope 1")
		want := update(t, s, "OTP-0000-0001", ask(joe, ana, start))
		enqueue(t, s, show("OTP-0000-0001", start))
		if err := s.MoveCursor(t.Context(), approvals.FeedSink, approvals.Cursor{Through: 2}); err != nil {
			t.Fatal(err)
		}
		loseFeed(t, s, true)
		before := wellChained(t, s, 3)
		s.reopen(t)
		r, err := s.Request(t.Context(), want.ID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the request is", r, want)
		same(t, "the trail is", wellChained(t, s, 3), before)
		check(t, "feed", feed(t, s), approvals.Cursor{Through: 2, Lost: true})
		if id, err := s.Delivered(t.Context(), "envelope 1"); err != nil || id != want.ID {
			t.Errorf("Delivered: %q, %v", id, err)
		}
		claimOne(t, s, start, approvals.JobShow)
		check(t, "timers", len(claim(t, s, want.ExpiresAt, approvals.JobExpire)), 1)
		note(t, s, start)
		wellChained(t, s, 4)
	}},
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n%+v, want\n%+v", what, got, want)
	}
}

// fill gives every field below v a value of its own, so that a field that is
// new and not kept cannot go unnoticed. Nested refusals go two deep.
func fill(v reflect.Value, n *int) { fillTo(v, n, 2) }

func fillTo(v reflect.Value, n *int, depth int) {
	*n++
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(start.Add(time.Duration(*n) * time.Hour)))
		return
	case reflect.TypeFor[approvals.Principal]():
		v.Set(reflect.ValueOf(approvals.Principal{Kind: approvals.SlackGroup, ID: fmt.Sprint("S", *n)}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text " + string(rune('a'+*n%26)) + string(rune('a'+*n/26%26)))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			fillTo(v.Field(i), n, depth)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Pointer && depth == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fillTo(v.Index(i), n, depth)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillTo(v.Elem(), n, depth-1)
	default:
		panic("fill does not know " + v.Type().String())
	}
}
