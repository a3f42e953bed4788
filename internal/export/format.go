package export

import (
	"context"
	"fmt"

	"olbot/approvals"
)

// A Format writes events, which follow one another, as a line each, without newlines.
type Format func(ctx context.Context, events []approvals.Event) ([][]byte, error)

// A Trail has the events as they are stored.
type Trail interface {
	Export(ctx context.Context, after int64, limit int, each func(number int64, line string) error) error
}

// AsStored is the format of olbot audit export: what was hashed, with its hash and its MAC,
// so that olbot audit verify --file can check what arrived.
func AsStored(trail Trail) Format {
	return func(ctx context.Context, events []approvals.Event) (texts [][]byte, err error) {
		err = trail.Export(ctx, events[0].Number-1, len(events), func(_ int64, line string) error {
			texts = append(texts, []byte(line))
			return nil
		})
		if err == nil && len(texts) != len(events) {
			err = fmt.Errorf("%d events are stored after %d, not %d", len(texts), events[0].Number-1, len(events))
		}
		return texts, err
	}
}

// Each is the format that writes every event by itself.
func Each(write func(approvals.Event) ([]byte, error)) Format {
	return func(_ context.Context, events []approvals.Event) (texts [][]byte, err error) {
		for _, e := range events {
			text, err := write(e)
			if err != nil {
				return nil, fmt.Errorf("event %d: %w", e.Number, err)
			}
			texts = append(texts, text)
		}
		return texts, nil
	}
}
