package sqlstore

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"olbot/approvals"
	"olbot/internal/trailkey"
)

// An exported line is the body of an event, with its hash and its MAC before the last
// brace: whoever has the file can check it like the database.
const exportedTail = `,"hash":"%s","mac":"%s"}`

var exportedLine = regexp.MustCompile(`^(\{.*),"hash":"([0-9a-f]{64})","mac":"([0-9a-f:]*)"\}$`)

// Export calls each with a line for every event numbered above after, up to limit, in order.
func (s *Store) Export(ctx context.Context, after int64, limit int, each func(number int64, line string) error) error {
	type line struct {
		number          int64
		body, hash, mac string
	}
	var lines []line
	err := s.rows(ctx, "events", `SELECT number, body, hash, mac FROM events WHERE number > $1 ORDER BY number LIMIT $2`,
		[]any{after, max(limit, 0)}, func(row scanner) error {
			var l line
			err := row.Scan(&l.number, &l.body, &l.hash, &l.mac)
			lines = append(lines, l)
			return err
		})
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := each(l.number, strings.TrimSuffix(l.body, "}")+fmt.Sprintf(exportedTail, l.hash, l.mac)); err != nil {
			return err
		}
	}
	return nil
}

// VerifyExport checks a whole trail as Export has printed it: all that Verify checks,
// and that every request went through its states.
func VerifyExport(r io.Reader, keys trailkey.Ring, anchors map[int64]string) (VerifyResult, error) {
	if err := checkAnchors(anchors); err != nil {
		return VerifyResult{}, err
	}
	v := verifier{anchors: anchors, trust: newTrust(keys, nil)}
	p := replayer{result: &v.VerifyResult, of: map[approvals.ID]replayed{}, restrict: map[string]bool{}}
	in := bufio.NewReader(r)
	for n := int64(1); ; n++ {
		line, err := in.ReadString('\n')
		if line = strings.TrimSpace(line); line != "" {
			e, ok := readExported(line, v.Hash)
			if !ok {
				return VerifyResult{}, fmt.Errorf("line %d is no event as olbot audit export prints it", n)
			}
			v.check(e)
			p.replay(e.number, e.body, e.mac)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return VerifyResult{}, fmt.Errorf("read the export: %w", err)
		}
	}
	v.end(v.Last)
	return v.VerifyResult, nil
}

// readExported reads a line that stands behind the event with the hash.
func readExported(line, prev string) (entry, bool) {
	m := exportedLine.FindStringSubmatch(line)
	if m == nil {
		return entry{}, false
	}
	e := entry{body: m[1] + "}", prev: prev, hash: m[2], mac: m[3]}
	var body approvals.Event
	if err := json.Unmarshal([]byte(e.body), &body); err != nil {
		return entry{}, false
	}
	e.number, e.at, e.kind, e.request = body.Number, nanos(body.At), string(body.Kind), clean(string(body.Request))
	return e, true
}
