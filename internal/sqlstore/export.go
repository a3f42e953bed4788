package sqlstore

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"olbot/approvals"
	"olbot/internal/trailkey"
)

// An exported line is the body of an event, with its hash and its MAC before the last
// brace: whoever has the file can check it like the database.
const exportedTail = `,"hash":"%s","mac":"%s"}`

var exportedLine = regexp.MustCompile(`^(\{.*),"hash":"([0-9a-f]{64})","mac":"([0-9a-f:]*)"\}$`)

// EventBefore is the number of the last event before the first one that is not older than since; 0 if
// there is none.
func (s *Store) EventBefore(ctx context.Context, since time.Time) (number int64, err error) {
	err = s.row(ctx, "the first event since then", `
		SELECT COALESCE((SELECT MIN(number) - 1 FROM events WHERE at >= $1), (SELECT MAX(number) FROM events), 0)`,
		[]any{nanos(since)}, nil, &number)
	return number, err
}

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

// Errors of an export that cannot be checked.
var (
	ErrOCSF    = errors.New("is in the OCSF format, which can't be checked; export in olbot's own format")
	ErrCutLine = errors.New("is cut off; copy the file again, whole")
)

// repeatsWithin is how far apart a line and its repetition may be. A sink sends at most 100 events at once, and a
// few times the same.
const repeatsWithin = 1000

// VerifyExport checks a trail, or a part of it, as Export has printed it or a sink has kept it: all that Verify
// checks, and that every request which begins there went through its states. A line may be repeated, because a
// sink gets events at least once, and cut, if it comes whole afterwards. Of a part, the first event is bound to nothing unless the anchor of the one
// before it is its whole hash; anchors of events before the part are not compared.
func VerifyExport(r io.Reader, keys trailkey.Ring, anchors map[int64]string) (VerifyResult, error) {
	if err := checkAnchors(anchors); err != nil {
		return VerifyResult{}, err
	}
	v := exportVerifier{verifier: verifier{anchors: anchors, trust: newTrust(keys, nil)}, seen: map[int64]string{}}
	v.replayer = replayer{result: &v.VerifyResult, of: map[approvals.ID]replayed{}, restrict: map[string]bool{}}
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		whole := strings.HasSuffix(line, "\n")
		if line = strings.TrimSpace(line); line != "" {
			switch wrong := v.line(line); {
			case errors.Is(wrong, errNoEvent) && whole:
				v.cut = append(v.cut, cutLine{n, line})
			case errors.Is(wrong, errNoEvent):
				return VerifyResult{}, fmt.Errorf("line %d %w", n, ErrCutLine)
			case wrong != nil:
				return VerifyResult{}, fmt.Errorf("line %d %w", n, wrong)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return VerifyResult{}, fmt.Errorf("read the export: %w", err)
		}
	}
	if len(v.cut) > 0 {
		return VerifyResult{}, fmt.Errorf("line %d %w", v.cut[0].n, errNoEvent)
	}
	v.end(v.Last)
	return v.VerifyResult, nil
}

type exportVerifier struct {
	verifier
	replayer replayer
	seen     map[int64]string // the last lines, by event number
	cut      []cutLine        // lines that are no event, and stand in none of those that came later
}

// A cutLine is what a crash left of a line, in the file of a sink. The whole line follows, because it was sent again.
type cutLine struct {
	n    int
	text string
}

var errNoEvent = errors.New("is no event as olbot audit export prints it")

func (v *exportVerifier) line(line string) error {
	if strings.Contains(line, `"class_uid":`) && strings.Contains(line, `"type_uid":`) {
		return ErrOCSF
	}
	e, ok := readExported(line)
	if !ok {
		return errNoEvent
	}
	v.cut = slices.DeleteFunc(v.cut, func(c cutLine) bool { return strings.HasPrefix(line, c.text) })
	if v.Events == 0 && e.number > 1 {
		v.beginAt(e)
	}
	if line == v.seen[e.number] {
		v.Repeated++
		return nil
	}
	v.seen[e.number] = line
	delete(v.seen, e.number-repeatsWithin)
	e.prev = v.Hash
	v.check(e)
	v.replayer.replay(e.number, e.body, e.mac)
	return nil
}

// beginAt makes the verifier begin with an event in the middle of the trail.
func (v *exportVerifier) beginAt(e entry) {
	v.First, v.Last = e.number, e.number-1
	v.replayer.partial = true
	for _, number := range slices.Sorted(maps.Keys(v.anchors)) {
		if number < v.Last || number == v.Last && len(v.anchors[number]) < wholeHash {
			v.NotCompared = append(v.NotCompared, number)
		}
	}
	if noted := v.anchors[v.Last]; len(noted) == wholeHash {
		v.Hash = strings.ToLower(noted)
	} else {
		v.Unbound = true
	}
}

// readExported reads a line. What it follows is not in it.
func readExported(line string) (entry, bool) {
	m := exportedLine.FindStringSubmatch(line)
	if m == nil {
		return entry{}, false
	}
	e := entry{body: m[1] + "}", hash: m[2], mac: m[3]}
	var body approvals.Event
	if err := json.Unmarshal([]byte(e.body), &body); err != nil {
		return entry{}, false
	}
	e.number, e.at, e.kind, e.request = body.Number, nanos(body.At), string(body.Kind), clean(string(body.Request))
	return e, true
}
