package onelogin

import (
	"context"
	"net/http"
)

// CheckCredentials finds out whether the host answers and takes the credentials, without touching any user: it gets an
// access token and reads the rate limit, for which any scope that reads users will do. It cannot tell whether the scope also
// allows making MFA tokens. https://developers.onelogin.com/api-docs/2/oauth20-tokens/get-rate-limit
//
// The error is [ErrCredentials] if they are refused, [ErrForbidden] if this client is, [ErrUnavailable] if there is no answer
// or a 5xx, [ErrRateLimited] on 429, and otherwise [ErrUnexpected]: most likely the host is not OneLogin's API. The call takes
// at most [Config.Timeout].
func (c *Client) CheckCredentials(ctx context.Context) error {
	cl := call{
		op:     "check credentials",
		method: http.MethodGet,
		path:   "/auth/rate_limit",
		causes: map[int]error{
			http.StatusBadRequest:          ErrCredentials, // "Authorization Information is incorrect"
			http.StatusNotFound:            ErrUnexpected,
			http.StatusUnprocessableEntity: ErrUnexpected,
		},
	}
	ans, err := c.lookUp(ctx, cl)
	if err == nil && ans.err != nil {
		err = c.unreadable(cl, ans, "", nil)
	}
	return err
}
