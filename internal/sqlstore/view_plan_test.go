package sqlstore_test

import (
	"regexp"
	"testing"
)

// Looking for an agent's requests happens inside a transaction that others wait
// for: with a million old requests, reading them all takes a second. PostgreSQL
// plans once, while the tables are still empty.
func TestFindsAnAgentsRequestsWithoutReadingAllOthers(t *testing.T) {
	onEach(t, func(t *testing.T, url func(t *testing.T) string) {
		plans, err := open(t, url(t)).Plans(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for query, steps := range plans {
			if len(steps) == 0 {
				t.Errorf("%s has no plan", query)
			}
			for _, step := range steps {
				if regexp.MustCompile(`^SCAN|Seq Scan`).MatchString(step) {
					t.Errorf("%s: %s", query, step)
				}
			}
		}
	})
}
