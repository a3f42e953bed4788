package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// What olbot exports to.
const (
	nameNoExport = "no export"
	nameExport   = "an export that takes all"
	nameHangs    = "an export that hangs"
	nameRefuses  = "an export that refuses"
)

// measureExports measures acks beside exports of the trail: that one is down must cost nobody anything.
func (b *bench) measureExports(ctx context.Context) error {
	over := make(chan struct{})
	defer close(over)
	answers := func(handle http.HandlerFunc) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			handle(w, r)
		}))
		context.AfterFunc(ctx, s.CloseClientConnections)
		return s.URL
	}
	places := []struct{ name, url string }{
		{nameNoExport, ""},
		{nameExport, answers(func(http.ResponseWriter, *http.Request) {})},
		{nameHangs, answers(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-over:
			case <-r.Context().Done():
			}
		})},
		{nameRefuses, answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })},
	}
	var all []contestant
	for _, place := range places {
		c := b.olbotOnSQLite()
		prepare := c.prepare
		c.name = place.name
		c.prepare = func(ctx context.Context, w *world) (program, error) {
			prog, err := prepare(ctx, w)
			if place.url != "" {
				prog.env = append(prog.env, "OLBOT_EXPORT="+place.url)
			}
			return prog, err
		}
		all = append(all, c)
	}
	b.report.printTable(fmt.Sprintf("Acks beside an export (SQLite, medians of %d crowds)", b.rounds*countedCrowds),
		"people", "olbot with", "p50", "p99", "p99, lowest to highest", "last", "p50 ÷ none", "p99 ÷ none")
	people := b.scale(150)
	measured, err := b.measureByTurns(ctx, people, all)
	if err != nil {
		return err
	}
	none := measured[nameNoExport]
	for _, c := range all {
		t := measured[c.name]
		b.report.printRow(strconv.Itoa(people), c.name, ms(median(t.p50)), ms(median(t.p99)), interval(t.p99), ms(median(t.last)),
			ratio(median(t.p50), median(none.p50)), ratio(median(t.p99), median(none.p99)))
	}
	return nil
}
