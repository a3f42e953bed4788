package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"olbot/internal/slackapi"
	"olbot/onelogin"
)

func TestRetry(t *testing.T) {
	down := func(after time.Duration) error {
		return &slackapi.InspectError{Problem: slackapi.Unreachable, After: after}
	}
	refused := &slackapi.InspectError{Problem: slackapi.TokenRefused}
	wordless := &slackapi.InspectError{Problem: slackapi.Unexpected, Method: "auth.test"}
	rejected, scope := &onelogin.Error{Status: 401}, &onelogin.Error{Status: 401, Scope: true}
	tests := []struct {
		name    string
		answers []error // the last one for ever
		want    error
		least   time.Duration // how long it takes
		most    time.Duration
	}{
		{"works at once", []error{nil}, nil, 0, 0},
		{"comes up", []error{down(0), down(0), nil}, nil, 1, 5 * time.Second},
		{"waits as long as it is told", []error{down(8 * time.Second), nil}, nil, 8 * time.Second, 9 * time.Second},
		{"is not told to wait too long", []error{down(time.Hour)}, down(time.Hour), 0, 0},
		{"stays down", []error{down(0)}, down(0), patience / 2, patience},
		{"refuses", []error{refused}, refused, 0, 0},
		{"comes up and refuses", []error{down(0), refused}, refused, 1, 5 * time.Second},
		{"answers without a word", []error{wordless, nil}, nil, 1, 5 * time.Second},
		{"answers without a word for good", []error{wordless}, wordless, patience / 2, patience},
		// Kind: knowledge applied in one place only. OneLogin refuses good credentials now and then.
		{"OneLogin refuses in passing", []error{rejected, rejected, rejected, nil}, nil, 1, 5 * time.Second},
		{"OneLogin refuses for good", []error{rejected}, rejected, 1, 5 * time.Second},
		{"OneLogin names the scope", []error{scope}, scope, 0, 0},
		{"something else", []error{context.DeadlineExceeded}, context.DeadlineExceeded, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &program{patience: patience}
				calls, began := 0, time.Now()
				err := p.withRetry(t.Context(), zap.NewNop(), "", func(context.Context) error {
					calls++
					return tt.answers[min(calls, len(tt.answers))-1]
				})
				if took := time.Since(began); took < tt.least || took > tt.most {
					t.Errorf("took %v in %d calls", took, calls)
				}
				if (err == nil) != (tt.want == nil) || err != nil && err.Error() != tt.want.Error() {
					t.Errorf("ended with %v, want %v", err, tt.want)
				}
			})
		})
	}
}

func TestRetryEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		p := &program{patience: patience}
		err := p.withRetry(ctx, zap.NewNop(), "", func(context.Context) error {
			return &slackapi.InspectError{Problem: slackapi.Unreachable}
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ended with %v", err)
		}
	})
}
