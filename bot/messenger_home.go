package bot

import (
	"context"

	"olbot/approvals"
)

// ShowHome implements approvals.Messenger. There is no Home tab yet.
func (m *Messenger) ShowHome(context.Context, string, bool, func(context.Context) (approvals.Home, error)) error {
	return nil
}
