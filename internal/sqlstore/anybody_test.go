package sqlstore_test

import "olbot/approvals"

// anybody is a Directory for a Service that looks nobody up.
type anybody struct{ approvals.Directory }

func (anybody) KnownIDs(id string) ([]string, bool) { return []string{id}, true }
